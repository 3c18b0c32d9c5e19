"""Calls WSGI and ASGI applications, with requests and replies of `serve`. Standard library only: a function needs no
server installed that its cloud would not ask for.
"""

import inspect
import io
import json
import queue
import sys
import threading
from urllib.parse import unquote, unquote_to_bytes

from .serve import Reply, log

_SERVER = "coldframe"


def kind_of(app):
    """`asgi` or `wsgi`, and what is called, by how many arguments it takes."""
    offered = getattr(app, "asgi", None)
    if callable(offered):
        return "asgi", offered
    called = app if inspect.isfunction(app) or inspect.ismethod(app) else getattr(app, "__call__", app)
    try:
        parameters = inspect.signature(called).parameters.values()
        needed = sum(
            one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) for one in parameters
        )
    except (TypeError, ValueError):
        needed = None
    if needed == 3 and inspect.iscoroutinefunction(called):
        return "asgi", app
    if needed == 2:
        return "wsgi", app
    return None, app


def responder(app):
    """The function from a request to a reply, of an application that has started."""
    kind, app = kind_of(app)
    if kind == "asgi":
        return _Asgi(app).respond
    if kind == "wsgi":
        return lambda request: _wsgi(app, request)
    raise TypeError(
        "the application is neither a WSGI app (environ, start_response) nor an ASGI app, async (scope, receive, send)"
    )


def _failed(exception):
    """An error for the emulator, which the caller sees as its provider tells it."""
    name = type(exception).__name__
    body = {"errorType": name, "errorMessage": str(exception), "stackTrace": log(exception)}
    kind = "".join(letter for letter in name if letter.isascii() and letter.isalnum()) or "Exception"
    return Reply(500, [("coldframe-error", kind)], json.dumps(body).encode())


def _replied(request, status, headers, pieces):
    """A reply whose body is in pieces, the first of which have come; a promise of its length is held to."""
    promised = None
    kept = []
    for name, value in headers:
        lower = name.lower()
        if lower == "content-length" and value.isdigit():
            promised = int(value)
            if request.method == "HEAD":
                kept.append((name, value))
        elif lower not in ("connection", "transfer-encoding", "keep-alive"):
            kept.append((name, value))
    bodiless = request.method == "HEAD" or status in (204, 304)

    def checked():
        sent = 0
        for piece in pieces:
            sent += len(piece)
            yield piece
        if promised is not None and sent != promised:
            raise ValueError(f"the answer promised {promised} bytes and had {sent}")

    if bodiless:
        for _ in pieces:
            pass
        return Reply(status, kept, iter(())) if request.method == "HEAD" else Reply(status, kept)
    if isinstance(pieces, list):
        body = b"".join(pieces)
        if promised in (None, len(body)):
            return Reply(status, kept, body)
    return Reply(status, kept, checked())


