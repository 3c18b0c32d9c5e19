# Work for the CPU: shrinks a PNG in plain Python, where handler time and CPU time are nearly the same.
import base64

from png import decode, encode


def lambda_handler(event, context):
    """Takes a base64 PNG in `body` (or draws a picture), gives one at most `width` wide."""
    query = event.get("queryStringParameters") or {}
    width = max(1, min(1024, int(query.get("width") or event.get("width") or 64)))
    if event.get("body"):
        pixels = decode(base64.b64decode(event["body"]))
    else:
        pixels = draw(max(1, min(1024, int(query.get("size") or event.get("size") or 256))))
    small = shrink(pixels, width)
    print(f"{len(pixels[0])}x{len(pixels)} -> {len(small[0])}x{len(small)}")
    return {
        "statusCode": 200,
        "headers": {"content-type": "image/png"},
        "body": base64.b64encode(encode(small)).decode(),
        "isBase64Encoded": True,
    }


def draw(size):
    """A Mandelbrot set: something to shrink when nothing was sent."""
    rows = []
    for y in range(size):
        row = []
        for x in range(size):
            point, value, steps = complex(3.0 * x / size - 2.2, 2.4 * y / size - 1.2), 0j, 0
            while abs(value) < 2 and steps < 24:
                value, steps = value * value + point, steps + 1
            row.append((255 - steps * 10, 60 + steps * 8, 90 + steps * 4))
        rows.append(row)
    return rows


def shrink(pixels, width):
    """Averages the source pixels under each target pixel."""
    height = max(1, len(pixels) * width // len(pixels[0]))
    width, height = min(width, len(pixels[0])), min(height, len(pixels))
    across, down = len(pixels[0]) / width, len(pixels) / height
    small = []
    for y in range(height):
        band = pixels[int(y * down) : max(int(y * down) + 1, int((y + 1) * down))]
        row = []
        for x in range(width):
            start, end = int(x * across), max(int(x * across) + 1, int((x + 1) * across))
            box = [pixel for line in band for pixel in line[start:end]]
            row.append(tuple(sum(channel) // len(box) for channel in zip(*box)))
        small.append(row)
    return small
