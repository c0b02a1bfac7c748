"""Turns training checkpoints into ONNX files.

Batch norm is folded, the input is fixed, metadata is added, and the answers are checked against ONNX Runtime.

In: a checkpoint of train_detector.py or train_crowd.py (or --random for untrained weights, to measure speed).
Out: the file, and on the terminal its cost, size and difference to PyTorch.

    python export.py detector checkpoints/detector.pt ../detector.onnx
    python export.py crowd checkpoints/crowd.pt ../crowd.onnx
    python export.py detector --random random.onnx
"""

import argparse
import pathlib

import torch

import crowd
import detector
import onnx_file
from layers import NormedConv, fold, macs

NOTE = "trained only on Steadycast's synthetic scene; it knows no other place"


def load_detector(checkpoint):
    model = detector.Detector()
    if checkpoint:
        model.load_state_dict(torch.load(checkpoint, map_location="cpu")["model"])
    names = "{" + ", ".join(f"{number}: '{name}'" for number, name in enumerate(detector.CLASSES)) + "}"
    description = f"Steadycast detector, {NOTE}"
    about = {"names": names, "input": "rgb01", "description": description, "licence": "MIT"}
    return fold(model), (detector.HEIGHT, detector.WIDTH), ("images", "output0"), about


def load_crowd(checkpoint):
    model, scale = crowd.CsrNet(*crowd.SLIM, conv=NormedConv), 1.0
    if checkpoint:
        saved = torch.load(checkpoint, map_location="cpu")
        model.load_state_dict(saved["model"])
        scale = saved["scale"]
    model = fold(model)
    # Training aims at `scale` times the density; the file gives the density itself.
    model.output_layer.weight.data /= scale
    model.output_layer.bias.data /= scale
    description = f"Steadycast crowd counter (slim CSRNet), {NOTE}"
    about = {"input": "imagenet", "description": description, "licence": "MIT"}
    return model, (crowd.HEIGHT, crowd.WIDTH), ("image", "density"), about


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", choices=("detector", "crowd"))
    parser.add_argument("checkpoint", nargs="?")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--random", action="store_true", help="untrained weights; needs no checkpoint")
    args = parser.parse_args()
    if bool(args.checkpoint) == args.random:
        parser.error("give either a checkpoint or --random")
    torch.manual_seed(0)
    load = load_detector if args.model == "detector" else load_crowd
    model, size, names, about = load(args.checkpoint)
    example = torch.rand(1, 3, *size)
    worst = onnx_file.write(model, example, args.out, names, about)
    cost, size = macs(model, example) / 1e9, args.out.stat().st_size
    difference = f"differs from PyTorch by {worst:.1e} of the largest value"
    print(f"{args.out}: {cost:.3f} GMAC, {size} bytes, {difference}")


if __name__ == "__main__":
    main()
