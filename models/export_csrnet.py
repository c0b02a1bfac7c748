"""Turns a published CSRNet checkpoint into ONNX, and checks that both count alike.

In: a PyTorch checkpoint of CSRNet (`frontend.N.weight`, `backend.N.weight`, `output_layer.weight` and their
biases, bare or under `state_dict`, at any width). Out: an ONNX file with the input `image` [1, 3, H, W] (RGB,
normalised with ImageNet's mean and standard deviation) and the output `density` [1, 1, H/8, W/8], whose sum
is the number of people. Height and width are free unless given. Fails, and leaves no file, where ONNX Runtime
differs from PyTorch by more than 0.1 % of the largest value.

    python export_csrnet.py PartAmodel_best.pth.tar csrnet.onnx --width 640 --height 360
    python export_csrnet.py --random 64 csrnet-random.onnx
    python export_csrnet.py --self-test

Random weights (64 is the published width) are for tests of what reads the file. It needs what
train/requirements.txt lists. A checkpoint is opened for its numbers only; one that holds other Python objects
is refused, because opening those runs code: --trust opens it nevertheless.
"""

import argparse
import pathlib
import pickle
import sys
import tempfile

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "train"))
import crowd  # noqa: E402
import onnx_file  # noqa: E402

CELL = 8
LAYERS = tuple(len(part) for part in crowd.PUBLISHED)
CHECKED_SIZES = ((240, 320), (128, 200))  # of a file with free sizes; height, width
WRAPPER = "module."  # what nn.DataParallel puts before each name


class BadCheckpoint(Exception):
    """The file is no CSRNet checkpoint; the message says why."""


def read_state(path, trust=False):
    """The weights in a checkpoint, by name."""
    try:
        saved = torch.load(path, map_location="cpu", weights_only=not trust)
    except OSError as error:
        raise BadCheckpoint(f"cannot read {path}: {error.strerror}") from error
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        trusted = " (if it holds more than numbers and you trust where it comes from, add --trust)"
        hint, reason = "" if trust else trusted, str(error).splitlines()[0]
        raise BadCheckpoint(f"{path} cannot be opened as a PyTorch checkpoint{hint}: {reason}") from error
    if isinstance(saved, dict) and isinstance(saved.get("state_dict"), dict):
        saved = saved["state_dict"]
    if not isinstance(saved, dict):
        raise BadCheckpoint(f"{path} holds a {type(saved).__name__}, not weights by name")
    return {name.removeprefix(WRAPPER): value for name, value in saved.items() if isinstance(name, str)}


def network_of(state):
    """The network with these weights."""
    for part in ("frontend.", "backend.", "output_layer."):
        if not any(name.startswith(part) for name in state):
            first = ", ".join(list(state)[:3]) or "none"
            raise BadCheckpoint(f"no CSRNet: no weight is named {part}*; the first names are {first}")
    widths = crowd.widths_of(state)
    if tuple(map(len, widths)) != LAYERS:
        found = f"{len(widths[0])} front and {len(widths[1])} back convolutions"
        raise BadCheckpoint(f"no CSRNet: {found} instead of {LAYERS[0]} and {LAYERS[1]}")
    model = crowd.CsrNet(*widths)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise BadCheckpoint(f"no CSRNet: {' '.join(str(error).split())}") from error
    return model.eval()


def random_network(width):
    """Random weights; `width` is that of the first layer, 64 as published."""
    torch.manual_seed(0)
    front, back = (tuple(max(1, full * width // 64) for full in part) for part in crowd.PUBLISHED)
    model = crowd.CsrNet(front, back)
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    # What comes before is never negative, so this density is none that is cut to nothing.
    torch.nn.init.uniform_(model.output_layer.weight, 0.0, 0.1)
    torch.nn.init.zeros_(model.output_layer.bias)
    return model.eval()


def export(model, out, size=None, licence="that of the weights"):
    """Writes and checks `out`; `size` is (height, width) or nothing.

    Returns the largest relative difference.
    """
    free = {"image": {2: "height", 3: "width"}, "density": {2: "rows", 3: "columns"}}
    about = {"input": "imagenet", "description": "CSRNet: people per cell of 8x8 pixels", "licence": licence}
    examples = [torch.randn(1, 3, *shape) for shape in ([size] if size else CHECKED_SIZES)]
    try:
        worst = onnx_file.write(model, examples[0], out, ("image", "density"), about, None if size else free)
        return max([worst] + [onnx_file.difference(model, example, out) for example in examples[1:]])
    except onnx_file.Mismatch:
        pathlib.Path(out).unlink(missing_ok=True)
        raise


def self_test():
    """Exports narrow and full networks and refuses wrong files."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for width, size in ((8, None), (8, (360, 640)), (64, (240, 320))):
            model = random_network(width)
            wrapped = {WRAPPER + k: v for k, v in model.state_dict().items()}
            torch.save({"epoch": 1, "state_dict": wrapped}, folder / "nested.pth")
            torch.save(model.state_dict(), folder / "bare.pth")
            for name in ("nested.pth", "bare.pth"):
                worst = export(network_of(read_state(folder / name)), folder / "out.onnx", size)
            print(f"width {width}, size {size or 'free'}: differs by {worst:.1e} of the largest value")
        torch.save({"conv1.weight": torch.zeros(1)}, folder / "other.pth")
        torch.save([1, 2], folder / "list.pth")
        (folder / "text.pth").write_text("not a checkpoint")
        short = {k: v for k, v in model.state_dict().items() if not k.startswith("backend.10.")}
        torch.save(short, folder / "short.pth")
        for name in ("missing.pth", "other.pth", "list.pth", "text.pth", "short.pth"):
            try:
                network_of(read_state(folder / name))
            except BadCheckpoint as error:
                print(f"refused: {str(error).replace(str(folder) + '/', '')[:120]}")
            else:
                raise AssertionError(f"{name} was taken for a CSRNet")
    print("self-test passed")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="checkpoint and output, or the output alone with --random")
    parser.add_argument("--width", type=int, help="pixels, a multiple of 8; together with --height")
    parser.add_argument("--height", type=int)
    parser.add_argument("--licence", default="that of the weights", help="what the file shall say about it")
    parser.add_argument(
        "--random", type=int, metavar="WIDTH", help="random weights, WIDTH channels in the first layer"
    )
    parser.add_argument("--trust", action="store_true", help="open a checkpoint that may run code")
    parser.add_argument("--self-test", action="store_true")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    if len(args.files) != (1 if args.random else 2):
        parser.error("give a checkpoint and an output, or --random WIDTH and an output")
    sides = (args.width, args.height)
    if sides.count(None) == 1 or any(side and (side < CELL or side % CELL) for side in sides):
        parser.error("--width and --height go together and are multiples of 8")
    out = pathlib.Path(args.files[-1])
    try:
        if args.random:
            model = random_network(args.random)
        else:
            model = network_of(read_state(args.files[0], args.trust))
        worst = export(model, out, (args.height, args.width) if args.width else None, args.licence)
    except (BadCheckpoint, onnx_file.Mismatch, OSError) as error:
        sys.exit(f"export_csrnet: {error}")
    print(f"{out}: {out.stat().st_size} bytes, differs from PyTorch by {worst:.1e} of the largest value")


if __name__ == "__main__":
    main()
