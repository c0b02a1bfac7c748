"""GStreamer's RTSP server on 127.0.0.1 with a pipeline of your choice as rtsp://127.0.0.1:PORT/live.

Usage: gst_camera.py PORT PIPELINE [--hangs-up-after SECONDS], where the pipeline ends in a payloader named
pay0. All clients share one run of it. The first client that sets it up keeps it running; with
`--hangs-up-after` each later one is hung up on after so many seconds. Each that sets it up is told on stdout
as `joined`. Needs the system's Python with gir1.2-gst-rtsp-server-1.0.
"""

import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("port")
parser.add_argument("pipeline")
parser.add_argument("--hangs-up-after", type=int, default=0)
asked = parser.parse_args()
clients = []


def joined(client, _session):
    """Keeps the first client that has a session, and gives the others their time."""
    clients.append(client)
    print("joined", flush=True)
    if asked.hangs_up_after and len(clients) > 1:
        GLib.timeout_add(1000 * asked.hangs_up_after, client.close)


Gst.init(None)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f"( {asked.pipeline} )")
factory.set_shared(True)
server = GstRtspServer.RTSPServer(address="127.0.0.1", service=asked.port)
server.get_mount_points().add_factory("/live", factory)
server.connect("client-connected", lambda _server, client: client.connect("new-session", joined))
server.attach(None)
GLib.MainLoop().run()
