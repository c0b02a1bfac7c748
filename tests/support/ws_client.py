"""An independent viewer: reads two levels at once over two WebSockets and checks every frame.

Usage: ws_client.py HOST:PORT LEVEL LEVEL FRAMES. Prints one JSON object per level; ends with 1 if a frame is
wrong. Needs the packages `websockets` and `pillow`."""

import asyncio
import io
import json
import re
import sys

import websockets
from PIL import Image

COMMENT = re.compile(
    rb"^steadycast/1 camera=(?P<camera>\S+) frame=(?P<frame>\d+) captured_us=(?P<captured_us>\d+)"
    rb" level=(?P<level>\d+) scale=(?P<scale>\d+)(?: take=\d+)?(?: slate=1)?$"
)


def comment(jpeg: bytes) -> dict[str, bytes]:
    """The fields of the comment segment right after SOI."""
    if jpeg[:4] != b"\xff\xd8\xff\xfe":
        raise ValueError(f"no comment segment right after SOI: {jpeg[:4]!r}")
    length = int.from_bytes(jpeg[4:6], "big")
    found = COMMENT.match(jpeg[6 : 4 + length])
    if not found:
        raise ValueError(f"the comment does not parse: {jpeg[6:4 + length]!r}")
    return found.groupdict()


async def watch(address: str, level: int, frames: int) -> dict:
    """Reads `frames` frames at `level`; raises ValueError at the first that is wrong."""
    last, count, hello = 0, 0, None
    async with websockets.connect(f"ws://{address}/websocket/{level}", max_size=None) as socket:
        async for message in socket:
            if isinstance(message, str):
                hello = hello or json.loads(message)
                continue
            fields = comment(message)
            if hello is None or hello["type"] != "hello":
                raise ValueError(f"the first message is no hello: {hello}")
            if int(fields["level"]) != level:
                raise ValueError(f"level {fields['level']!r} instead of {level}")
            if int(fields["frame"]) <= last:
                raise ValueError(f"frame {fields['frame']!r} after {last}")
            picture = Image.open(io.BytesIO(message))
            picture.load()
            if picture.size != (hello["width"], hello["height"]):
                raise ValueError(f"{picture.size} instead of what hello said: {hello}")
            last, count = int(fields["frame"]), count + 1
            if count == frames:
                break
    if count < frames:
        raise ValueError(f"closed after {count} of {frames} frames")
    return {"level": level, "frames": count, "last": last}


async def main() -> None:
    address, first, second, frames = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    both = asyncio.gather(watch(address, first, frames), watch(address, second, frames))
    for result in await asyncio.wait_for(both, timeout=60):
        print(json.dumps(result))


asyncio.run(main())
