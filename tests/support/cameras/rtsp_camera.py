"""An RTSP camera on 127.0.0.1 that gives an H.264 file over and over, in real time.

Usage: rtsp_camera.py PORT FILE [options]. FILE is Annex B with access unit delimiters and parameter sets
before each key frame. `--join` says where a client comes in: `live` wherever the stream just is, `behind`
half a second behind a key frame, whenever that is, `last` at the newest key frame, `fresh` at a key frame
made for it. `--damage` is the number of a damage to packets and to the description, where it is a multiple
of four also to what frames packets over TCP. Each request is told on stdout as `asked METHOD with SCHEME`,
never its password. Standard library only.
"""

import argparse
import base64
import re
import secrets
import socket
import socketserver
import struct
import threading
import time

from damage import Damage
from h264 import Clip, is_key, packets
from listening import Server
from login import KINDS, Login

EMPTY = [bytes([6, 5, 1, 0, 128])]  # A picture of nothing but supplemental information.


def picture(number):
    """The access unit of that number since the camera was switched on."""
    clip = then if then and number >= asked.after * asked.fps else first
    if asked.empty_every and number % asked.empty_every == asked.empty_every - 1:
        return EMPTY
    return clip.pictures[number % len(clip.pictures)]


def description():
    sets = ",".join(base64.b64encode(unit).decode() for unit in first.sets)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=odd", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"]
    if asked.sound:
        lines += ["m=audio 0 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=control:sound"]
    lines += ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000"]
    with_sets = "" if asked.no_sets else f";sprop-parameter-sets={sets}"
    lines += [f"a=fmtp:96 packetization-mode=1{with_sets}", "a=control:video"]
    return "\r\n".join(lines) + "\r\n"


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.writing, self.over = threading.Lock(), threading.Event()
        self.channel, self.datagrams = 0, None
        # Whoever gets a useless description finds another in the next session.
        name = self.server.numbers[self.client_address]
        framed = None if asked.damage is None or asked.damage % 4 else asked.damage
        self.damage, self.framing = Damage(asked.damage, name), Damage(framed, f"{name} framing")

    def handle(self):
        try:
            while not self.over.is_set() and self.request_taken():
                pass
        except OSError:
            print("hung up by the client", flush=True)
        finally:
            self.over.set()

    def request_taken(self):
        start = self.rfile.read(1)
        if start == b"$":
            _, size = struct.unpack(">BH", self.rfile.read(3))
            return len(self.rfile.read(size)) == size
        request = (start + self.rfile.readline()).decode("latin1").split()
        if len(request) < 2:
            return False
        lines = iter(lambda: self.rfile.readline().decode("latin1").strip(), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        login = headers.get("authorization", "")
        print(f"asked {request[0]} with {login.split(' ')[0] or 'nothing'}", flush=True)
        self.counter = headers.get("cseq", "0")
        if asked.status and request[0] == "DESCRIBE":
            self.reply(f"{asked.status} As asked")
        elif request[0] != "OPTIONS" and not guard.admits(login, request[0]):
            self.reply("401 Unauthorized", guard.challenge())
        else:
            return self.answer(request[0], request[1], headers.get("transport", ""))
        return True

    def answer(self, method, uri, transport):
        if method == "DESCRIBE":
            base = f"Content-Base: {uri.rstrip('/')}/"
            self.reply("200 OK", f"{base}\r\nContent-Type: application/sdp", self.damage.text(description()))
        elif method == "SETUP":
            carrier = "tcp" if "TCP" in transport else "udp"
            if asked.carrier not in ("both", carrier):
                self.reply("461 Unsupported Transport")
                return True
            answer = self.by_tcp(uri, transport) if carrier == "tcp" else self.by_udp(uri, transport)
            self.reply("200 OK", f"Transport: {answer}\r\nSession: 7")
        elif method == "PLAY":
            self.reply("200 OK", "Range: npt=0-\r\nSession: 7")
            threading.Thread(target=self.play, daemon=True).start()
        else:
            public = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"
            self.reply("200 OK", f"{public}\r\nSession: 7")
        return method != "TEARDOWN"

    def by_tcp(self, uri, transport):
        channel = int(re.search(r"interleaved=(\d+)", transport)[1])
        self.channel = channel if uri.endswith("video") else self.channel
        return f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"

    def by_udp(self, uri, transport):
        port = int(re.search(r"client_port=(\d+)", transport)[1])
        link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        link.connect(("127.0.0.1", port))
        self.datagrams = link if uri.endswith("video") else self.datagrams
        return f"RTP/AVP;unicast;client_port={port}-{port + 1};server_port={link.getsockname()[1]}"

    def reply(self, status, headers="", text=""):
        length = f"Content-Length: {len(text)}\r\n" if text else ""
        headers = headers + "\r\n" if headers else ""
        with self.writing:
            top = f"RTSP/1.0 {status}\r\nCSeq: {self.counter}\r\n"
            self.wfile.write(f"{top}{headers}{length}\r\n{text}".encode())

    def send(self, packet):
        if self.datagrams:
            self.datagrams.send(packet)
            return
        with self.writing:
            frame = b"$" + struct.pack(">BH", self.channel, len(packet)) + packet
            self.wfile.write(b"".join(self.framing.packets(frame)))

    def play(self):
        """Sends pictures at their times until the client is gone."""
        began = time.monotonic()
        now = int((began - switched_on) * asked.fps)
        back = range(now, now - len(first.pictures), -1)
        number = next((n for n in back if asked.join == "live" or is_key(picture(n))), now)
        number += int(asked.fps / 2) if asked.join == "behind" else 0
        # Who gets a fresh key frame is as far behind for good; who gets the newest one catches up at once.
        lead = (now - number) / asked.fps if asked.join == "last" else 0
        start = number
        sequence = secrets.randbelow(60000) if asked.damage is None else 0
        try:
            while not self.over.is_set():
                elapsed = (number - start) / asked.fps
                if 0 <= asked.silent_after <= elapsed:
                    return
                if 0 < asked.ends_after < elapsed:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                time.sleep(max(0.0, began + elapsed - lead - time.monotonic()))
                payloads = [payload for unit in picture(number) for payload in packets(unit)]
                stamp = int(number * 90000 / asked.fps) & 0xFFFFFFFF
                for payload in payloads:
                    mark = 0x80 if payload is payloads[-1] else 0
                    top = struct.pack(">BBHII", 0x80, mark | 96, sequence & 0xFFFF, stamp, 0x5EED)
                    for packet in self.damage.packets(top + payload):
                        self.send(packet)
                    sequence += 1
                number += 1
        except OSError:
            self.over.set()


parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("file")
parser.add_argument("--join", choices=["live", "behind", "last", "fresh"], default="fresh")
parser.add_argument("--carrier", choices=["tcp", "udp", "both"], default="both")
parser.add_argument("--login", choices=KINDS)
parser.add_argument("--damage", type=int)
parser.add_argument(
    "--then", help="another file from --after seconds on, as when the camera is set to another size"
)
for name in ("no-sets", "sound"):
    parser.add_argument(f"--{name}", action="store_true")
for name, value in (("user", "admin"), ("password", "hunter2"), ("status", "")):
    parser.add_argument(f"--{name}", default=value)
numbers = {"fps": 25.0, "after": 3.0, "ends-after": 0.0, "silent-after": -1.0, "empty-every": 0}
for name, value in numbers.items():
    parser.add_argument(f"--{name}", type=type(value), default=value)
asked = parser.parse_args()
guard = Login(asked.login, asked.user, asked.password)
first, then = Clip(asked.file), Clip(asked.then) if asked.then else None
switched_on = time.monotonic()
Server(asked.port, Session).serve_forever()
