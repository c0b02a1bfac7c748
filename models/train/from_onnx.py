"""Turns the detector's ONNX file back into a checkpoint, so that training can go on from it.

The file has batch norm folded away. Each convolution gets a batch norm again that changes nothing: its mean
and variance are those of the training pictures, its gain and bias undo them.

    python from_onnx.py ../detector.onnx --data data/train --out checkpoints/begin.pt
"""

import argparse
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import detector
import train_detector
from layers import NormedConv
from scene_data import SceneData

PICTURES = 96


def weights_of(path):
    """All weights of an ONNX file by their names."""
    file = onnx.load(str(path))
    return {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in file.graph.initializer}


def unfolded(weights):
    """A detector with these weights, and batch norms that leave everything as it is."""
    model = detector.Detector()
    for name, module in model.named_modules():
        if isinstance(module, NormedConv):
            module.conv.weight.data = weights[f"{name}.weight"]
            module.norm.bias.data = weights[f"{name}.bias"]
            module.norm.weight.data.fill_(1.0)
            module.norm.running_mean.zero_()
            module.norm.running_var.fill_(1 - module.norm.eps)
        elif isinstance(module, torch.nn.Conv2d) and not name.endswith(".conv"):
            module.weight.data = weights[f"{name}.weight"]
            module.bias.data = weights[f"{name}.bias"]
    return model


@torch.no_grad()
def settle(model, pictures):
    """Gives each batch norm the statistics of what reaches it, and a gain and bias that undo them."""
    sums = {}

    def note(module, inputs):
        x = inputs[0].double()
        one, two, count = sums.get(module, (0, 0, 0))
        n = x.numel() // x.shape[1]
        sums[module] = one + x.sum((0, 2, 3)), two + x.square().sum((0, 2, 3)), count + n

    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(note) for norm in norms]
    model.eval()
    for batch in pictures.split(8):
        model.raw(batch.float() / 255)
    for hook in hooks:
        hook.remove()
    for norm, (one, two, count) in sums.items():
        mean, variance = one / count, two / count - (one / count).square()
        norm.running_mean.data = mean.float()
        norm.running_var.data = variance.float()
        norm.weight.data = torch.sqrt(variance.float() + norm.eps)
        norm.bias.data += mean.float()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=pathlib.Path, help="the detector as ONNX")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder written by scene_data.py")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="checkpoint to write")
    args = parser.parse_args()
    draw, rng = train_detector.sampler(SceneData(args.data)), np.random.default_rng(0)
    pictures, _ = train_detector.collate([draw(rng) for _ in range(PICTURES)])
    model = unfolded(weights_of(args.file))
    before = model.eval().raw(pictures[:2].float() / 255)[1]
    settle(model, pictures)
    after = model.eval().raw(pictures[:2].float() / 255)[1]
    print(f"scores differ by {float((after - before).abs().max().detach()):.1e}")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model": model.state_dict(), "step": 0}, args.out)


if __name__ == "__main__":
    main()
