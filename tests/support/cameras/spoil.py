"""Damages a media file in one known way.

Usage: spoil.py IN OUT WAY, where WAY is one of:
  zeros:AT,COUNT     COUNT bytes from the fraction AT of the file on become zero
  keep:FROM,TO       only the part between these fractions stays, cut at multiples of 188 bytes (a packet
                     of MPEG-TS)
  drop:AT,COUNT      COUNT packets of 188 bytes are taken out at the fraction AT
  empty-packets:N    behind each N-th video packet of an FLV comes one that holds no picture, only an
                     access unit delimiter
  bad-jpeg           the JPEG in the middle of an AVI loses its tables
Standard library only.
"""

import sys

EMPTY = bytes([0x27, 1, 0, 0, 0, 0, 0, 0, 2, 9, 0xF0])


def zeros(data, at, count):
    start = int(len(data) * at)
    return data[:start] + bytes(int(count)) + data[start + int(count) :]


def whole(data, at):
    return int(len(data) * at) // 188 * 188


def keep(data, start, end):
    return data[whole(data, start) : whole(data, end)]


def drop(data, at, count):
    start = whole(data, at)
    return data[:start] + data[start + int(count) * 188 :]


def empty_packets(data, every):
    out, at, seen = bytearray(data[:13]), 13, 0
    while at + 15 <= len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        out += data[at : at + size + 15]
        # A coded picture of H.264 (codec 7, kind 1), not a header.
        if data[at] == 9 and data[at + 11] & 15 == 7 and data[at + 12] == 1:
            seen += 1
            if seen % int(every) == 0:
                tag = bytes([9]) + len(EMPTY).to_bytes(3, "big") + data[at + 4 : at + 8] + bytes(3) + EMPTY
                out += tag + len(tag).to_bytes(4, "big")
        at += size + 15
    return bytes(out)


def bad_jpeg(data):
    start = data.find(b"\xff\xd8\xff", len(data) // 2)
    return data[:start] + bytes(700) + data[start + 700 :]


WAYS = {"zeros": zeros, "keep": keep, "drop": drop, "empty-packets": empty_packets, "bad-jpeg": bad_jpeg}
source, target, asked = sys.argv[1:4]
way, _, values = asked.partition(":")
with open(source, "rb") as file:
    spoilt = WAYS[way](file.read(), *map(float, filter(None, values.split(","))))
with open(target, "wb") as file:
    file.write(spoilt)
