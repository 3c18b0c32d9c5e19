def main(request):
    status, headers, body = respond({
        "method": request.method,
        "path": request.path,
        "query": request.query_string.decode(),
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": request.get_data(),
    })
    return body, status, headers
