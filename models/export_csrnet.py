"""Turns a published CSRNet checkpoint into ONNX, and checks that both count alike.

In: a PyTorch checkpoint of CSRNet at any width: `frontend.N.weight`, `backend.N.weight`,
`output_layer.weight` and their biases, bare or under one of WRAPPERS, behind any prefixes (`module.`,
`model.module.`). Batch norm is folded into the convolution before it; other weights are ignored with a word.
Out: an ONNX file with the input `image` [1, 3, H, W] (RGB, normalised with ImageNet's mean and standard
deviation) and the output `density` [1, 1, H/8, W/8], whose sum is the number of people, or `--scale` times as
much, which the file then says. Height and width are free unless given. Fails, and leaves no file, where ONNX
Runtime differs from PyTorch by more than 0.1 % of the largest value.

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
import re
import sys
import tempfile

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "train"))
import crowd  # noqa: E402
import onnx_file  # noqa: E402

CELL = 8
LAYERS = tuple(len(part) for part in crowd.PUBLISHED)
CHECKED_SIZES = ((240, 320), (128, 200))  # of a file with free sizes; height, width
PARTS = ("frontend", "backend", "output_layer")
WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network", "params", "weights", "ema")
MOST_WRAPPERS = 3  # one in the other
EPSILON = 1e-5  # of PyTorch's batch norm


class BadCheckpoint(Exception):
    """The file is no CSRNet checkpoint; the message says why."""


def read_state(path, trust=False):
    """The weights in a checkpoint, by name."""
    try:
        saved = torch.load(path, map_location="cpu", weights_only=not trust)
    except OSError as error:
        raise BadCheckpoint(f"cannot read {path}: {error.strerror}") from error
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        # PyTorch 1 refuses even a number that stands beside the weights, such as the best error so far.
        trusted = " (PyTorch 2 opens more; if you trust where it comes from, add --trust)"
        hint, reason = "" if trust else trusted, str(error).splitlines()[0]
        raise BadCheckpoint(f"{path} cannot be opened as a PyTorch checkpoint{hint}: {reason}") from error
    state = unwrapped(saved)
    if not isinstance(state, dict):
        raise BadCheckpoint(f"{path} holds a {type(state).__name__}, not weights by name")
    return bare({name: value for name, value in state.items() if isinstance(name, str)})


def unwrapped(saved):
    """What a checkpoint has under the names that training programs give to weights, or itself."""
    for _ in range(MOST_WRAPPERS):
        if isinstance(saved, torch.nn.Module):
            return saved.state_dict()
        wrapped = [saved[key] for key in WRAPPERS if key in saved] if isinstance(saved, dict) else []
        inner = [one for one in wrapped if isinstance(one, (dict, torch.nn.Module))]
        if not inner:
            return saved
        saved = inner[0]
    return saved


def bare(state):
    """The weights of a CSRNet without the prefixes of what it was wrapped in; says what it leaves out."""
    found, others = {}, []
    for name, value in state.items():
        place = re.match(r"((?:[^.]+\.)*?)((?:%s)\..+)" % "|".join(PARTS), name)
        if place and isinstance(value, torch.Tensor):
            found.setdefault(place[1], {})[place[2]] = value
        else:
            others.append(name)
    if not found:
        first = ", ".join(list(state)[:3]) or "none"
        raise BadCheckpoint(f"no CSRNet: no weight is named {PARTS[0]}.*; the first names are {first}")
    prefix = max(found, key=lambda prefix: (len(found[prefix]), -len(prefix)))
    others += [other + name for other in found if other != prefix for name in found[other]]
    if others:
        more = ", ..." if len(others) > 3 else ""
        print(f"ignored, none of CSRNet: {', '.join(others[:3])}{more} ({len(others)})", file=sys.stderr)
    return found[prefix]


def place_of(owner):
    """Number of a layer in its part, or -1 where the part is a single layer."""
    return int((re.findall(r"\d+", owner) or [-1])[0])


def check_norm(owner, norm, before):
    """Refuses a batch norm that cannot be folded: it has to come at once behind a convolution of its size."""
    if before is None or place_of(owner) - place_of(before[0]) > 1:
        raise BadCheckpoint(f"the batch norm {owner} follows no convolution at once, and cannot be folded")
    if before[2]:
        raise BadCheckpoint(f"the batch norms {before[2]} and {owner} follow one convolution, {before[0]}")
    channels, outputs = len(norm["running_var"]), len(before[1])
    if channels != outputs or any(one is not None and len(one) != channels for one in norm.values()):
        raise BadCheckpoint(f"the batch norm {owner} has {channels} channels and {before[0]} gives {outputs}")
    if norm["running_mean"] is None:
        raise BadCheckpoint(f"the batch norm {owner} has no running mean")


def convolutions(state, part):
    """Weight and bias of each convolution of a part, in order, with the batch norm behind it folded in.

    Layers stand in the order of their numbers, and of the checkpoint where they share one (`0.conv`, `0.bn`).
    """
    owners = {name.rpartition(".")[0]: None for name in state if name.startswith(f"{part}.")}
    layers, before = [], None  # the last convolution: its name, weight and the norm behind it
    for owner in sorted(owners, key=place_of):
        leaves = ("weight", "bias", "running_mean", "running_var")
        of = {leaf: state.get(f"{owner}.{leaf}") for leaf in leaves}
        weight, bias = of["weight"], of["bias"]
        if weight is not None and weight.dim() == 4:
            layers.append([weight.float(), torch.zeros(len(weight)) if bias is None else bias.float()])
            before = (owner, weight, "")
        elif of["running_var"] is not None:
            check_norm(owner, of, before)
            before = (*before[:2], owner)
            deviation = (of["running_var"].float() + EPSILON).sqrt()
            gain = (1.0 if weight is None else weight.float()) / deviation
            layers[-1][0] = layers[-1][0] * gain.reshape(-1, 1, 1, 1)
            layers[-1][1] = (layers[-1][1] - of["running_mean"].float()) * gain
            layers[-1][1] = layers[-1][1] + (0.0 if bias is None else bias.float())
        else:
            raise BadCheckpoint(f"no CSRNet: {owner} is neither a convolution nor its batch norm")
    return layers


def network_of(state):
    """The network with these weights."""
    front, back, last = (convolutions(state, part) for part in PARTS)
    if (len(front), len(back)) != LAYERS or len(last) != 1:
        found = f"{len(front)} front, {len(back)} back and {len(last)} last convolutions"
        raise BadCheckpoint(f"no CSRNet: {found} instead of {LAYERS[0]}, {LAYERS[1]} and 1")
    model = crowd.CsrNet(*(tuple(len(weight) for weight, _ in part) for part in (front, back)))
    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.Conv2d)]
    for number, (layer, (weight, bias)) in enumerate(zip(layers, front + back + last, strict=True), 1):
        if layer.weight.shape != weight.shape:
            shapes = f"{list(weight.shape)} instead of {list(layer.weight.shape)}"
            raise BadCheckpoint(f"no CSRNet: the weight of convolution {number} is {shapes}")
        layer.weight.data, layer.bias.data = weight, bias
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


def export(model, out, size=None, more=None):
    """Writes and checks `out`; `size` is (height, width) or nothing, `more` further metadata.

    Returns the largest relative difference.
    """
    free = {"image": {2: "height", 3: "width"}, "density": {2: "rows", 3: "columns"}}
    about = {"input": "imagenet", "description": "CSRNet: people per cell of 8x8 pixels", **(more or {})}
    examples = [torch.randn(1, 3, *shape) for shape in ([size] if size else CHECKED_SIZES)]
    try:
        worst = onnx_file.write(model, examples[0], out, ("image", "density"), about, None if size else free)
        return max([worst] + [onnx_file.difference(model, example, out) for example in examples[1:]])
    except onnx_file.Mismatch:
        pathlib.Path(out).unlink(missing_ok=True)
        raise


def with_norm(width):
    """A network with batch norm behind each hidden convolution, as made by CSRNet's own `make_layers`."""
    plain = random_network(width)
    layers = {"frontend": [], "backend": []}
    for part, into in layers.items():
        for layer in getattr(plain, part):
            into.append(layer)
            if isinstance(layer, torch.nn.Conv2d):
                norm = torch.nn.BatchNorm2d(layer.out_channels)
                for values in (norm.weight, norm.bias, norm.running_mean):
                    torch.nn.init.uniform_(values, 0.5, 1.5)
                torch.nn.init.uniform_(norm.running_var, 0.5, 1.5)
                into.append(norm)
    plain.frontend, plain.backend = (torch.nn.Sequential(*into) for into in layers.values())
    return plain.eval()


