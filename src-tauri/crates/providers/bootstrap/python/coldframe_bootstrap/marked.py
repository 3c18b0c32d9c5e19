"""Says of every line that a call writes which call wrote it, where a process has many calls at a time: the emulator takes
the mark off again (`engine/src/instance/mark.rs`). Who writes is known by the context, which coroutines inherit.
"""

import contextlib
import contextvars
import sys
import threading

_call = contextvars.ContextVar("coldframe_call", default=None)
_marked = []
_marking = threading.Lock()


class _Call:
    def __init__(self, mark):
        self.mark = mark
        self.lock = threading.Lock()
        # What it wrote of lines that have no end yet, by stream: a line goes out whole, or others' come into it.
        self.begun = {}


@contextlib.contextmanager
def within(call_id):
    """What is done within belongs to the call of that id."""
    with _marking:
        for stream in (sys.stdout, sys.stderr):
            if not any(stream is one for one in _marked):
                _mark(stream)
    call = _Call(f"\x1ecoldframe:{call_id}\x1f")
    token = _call.set(call)
    try:
        yield
    finally:
        _call.reset(token)
        with call.lock:
            for write, text in call.begun.values():
                write(f"{call.mark}{text}\n")
            call.begun.clear()


def _mark(stream):
    _marked.append(stream)
    write = stream.write

    def marked(text):
        call = _call.get()
        if call is None or not isinstance(text, str):
            return write(text)
        with call.lock:
            _, begun = call.begun.pop(id(stream), (None, ""))
            *lines, rest = (begun + text).split("\n")
            if rest:
                call.begun[id(stream)] = (write, rest)
            if lines:
                write("".join(f"{call.mark}{line}\n" for line in lines))
        return len(text)

    stream.write = marked
