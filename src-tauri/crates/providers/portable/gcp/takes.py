from urllib.parse import quote

def main(request):
    status, headers, body = respond({
        "method": request.method,
        "path": quote(request.path, safe="/~:@!$&'()*+,;="),
        "query": request.query_string.decode(),
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": request.get_data(),
    })
    # One value of a name would replace another.
    given = {}
    for name, value in headers:
        given.setdefault(name.lower(), []).append(value)
    return body, status, given
