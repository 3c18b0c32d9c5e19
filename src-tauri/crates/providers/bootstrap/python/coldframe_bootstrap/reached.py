"""What this process reaches outside of itself: hosts it connects to, programs it starts, files that it opens for writing
outside of its temporary folder. Names alone, never a path of a URL, an argument, or what is sent or written.

Each is noted in the function that it goes through. An audit hook would see the same, and is called for much else besides:
with one `copy.deepcopy` takes twice as long, and a handler would be measured as slower than it is.
"""

import builtins
import io
import os
import sys

import _socket

# As (kind, name). A process with more tells of its first.
seen = set()
_MOST = 200
_LONGEST = 300
# Addresses that stand for a name which was looked up: the name is what is told.
_resolved = set()
# Where this process listens itself, and where the emulator listens for it.
own_ports = set()
_AI_PASSIVE = getattr(_socket, "AI_PASSIVE", 0)
_temporary = os.path.join(os.path.abspath(os.environ.get("TMPDIR", "/tmp")), "")
# They tell of the machine, and libraries start them to know it.
_TELLING = ("uname", "ldconfig")


def watch():
    if hasattr(_socket.socket, "_coldframe"):
        return
    _watch_hosts()
    builtins.open = io.open = _Noted(io.open, _opened)
    os.open = _Noted(os.open, _opened_low)
    # What takes this process's place ends what would tell of it.
    for name, note in (("system", _started), ("posix_spawn", _started), ("posix_spawnp", _started), ("_spawnvef", _spawned)):
        if hasattr(os, name):
            setattr(os, name, _Noted(getattr(os, name), note))
    watch_children()


def watch_children():
    """Whoever starts a child process goes through one function of a module that not every process has."""
    module = sys.modules.get("_posixsubprocess")
    if module is None or isinstance(module.fork_exec, _Noted):
        return
    module.fork_exec = _Noted(module.fork_exec, _forked)
    subprocess = sys.modules.get("subprocess")
    if hasattr(subprocess, "_fork_exec"):
        subprocess._fork_exec = module.fork_exec


class _Noted:
    """A function of the interpreter's, whose calls are noted when they went well. It is no function itself: those that it
    stands for are no methods where a class has them."""

    def __init__(self, through, note):
        self.__wrapped__ = through
        self._note = note
        for name in ("__name__", "__qualname__", "__module__", "__doc__", "__text_signature__"):
            setattr(self, name, getattr(through, name, None))

    def __call__(self, *arguments, **named):
        came = self.__wrapped__(*arguments, **named)
        self._note(*arguments, **named)
        return came


def _opened(file, mode="r", *_, **__):
    if mode not in ("r", "rb") and not isinstance(file, int) and not set(mode).isdisjoint("wax+"):
        _wrote(file)


def _opened_low(path, flags, *_, dir_fd=None, **__):
    if flags & (os.O_WRONLY | os.O_RDWR) and dir_fd is None:
        _wrote(path)


def _wrote(path):
    path = os.path.abspath(_text(os.fspath(path)))
    # A file without a name is opened by its folder.
    if not os.path.join(path, "").startswith((_temporary, "/dev/", "/proc/")):
        _add("file", path)


def _started(program="", *_, **named):
    # A line for the shell begins with what it runs.
    words = _text(os.fspath(named.get("command", named.get("path", program)))).split()
    if words and os.path.basename(words[0]) not in _TELLING:
        _add("program", words[0])


def _spawned(_mode, file, *_):
    _started(file)


def _forked(args, *_):
    command = [_text(os.fspath(arg)) for arg in args]
    # Another process of this interpreter's has the same code.
    if command and not any(arg.startswith("from multiprocessing") for arg in command[1:]):
        _started(command[0])


def _add(kind, name):
    if name and len(seen) < _MOST:
        seen.add((kind, name[:_LONGEST]))


def _watch_hosts():
    """Whoever connects by a name looks its addresses up first; who knows the address connects to it."""
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
            own_ports.add(address[1])

    return listening


def _note(host, port):
    host = _text(host).lower().partition("%")[0]
    # On this machine the port says who it is.
    if host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host in ("::1", "0.0.0.0"):
        port = int(port) if isinstance(port, (str, bytes)) and port.isdigit() else port
        if port in own_ports:
            return
        if isinstance(port, int):
            host = "[%s]:%d" % (host, port) if ":" in host else "%s:%d" % (host, port)
    if len(host) <= 253:
        _add("host", host)


def _text(name):
    return name.decode("utf-8", "replace") if isinstance(name, (bytes, bytearray)) else str(name)


def _is_address(host):
    return ":" in host or host.replace(".", "").isdigit()
