"""An RTSP server whose pictures say when they were made.

The stream is rtsp://127.0.0.1:PORT/live, H.264, 1280x720, 25 pictures a second. The lowest 24 bits of the
wall clock's milliseconds stand along the top as blocks of 40x40, the highest bit first, white for 1.
Usage: stamped_rtsp.py PORT [FRAMES]. A key frame comes every FRAMES pictures, 50 unless said. Needs Debian's
gir1.2-gst-rtsp-server-1.0."""

import random
import sys
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

WIDTH, HEIGHT, FPS, BITS, BLOCK = 1280, 720, 25, 24, 40
GOP = int(sys.argv[2]) if len(sys.argv) > 2 else 50

LAUNCH = (
    f"( appsrc name=pictures is-live=true do-timestamp=true format=time "
    f"caps=video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1 "
    f"! x264enc tune=zerolatency speed-preset=ultrafast key-int-max={GOP} bitrate=4000 "
    f"! rtph264pay name=pay0 pt=96 config-interval=1 )"
)


class Stamped(GstRtspServer.RTSPMediaFactory):
    """Makes the pipeline for the first client, and feeds it."""

    def do_create_element(self, _url):
        return Gst.parse_launch(LAUNCH)

    def do_configure(self, media):
        # Takes over the factory's settings: one pipeline for all clients.
        GstRtspServer.RTSPMediaFactory.do_configure(self, media)
        pictures = media.get_element().get_by_name_recurse_up("pictures")
        wall = bytearray(128 + (x * y // 97) % 60 for y in range(HEIGHT) for x in range(WIDTH))
        thing = random.Random(1).randbytes(200 * 200)
        chroma = bytes([128]) * (WIDTH * HEIGHT // 2)
        count = 0

        def push():
            nonlocal count
            count += 1
            luma = bytearray(wall)
            for row in range(200):
                start = (row + 200) * WIDTH + count * 4 % 1000
                luma[start : start + 200] = thing[row * 200 : row * 200 + 200]
            now = int(time.time() * 1000)
            row = b"".join(bytes([235 if now >> bit & 1 else 16]) * BLOCK for bit in reversed(range(BITS)))
            for line in range(BLOCK):
                luma[line * WIDTH : line * WIDTH + len(row)] = row
            picture = Gst.Buffer.new_wrapped(bytes(luma) + chroma)
            return pictures.emit("push-buffer", picture) == Gst.FlowReturn.OK

        GLib.timeout_add(1000 // FPS, push)


def main() -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1])
    factory = Stamped()
    factory.set_shared(True)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    GLib.MainLoop().run()


main()
