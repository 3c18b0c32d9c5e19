"""Serves a Vercel Python function on the port the emulator names: a class `handler` on `BaseHTTPRequestHandler`, or a
WSGI or ASGI application `app`.

A class runs as it is, one instance of it a connection. Answers are held back until they are small and
whole or begin to stream, so that they have a length and the connection can be used again; what the function reports
about itself (CPU, loaded files, errors) goes to the emulator, not to the caller.
"""

import os
import sys
import time

import _socket
import _thread
import json

from .client import Connection, never_cache_what_was_just_saved, usage

_environ = os.environ

# More than this, or a flush, and the answer is streamed.
_WHOLE = 64 * 1024


class _Reply:
    """The file a handler writes its answer to."""

    def __init__(self, connection, command):
        self._connection = connection
        self._command = command
        self._head = None
        self._pieces = []
        self._size = 0
        self._streams = False
        self._chunked = False
        self.broken = False

    def head(self, head):
        self._head = head if self._head is None else self._head + head

    def write(self, data):
        data = bytes(data)
        if self._streams:
            self._send(data)
        else:
            self._pieces.append(data)
            self._size += len(data)
            if self._size > _WHOLE and self._head is not None:
                self._stream()
        return len(data)

    def flush(self):
        if self._head is not None and not self._streams:
            self._stream()

    def close(self):
        pass

    closed = False

    def writable(self):
        return True

    def _declared(self):
        for line in self._head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                return int(value)
        return None

    def _bodiless(self):
        status = self._head[9:12]
        return self._command == "HEAD" or status in (b"204", b"304") or status[:1] == b"1"

    def _with(self, headers):
        return self._head[:-2] + headers + b"\r\n"

    def _stream(self):
        self._streams = True
        self._chunked = self._declared() is None and not self._bodiless()
        self._connection.sendall(self._with(b"Transfer-Encoding: chunked\r\n") if self._chunked else self._head)
        data = b"".join(self._pieces)
        self._pieces = []
        self._size = 0
        self._send(data)

    def _send(self, data):
        self._size += len(data)
        if data and self._chunked:
            data = b"%x\r\n%s\r\n" % (len(data), data)
        if data:
            self._connection.sendall(data)

    def finish(self):
        """The handler has returned."""
        if self._streams:
            if self._chunked:
                self._connection.sendall(b"0\r\n\r\n")
            elif not self._bodiless() and self._declared() != self._size:
                self.broken = True
        elif self._head is None:
            self.fail("NO_RESPONSE_FROM_FUNCTION", "the function returned without an answer", [])
        else:
            body = b"" if self._bodiless() else b"".join(self._pieces)
            declared = self._declared()
            headers = usage()
            if declared is None and not self._bodiless():
                headers += b"Content-Length: %d\r\n" % len(body)
            elif declared is not None and declared != len(body) and not self._bodiless():
                self.broken = True
            self._connection.sendall(self._with(headers) + body)

    def fail(self, error_type, message, trace):
        """The handler has raised: an error for the emulator, or a broken connection if the answer has begun."""
        if self._streams:
            self.broken = True
            return
        error = {"errorType": error_type, "errorMessage": message, "stackTrace": trace}
        body = json.dumps(error).encode()
        self._connection.sendall(
            b"HTTP/1.1 500 Internal Server Error\r\ncoldframe-error: %s\r\n%sContent-Length: %d\r\n\r\n%s"
            % (error_type.encode("ascii", "replace"), usage(), len(body), body)
        )


def _served(handler, report):
    """The function's class, serving kept-alive connections and answering through `_Reply`."""
    import io

    class Served(handler):
        protocol_version = "HTTP/1.1"
        timeout = None

        def flush_headers(self):
            if getattr(self, "_headers_buffer", None):
                self.wfile.head(b"".join(self._headers_buffer))
                self._headers_buffer = []

        def handle_one_request(self):
            connection_file = self.rfile
            self.raw_requestline = connection_file.readline(65537)
            if not self.raw_requestline:
                self.close_connection = True
                return
            reply = self.wfile = _Reply(self.connection, "")
            try:
                if self.parse_request():
                    reply._command = self.command
                    length = self.headers.get("Content-Length", "")
                    body = connection_file.read(int(length)) if length.isdigit() else b""
                    self.rfile = io.BytesIO(body)
                    method = getattr(self, "do_" + self.command, None)
                    if method is None:
                        self.send_error(501, "Unsupported method (%r)" % self.command)
                    else:
                        method()
                _flush()
                report()
                reply.finish()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            except Exception as exception:
                reply.fail(type(exception).__name__, str(exception), _log(exception))
            self.rfile = connection_file
            if reply.broken:
                self.close_connection = True

    Served.__name__ = handler.__name__
    Served.__qualname__ = handler.__qualname__
    Served.__module__ = handler.__module__
    return Served


