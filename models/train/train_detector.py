"""Trains the detector: a data folder in, a checkpoint out.

Cells are given to objects by task alignment (Feng et al., "TOOD", 2021): of the cells whose centre lies in an
object, those count whose own score and box fit it best, and the score they should give is how well they fit.
Boxes learn by complete IoU. What is hardly visible is neither object nor background.

    python train_detector.py --data data/train --out checkpoints/detector.pt --minutes 60
"""

import argparse
import math

import numpy as np
import torch
from torch.nn import functional as F

import detector
import training
from scene_data import Augment, SceneData

HEIGHT, WIDTH = 320, 448
CELLS_PER_OBJECT = 10
SCORE_POWER, IOU_POWER = 0.5, 6.0
BOX_GAIN = 5.0
# Objects below either are left out of the loss.
LEAST_VISIBLE, LEAST_SIDE = 0.15, 4.0
REACH = 6.0  # pixels around an object's middle within which cells may learn it, however slim it is
IGNORED_CORE = 0.7  # share of an ignored object's sides within which no cell is background
RARE_SHARE = 0.3  # of the samples are cut around a vehicle, each class alike: most of what is seen are people
HIDDEN_SHARE = 0.4  # of the samples are cut around somebody who is partly hidden
HIDDEN = 0.15, 0.65  # visible shares of whoever is
HIDDEN_WEIGHT = 2.0  # by which their boxes and scores weigh more


def sampler(data):
    augment = Augment(HEIGHT, WIDTH, scales=(0.7, 1.6), margin=16)
    with_class = [
        [
            (i, row)
            for i, objects in enumerate(data.objects)
            for row in np.flatnonzero((objects[:, 0] == c) & (objects[:, 7] >= 0.3))
        ]
        for c in range(1, len(detector.CLASSES))
    ]
    with_class = [places for places in with_class if places]
    hidden = [
        (i, row)
        for i, objects in enumerate(data.objects)
        for row in np.flatnonzero(
            (objects[:, 0] == 0)
            & (objects[:, 7] >= HIDDEN[0])
            & (objects[:, 7] < HIDDEN[1])
            & (objects[:, 4] - objects[:, 2] >= 10)
        )
    ]

    def draw(rng):
        index, focus, kind = int(rng.integers(len(data))), None, rng.random()
        places = []
        if kind < RARE_SHARE and with_class:
            places = with_class[int(rng.integers(len(with_class)))]
        elif kind < RARE_SHARE + HIDDEN_SHARE:
            places = hidden
        if places:
            index, focus = places[int(rng.integers(len(places)))]
        return augment(*data[index], rng, focus)

    return draw


def collate(samples):
    pictures = torch.from_numpy(np.stack([picture for picture, _ in samples])).permute(0, 3, 1, 2)
    return pictures, [torch.from_numpy(objects).float() for _, objects in samples]


def corners(boxes):
    """Centre and size to left, top, right, bottom."""
    return torch.cat((boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2), -1)


def overlap(a, b):
    """IoU of corner boxes that broadcast against each other."""
    size = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    both = size[..., 0] * size[..., 1]
    areas = [(x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1]) for x in (a, b)]
    return both / (areas[0] + areas[1] - both + 1e-7)


def complete_iou(a, b):
    """IoU less the penalties for distance and shape (Zheng et al., 2020), for corner boxes in pairs."""
    iou = overlap(a, b)
    hull = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    distance = apart.square().sum(-1) / (hull.square().sum(-1) + 1e-7)
    angles = [torch.atan((x[..., 2] - x[..., 0]) / (x[..., 3] - x[..., 1] + 1e-7)) for x in (a, b)]
    shape = 4 / math.pi**2 * (angles[0] - angles[1]).square()
    with torch.no_grad():
        weight = shape / (1 - iou + shape + 1e-7)
    return iou - distance - weight * shape


