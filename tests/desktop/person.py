"""Does to the window of a process what a person does from outside of its page:

    person.py PID close         clicks the cross; a window manager asks the window then, and a bare display has none
    person.py PID press q       presses Ctrl and a key, which reaches the native menu

WebDriver's own "close window" ends the process without asking, and its keys reach the page only.
"""

import ctypes
import sys

CLIENT_MESSAGE = 33
ATOM, CARDINAL = 4, 6  # kinds of properties

REVERT_TO_PARENT = 2
VIEWABLE = 2

x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
x.XDefaultRootWindow.restype = x.XInternAtom.restype = x.XStringToKeysym.restype = ctypes.c_ulong


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


class Attributes(ctypes.Structure):
    _fields_ = [
        ("place_and_size", ctypes.c_int * 6),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        ("gravity_and_store", ctypes.c_int * 4),
        ("backing", ctypes.c_ulong * 2),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("rest", ctypes.c_long * 8),
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

    def viewable(self, window):
        attributes = Attributes()
        x.XGetWindowAttributes(self.display, ctypes.c_ulong(window), ctypes.byref(attributes))
        return attributes.map_state == VIEWABLE

    def ask_to_close(self, window):
        message = ClientMessage(
            type=CLIENT_MESSAGE, window=window, message_type=self.atom("WM_PROTOCOLS"), format=32
        )
        message.data[0] = self.atom("WM_DELETE_WINDOW")
        x.XSendEvent(self.display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
        x.XFlush(self.display)


    def press_with_control(self, window, key):
        """To the window that has the keyboard, as from a real one: GTK takes no keys that are only sent to it."""
        testing = ctypes.CDLL("libXtst.so.6")
        now = ctypes.c_ulong(0)
        x.XSetInputFocus(self.display, ctypes.c_ulong(window), REVERT_TO_PARENT, now)
        x.XSync(self.display, 0)
        codes = [
            x.XKeysymToKeycode(self.display, ctypes.c_ulong(x.XStringToKeysym(name.encode())))
            for name in ("Control_L", key)
        ]
        for code in codes:
            testing.XTestFakeKeyEvent(self.display, code, 1, now)
        for code in reversed(codes):
            testing.XTestFakeKeyEvent(self.display, code, 0, now)
        x.XSync(self.display, 0)


def main(pid, verb, key=""):
    display = Display()
    theirs = [
        window
        for window in display.windows()
        if display.numbers(window, "_NET_WM_PID", CARDINAL) == [pid]
        and display.viewable(window)
        and display.atom("WM_DELETE_WINDOW") in display.numbers(window, "WM_PROTOCOLS", ATOM)
    ]
    if not theirs:
        sys.exit(f"process {pid} has no window")
    for window in theirs:
        if verb == "close":
            display.ask_to_close(window)
        else:
            display.press_with_control(window, key)


main(int(sys.argv[1]), *sys.argv[2:])
