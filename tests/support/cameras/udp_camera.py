"""Sends a file of MPEG-TS to a port of 127.0.0.1 by UDP over and over, damaged, at an even pace.

Usage: udp_camera.py PORT FILE SECONDS DAMAGE. FILE lasts SECONDS. DAMAGE is the number of a damage to packets
of MPEG-TS where it is odd, and to datagrams where it is even. Once somebody listens, that is told on stdout
as `heard`. Standard library only.
"""

import socket
import sys
import time

from damage import Damage

PACKET = 188
DATAGRAM = 7 * PACKET
HEARD = 10  # Datagrams sent one after the other of which none is refused: somebody listens.


def pieces(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


port, seconds, number = int(sys.argv[1]), float(sys.argv[3]), int(sys.argv[4])
with open(sys.argv[2], "rb") as file:
    whole = file.read()
damage = Damage(number)
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
# Connected, so that a datagram to which nobody listens has the next one refused.
link.connect(("127.0.0.1", port))
taken = 0
due, each = time.monotonic(), seconds * DATAGRAM / len(whole)
while True:
    for datagram in pieces(whole, DATAGRAM):
        if number % 2:
            packets = pieces(datagram, PACKET)
            datagrams = [b"".join(sent for packet in packets for sent in damage.packets(packet))]
        else:
            datagrams = damage.packets(datagram)
        for sent in datagrams:
            try:
                link.send(sent)
                taken += 1
            except ConnectionRefusedError:
                taken = 0
            if taken == HEARD:
                print("heard", flush=True)
        due += each
        time.sleep(max(0.0, due - time.monotonic()))
