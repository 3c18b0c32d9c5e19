"""Just enough PNG: 8 bits a channel, not interlaced. Pixels are rows of (red, green, blue)."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def decode(data):
    if not data.startswith(SIGNATURE):
        raise ValueError("this is not a PNG")
    at, packed = len(SIGNATURE), b""
    width = height = channels = 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, chunk = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
            if depth != 8 or colour not in CHANNELS or interlaced:
                raise ValueError("only PNGs with 8 bits a channel, not interlaced, are read")
            if width * height > 4_000_000:
                raise ValueError("this picture is too large")
            channels = CHANNELS[colour]
        elif kind == b"IDAT":
            packed += chunk
    raw, stride = zlib.decompress(packed), width * channels
    rows, above = [], bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        line = unfilter(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), above, channels)
        grey = channels < 3
        rows.append([(line[x],) * 3 if grey else tuple(line[x : x + 3]) for x in range(0, stride, channels)])
        above = line
    return rows


def unfilter(kind, line, above, step):
    for x in range(len(line)):
        left = line[x - step] if x >= step else 0
        corner = above[x - step] if x >= step else 0
        if kind == 1:
            line[x] = (line[x] + left) & 255
        elif kind == 2:
            line[x] = (line[x] + above[x]) & 255
        elif kind == 3:
            line[x] = (line[x] + (left + above[x]) // 2) & 255
        elif kind == 4:
            guess = left + above[x] - corner
            near = min((left, above[x], corner), key=lambda one: abs(guess - one))
            line[x] = (line[x] + near) & 255
    return line


def encode(rows):
    raw = b"".join(b"\0" + bytes(channel for pixel in row for channel in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