@torch.no_grad()
def assign(boxes, scores, centres, objects):
    """What each cell of one picture learns.

    Out: which object it learns (-1: none), what score it should give, and whether it counts as background.
    `boxes` [N, 4] and `objects` hold corners; `scores` [N, classes] are 0..1; `centres` [N, 2].
    """
    n = len(boxes)
    nobody = torch.full((n,), -1), torch.zeros(n), torch.ones(n, dtype=torch.bool)
    if len(objects) == 0:
        return nobody
    kinds, truth = objects[:, 0].long(), objects[:, 1:5]
    keep = (objects[:, 7] >= LEAST_VISIBLE) & ((truth[:, 2:] - truth[:, :2]).min(1).values >= LEAST_SIDE)
    background = ~within(centres, shrunk(truth[~keep], IGNORED_CORE)).any(0)
    if not keep.any():
        return nobody[0], nobody[1], background
    kinds, truth = kinds[keep], truth[keep]
    inside = within(centres, grown(truth, REACH))
    ious = overlap(truth[:, None], boxes[None]) * inside
    fits = scores[:, kinds].T.pow(SCORE_POWER) * ious.pow(IOU_POWER) * inside
    best = fits.topk(min(CELLS_PER_OBJECT, n), 1)
    chosen = torch.zeros_like(inside).scatter_(1, best.indices, best.values > 0)
    # A cell that several objects want goes to the one that it overlaps most.
    owner = torch.where(chosen, ious, torch.full_like(ious, -1)).argmax(0)
    taken = chosen.any(0)
    mine = F.one_hot(owner, len(truth)).T.bool() & taken
    fits = fits * mine
    quality = fits / (fits.max(1, keepdim=True).values + 1e-9) * (ious * mine).max(1, keepdim=True).values
    learned = torch.where(taken, torch.nonzero(keep).flatten()[owner], nobody[0])
    return learned, quality.max(0).values, background


def within(points, boxes):
    """Which points [N, 2] lie in which boxes [n, 4]: [n, N]."""
    return ((points[None] > boxes[:, None, :2]) & (points[None] < boxes[:, None, 2:])).all(-1)


def shrunk(boxes, share):
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2 * share
    return torch.cat((middle - half, middle + half), 1)


def grown(boxes, least):
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, ((boxes[:, 2:] - boxes[:, :2]) / 2).clamp(min=least)
    return torch.cat((middle - half, middle + half), 1)


def loss_of(model, batch):
    pictures, objects = batch
    with torch.autocast("cpu", torch.bfloat16):
        boxes, scores = model.raw(pictures.float() / 255)
    boxes = corners(boxes.float())
    centres = model.grid(*pictures.shape[2:])[0].T
    wanted, weights, against, counted = torch.zeros_like(scores), [], [], []
    found = []
    for i, rows in enumerate(objects):
        owner, quality, background = assign(boxes[i], scores[i].sigmoid(), centres, rows)
        cells = torch.nonzero(owner >= 0).flatten()
        wanted[i, cells, rows[owner[cells], 0].long()] = quality[cells]
        weight = 1 + (HIDDEN_WEIGHT - 1) * (rows[owner[cells], 7] < HIDDEN[1]).float()
        weights.append(quality[cells] * weight)
        found.append(boxes[i, cells])
        against.append(rows[owner[cells], 1:5])
        count = background.float()
        count[cells] = weight
        counted.append(count)
    weights, total = torch.cat(weights), torch.cat(weights).sum().clamp(min=1)
    entropy = F.binary_cross_entropy_with_logits(scores, wanted, reduction="none")
    score_loss = (entropy * torch.stack(counted)[..., None]).sum() / total
    box_loss = ((1 - complete_iou(torch.cat(found), torch.cat(against))) * weights).sum() / total
    mean_quality = total / max(len(weights), 1)
    return score_loss + BOX_GAIN * box_loss, {"score": score_loss, "box": box_loss, "quality": mean_quality}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    training.add_arguments(parser, minutes=60)
    args = parser.parse_args()
    training.fit(detector.Detector(), sampler(SceneData(args.data)), collate, loss_of, args)


if __name__ == "__main__":
    main()