def _log(exception):
    """Prints a traceback as Python does, and returns its frames."""
    from . import errors

    frames = errors.plain(errors.frames_of(exception.__traceback__))
    import traceback

    lines = ["Traceback (most recent call last):\n", *frames, *traceback.format_exception_only(type(exception), exception)]
    if isinstance(exception, SyntaxError):
        lines = traceback.format_exception_only(type(exception), exception)
    sys.stderr.write("".join(lines))
    _flush()
    return frames


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the function closed or replaced it


def _load(path):
    import logging

    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    # As Vercel's runtime does before it loads the function.
    logging.basicConfig(level=logging.INFO, force=True)
    # Its own name may be `[id]`, which no import statement could say.
    spec = spec_from_file_location("__vc_module", path)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    handler = getattr(module, "handler", None) or getattr(module, "Handler", None)
    from http.server import BaseHTTPRequestHandler

    if isinstance(handler, type) and issubclass(handler, BaseHTTPRequestHandler):
        return handler
    for name in ("app", "application"):
        app = getattr(module, name, None)
        if app is not None:
            from .applications import responder

            return responder(app)
    raise TypeError(f"{path} defines neither a class `handler` on BaseHTTPRequestHandler nor a WSGI or ASGI `app`")


class _Server:
    """What handlers may ask of their server."""

    def __init__(self, address):
        self.server_address = address
        self.server_name, self.server_port = address


def _serve_connection(served, listener_socket, client, server):
    connection = None
    try:
        import socket

        connection = socket.socket(fileno=listener_socket)
        connection.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        served(connection, client, server)
    except SystemExit as exit:
        from .serve import end_with

        end_with(exit)
    except Exception as exception:
        _log(exception)
    finally:
        if connection is not None:
            connection.close()


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    never_cache_what_was_just_saved()
    emulator = Connection(_environ["COLDFRAME_REPORT"])
    # From here on the emulator waits to be told, instead of looking whether somebody listens.
    emulator.send(emulator.post(b"/coldframe/hello", b""))
    address = ("127.0.0.1", int(_environ["PORT"]))
    listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
    listener.bind(address)
    file = os.path.abspath(_environ["COLDFRAME_HANDLER"])
    watch = None
    if _environ.pop("COLDFRAME_IMPORTS", None):
        from .imports import Watch

        watch = Watch(emulator)
    started = time.perf_counter()
    try:
        handler = watch.run(_environ["COLDFRAME_HANDLER"], file, _load) if watch else _load(file)
    except Exception as exception:
        imports = watch.request() if watch else b""
        error = {"errorType": type(exception).__name__, "errorMessage": str(exception), "stackTrace": _log(exception)}
        emulator.send(imports + emulator.post(b"/coldframe/init/error", json.dumps(error).encode()))
        for _ in range(3 if imports else 2):
            emulator.receive()
        sys.exit(1)
    init = b"coldframe-init-us: %d\r\n" % ((time.perf_counter() - started) * 1e6)
    _flush()
    imports = watch.request() if watch else b""
    emulator.send(imports)
    lock = _thread.allocate_lock()

    def report():
        with lock:
            told = emulator.news()
            if told:
                emulator.send(b"".join(told))
            for _ in told:
                emulator.receive()

    for _ in range(2 if imports else 1):
        emulator.receive()
    listener.listen(128)
    report()
    emulator.send(emulator.post(b"/coldframe/ready", b"", init + usage()))
    emulator.receive()
    if not isinstance(handler, type):
        from .serve import answer_forever

        return answer_forever(listener, handler, report)
    served = _served(handler, report)
    server = _Server(address)
    while True:
        descriptor, client = listener._accept()
        _thread.start_new_thread(_serve_connection, (served, descriptor, client, server))
