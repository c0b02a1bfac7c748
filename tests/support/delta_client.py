"""The example client of deltas, checked: recorded frames, and a live stream whose pictures must be those of
the key frames that another viewer gets.

Usage: delta_client.py HOST:PORT CLIENTS GOLDEN. CLIENTS is the folder of `delta.py`, GOLDEN that of the
recordings. Prints one JSON object; ends with 1 if a block differs. Needs the packages `websockets` and
`pillow`."""

import asyncio
import io
import json
import pathlib
import sys

import websockets
from PIL import Image

sys.path.insert(0, sys.argv[2])
import delta  # noqa: E402


def blocks(picture) -> list:
    """The blocks of a picture, row by row."""
    across, down = range(0, picture.width, 16), range(0, picture.height, 16)
    boxes = [(x, y, min(x + 16, picture.width), min(y + 16, picture.height)) for y in down for x in across]
    return [picture.crop(box) for box in boxes]


def sums(picture) -> list[int]:
    """The sum of the luma of each block, row by row."""
    return [sum(n * count for n, count in enumerate(block.histogram())) for block in blocks(picture)]


def sent(jpeg: bytes) -> set[int]:
    """The blocks that a delta frame holds."""
    _, _, *runs = delta.numbers(Image.open(io.BytesIO(jpeg)).app["APP11"][4:])
    found, at = set(), 0
    for skip, send in zip(runs[::2], runs[1::2]):
        found.update(range(at + skip, at + skip + send))
        at += skip + send
    return found


def sharper_with(sharper: set[int], jpeg: bytes, comment: dict[str, str]) -> set[int]:
    """The blocks that are sharper than their level once a message is composed."""
    if "base" not in comment:
        return set()
    return sharper | sent(jpeg) if "refined" in comment else sharper - sent(jpeg)


def recorded(folder: pathlib.Path) -> int:
    """Composes the recordings; the number of frames that were as they should be."""
    told, count = json.loads((folder / "composed.json").read_text()), 0
    for name, expected in told.items():
        held = None
        for n, luma in enumerate(expected["luma"]):
            held = delta.compose(held, (folder / f"{name}_{n}.jpg").read_bytes(), "L")
            if held is None:
                raise ValueError(f"{name}_{n}.jpg does not apply")
            if held[0].size != (expected["width"], expected["height"]) or sums(held[0]) != luma:
                raise ValueError(f"{name}_{n}.jpg is composed to something else")
            count += 1
    return count


async def watch(address: str, pictures: dict[int, tuple], ended: asyncio.Event) -> None:
    """Composes pictures until `ended`: each with its sharper blocks, by the number of its frame."""
    held, sharper = None, set()
    async with websockets.connect(address, max_size=None) as viewer:
        while not ended.is_set():
            jpeg = await viewer.recv()
            held = delta.compose(held, jpeg, "L")
            if held is None:
                raise ValueError("a frame does not apply")
            picture, comment = held
            sharper = sharper_with(sharper, jpeg, comment)
            if "sweep" not in comment:
                pictures[int(comment["frame"])] = (picture.copy(), sharper)
            await viewer.send(json.dumps({"type": "ack", "frame": int(comment["frame"])}))


async def keys(address: str, count: int, ended: asyncio.Event) -> dict:
    """The key frames that another viewer asks for, by number."""
    found = {}
    async with websockets.connect(address, max_size=None) as viewer:
        while len(found) < count:
            jpeg = await viewer.recv()
            picture, comment = delta.compose(None, jpeg, "L") or (None, None)
            if picture is not None:
                found[int(comment["frame"])] = picture
                await viewer.send(json.dumps({"type": "key"}))
    ended.set()
    return found


async def live(address: str) -> int:
    """Compares composed pictures with key frames of the same number, but for blocks that are sharper; how
    many there were."""
    pictures, ended = {}, asyncio.Event()
    _, believed = await asyncio.gather(watch(address, pictures, ended), keys(address, 6, ended))
    both = believed.keys() & pictures.keys()
    for frame in both:
        composed, sharper = pictures[frame]
        for n, (ours, key) in enumerate(zip(blocks(composed), blocks(believed[frame]), strict=True)):
            if n not in sharper and ours.tobytes() != key.tobytes():
                raise ValueError(f"block {n} of frame {frame} is composed to something else")
    return len(both)


stream = f"ws://{sys.argv[1]}/websocket/60?delta=1&messages=none"
compared = asyncio.run(asyncio.wait_for(live(stream), timeout=60))
print(json.dumps({"recorded": recorded(pathlib.Path(sys.argv[3])), "compared": compared}))
