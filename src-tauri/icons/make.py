#!/usr/bin/env python3
"""Writes every icon from icon.svg: run it after editing the drawing. Needs a Chromium to draw with, nothing else."""

import pathlib
import shutil
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
PNGS = {"32x32.png": 32, "128x128.png": 128, "128x128@2x.png": 256, "icon.png": 512}
ICNS = {b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
ICO = [16, 32, 48, 256]


def draw(size: int) -> bytes:
    """The drawing as a PNG of this many pixels, transparent around it."""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "page.html")
        svg = (HERE / "icon.svg").read_text()
        page.write_text(f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{svg}")
        picture = pathlib.Path(folder, "picture.png")
        subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
            + ["--default-background-color=00000000", "--force-device-scale-factor=1"]
            + [f"--user-data-dir={folder}/profile", f"--window-size={size},{size}"]
            + [f"--screenshot={picture}", page.as_uri()],
            check=True,
            capture_output=True,
        )
        return picture.read_bytes()


def icns(pictures: dict[int, bytes]) -> bytes:
    parts = b"".join(name + struct.pack(">I", 8 + len(pictures[size])) + pictures[size] for name, size in ICNS.items())
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def ico(pictures: dict[int, bytes]) -> bytes:
    head = struct.pack("<HHH", 0, 1, len(ICO))
    offset = len(head) + 16 * len(ICO)
    entries = body = b""
    for size in ICO:
        picture = pictures[size]
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset + len(body))
        body += picture
    return head + entries + body


def main() -> None:
    pictures = {size: draw(size) for size in {*PNGS.values(), *ICNS.values(), *ICO}}
    for name, size in PNGS.items():
        (HERE / name).write_bytes(pictures[size])
    (HERE / "icon.icns").write_bytes(icns(pictures))
    (HERE / "icon.ico").write_bytes(ico(pictures))


if __name__ == "__main__":
    main()
