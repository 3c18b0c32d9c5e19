"""Answers HTTP requests on the port the emulator names, in threads, for the contracts in which a function is called
over HTTP. What the process says of itself (ready, CPU, loaded files, errors) goes to the emulator, not to the caller.
"""

import json
import os
import sys
import threading
import time
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import errors
from .client import Connection, never_cache_what_was_just_saved, usage


class Request:
    """What came: method, path and query as sent, headers as `email.message.Message`, body."""

    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body


class Reply:
    """What goes back: bytes, or an iterator of bytes that is streamed."""

    def __init__(self, status=200, headers=(), body=b""):
        self.status = status
        self.headers = list(headers)
        self.body = body


def log(exception):
    """Prints a traceback as Python does, and returns its frames."""
    import traceback

    frames = errors.plain(errors.frames_of(exception.__traceback__))
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


def load_module(path, name):
    """Runs a file as a module of that name, with its folder first on the path."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.abspath(path)
    folder = os.path.dirname(path)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = spec_from_file_location(name, path)
    if spec is None or not os.path.exists(path):
        raise FileNotFoundError(f"there is no file {path}")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def fail_init(emulator, exception, frames):
    error = {"errorType": type(exception).__name__, "errorMessage": str(exception), "stackTrace": frames}
    emulator.send(emulator.post(b"/coldframe/init/error", json.dumps(error).encode()))
    emulator.receive()


def serve(load):
    """Runs `load`, which gives the function from a request to a reply, and answers for ever."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    never_cache_what_was_just_saved()
    emulator = Connection(os.environ["COLDFRAME_REPORT"])
    # From here on the emulator waits to be told, instead of looking whether somebody listens.
    emulator.send(emulator.post(b"/coldframe/hello", b""))
    emulator.receive()
    started = time.perf_counter()
    try:
        respond = load()
    except Exception as exception:
        fail_init(emulator, exception, log(exception))
        sys.exit(1)
    init = b"coldframe-init-us: %d\r\n" % ((time.perf_counter() - started) * 1e6)
    _flush()
    lock = threading.Lock()

    def report():
        with lock:
            told = emulator.news()
            if told:
                emulator.send(b"".join(told))
            for _ in told:
                emulator.receive()

    functions = getattr(respond, "functions", [])
    if functions:
        emulator.send(emulator.post(b"/coldframe/functions", json.dumps(functions).encode()))
        emulator.receive()
    server = _Server(("127.0.0.1", int(os.environ["PORT"])), _handler(respond, report))
    report()
    emulator.send(emulator.post(b"/coldframe/ready", b"", init + usage()))
    emulator.receive()
    server.serve_forever()


def end_with(exit):
    """Ends the process as `sys.exit` in its main thread would; in another thread it ends no more than that thread."""
    code = exit.code
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    _flush()
    os._exit((code or 0) & 0xFF)


def answer_forever(listener, respond, report):
    """Answers on a socket that listens already."""
    import socket

    server = _Server(listener.getsockname(), _handler(respond, report), bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=listener.detach())
    server.serve_forever()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, (BrokenPipeError, ConnectionResetError)):
            log(error)


def _handler(respond, report):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_one_request(self):
            try:
                self._handle()
            except SystemExit as exit:
                end_with(exit)

        def _handle(self):
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            length = self.headers.get("Content-Length", "")
            body = self.rfile.read(int(length)) if length.isdigit() else b""
            reply = respond(Request(self.command, self.path, self.headers, body))
            _flush()
            report()
            self._answer(reply)
            self.wfile.flush()

        def _answer(self, reply):
            status = reply.status
            bodiless = self.command == "HEAD" or status in (204, 304) or status < 200
            whole = isinstance(reply.body, (bytes, bytearray))
            head = [b"HTTP/1.1 %d %s\r\n" % (status, responses.get(status, "").encode()), usage()]
            for name, value in reply.headers:
                line = f"{name}: {value}".replace("\r", " ").replace("\n", " ")
                head.append(line.encode("latin-1", "replace") + b"\r\n")
            if whole and status not in (204, 304):
                head.append(b"Content-Length: %d\r\n" % len(reply.body))
            elif not whole and not bodiless:
                head.append(b"Transfer-Encoding: chunked\r\n")
            self.wfile.write(b"".join(head) + b"\r\n")
            if bodiless:
                return
            if whole:
                self.wfile.write(reply.body)
                return
            for piece in reply.body:
                piece = piece.encode() if isinstance(piece, str) else bytes(piece)
                if piece:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_):
            pass

    return Handler
