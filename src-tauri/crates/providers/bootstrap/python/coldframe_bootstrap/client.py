"""The connection of a bootstrap to the emulator, and what it tells about its process.

Only what every start needs is imported, because imports are part of every cold start: a bare socket instead of
`http.client`, and requests written as bytes, several at once where nothing depends on the answer in between.
"""

import os
import sys
import time

import _socket
import json

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
        _own_ports.add(int(port))
        self._socket.connect((host, int(port)))
        self._received = b""
        self._common = b" HTTP/1.1\r\nHost: %s\r\nUser-Agent: coldframe-python\r\n" % address.encode()
        self._modules = 0
        self._files = None
        self._hosts = 0
        _note_hosts()

    def get(self, path, headers=b""):
        return b"GET %s%s%s\r\n" % (path, self._common, headers)

    def post(self, path, body, headers=b"Content-Type: application/json\r\n"):
        return b"POST %s%s%sContent-Length: %d\r\n\r\n%s" % (path, self._common, headers, len(body), body)

    def news(self):
        """Requests that tell what is new of this process; each has an answer."""
        return [request for request in (self._loaded(), self._connected()) if request]

    def _connected(self):
        """A request that tells of all hosts so far, if there are more than last time."""
        if len(_hosts) == self._hosts:
            return b""
        hosts = sorted(_hosts)
        self._hosts = len(hosts)
        return self.post(b"/coldframe/connected", json.dumps(hosts).encode())

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


# The hosts this process speaks to, never paths or what is sent. A process with more tells of its first.
_hosts = set()
_MOST_HOSTS = 200
# Addresses that stand for a name which was looked up: the name is what is told.
_resolved = set()
# Where this process listens itself, and where the emulator listens for it.
_own_ports = set()
_AI_PASSIVE = getattr(_socket, "AI_PASSIVE", 0)


def _note_hosts():
    """Whoever connects by a name in Python looks its addresses up first; who knows the address connects to it. An audit
    hook would see the same, and be called for every import and every opened file besides."""
    if hasattr(_socket.socket, "_coldframe"):
        return
    methods = {"_coldframe": True, "listen": _listening(_socket.socket.listen)}
    for name in ("connect", "connect_ex", "sendto"):
        methods[name] = _noting(getattr(_socket.socket, name))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(_socket, name, _looking_up(getattr(_socket, name)))
    loaded = sys.modules.get("socket")
    if loaded:
        for name, method in methods.items():
            setattr(loaded.socket, name, method)
    _socket.socket = type("socket", (_socket.socket,), {"__slots__": (), **methods})


def _looking_up(look_up):
    def looked_up(host, *arguments, **named):
        flags = named.get("flags", arguments[4] if len(arguments) > 4 else 0)
        # A server asks for the addresses it may listen on in the same way.
        is_name = host and not flags & _AI_PASSIVE and not _is_address(_text(host))
        if is_name:
            _note(host, named.get("port", arguments[0] if arguments else None))
        found = look_up(host, *arguments, **named)
        if is_name:
            if len(_resolved) > 1000:
                _resolved.clear()
            _resolved.update(_addresses(found))
        return found

    looked_up.__name__ = look_up.__name__
    return looked_up


def _addresses(found):
    if isinstance(found, str):
        return [(found, None)]
    if isinstance(found, tuple):
        return [(address, None) for address in found[2]]
    return [info[4][:2] for info in found]


def _noting(send):
    def noted(self, *arguments):
        address = arguments[-1] if arguments else None
        # Anything else is the path of a socket of this machine.
        if isinstance(address, tuple) and len(address) > 1:
            host, port = address[:2]
            if (host, port) not in _resolved and (host, None) not in _resolved:
                _note(host, port)
        return send(self, *arguments)

    noted.__name__ = send.__name__
    return noted


def _listening(listen):
    def listening(self, *arguments):
        listen(self, *arguments)
        address = self.getsockname()
        if isinstance(address, tuple):
            _own_ports.add(address[1])

    return listening


def _note(host, port):
    if len(_hosts) >= _MOST_HOSTS:
        return
    host = _text(host).lower().partition("%")[0]
    # On this machine the port says who it is.
    if host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host in ("::1", "0.0.0.0"):
        port = int(port) if isinstance(port, (str, bytes)) and port.isdigit() else port
        if port in _own_ports:
            return
        if isinstance(port, int):
            host = "[%s]:%d" % (host, port) if ":" in host else "%s:%d" % (host, port)
    if 0 < len(host) <= 253:
        _hosts.add(host)


def _text(host):
    return host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)


def _is_address(host):
    return ":" in host or host.replace(".", "").isdigit()


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
