"""Damage to what a camera sends: packets dropped, repeated, delayed, cut, with other bits or another's head,
and texts with wrong lines. A number and a name always make equal damage of equal packets.
Each session or reply has a `Damage` of its own, since what threads share depends on which comes first.

A module of the scripts beside it. Standard library only.
"""

import random

SHARES = [0.02, 0.1, 0.4]  # Of packets that are damaged; each number has one of them, whatever the name.
TEXTS = 0.3  # The share of texts that are damaged.
HEAD = 16  # Bytes at the beginning of a packet that say what it is.


class Damage:
    """What becomes of packets and texts, one after the other; without a number they stay as they are.

    `name` tells apart what one number damages.
    """

    def __init__(self, number, name=""):
        self.none = number is None
        self.random = random.Random(f"{number} {name}")
        self.share = random.Random(number).choice(SHARES)
        self.before, self.waiting = b"", []
        self.ways = [
            lambda packet: [],
            lambda packet: [packet] * self.random.randint(2, 4),
            self.delayed,
            self.cut,
            self.flipped,
            self.extreme,
            self.zeroed,
            self.headed,
        ]

    def packets(self, packet):
        """What is sent in the place of a packet: nothing, one packet or some."""
        if self.none or not packet:
            return [packet]
        waiting, self.waiting = self.waiting, []
        is_damaged = self.random.random() < self.share
        sent = self.random.choice(self.ways)(packet) if is_damaged else [packet]
        self.before = packet
        return sent + waiting

    def delayed(self, packet):
        self.waiting = [packet]
        return []

    def cut(self, packet):
        return [packet[: self.random.randrange(len(packet))]]

    def flipped(self, packet):
        changed = bytearray(packet)
        for _ in range(self.random.randint(1, 20)):
            changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
        return [bytes(changed)]

    def extreme(self, packet):
        at = self.random.randrange(min(HEAD, len(packet)))
        value = self.random.choice([0, 1, 0x7F, 0x80, 0xFF])
        return [(packet[:at] + bytes([value] * 4) + packet[at + 4 :])[: len(packet)]]

    def zeroed(self, packet):
        at = self.random.randrange(len(packet))
        return [packet[:at] + bytes(len(packet) - at)]

    def headed(self, packet):
        head = self.before[: self.random.randint(1, HEAD)]
        return [head + packet[len(head) :]]

    def text(self, text):
        """A text, now and then with a line that is missing, repeated, elsewhere, or has another number."""
        lines = text.splitlines(keepends=True)
        if self.none or not lines or self.random.random() > TEXTS:
            return text
        for _ in range(self.random.randint(1, 3)):
            at = self.random.randrange(len(lines))
            way = self.random.randrange(4)
            if way == 0:
                lines[at] = ""
            elif way == 1:
                lines[at] *= 2
            elif way == 2:
                self.random.shuffle(lines)
            else:
                digits = [n for n, letter in enumerate(lines[at]) if letter.isdigit()] or [0]
                n = self.random.choice(digits)
                odd = self.random.choice(["-1", "0", "99999999999", "~", ""])
                lines[at] = lines[at][:n] + odd + lines[at][n + 1 :]
        return "".join(lines)
