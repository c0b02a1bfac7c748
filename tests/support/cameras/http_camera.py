"""An HTTP camera on 127.0.0.1 with one of the odd ways that cameras have.

Usage: http_camera.py PORT FOLDER [--way NAME] [options]. FOLDER holds JPEGs, which are sent in the order of
their names, over and over. Each request is told on stdout as `asked METHOD PATH with SCHEME`, where SCHEME is
the kind of login that came along; a password is never printed. Standard library only.
"""

import argparse
import pathlib
import secrets
import socketserver
import time
from dataclasses import dataclass, field

from listening import Server
from login import KINDS, Login

MULTIPART = "multipart/x-mixed-replace; boundary=cut"


@dataclass
class Head:
    """The answer's first lines."""

    line: str = "HTTP/1.1 200 OK"
    kind: str = MULTIPART
    more: list = field(default_factory=lambda: ["Connection: close"])
    newline: str = "\r\n"

    def text(self):
        kind = [f"Content-Type: {self.kind}"] if self.kind else []
        lines = ([self.line] if self.line else []) + ["Server: odd"] + kind + self.more
        return (self.newline.join(lines) + self.newline * 2).encode()


@dataclass
class Part:
    """One picture of a multipart stream, and what stands around it."""

    number: int
    body: bytes
    cut: str = "--cut"
    kind: str = "Content-Type: image/jpeg"
    length: int | None = -1  # -1: the true one; None: not said.
    newline: str = "\r\n"
    before: bytes = b""
    joined: str | None = None  # Replaces cut and headers.

    def data(self):
        length = len(self.body) if self.length == -1 else self.length
        headers = [self.kind] if self.kind else []
        headers += [] if length is None else [f"Content-Length: {length}"]
        top = self.joined if self.joined is not None else self.newline.join([self.cut, *headers, "", ""])
        return self.before + top.encode() + self.body + self.newline.encode()


def shorter(part, off):
    part.length = len(part.body) - off


def body(part, data):
    part.body = data


# What a way changes in the head, and in each part. A way without an entry is handled in `answer`.
HEADS = {
    "line-feeds-only": lambda head: setattr(head, "newline", "\n"),
    "header-without-name": lambda head: head.more.append("Tue, 12 Jun 2012 01:56:34 GMT"),
    "header-with-space": lambda head: head.more.append("Content Disposition: inline"),
    "dashes-in-boundary": lambda head: setattr(head, "kind", MULTIPART.replace("cut", "--cut")),
    "space-before-equals": lambda head: setattr(head, "kind", MULTIPART.replace("=", " =")),
    "multipart-mixed": lambda head: setattr(head, "kind", "multipart/mixed; boundary=cut"),
    "no-content-type": lambda head: setattr(head, "kind", ""),
    "chunked": lambda head: head.more.append("Transfer-Encoding: chunked"),
    "huge-total-length": lambda head: head.more.append("Content-Length: 2147483647"),
    "zero-total-length": lambda head: head.more.append("Content-Length: 0"),
    "no-status-line": lambda head: setattr(head, "line", ""),
    "http-1.0": lambda head: setattr(head, "line", "HTTP/1.0 200 OK"),
}
PARTS = {
    "line-feeds-only": lambda part: setattr(part, "newline", "\n"),
    "other-boundary": lambda part: setattr(part, "cut", "--somethingelse"),
    "boundary-without-dashes": lambda part: setattr(part, "cut", "cut"),
    "no-end-marker": lambda part: body(part, part.body[:-2]),
    "no-end-marker-in-some": lambda part: body(part, part.body[:-2] if part.number % 3 == 1 else part.body),
    "no-length": lambda part: setattr(part, "length", None),
    "length-too-small": lambda part: shorter(part, 2),
    "length-too-large": lambda part: shorter(part, -40),
    "padded": lambda part: body(part, part.body + bytes(512)),
    "line-in-length": lambda part: body(part, part.body + b"\r\n"),
    "empty-line-first": lambda part: body(part, b"\r\n" + part.body),
    "doubled-boundary": lambda part: setattr(part, "before", f"{part.cut}\r\n".encode()),
    "glued-header": lambda part: setattr(
        part, "joined", f"--cutContent-type: image/jpeg\r\nContent-length: {len(part.body)}\r\n\r\n"
    ),
    "no-part-headers": lambda part: setattr(part, "joined", "--cut\r\n\r\n"),
    "headers-on-boundary": lambda part: setattr(part, "joined", "--cut Content-Type: image/jpeg\r\n\r\n"),
    "text-parts": lambda part: part.number % 5 == 0
    and setattr(
        part, "before", b"--cut\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nmotion=false\n\r\n"
    ),
    "some-broken": lambda part: part.number % 20 == 9
    and body(part, part.body[:30] + bytes(len(part.body) - 30)),
    "doubled-start-marker": lambda part: body(part, b"\xff\xd8" + part.body),
    "rubbish": lambda part: body(part, secrets.token_bytes(2000)),
}


