"""GStreamer's RTSP server on 127.0.0.1 with a pipeline of your choice as rtsp://127.0.0.1:PORT/live.

Usage: gst_camera.py PORT PIPELINE, where the pipeline ends in a payloader named pay0. All clients share one
run of it. Needs the system's Python with gir1.2-gst-rtsp-server-1.0.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f"( {sys.argv[2]} )")
factory.set_shared(True)
server = GstRtspServer.RTSPServer(address="127.0.0.1", service=sys.argv[1])
server.get_mount_points().add_factory("/live", factory)
server.attach(None)
GLib.MainLoop().run()
