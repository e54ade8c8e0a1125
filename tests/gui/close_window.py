"""Asks a window to close as a window manager does: `close_window.py ID`.

xdotool's windowclose and windowkill end the connection instead, and older ones know no windowquit. It is a process
of its own because Xlib ends the process at an error.
"""

import ctypes
import ctypes.util
import sys

CLIENT_MESSAGE = 33


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent of Xlib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
    )


class Event(ctypes.Union):
    """XEvent: as large as 24 longs, whatever it holds."""

    _fields_ = (("message", ClientMessage), ("pad", ctypes.c_long * 24))


def close(window: int) -> None:
    x = ctypes.CDLL("libX11.so.6")  # xdotool needs it too, so it is there
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XInternAtom.restype = ctypes.c_ulong
    x.XInternAtom.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
    x.XSendEvent.argtypes = (
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_int,
        ctypes.c_long,
        ctypes.POINTER(Event),
    )
    x.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    display = x.XOpenDisplay(None)
    if not display:
        sys.exit("there is no display")
    event = Event()
    event.message.type = CLIENT_MESSAGE
    event.message.window = window
    event.message.message_type = x.XInternAtom(display, b"WM_PROTOCOLS", False)
    event.message.format = 32
    event.message.data[0] = x.XInternAtom(display, b"WM_DELETE_WINDOW", False)
    x.XSendEvent(display, window, False, 0, ctypes.byref(event))
    x.XCloseDisplay(display)  # sends what is waiting


if __name__ == "__main__":
    close(int(sys.argv[1]))
