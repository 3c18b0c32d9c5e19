"""Knative's Python functions, as far as one needs its middleware that has nothing installed: `new()` or a class
`Function` whose `handle(scope, receive, send)` speaks ASGI, with `start`, `stop`, `alive` and `ready` beside it.

Where the real middleware (func-python) is installed it runs instead, unchanged, on the port the emulator names.
"""

import asyncio
import importlib.util
import os
import sys
import threading
from urllib.parse import unquote

_environ = os.environ


def _constructor(module):
    new = getattr(module, "new", None)
    if callable(new):
        return new
    owner = getattr(module, "Function", None)
    if isinstance(owner, type):

        def new():
            return owner()

        return new
    handle = getattr(module, "handle", None)
    if callable(handle):
        return handle
    raise AttributeError(f"{module.__file__} defines neither `new`, a class `Function` nor `handle`")


def _module():
    """The module in its package, so that its relative imports are found."""
    path = os.path.abspath(_environ["COLDFRAME_HANDLER"])
    folder, name = os.path.split(path)
    stem = name[: -len(".py")]
    if os.path.exists(os.path.join(folder, "__init__.py")):
        sys.path.insert(0, os.path.dirname(folder))
        return importlib.import_module(f"{os.path.basename(folder)}.{stem}")
    sys.path.insert(0, folder)
    return importlib.import_module(stem)


class _Sender:
    """Collects what a function sends."""

    def __init__(self):
        self.status, self.headers, self.body = 200, [], b""

    async def __call__(self, message):
        if message["type"] == "http.response.start":
            self.status = message.get("status", 200)
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class _EventSender(_Sender):
    """Collects an event, as the middleware offers to send it: in the structured mode, or as it is asked to."""

    def __init__(self, sdk):
        super().__init__()
        self._sdk = sdk

    async def __call__(self, event, status=200):
        if isinstance(event, dict):
            return await self.http(event)
        await self.structured(event, status)

    async def structured(self, event, status=200):
        self.status, (self.headers, self.body) = status, self._sdk.to_structured(event)

    async def binary(self, event, status=200):
        self.status, (self.headers, self.body) = status, self._sdk.to_binary(event)

    async def http(self, message):
        await super().__call__(message)


class _InstalledSdk:
    """Events of the SDK that the function has, which it may make and compare."""

    def __init__(self):
        from cloudevents.core.bindings import http

        self._http = http

    def from_http(self, headers, body):
        from cloudevents.core.exceptions import CloudEventValidationError

        lower = {name.lower(): value for name, value in headers.items()}
        try:
            return self._http.from_http_event(self._http.HTTPMessage(headers=lower, body=bytes(body)))
        except CloudEventValidationError as error:
            raise ValueError(str(error)) from None

    def to_structured(self, event):
        return self._sent(self._http.to_structured_event(event))

    def to_binary(self, event):
        return self._sent(self._http.to_binary_event(event))

    @staticmethod
    def _sent(message):
        return list(message.headers.items()), message.body


def _sdk():
    try:
        return _InstalledSdk()
    except ImportError:
        from . import cloud_events

        return cloud_events


def _scope(request):
    path, _, query = request.target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", int(_environ["PORT"])),
    }


def _load():
    import logging

    from .serve import Reply, log

    # As the middleware does before it loads the function.
    logging.basicConfig(level=logging.INFO)
    new = _constructor(_module())
    if new.__name__ == "handle":
        function = type("Function", (), {"handle": staticmethod(new)})()
    else:
        function = new()
    if not hasattr(function, "handle"):
        raise AttributeError("Function must implement a 'handle' method.")
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    if hasattr(function, "start"):
        function.start(dict(_environ))
    sdk = _sdk() if _environ.get("COLDFRAME_INVOKE") == "cloudevent" else None
    text = [("Content-Type", "text/plain")]

    def probe(name, message):
        result = getattr(function, name)() if hasattr(function, name) else True
        good, message = result if isinstance(result, tuple) else (result, message)
        return Reply(200 if good else 500, text, str(message).encode())

    def respond(request):
        scope = _scope(request)
        if scope["path"] == "/health/liveness":
            return probe("alive", "OK")
        if scope["path"] == "/health/readiness":
            return probe("ready", "OK")
        if sdk:
            try:
                scope["event"] = sdk.from_http(request.headers, request.body)
            except ValueError:
                return Reply(400, text, b"Bad Request: This endpoint expects CloudEvent requests. ")
        send = _EventSender(sdk) if sdk else _Sender()

        async def receive():
            return {"type": "http.request", "body": bytes(request.body), "more_body": False}

        try:
            asyncio.run_coroutine_threadsafe(function.handle(scope, receive, send), loop).result()
        except Exception as exception:
            log(exception)
            return Reply(500, [*text, ("coldframe-outcome", type(exception).__name__)], f"Error: {exception}".encode())
        return Reply(send.status, send.headers, send.body)

    return respond


def main():
    if importlib.util.find_spec("func_python") is not None:
        from .client import never_cache_what_was_just_saved

        never_cache_what_was_just_saved()
        _environ["LISTEN_ADDRESS"] = f"127.0.0.1:{_environ['PORT']}"
        kind = "cloudevent" if _environ.get("COLDFRAME_INVOKE") == "cloudevent" else "http"
        return importlib.import_module(f"func_python.{kind}").serve(_constructor(_module()))
    from .serve import serve

    serve(_load)
