"""A live HLS stream on 127.0.0.1: a playlist that moves with the clock over segments made beforehand.

Usage: hls_camera.py PORT FOLDER SECONDS [DAMAGE]. FOLDER holds the segments, `*.ts`, each SECONDS long. The
playlist `/live.m3u8` names the newest three of those that have been "recorded" so far, as if it had begun
three segments ago. DAMAGE is the number of a damage to playlists and packets. Each segment that is sent is
told on stdout as `asked NAME`. Standard library only.
"""

import http.server
import pathlib
import sys
import time

from damage import Damage

SHOWN = 3
PACKET = 188


class Camera(http.server.BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self):
        if not self.path.startswith("/live.m3u8"):
            return self.segment(self.path.lstrip("/"))
        newest = SHOWN + int((time.monotonic() - began) / seconds)
        names = segments[newest - SHOWN : newest]
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{round(seconds)}"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{newest - SHOWN}"]
        lines += [line for name in names for line in (f"#EXTINF:{seconds:.3f},", name)]
        # Whoever gets a useless one finds another when the stream has moved on.
        text = Damage(number, f"playlist {newest}").text("\n".join(lines + [""]))
        self.reply("application/vnd.apple.mpegurl", text.encode())

    def segment(self, name):
        if name not in segments:
            return self.send_error(404)
        print(f"asked {name}", flush=True)
        data = (folder / name).read_bytes()
        damage = Damage(number, name)
        packets = (data[at : at + PACKET] for at in range(0, len(data), PACKET))
        self.reply("video/mp2t", b"".join(sent for packet in packets for sent in damage.packets(packet)))

    def reply(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


folder, seconds = pathlib.Path(sys.argv[2]), float(sys.argv[3])
segments = sorted(file.name for file in folder.glob("*.ts"))
number = int(sys.argv[4]) if len(sys.argv) > 4 else None
began = time.monotonic()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Camera).serve_forever()
