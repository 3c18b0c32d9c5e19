import asyncio
import inspect
import io
import sys
import threading
from urllib.parse import unquote

def respond(request):
    is_async = inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(getattr(called, "__call__", None))
    return asgi(request) if is_async else wsgi(request)

def wsgi(request):
    environ = {
        "REQUEST_METHOD": request["method"], "SCRIPT_NAME": "", "PATH_INFO": unquote(request["path"], "latin-1"),
        "QUERY_STRING": query_of(request), "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request["body"])), "CONTENT_TYPE": request["headers"].get("content-type", ""),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(request["body"]),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }
    for name, value in request["headers"].items():
        environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
    head = []
    body = b"".join(called(environ, lambda status, headers, error=None: head.extend((status, headers))))
    return int(head[0].split()[0]), head[1], body

def asgi(request):
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request["method"], "scheme": "http",
        "path": unquote(request["path"]), "raw_path": request["path"].encode(), "query_string": query_of(request).encode(),
        "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in request["headers"].items()],
        "client": ("127.0.0.1", 0), "server": ("localhost", 80),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": request["body"], "more_body": False}

    async def send(message):
        sent.append(message)

    failure = []

    def run():
        try:
            asyncio.run(called(scope, receive, send))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])