class Camera(socketserver.StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True

    def handle(self):
        try:
            self.serve()
        except (BrokenPipeError, ConnectionResetError):
            print("hung up by the client", flush=True)

    def serve(self):
        request = self.rfile.readline().decode("latin1").split()
        lines = iter(lambda: self.rfile.readline().decode("latin1").strip(), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if len(request) < 2:
            return
        login = headers.get("authorization", "")
        print(f"asked {request[0]} {request[1]} with {login.split(' ')[0] or 'nothing'}", flush=True)
        time.sleep(asked.late)
        if not guard.admits(login, request[0]):
            return self.refuse()
        self.answer(request[1])

    def refuse(self):
        rest = "Content-Length: 0\r\nConnection: close\r\n\r\n"
        self.wfile.write(f"HTTP/1.1 401 Unauthorized\r\n{guard.challenge()}\r\n{rest}".encode())

    def whole(self, line, kind, data):
        head = Head(f"HTTP/1.1 {line}", kind, [f"Content-Length: {len(data)}", "Connection: close"])
        self.wfile.write(head.text() + data)

    def answer(self, path):
        way = asked.way
        if way.isdigit():
            return self.whole(f"{way} As asked", "text/plain", b"no")
        if way == "page":
            return self.whole("200 OK", "text/html", b"<html><form>User: <input></form></html>")
        if way == "snapshot":
            return self.whole("200 OK", "image/jpeg", picture(int((time.monotonic() - began) * asked.fps)))
        if way == "moved" and not path.startswith("/there"):
            return self.wfile.write(
                b"HTTP/1.1 302 Found\r\nLocation: /there?token=abc\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
        if way in ("mute", "no-parts"):
            self.wfile.write(Head().text() if way == "no-parts" else b"")
            return time.sleep(asked.ends_after or 60)
        if way == "noise":
            self.wfile.write(secrets.token_bytes(300_000))
            return None
        self.stream(way)

    def stream(self, way):
        head = Head()
        HEADS.get(way, lambda head: None)(head)
        self.wfile.write(head.text())
        started, number = time.monotonic(), 0
        while not asked.ends_after or time.monotonic() - started < asked.ends_after:
            while asked.silent_after > 0 and time.monotonic() - started > asked.silent_after:
                time.sleep(1)
            part = Part(number, picture(number))
            PARTS.get(way, lambda part: None)(part)
            data = part.data()
            size = {"chunked": 1460, "dripping": 700}.get(way, len(data))
            for at in range(0, len(data), size):
                piece = data[at : at + size]
                chunk = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
                self.wfile.write(chunk if way == "chunked" else piece)
            number += 1
            time.sleep(max(0.0, started + number * (asked.every or 1 / asked.fps) - time.monotonic()))


def picture(number):
    """The picture of that number.

    In every second turn it is one of the other folder; of an eye that is frozen it is always the first.
    """
    seconds = time.monotonic() - began
    if asked.still_after and seconds > asked.still_after:
        return first[0]
    turned = asked.other and seconds % (2 * asked.turn) >= asked.turn
    pictures = other if turned else first
    return pictures[number % len(pictures)]


parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--way", default="plain")
parser.add_argument("--other", type=pathlib.Path)
parser.add_argument("--login", choices=KINDS)
parser.add_argument("--certificate", help="a PEM file with a key and a certificate: TLS, as with https")
for name, value in (("user", "admin"), ("password", "hunter2")):
    parser.add_argument(f"--{name}", default=value)
numbers = {"fps": 25, "every": 0, "ends-after": 0, "turn": 3, "late": 0, "still-after": 0, "silent-after": 0}
for name, value in numbers.items():
    parser.add_argument(f"--{name}", type=float, default=value)
asked = parser.parse_args()
guard = Login(asked.login, asked.user, asked.password)
first, other = (
    [file.read_bytes() for file in sorted(folder.glob("*.jpg"))] if folder else []
    for folder in (asked.folder, asked.other)
)
began = time.monotonic()
Server(asked.port, Camera, asked.certificate).serve_forever()
