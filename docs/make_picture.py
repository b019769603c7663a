"""Makes docs/images/report.png from the demo's report: its cover beside a page of a finding.

Run `python docs/make_picture.py [REPORT.pdf]` after a change of the report's looks. Needs
pdftotext and pdftoppm (poppler); imports numpy.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np

PICTURE = Path(__file__).parent / "images" / "report.png"
DOTS = 76
"""Dots an inch: a page is 628 dots wide."""
FRAME, BETWEEN = 205, 14


def make(report: Path) -> None:
    """Write the picture of a report."""
    cover, finding = (_framed(_drawn(report, page)) for page in (1, _finding(report)))
    white = np.full((cover.shape[0], BETWEEN, 3), 255, np.uint8)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(_png(np.hstack([cover, white, finding])))


def _finding(report: Path) -> int:
    """The first page of the third finding: the second has no figure."""
    said = _run("pdftotext", str(report), "-").decode("utf-8").split("\f")
    fit = [at for at, text in enumerate(said, 1) if "Finding 3" in text and "Figure" in text]
    return fit[0]


def _drawn(report: Path, page: int) -> Any:
    """A page as bytes, shape (height, width, 3)."""
    pages = ("-f", str(page), "-l", str(page), "-singlefile")
    ppm = _run("pdftoppm", "-r", str(DOTS), *pages, str(report))
    _, size, _, dots = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(dots, np.uint8).reshape(height, width, 3)


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603


def _framed(page: Any) -> Any:
    return np.pad(page, ((1, 1), (1, 1), (0, 0)), constant_values=FRAME)


def _png(dots: Any) -> bytes:
    """A PNG of 8-bit colours; each row holds the difference from the one above it."""
    rows = dots.reshape(dots.shape[0], -1)
    rows = np.diff(rows, axis=0, prepend=np.zeros_like(rows[:1]))
    packed = zlib.compress(np.insert(rows, 0, 2, axis=1).tobytes(), 9)
    head = struct.pack(">IIBBBBB", dots.shape[1], dots.shape[0], 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output/report.pdf"))
