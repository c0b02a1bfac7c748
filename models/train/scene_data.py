"""Data from the synthetic scene: made by Steadycast's own binary, kept at half size.

The pictures are augmented on the way to a network. `make` in: the binary and seeds. Out: a folder with
`pictures.npy` (uint8 [N, 360, 640, 3], RGB) and `objects.npz` (rows of picture, class, left, top, right,
bottom, head x, head y, visible; in pixels of the half-size picture). `SceneData` reads that folder; `Augment`
cuts out, distorts and recompresses. Losses and networks do not belong here.

    python scene_data.py --binary steadycast --out data/train --seeds 1000-1239 --pictures 16
    python scene_data.py --binary steadycast --out data/validation --seeds 2000-2019 \\
        --pictures 10 --people 40 --vehicles 6
"""

import argparse
import io
import json
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageFilter

from detector import CLASSES

WIDTH, HEIGHT = 640, 360
GREY = (114, 114, 114)
COLUMNS = ("picture", "class", "left", "top", "right", "bottom", "head_x", "head_y", "visible")


class SceneData:
    """Pictures and objects of a folder that `make` wrote."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.pictures = np.load(folder / "pictures.npy", mmap_mode="r")
        rows = np.load(folder / "objects.npz")["rows"]
        first = np.searchsorted(rows[:, 0], np.arange(len(self.pictures) + 1))
        self.objects = [rows[first[i] : first[i + 1], 1:] for i in range(len(self.pictures))]

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        """Picture as a PIL image, and a copy of its objects: rows of COLUMNS without the first."""
        return Image.fromarray(np.asarray(self.pictures[index])), self.objects[index].copy()


class Augment:
    """A random cut-out of a picture at a random size, lit, compressed and disturbed at random.

    Out: uint8 [height, width, 3] and the objects that are left, moved along. What hangs over the picture's
    border is grey, as in a letterbox. An object that is cut loses visibility in proportion to its area, and
    its head counts only inside the cut-out.
    """

    def __init__(self, height, width, scales=(0.7, 1.4), margin=0):
        self.height, self.width, self.scales, self.margin = height, width, scales, margin

    def __call__(self, picture, objects, rng, focus=None):
        """`focus` is a row of `objects` that the cut-out has to show."""
        if rng.random() < 0.5:
            picture, objects = flipped(picture, objects)
        scale = np.exp(rng.uniform(*np.log(self.scales)))
        width, height = self.width / scale, self.height / scale
        left = place(rng, WIDTH, width, self.margin, None if focus is None else objects[focus, 1::2][:2])
        top = place(rng, HEIGHT, height, self.margin, None if focus is None else objects[focus, 2::2][:2])
        picture, objects = self.cut(picture, objects, (left, top), scale)
        return disturbed(picture, rng), objects

    def cut(self, picture, objects, corner, scale):
        left, top = corner
        right, bottom = left + self.width / scale, top + self.height / scale
        inside = np.clip((left, top, right, bottom), 0, (WIDTH, HEIGHT, WIDTH, HEIGHT))
        x0, y0, x1, y1 = np.round((inside - (left, top, left, top)) * scale).astype(int)
        canvas = Image.new("RGB", (self.width, self.height), GREY)
        if x1 > x0 and y1 > y0:
            size = x1 - x0, y1 - y0
            canvas.paste(picture.resize(size, Image.Resampling.BILINEAR, box=tuple(inside)), (x0, y0))
        areas = area(objects)
        objects[:, 1:7] = (objects[:, 1:7] - np.tile((left, top), 3)) * scale
        objects[:, 1:5] = np.clip(objects[:, 1:5], 0, np.tile((self.width, self.height), 2))
        objects[:, 7] *= area(objects) / np.maximum(areas * scale**2, 1e-6)
        return canvas, objects[area(objects) > 0]


def area(objects):
    return np.maximum(objects[:, 3] - objects[:, 1], 0) * np.maximum(objects[:, 4] - objects[:, 2], 0)


def place(rng, whole, part, margin, focus):
    """Where a cut-out of `part` pixels starts on a side of `whole`.

    `focus` is an interval that it should show.
    """
    low, high = sorted((-margin, whole + margin - part))
    start = rng.uniform(low, high)
    if focus is not None:
        start = np.clip(start, min(focus[1] - part, focus[0]), max(focus[1] - part, focus[0]))
    return start


def flipped(picture, objects):
    objects[:, [1, 3]] = WIDTH - objects[:, [3, 1]]
    objects[:, 5] = WIDTH - objects[:, 5]
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), objects


def disturbed(picture, rng):
    """Light, colour, blur, noise and JPEG as they vary from camera to camera."""
    if rng.random() < 0.8:
        levels = np.arange(256) / 255
        gamma, contrast = np.exp(rng.normal(0, 0.25)), np.exp(rng.normal(0, 0.15))
        brightness = rng.normal(0, 0.06)
        cast = np.exp(rng.normal(0, 0.06, 3))
        curve = ((levels**gamma - 0.5) * contrast + 0.5 + brightness) * cast[:, None]
        picture = picture.point(np.clip(curve * 255 + 0.5, 0, 255).astype(np.uint8).flatten().tolist())
    if rng.random() < 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    if rng.random() < 0.25:
        noise = rng.standard_normal((picture.height, picture.width, 1), dtype=np.float32) * rng.uniform(2, 10)
        picture = Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))
    if rng.random() < 0.6:
        picture = recompressed(picture, int(rng.uniform(25, 96)))
    return np.asarray(picture)


def recompressed(picture, quality):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def render(binary, seed, options, folder):
    """Has the binary write pictures of a seed; yields (path of the picture, its ground truth)."""
    command = [binary, "scene", "--seed", str(seed), "--out", str(folder)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for line in (pathlib.Path(folder) / "truth.jsonl").read_text().splitlines():
        truth = json.loads(line)
        yield pathlib.Path(folder) / truth["picture"], truth


def rows_of(truth, size=(WIDTH, HEIGHT)):
    """The objects of one picture, [n, 8]: COLUMNS without the first, scaled to `size`."""
    scale = np.array((size[0] / truth["width"], size[1] / truth["height"]))
    rows = [
        [CLASSES.index(o["class"]), *np.tile(scale, 3) * (o["box"] + o["head"]), o["visible"]]
        for o in truth["objects"]
    ]
    return np.array(rows, np.float32).reshape(-1, len(COLUMNS) - 1)


def crowd_of(seed):
    """People and vehicles of a training seed.

    Scenes are empty to packed; few people are a little more frequent than many.
    """
    rng = np.random.default_rng(seed)
    return int(260 * rng.random() ** 1.3), int(rng.integers(0, 13))


def make(args):
    first, last = (int(part) for part in args.seeds.split("-"))
    seeds = range(first, last + 1)
    args.out.mkdir(parents=True, exist_ok=True)
    shape = (len(seeds) * args.pictures, HEIGHT, WIDTH, 3)
    pictures = np.lib.format.open_memmap(args.out / "pictures.npy", "w+", np.uint8, shape)
    rows, index = [], 0
    for seed in seeds:
        people, vehicles = crowd_of(seed)
        options = {"frames": args.pictures, "fps": 1 / args.seconds, "level": 95}
        options["people"] = people if args.people is None else args.people
        options["vehicles"] = vehicles if args.vehicles is None else args.vehicles
        with tempfile.TemporaryDirectory() as folder:
            for path, truth in render(args.binary, seed, options, folder):
                pictures[index] = np.asarray(Image.open(path).convert("RGB").reduce(2))
                objects = rows_of(truth)
                rows.append(np.insert(objects, 0, index, axis=1))
                index += 1
    np.savez(args.out / "objects.npz", rows=np.concatenate(rows))
    print(f"{args.out}: {index} pictures, {sum(map(len, rows))} objects")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--binary", default="steadycast", help="the steadycast program")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", default="1000-1239", help="first-last")
    parser.add_argument("--pictures", type=int, default=16, help="pictures per seed")
    parser.add_argument("--seconds", type=float, default=2.5, help="seconds between pictures")
    parser.add_argument("--people", type=int, help="people of every seed instead of varied ones")
    parser.add_argument("--vehicles", type=int, help="vehicles of every seed instead of varied ones")
    make(parser.parse_args())


if __name__ == "__main__":
    main()