def wrapped(state):
    """The same weights in the ways in which training programs save them, by the file's name."""
    prefixed = {prefix: {prefix + k: v for k, v in state.items()} for prefix in ("module.", "model.module.")}
    return {
        "bare": state,
        "nested": {"epoch": 1, "state_dict": prefixed["module."]},
        "twice": {"model": {"state_dict": prefixed["model.module."]}, "optimizer": {"step": 1}},
        "model_state_dict": {"model_state_dict": state, "arch": "csrnet"},
        "net": {"net": prefixed["module."]},
        "extra": {**state, "head.weight": torch.zeros(3), "loss.frontend_weight": torch.zeros(1)},
    }


def wrong_norms(state):
    """Checkpoints whose batch norms cannot be folded, by the file's name: the first is moved behind what
    follows its convolution, or before it, is there twice, or is of another size."""
    conv, norm = (
        {name.removeprefix(layer): state[name] for name in state if name.startswith(layer)}
        for layer in ("frontend.0.", "frontend.1.")
    )
    rest = {name: state[name] for name in state if not re.match(r"frontend\.[01]\.", name)}
    wide = {leaf: torch.cat([value, value]) if value.dim() else value for leaf, value in norm.items()}

    def with_first(**layers):
        named = [(f"frontend.{place[1:]}.", layer) for place, layer in layers.items()]
        return {**{place + leaf: layer[leaf] for place, layer in named for leaf in layer}, **rest}

    return {
        "norm-behind.pth": with_first(_0=conv, _2=norm),
        "norm-before.pth": with_first(_0=norm, _1=conv),
        "norm-twice.pth": {**with_first(_0=conv, _1=norm), **{f"frontend.1.b.{k}": norm[k] for k in norm}},
        "norm-wide.pth": with_first(_0=conv, _1=wide),
    }


