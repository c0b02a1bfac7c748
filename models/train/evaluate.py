"""Measures the ONNX files on pictures that the binary draws for given seeds.

ONNX Runtime runs them on one thread; no training code takes part.

In: a model, the binary, seeds. Out on the terminal: for the detector average precision at an IoU of 0.5 per
class and their mean; for the crowd counter the sum of the absolute errors by the sum of the people. Pictures
are prepared as a caller would: 1280x720, halved, in the detector's case with 12 grey rows above and below.

    python evaluate.py detector ../detector.onnx --binary steadycast --seeds 2000-2019 --pictures 10
    python evaluate.py crowd ../crowd.onnx --binary steadycast --seeds 2000-2019 --jpeg 30
"""

import argparse
import tempfile

import numpy as np
from PIL import Image

import crowd
import detector
from onnx_file import input_name, session
from scene_data import recompressed, render, rows_of

# Height in pixels of the full picture and visible share: objects below either are neither hits nor false
# alarms.
LEAST_HEIGHT, LEAST_VISIBLE = 24, 0.4
MATCH_IOU = 0.5
HEAD_VISIBLE = 0.1
FEWEST, MOST = 5, 200  # people in the crowd's scenes, spread evenly over the seeds
PAD, GREY = 12, 114


def pictures(args, seed, people, vehicles, count):
    """(half-size RGB picture, full-size objects) of a seed."""
    options = {"frames": count, "fps": 0.4, "people": people, "vehicles": vehicles, "level": 95}
    with tempfile.TemporaryDirectory() as folder:
        for path, truth in render(args.binary, seed, options, folder):
            picture = Image.open(path).convert("RGB")
            if args.jpeg:
                picture = recompressed(picture, args.jpeg)
            yield np.asarray(picture.reduce(2)), rows_of(truth, (truth["width"], truth["height"]))


def iou(box, boxes):
    size = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    both = np.prod(np.maximum(size, 0), axis=1)
    return both / (np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - both + 1e-9)


def best_of(boxes, scores, most):
    """Numbers of the boxes that no better one overlaps by more than `most`, the best first."""
    order, kept = np.argsort(-scores), []
    while len(order):
        kept.append(order[0])
        order = order[1:][iou(boxes[order[0]], boxes[order[1:]]) <= most]
    return kept


def detect(run, picture, most, least):
    """Boxes (corners in pixels of the full picture) and scores of each class."""
    image = np.pad(picture, ((PAD, PAD), (0, 0), (0, 0)), constant_values=GREY).astype(np.float32) / 255
    out = run(image.transpose(2, 0, 1)[None])[0].T
    middle, half = out[:, :2] - (0, PAD), out[:, 2:4] / 2
    boxes = np.clip(np.concatenate((middle - half, middle + half), 1), 0, (640, 360, 640, 360)) * 2
    for scores in out[:, 4:].T:
        seen = scores >= least
        kept = best_of(boxes[seen], scores[seen], most)
        yield boxes[seen][kept], scores[seen][kept]


def outcomes(boxes, scores, objects):
    """Detections and objects of one picture and class that count.

    Out: (score, hit) of each such detection, and the number of such objects.
    """
    counts = (objects[:, 4] - objects[:, 2] >= LEAST_HEIGHT) & (objects[:, 7] >= LEAST_VISIBLE)
    free, found = np.ones(len(objects), bool), []
    for box, score in zip(boxes, scores):
        overlaps = iou(box, objects[:, 1:5])
        wanted = np.where(counts & free, overlaps, 0)
        if len(objects) and wanted.max() >= MATCH_IOU:
            free[wanted.argmax()] = False
            found.append((score, True))
        elif not (len(objects) and np.where(counts, 0, overlaps).max() >= MATCH_IOU):
            found.append((score, False))
    return found, int(counts.sum())


def average_precision(found, objects):
    """Area under the precision that is at least reached at each recall."""
    hits = np.array([hit for _, hit in sorted(found, key=lambda pair: -pair[0])], float)
    if objects == 0 or len(hits) == 0:
        return float("nan") if objects == 0 else 0.0
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    reached = np.maximum.accumulate(precision[::-1])[::-1]
    return float((reached * hits).sum() / objects)


def measure_detector(run, args, seeds):
    found, objects = [[] for _ in detector.CLASSES], [0] * len(detector.CLASSES)
    for seed in seeds:
        for picture, truth in pictures(args, seed, args.people, args.vehicles, args.pictures):
            detections = detect(run, picture, args.most_overlap, args.least_score)
            for number, (boxes, scores) in enumerate(detections):
                new, count = outcomes(boxes, scores, truth[truth[:, 0] == number])
                found[number] += new
                objects[number] += count
    each = [average_precision(*pair) for pair in zip(found, objects)]
    for name, value, detections, count in zip(detector.CLASSES, each, found, objects):
        hits = sum(hit for _, hit in detections)
        recall, precision = hits / max(count, 1), hits / max(len(detections), 1)
        shares = f"recall {recall:.3f}, precision {precision:.3f}"
        print(f"{name:8} AP@0.5 {value:.4f}  ({count} objects, {shares})")
    print(f"mean     AP@0.5 {np.nanmean(each):.4f}")


def measure_crowd(run, args, seeds):
    errors, totals = [], []
    for number, seed in enumerate(seeds):
        people = round(FEWEST + (MOST - FEWEST) * number / max(len(seeds) - 1, 1))
        for picture, truth in pictures(args, seed, people, args.vehicles, args.pictures):
            x, y, visible = truth[:, 5], truth[:, 6], truth[:, 7]
            inside = (x >= 0) & (x < 1280) & (y >= 0) & (y < 720)
            heads = int(((truth[:, 0] == 0) & inside & (visible >= HEAD_VISIBLE)).sum())
            image = (picture / 255 - crowd.MEAN) / crowd.STD
            count = float(run(image.astype(np.float32).transpose(2, 0, 1)[None]).sum())
            errors.append(count - heads)
            totals.append(heads)
            if args.verbose:
                print(f"seed {seed}: {heads} people, {count:.1f} counted")
    share, bias = np.abs(errors).sum() / sum(totals), sum(errors) / sum(totals)
    print(f"{len(totals)} pictures, {sum(totals)} people: absolute errors {share:.2%}, bias {bias:+.2%}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=("detector", "crowd"))
    parser.add_argument("model")
    parser.add_argument("--binary", default="steadycast", help="the steadycast program")
    parser.add_argument("--seeds", default="2000-2019", help="first-last")
    parser.add_argument("--pictures", type=int, default=1, help="pictures per seed")
    parser.add_argument("--people", type=int, default=40, help="detector only")
    parser.add_argument("--vehicles", type=int, default=6)
    parser.add_argument("--jpeg", type=int, help="recompress the full-size pictures at this quality first")
    parser.add_argument("--least-score", type=float, default=0.01, help="of a detection that is looked at")
    parser.add_argument(
        "--most-overlap", type=float, default=0.45, help="IoU above which the worse of two boxes is dropped"
    )
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    first, last = (int(part) for part in args.seeds.split("-"))
    running, name = session(args.model), input_name(args.model)
    measure = measure_detector if args.kind == "detector" else measure_crowd
    measure(lambda image: running.run(None, {name: image})[0], args, range(first, last + 1))


if __name__ == "__main__":
    main()
