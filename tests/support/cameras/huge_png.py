"""A small PNG file of a huge black picture.

Usage: huge_png.py FILE WIDTH HEIGHT BITS COLOUR, where BITS are those of a sample and COLOUR is PNG's number
for a kind of pixel: 0 is grey, 6 is RGBA. Standard library only.
"""

import struct
import sys
import zlib

PIECE = 1 << 20


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


name, (width, height, bits, colour) = sys.argv[1], map(int, sys.argv[2:])
samples = {0: 1, 6: 4}[colour]
left = (1 + width * samples * bits // 8) * height
# Black rows are zeros, and a piece that is flushed may follow itself, so that only one is compressed.
packer = zlib.compressobj(9)
start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
piece = packer.compress(bytes(PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
body = start + piece * (left // PIECE) + packer.compress(bytes(left % PIECE)) + packer.flush()
with open(name, "wb") as file:
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
