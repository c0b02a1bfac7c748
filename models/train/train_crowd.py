"""Trains the slim CSRNet: a data folder in, a checkpoint out.

The target is a density map: a Gaussian per head, whose sum over the cells is exactly 1 also at the border.
The loss is the squared error of the map plus the errors of the counts in blocks and in the whole, which are
what the map is for.

    python train_crowd.py --data data/train --out checkpoints/crowd.pt --minutes 25
"""

import argparse

import numpy as np
import torch
from torch.nn import functional as F

import crowd
import training
from layers import NormedConv
from scene_data import Augment, SceneData

HEIGHT, WIDTH = 256, 384
CELL = 8  # pixels per side of a cell of the map
SIGMA = 1.0  # of the Gaussians, in cells
SCALE = 10.0  # the network aims at this many times the density
LEAST_VISIBLE = 0.1
BLOCK = 8  # cells per side of a block whose count is compared
MEAN, STD = (np.array(values, np.float32) * 255 for values in (crowd.MEAN, crowd.STD))


def heads_of(objects, width, height):
    """Head points of the people who count: inside the picture and not hidden. [n, 2]"""
    x, y = objects[:, 5], objects[:, 6]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return objects[(objects[:, 0] == 0) & (objects[:, 7] >= LEAST_VISIBLE) & inside][:, 5:7]


def density(heads, rows, columns):
    """The density map of the heads, [rows, columns]; its sum is their number."""

    def bells(at, cells):
        distance = np.arange(cells) + 0.5 - at[:, None] / CELL
        bell = np.exp(-0.5 * (distance / SIGMA) ** 2)
        return bell / bell.sum(1, keepdims=True)

    return (bells(heads[:, 1], rows).T @ bells(heads[:, 0], columns)).astype(np.float32)


def sampler(data):
    augment = Augment(HEIGHT, WIDTH, scales=(0.75, 1.3))

    def draw(rng):
        picture, objects = augment(*data[int(rng.integers(len(data)))], rng)
        return picture, density(heads_of(objects, WIDTH, HEIGHT), HEIGHT // CELL, WIDTH // CELL)

    return draw


def collate(samples):
    pictures = np.stack([(picture - MEAN) / STD for picture, _ in samples])
    targets = np.stack([target for _, target in samples])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2), torch.from_numpy(targets)


def loss_of(model, batch):
    pictures, target = batch
    with torch.autocast("cpu", torch.bfloat16):
        got = model(pictures)
    got, target = got.float()[:, 0] / SCALE, target
    per_cell = ((got - target) ** 2).sum((1, 2)).mean() * SCALE**2 / 300
    blocks = (F.avg_pool2d((got - target)[:, None], BLOCK) * BLOCK**2).abs().sum((1, 2, 3)).mean() / 10
    error = (got.sum((1, 2)) - target.sum((1, 2))).abs()
    share = error.sum() / target.sum().clamp(min=1)
    return per_cell + blocks + error.mean() / 20, {"map": per_cell, "blocks": blocks, "count error": share}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    training.add_arguments(parser, minutes=25)
    args = parser.parse_args()
    model = crowd.CsrNet(*crowd.SLIM, conv=NormedConv)
    torch.nn.init.normal_(model.output_layer.weight, std=0.01)
    torch.nn.init.zeros_(model.output_layer.bias)
    training.fit(model, sampler(SceneData(args.data)), collate, loss_of, args, scale=SCALE)


if __name__ == "__main__":
    main()
