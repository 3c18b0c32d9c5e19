from http import HTTPStatus
from urllib.parse import quote

def app(environ, start_response):
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    status, headers, body = respond({
        "method": environ["REQUEST_METHOD"],
        "path": quote(environ["PATH_INFO"].encode("latin-1"), safe="/~:@!$&'()*+,;="),
        "query": environ.get("QUERY_STRING", ""),
        "headers": headers,
        "body": environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
    })
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
