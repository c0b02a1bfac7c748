"""Writing ONNX files that are checked: a network and an example input in, a file with metadata out.

The file has fixed shapes (or those named in `dynamic`), opset 13 at most, and gives the same answers as
PyTorch.
"""

import inspect
import warnings

import numpy as np
import onnx
import onnxruntime
import torch

OPSET = 12
TOLERANCE = 1e-3  # of the largest value


class Mismatch(Exception):
    """ONNX Runtime's answer is not PyTorch's."""


def write(model, example, path, names, metadata, dynamic=None):
    """Writes `model` to `path`; `names` are those of its input and output.

    Returns the largest relative difference.
    """
    classic = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model(example)  # so that what depends on the shape only is a constant of the trace
        torch.onnx.export(
            model,
            (example,),
            str(path),
            opset_version=OPSET,
            input_names=[names[0]],
            output_names=[names[1]],
            dynamic_axes=dynamic,
            do_constant_folding=True,
            **classic,
        )
    file = onnx.load(str(path))
    for key, value in metadata.items():
        file.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(file)
    onnx.save(file, str(path))
    return difference(model, example, path)


def difference(model, example, path):
    """Largest absolute difference to PyTorch by the largest absolute value.

    Raises Mismatch above the tolerance.
    """
    with torch.no_grad():
        ours = model(example).numpy()
    theirs = session(path).run(None, {input_name(path): example.numpy()})[0]
    if ours.shape != theirs.shape:
        raise Mismatch(f"{path}: shape {theirs.shape} instead of {ours.shape}")
    worst = float(np.abs(ours - theirs).max() / max(np.abs(ours).max(), 1e-12))
    if not worst <= TOLERANCE:
        allowed = f"{TOLERANCE:.0e} is allowed"
        raise Mismatch(f"{path}: differs from PyTorch by {worst:.2e} of the largest value; {allowed}")
    return worst


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def input_name(path):
    return onnx.load(str(path)).graph.input[0].name
