"""An RTSP server for the tests: gives a Matroska file with H.264 to each client from its beginning.

The stream is rtsp://127.0.0.1:PORT/clip. Usage: rtsp_server.py PORT FILE. Needs Debian's
gir1.2-gst-rtsp-server-1.0."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def main() -> None:
    port, path = sys.argv[1:3]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f'( filesrc location="{path}" ! matroskademux ! h264parse config-interval=-1'
        " ! rtph264pay name=pay0 pt=96 )"
    )
    server.get_mount_points().add_factory("/clip", factory)
    server.attach(None)
    GLib.MainLoop().run()


main()
