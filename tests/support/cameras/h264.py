"""H.264 as the cameras of the tests send it: a file's access units, and RTP payloads of their parts.

A module of the scripts beside it. Standard library only.
"""

import re

SLICE_OF_KEY, SEQUENCE, PICTURE, DELIMITER = 5, 7, 8, 9
LARGEST = 1400  # Bytes of a packet's payload.


def kind(unit):
    return unit[0] & 31


class Clip:
    """Access units of a file, each a list of NAL units without start codes."""

    def __init__(self, path):
        with open(path, "rb") as file:
            found = [unit.rstrip(b"\0") for unit in re.split(b"\0\0\1", file.read())]
        self.pictures = []
        for unit in filter(None, found):
            if kind(unit) == DELIMITER:
                self.pictures.append([])
            elif self.pictures:
                self.pictures[-1].append(unit)
        every = [unit for picture in self.pictures for unit in picture]
        self.sets = [next(unit for unit in every if kind(unit) == wanted) for wanted in (SEQUENCE, PICTURE)]


def is_key(picture):
    return any(kind(unit) == SLICE_OF_KEY for unit in picture)


def packets(unit):
    """RTP payloads of one NAL unit: itself, or fragments (RFC 6184, FU-A)."""
    if len(unit) <= LARGEST:
        return [unit]
    pieces = [unit[at : at + LARGEST] for at in range(1, len(unit), LARGEST)]
    flags = [0x80] + [0] * (len(pieces) - 2) + [0x40]
    return [bytes([unit[0] & 0xE0 | 28, flag | kind(unit)]) + piece for flag, piece in zip(flags, pieces)]
