"""Times every import of a function's init, when the emulator asks for it.

Whoever imports a module that is not loaded yet, the `import` statement or importlib, goes through one function of the
interpreter: the place where `-X importtime` takes its times, too. Wrapped, it costs a call and two looks at the clock a
new module, nothing for those that are loaded already, and writes nothing until init is over; `-X importtime` writes a
line to stderr within what it measures, leaves out what importlib was asked for, and includes the interpreter's own start.
"""

import _frozen_importlib as importlib
import _thread
import atexit
import os
import sys
import time

import json

# A function with more is told of by its first ones.
_MOST = 5000

_now = time.perf_counter_ns


class Watch:
    """From now on every import is timed, until the report is made."""

    def __init__(self, api):
        self._api = api
        self._modules = []  # name, the index of what imports it or -1, nanoseconds of its own, whether it failed
        self._files = {}
        self._stacks = {}
        self._left_out = 0
        self._told = False
        self._import = getattr(importlib, "_find_and_load", None)
        if self._import is not None:
            importlib._find_and_load = self._find_and_load
        atexit.register(self._tell_at_exit)
        self._began = _now()

    def _find_and_load(self, name, import_):
        return self._timed(name, self._import, name, import_)

    def run(self, name, file, load):
        """Loads a file that is no module anybody could import."""
        self._files[name] = file
        return self._timed(name, load, file)

    def _timed(self, name, load, *arguments):
        stack = self._stacks.setdefault(_thread.get_ident(), [])
        if len(self._modules) < _MOST:
            module = [name, stack[-1][0] if stack else -1, 0, False]
            index = len(self._modules)
            self._modules.append(module)
        else:
            module, index = None, stack[-1][0] if stack else -1
            self._left_out += 1
        frame = [index, 0]  # and the nanoseconds of what it imports
        stack.append(frame)
        began = _now()
        try:
            return load(*arguments)
        except BaseException:
            if module is not None:
                module[3] = True
            raise
        finally:
            took = _now() - began
            stack.pop()
            if module is not None:
                module[2] += max(0, took - frame[1])
            if stack:
                stack[-1][1] += took if module is not None else frame[1]

    def request(self):
        """A request that tells what was measured, once."""
        took = _now() - self._began
        if self._told:
            return b""
        self._told = True
        if self._import is not None:
            importlib._find_and_load = self._import
        modules = []
        for name, parent, own, failed in self._modules:
            file = self._files.get(name) or _file(name)
            modules.append({"name": name, "file": file, "from": _origin(name, file), "parent": parent, "own_ns": own, "failed": failed})
        report = {"init_ns": took, "left_out": self._left_out, "modules": modules}
        return self._api.post(b"/coldframe/imports", json.dumps(report).encode())

    def _tell_at_exit(self):
        """A module that ends the process is told of as well."""
        request = self.request()
        if request:
            self._api.send(request)
            self._api.receive()


def _file(name):
    spec = getattr(sys.modules.get(name), "__spec__", None)
    file = getattr(spec, "origin", None)
    if file is None and name not in sys.modules:
        # It failed: look for it as the import did.
        try:
            from importlib.machinery import PathFinder

            parent = sys.modules.get(name.rpartition(".")[0])
            spec = PathFinder.find_spec(name, getattr(parent, "__path__", None))
            file = getattr(spec, "origin", None)
        except Exception:
            return None
    return file if isinstance(file, str) and os.path.isabs(file) else None


def _origin(name, file):
    if file is None:
        known = getattr(sys, "stdlib_module_names", sys.builtin_module_names)
        return "runtime" if name.partition(".")[0] in known else "installed"
    if "site-packages" in file or "dist-packages" in file:
        return "installed"
    if file.startswith(os.path.dirname(os.__file__) + os.sep):
        return "runtime"
    roots = (os.environ.get("COLDFRAME_PROJECT"), os.getcwd())
    if any(root and file.startswith(os.path.join(root, "")) for root in roots):
        return "function"
    return "installed"