def read_wrapped(folder):
    """Reads a network however it is saved, with batch norm and without."""
    example = torch.randn(1, 3, 64, 96)
    for kind, model in (("plain", random_network(8)), ("batch norm", with_norm(8))):
        with torch.no_grad():
            expected = model(example)
        for name, saved in wrapped(model.state_dict()).items():
            torch.save(saved, folder / f"{name}.pth")
            with torch.no_grad():
                found = network_of(read_state(folder / f"{name}.pth"))(example)
            worst = ((found - expected).abs().max() / expected.abs().max()).item()
            assert worst < 1e-4, f"{kind}, {name}: differs by {worst:.1e}"
        print(f"{kind}: read from {', '.join(wrapped({}))}")


def self_test():
    """Exports narrow and full networks, reads them however they are saved, and refuses wrong files."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        read_wrapped(folder)
        for width, size in ((8, None), (8, (360, 640)), (64, (240, 320))):
            model = random_network(width)
            torch.save(model.state_dict(), folder / "bare.pth")
            worst = export(network_of(read_state(folder / "bare.pth")), folder / "out.onnx", size)
            print(f"width {width}, size {size or 'free'}: differs by {worst:.1e} of the largest value")
        torch.save({"conv1.weight": torch.zeros(1)}, folder / "other.pth")
        torch.save([1, 2], folder / "list.pth")
        (folder / "text.pth").write_text("not a checkpoint")
        short = {k: v for k, v in model.state_dict().items() if not k.startswith("backend.10.")}
        torch.save(short, folder / "short.pth")
        grey = {**model.state_dict(), "frontend.0.weight": torch.zeros(64, 1, 3, 3)}
        torch.save(grey, folder / "grey.pth")
        norms = wrong_norms(with_norm(64).state_dict())
        for name, state in norms.items():
            torch.save(state, folder / name)
        for name in ("missing.pth", "other.pth", "list.pth", "text.pth", "short.pth", "grey.pth", *norms):
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
    parser.add_argument("--scale", type=float, default=1.0, help="what one person adds up to in the map")
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
        more = {"licence": args.licence, **({"scale": str(args.scale)} if args.scale != 1.0 else {})}
        worst = export(model, out, (args.height, args.width) if args.width else None, more)
    except (BadCheckpoint, onnx_file.Mismatch, OSError) as error:
        sys.exit(f"export_csrnet: {error}")
    print(f"{out}: {out.stat().st_size} bytes, differs from PyTorch by {worst:.1e} of the largest value")


if __name__ == "__main__":
    main()