def _wsgi(app, request):
    path, _, query = request.target.partition("?")
    host, _, port = request.headers.get("Host", "localhost").partition(":")
    scheme = request.headers.get("X-Forwarded-Proto", "http")
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": request.target,
        "RAW_URI": request.target,
        "SERVER_NAME": host,
        "SERVER_PORT": port or ("443" if scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": _SERVER,
        "REMOTE_ADDR": request.headers.get("X-Real-Ip", "127.0.0.1"),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key != "CONTENT_LENGTH":
            key = "HTTP_" + key
            separator = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    head = []
    written = []

    def start_response(status, headers, exc_info=None):
        if head and exc_info is None:
            raise AssertionError("start_response was called a second time")
        head[:] = [int(status.split(None, 1)[0]), list(headers)]
        return written.append

    result = None
    try:
        result = app(environ, start_response)
        if isinstance(result, (list, tuple)):
            pieces = [*written, *result]
        else:
            pieces = iter(result)
            # Some begin to answer only when they are asked for their first piece.
            first = next(pieces, None)
            second = next(pieces, None) if first is not None and _is_whole(head, first) else first
            if first is None or second is None:
                pieces = [*written, *([] if first is None else [first])]
            else:
                begun = [first] if second is first else [first, second]
                pieces = _chained([*written, *begun], pieces, result)
        if not head:
            raise AssertionError("the application returned without calling start_response")
    except Exception as exception:
        _close(result)
        return _failed(exception)
    if isinstance(pieces, list):
        _close(result)
    return _replied(request, head[0], head[1], pieces)


def _is_whole(head, first):
    """Whether the first piece is all there is by the length that was promised."""
    return bool(head) and any(name.lower() == "content-length" and value == str(len(first)) for name, value in head[1])


def _chained(begun, rest, result):
    try:
        yield from begun
        yield from rest
    finally:
        _close(result)


def _close(result):
    close = getattr(result, "close", None)
    if close is not None:
        close()


class _Asgi:
    """An application in an event loop of its own; its lifespan has begun when this is made."""

    def __init__(self, app):
        import asyncio

        self._asyncio = asyncio
        self._app = app
        self._state = {}
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="asgi", daemon=True).start()
        failure = asyncio.run_coroutine_threadsafe(self._startup(), self._loop).result()
        if failure is not None:
            raise RuntimeError(f"the application's startup failed: {failure}")

    async def _startup(self):
        """Begins the lifespan protocol; an application that does not know it has none."""
        started = self._loop.create_future()
        asked = False

        async def receive():
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "lifespan.startup"}
            # The process ends with its emulator's word, without another.
            await self._loop.create_future()

        async def send(message):
            if not started.done() and message["type"].startswith("lifespan.startup."):
                failed = message["type"] == "lifespan.startup.failed"
                started.set_result((message.get("message") or "it does not say why") if failed else None)

        async def live():
            try:
                scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
                await self._app(scope, receive, send)
            except BaseException as exception:
                # Raised by those that serve HTTP alone, which is allowed.
                if not started.done():
                    started.set_result(None)
                elif not isinstance(exception, self._asyncio.CancelledError):
                    log(exception)
            else:
                if not started.done():
                    started.set_result(None)

        self._lifespan = self._loop.create_task(live())
        return await started

    def respond(self, request):
        messages = queue.SimpleQueue()
        self._asyncio.run_coroutine_threadsafe(self._serve(request, messages), self._loop)
        message = messages.get()
        if isinstance(message, BaseException):
            return _failed(message)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
        body = messages.get()
        if isinstance(body, BaseException):
            return _failed(body)
        first = body.get("body", b"")
        if not body.get("more_body", False):
            return _replied(request, message["status"], headers, [first])
        return _replied(request, message["status"], headers, self._pieces(first, messages))

    @staticmethod
    def _pieces(first, messages):
        yield bytes(first)
        while True:
            message = messages.get()
            if isinstance(message, BaseException):
                raise message
            yield bytes(message.get("body", b""))
            if not message.get("more_body", False):
                return

    async def _serve(self, request, messages):
        path, _, query = request.target.partition("?")
        host, _, port = request.headers.get("Host", "localhost").partition(":")
        scheme = request.headers.get("X-Forwarded-Proto", "http")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": scheme,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()],
            "client": (request.headers.get("X-Real-Ip", "127.0.0.1"), 0),
            "server": (host, int(port) if port.isdigit() else 80),
            "state": self._state.copy(),
        }
        answered = self._asyncio.Event()
        given = False
        started = ended = False

        async def receive():
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": request.body, "more_body": False}
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            nonlocal started, ended
            kind = message["type"]
            if kind == "http.response.start":
                if started:
                    raise RuntimeError("http.response.start was sent a second time")
                started = True
            elif kind != "http.response.body" or not started or ended:
                raise RuntimeError(f"{kind} was sent where it does not belong")
            elif not message.get("more_body", False):
                ended = True
                answered.set()
            messages.put(message)

        try:
            await self._app(scope, receive, send)
            if not ended:
                raise RuntimeError("the application returned without a whole answer")
        except BaseException as exception:
            if not ended:
                messages.put(exception)
            else:
                # What goes wrong after the answer is the log's alone.
                log(exception)
        finally:
            answered.set()
