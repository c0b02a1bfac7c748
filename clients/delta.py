"""A viewer that gets only what changed, composes each picture, and saves the last one.

Usage: delta.py ADDRESS FRAMES FILE, such as delta.py ws://127.0.0.1:6732/websocket/60 100 last.png.
Needs `pip install websockets pillow`."""

import asyncio, io, json, sys
import websockets
from PIL import Image

def numbers(data):
    """Reads numbers of seven bits a byte, the lowest first."""
    number = shift = 0
    for byte in data:
        number, shift = number | (byte & 127) << shift, shift + 7
        if byte < 128:
            yield number
            number = shift = 0

def comment_of(jpeg):
    """Returns what the comment says, word by word."""
    words = jpeg[6:4 + int.from_bytes(jpeg[4:6], "big")].decode().split()[1:]
    return dict(word.split("=", 1) for word in words)

def compose(held, jpeg, mode="RGB"):
    """Returns picture and comment after a message; None where only a key frame helps."""
    comment = comment_of(jpeg)
    packed = Image.open(io.BytesIO(jpeg))
    packed.draft(mode, None)
    segment, packed = packed.app.get("APP11", b""), packed.convert(mode)
    if "base" not in comment:
        return packed, comment
    if held is None:
        return None
    width, height, *runs = numbers(segment[4:])
    (picture, before), (base, frame) = held, (int(comment["base"]), int(comment["frame"]))
    if "sweep" in comment:
        picture = picture.resize((width, height))
    elif [before["level"], before["scale"]] != [comment["level"], comment["scale"]]:
        return None
    elif not base <= int(before["frame"]) <= frame:
        return None
    columns, packed_columns, block, sent = -(-width // 16), packed.width // 16, 0, 0
    for skip, send in zip(runs[::2], runs[1::2]):
        for block in range(block + skip, block + skip + send):
            left, top = sent % packed_columns * 16, sent // packed_columns * 16
            piece = packed.crop((left, top, left + 16, top + 16))
            picture.paste(piece, (block % columns * 16, block // columns * 16))
            sent += 1
        block += 1
    return picture, comment

async def main(address, count, file):
    held = None
    address += f"{'&' if '?' in address else '?'}delta=1&messages=none"
    async with websockets.connect(address, max_size=None) as viewer:
        for _ in range(count):
            jpeg = await viewer.recv()
            composed = compose(held, jpeg)
            if composed is None and held is not None:
                await viewer.send(json.dumps({"type": "key"}))
            held = composed
            await viewer.send(json.dumps({"type": "ack", "frame": int(comment_of(jpeg)["frame"])}))
    if held is not None:
        held[0].save(file)

if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
    except (OSError, ValueError, websockets.WebSocketException) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
