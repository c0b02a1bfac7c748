"""A live HLS stream on 127.0.0.1: a playlist that moves with the clock over segments made beforehand.

Usage: hls_camera.py PORT FOLDER SECONDS. FOLDER holds the segments, `*.ts`, each SECONDS long. The playlist
`/live.m3u8` names the newest three of those that have been "recorded" so far, as if it had begun three
segments ago. Standard library only.
"""

import http.server
import pathlib
import sys
import time

SHOWN = 3


class Camera(http.server.SimpleHTTPRequestHandler):
    """One request."""

    def __init__(self, *rest):
        super().__init__(*rest, directory=str(folder))

    def do_GET(self):
        if not self.path.startswith("/live.m3u8"):
            return super().do_GET()
        newest = SHOWN + int((time.monotonic() - began) / seconds)
        names = segments[newest - SHOWN : newest]
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{round(seconds)}"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{newest - SHOWN}"]
        lines += [line for name in names for line in (f"#EXTINF:{seconds:.3f},", name)]
        text = "\n".join(lines + [""]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.apple.mpegurl")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


folder, seconds = pathlib.Path(sys.argv[2]), float(sys.argv[3])
segments = sorted(file.name for file in folder.glob("*.ts"))
began = time.monotonic()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Camera).serve_forever()
