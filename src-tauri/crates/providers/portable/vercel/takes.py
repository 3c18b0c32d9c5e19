from http import HTTPStatus

def app(environ, start_response):
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    status, headers, body = respond({
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ.get("QUERY_STRING", ""),
        "headers": headers,
        "body": environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
    })
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
