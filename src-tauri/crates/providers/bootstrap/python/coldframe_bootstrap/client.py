"""The connection of a bootstrap to the emulator, and what it tells about its process.

Only what every start needs is imported, because imports are part of every cold start: a bare socket instead of
`http.client`, and requests written as bytes, several at once where nothing depends on the answer in between.
"""

import os
import sys
import time

import _socket
import json

from . import reached

try:
    import resource
except ImportError:  # Windows
    resource = None

_environ = os.environ


class Connection:
    """One kept-alive connection; answers come in the order of the requests."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        reached.own_ports.add(int(port))
        self._socket.connect((host, int(port)))
        self._received = b""
        self._common = b" HTTP/1.1\r\nHost: %s\r\nUser-Agent: coldframe-python\r\n" % address.encode()
        self._modules = 0
        self._files = None
        self._reached = 0
        reached.watch()

    def get(self, path, headers=b""):
        return b"GET %s%s%s\r\n" % (path, self._common, headers)

    def post(self, path, body, headers=b"Content-Type: application/json\r\n"):
        return b"POST %s%s%sContent-Length: %d\r\n\r\n%s" % (path, self._common, headers, len(body), body)

    def news(self):
        """Requests that tell what is new of this process; each has an answer."""
        return [request for request in (self._loaded(), self._more_reached()) if request]

    def _more_reached(self):
        """A request that tells of all that was reached so far, if that is more than last time."""
        reached.watch_children()
        if len(reached.seen) == self._reached:
            return b""
        told = sorted(reached.seen)
        self._reached = len(told)
        return self.post(b"/coldframe/reached", json.dumps([{kind: name} for kind, name in told]).encode())

    def _loaded(self):
        """A request that reports the project's files in this process, if there are more than last time."""
        project = _environ.get("COLDFRAME_PROJECT")
        if not project or len(sys.modules) == self._modules:
            return b""
        self._modules = len(sys.modules)
        root = os.path.join(project, "")
        # Dependencies inside the project are not its code.
        skipped = os.path.join(sys.prefix, "") if sys.prefix != sys.base_prefix else "\0"
        files = []
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and file.startswith(root):
                if not file.startswith(skipped) and "site-packages" not in file:
                    files.append(file)
        if files == self._files:
            return b""
        self._files = files
        return self.post(b"/coldframe/loaded", json.dumps(files).encode())

    def send(self, data):
        self._socket.sendall(data)

    def receive(self):
        """The next answer: status, headers (lower-case names), body."""
        received = self._received
        end = received.find(b"\r\n\r\n")
        while end < 0:
            more = self._socket.recv(65536)
            if not more:
                os._exit(1)  # the emulator is gone
            received += more
            end = received.find(b"\r\n\r\n")
        lines = received[:end].decode("utf-8", "replace").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        length = int(headers.get("content-length", 0))
        start = end + 4
        missing = start + length - len(received)
        if missing <= 0:
            self._received = received[start + length :]
            return int(lines[0][9:12]), headers, received[start : start + length]
        body = bytearray(length)
        view = memoryview(body)
        have = len(received) - start
        view[:have] = received[start:]
        while have < length:
            count = self._socket.recv_into(view[have:])
            if not count:
                os._exit(1)
            have += count
        self._received = b""
        return int(lines[0][9:12]), headers, body


def usage():
    """CPU and memory of this process and the children it has waited for, as a header."""
    if resource is None:
        return b""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = own.ru_maxrss if own.ru_maxrss > _inherited_peak else 0
    return b"coldframe-usage: %d %d %d\r\n" % (
        (own.ru_utime + children.ru_utime) * 1e6,
        (own.ru_stime + children.ru_stime) * 1e6,
        peak // 1024 if sys.platform == "darwin" else peak,
    )


# A new process begins with the peak of the one that started it; below that nothing is known (reported as 0).
_inherited_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0


def never_cache_what_was_just_saved():
    """A cached module is recognised by its source's size and whole second of change, so one that is saved twice in a
    second would run old code. Sources that are younger than that are not cached."""
    import _frozen_importlib_external as external

    write = external.SourceFileLoader._cache_bytecode

    def _cache_bytecode(self, source_path, bytecode_path, data):
        try:
            if time.time() - os.stat(source_path).st_mtime < 2:
                return None
        except OSError:
            return None
        return write(self, source_path, bytecode_path, data)

    external.SourceFileLoader._cache_bytecode = _cache_bytecode
