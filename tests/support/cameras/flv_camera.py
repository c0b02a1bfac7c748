"""An FLV stream over HTTP on 127.0.0.1, as some cameras and the servers of drones have it.

A file is sent live, over and over. Usage: flv_camera.py PORT FILE [options]. Timestamps begin with zero for
each client and go on rising over the file's end. Standard library only.
"""

import argparse
import socketserver
import time

from listening import Server
from login import KINDS, Login

VIDEO, SCRIPT = 9, 18
# A video tag of H.264 that holds nothing but an access unit delimiter.
EMPTY = bytes([0x27, 1, 0, 0, 0, 0, 0, 0, 2, 9, 0xF0])


class Film:
    """A file's tags: those that describe it, and those that carry it, as (type, milliseconds, body)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        self.start, self.about, self.tags = data[:13], [], []
        at = 13
        while at + 15 <= len(data):
            size = int.from_bytes(data[at + 1 : at + 4], "big")
            stamp = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
            body = data[at + 11 : at + 11 + size]
            describes = data[at] == SCRIPT or (data[at] == VIDEO and body[1] == 0)
            (self.about if describes else self.tags).append((data[at], stamp, body))
            at += 11 + size + 4
        self.tags = [tag for tag in self.tags if not (tag[0] == VIDEO and tag[2][1] == 2)]
        self.length = self.tags[-1][1] + 40


def packed(kind, stamp, body):
    time_bytes = (stamp & 0xFFFFFF).to_bytes(3, "big") + bytes([stamp >> 24 & 255])
    tag = bytes([kind]) + len(body).to_bytes(3, "big") + time_bytes + bytes(3) + body
    return tag + len(tag).to_bytes(4, "big")


class Camera(socketserver.StreamRequestHandler):
    """One client."""

    def handle(self):
        try:
            lines = iter(lambda: self.rfile.readline().decode("latin1").strip(), "")
            headers = [line.partition(": ") for line in lines]
            login = next((value for name, _, value in headers if name.lower() == "authorization"), "")
            print(f"asked with {login.split(' ')[0] or 'nothing'}", flush=True)
            if guard.admits(login, "GET"):
                self.stream()
            else:
                rest = "Content-Length: 0\r\nConnection: close\r\n\r\n"
                self.wfile.write(f"HTTP/1.1 401 Unauthorized\r\n{guard.challenge()}\r\n{rest}".encode())
        except OSError:
            print("hung up by the client", flush=True)

    def stream(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nConnection: close\r\n\r\n"
        self.wfile.write(head + first.start)
        began, stamp, count = time.monotonic(), 0, 0
        film, due = None, first
        while True:
            if film is not due:
                film = due
                self.wfile.write(b"".join(packed(kind, stamp, body) for kind, _, body in film.about))
            for kind, at, body in film.tags:
                elapsed = time.monotonic() - began
                if asked.ends_after and elapsed > asked.ends_after:
                    return
                time.sleep(max(0.0, (stamp + at) / 1000 - elapsed))
                self.wfile.write(packed(kind, stamp + at, body))
                count += kind == VIDEO
                if asked.empty_every and count % asked.empty_every == 0:
                    self.wfile.write(packed(VIDEO, stamp + at, EMPTY))
            stamp += film.length
            due = then if then and stamp >= asked.after * 1000 else first


parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("file")
parser.add_argument(
    "--then",
    help="another file from about --after seconds on, as when a drone's camera is set to another size",
)
for name, value in (("after", 3.0), ("ends-after", 0.0), ("empty-every", 0)):
    parser.add_argument(f"--{name}", type=type(value), default=value)
parser.add_argument("--login", choices=KINDS)
parser.add_argument("--certificate", help="a PEM file with a key and a certificate: TLS, as with https")
asked = parser.parse_args()
guard = Login(asked.login, "admin", "hunter2")
first, then = Film(asked.file), Film(asked.then) if asked.then else None
Server(asked.port, Camera, asked.certificate).serve_forever()
