"""Closes the windows of a process as a window manager does when a person clicks the cross: it asks.

WebDriver's own "close window" ends the process without asking, and a bare display has no window manager.
"""

import ctypes
import sys

CLIENT_MESSAGE = 33
ATOM, CARDINAL = 4, 6  # kinds of properties

x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
x.XDefaultRootWindow.restype = x.XInternAtom.restype = ctypes.c_ulong


class ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 24),  # an event is as long as the longest kind
    ]


class Display:
    def __init__(self):
        self.display = ctypes.c_void_p(x.XOpenDisplay(None))
        self.root = x.XDefaultRootWindow(self.display)

    def atom(self, name):
        return x.XInternAtom(self.display, name.encode(), 0)

    def windows(self):
        ignored, count, found = ctypes.c_ulong(), ctypes.c_uint(), ctypes.POINTER(ctypes.c_ulong)()
        ignore = ctypes.byref(ignored)
        x.XQueryTree(
            self.display, ctypes.c_ulong(self.root), ignore, ignore, ctypes.byref(found), ctypes.byref(count)
        )
        return found[: count.value]

    def numbers(self, window, name, kind):
        """A property's items, which Xlib hands out as longs."""
        ignored, count = ctypes.c_ulong(), ctypes.c_ulong()
        data = ctypes.POINTER(ctypes.c_ulong)()
        ignore = ctypes.byref(ignored)
        x.XGetWindowProperty(
            self.display, ctypes.c_ulong(window), ctypes.c_ulong(self.atom(name)),
            ctypes.c_long(0), ctypes.c_long(32), 0, ctypes.c_ulong(kind),
            ignore, ignore, ctypes.byref(count), ignore, ctypes.byref(data),
        )
        return data[: count.value]

    def ask_to_close(self, window):
        message = ClientMessage(
            type=CLIENT_MESSAGE, window=window, message_type=self.atom("WM_PROTOCOLS"), format=32
        )
        message.data[0] = self.atom("WM_DELETE_WINDOW")
        x.XSendEvent(self.display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
        x.XFlush(self.display)


def main(pid):
    display = Display()
    theirs = [
        window
        for window in display.windows()
        if display.numbers(window, "_NET_WM_PID", CARDINAL) == [pid]
        and display.atom("WM_DELETE_WINDOW") in display.numbers(window, "WM_PROTOCOLS", ATOM)
    ]
    for window in theirs:
        display.ask_to_close(window)
    if not theirs:
        sys.exit(f"process {pid} has no window to close")


main(int(sys.argv[1]))
