"""Writes what is on the display as a PNG: the window as a person sees it, with its native menu.

WebDriver's own screenshots show the page only.
"""

import ctypes
import struct
import sys
import zlib

Z_PIXMAP = 2
ALL_PLANES = ctypes.c_ulong(-1)

x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
x.XDefaultRootWindow.restype = ctypes.c_ulong


class Image(ctypes.Structure):
    _fields_ = [
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("offset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_ubyte)),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
        ("bits_per_pixel", ctypes.c_int),
    ]


x.XGetImage.restype = ctypes.POINTER(Image)


def screen():
    """Width, height and rows of RGB bytes."""
    display = ctypes.c_void_p(x.XOpenDisplay(None))
    root = ctypes.c_ulong(x.XDefaultRootWindow(display))
    width, height = x.XDisplayWidth(display, 0), x.XDisplayHeight(display, 0)
    image = x.XGetImage(display, root, 0, 0, width, height, ALL_PLANES, Z_PIXMAP).contents
    if image.bits_per_pixel != 32:
        sys.exit(f"a display of 24-bit colours is expected, this one has {image.bits_per_pixel} bits a pixel")
    rows = []
    for line in range(height):
        start = line * image.bytes_per_line
        pixels = bytes(image.data[start : start + width * 4])
        row = bytearray(width * 3)
        row[0::3], row[1::3], row[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
        rows.append(bytes(row))
    return width, height, rows


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, rows):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


with open(sys.argv[1], "wb") as file:
    file.write(png(*screen()))
