"""A web server on 127.0.0.1 with one file, whose connections break off.

Usage: file_camera.py PORT FILE [--part SHARE] [--no-ranges]. Each connection gives at most SHARE of the whole
file, then hangs up, whatever it has announced. Parts of the file are given from any place on, unless
`--no-ranges` is said. Standard library only.
"""

import argparse
import re
import socketserver

from listening import Server


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        try:
            head = "".join(iter(lambda: self.rfile.readline().decode("latin1").strip() + "\n", "\n"))
            print("asked", flush=True)
            self.answer(head)
        except OSError:
            print("hung up by the client", flush=True)

    def answer(self, head):
        wanted = None if asked.no_ranges else re.search(r"(?im)^range: *bytes=(\d+)-", head)
        start = min(int(wanted.group(1)), len(data)) if wanted else 0
        lines = ["HTTP/1.1 206 Partial Content" if wanted else "HTTP/1.1 200 OK"]
        lines += ["Content-Type: video/mp4", f"Content-Length: {len(data) - start}"]
        if wanted:
            lines += ["Accept-Ranges: bytes", f"Content-Range: bytes {start}-{len(data) - 1}/{len(data)}"]
        part = data[start : start + int(len(data) * asked.part)]
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode() + part)


parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("file")
parser.add_argument("--part", type=float, default=1.0)
parser.add_argument("--no-ranges", action="store_true")
asked = parser.parse_args()
with open(asked.file, "rb") as file:
    data = file.read()
Server(asked.port, Session).serve_forever()
