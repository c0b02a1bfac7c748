"""Writes a network with YOLOv8n's layers and random weights: OUTPUT WIDTH HEIGHT.

What is slow in such a model is where its nodes are, not what its weights say. Batch norms are folded, as
exports have them; the head holds 16 bins a side whose softmax runs over an axis that is not the last.
"""

import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

BINS, CLASSES = 16, 80
STRIDES = (8, 16, 32)


class Graph:
    """Nodes and weights, each named by its number."""

    def __init__(self, seed):
        self.nodes, self.weights, self.random = [], [], numpy.random.default_rng(seed)

    def const(self, values, kind):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(numpy.asarray(values, kind), name))
        return name

    def ints(self, *values):
        return self.const(values, numpy.int64)

    def add(self, operator, inputs, outputs=1, **attributes):
        names = [f"t{len(self.nodes)}_{n}" for n in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def plain(self, x, inside, outside, bias=0.0):
        weights = self.random.normal(0, (1 / inside) ** 0.5, (outside, inside, 1, 1))
        return self.add("Conv", [x, self.const(weights, "f4"), self.const(numpy.full(outside, bias), "f4")])

    def conv(self, x, inside, outside, size=1, stride=1):
        weights = self.random.normal(0, (2 / (inside * size * size)) ** 0.5, (outside, inside, size, size))
        bias = self.random.normal(0, 0.05, outside)
        pads = [size // 2] * 4
        y = self.add("Conv", [x, self.const(weights, "f4"), self.const(bias, "f4")],
                     kernel_shape=[size, size], strides=[stride, stride], pads=pads)
        return self.add("Mul", [y, self.add("Sigmoid", [y])])

    def c2f(self, x, inside, outside, count, short):
        half = outside // 2
        parts = self.add("Split", [self.conv(x, inside, outside), self.ints(half, half)], 2, axis=1)
        for _ in range(count):
            y = self.conv(self.conv(parts[-1], half, half, 3), half, half, 3)
            parts.append(self.add("Add", [parts[-1], y]) if short else y)
        return self.conv(self.add("Concat", parts, axis=1), (2 + count) * half, outside)

    def pooled(self, x, channels):
        parts = [self.conv(x, channels, channels // 2)]
        for _ in range(3):
            parts.append(self.add("MaxPool", [parts[-1]], kernel_shape=[5, 5], pads=[2] * 4, strides=[1, 1]))
        return self.conv(self.add("Concat", parts, axis=1), channels * 2, channels)

    def larger(self, x):
        return self.add("Resize", [x, "", self.const([1, 1, 2, 2], "f4")], mode="nearest",
                        coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    def joined(self, *parts):
        return self.add("Concat", list(parts), axis=1)


def backbone(g, x):
    x = g.conv(g.conv(x, 3, 16, 3, 2), 16, 32, 3, 2)
    x = g.conv(g.c2f(x, 32, 32, 1, True), 32, 64, 3, 2)
    low = g.c2f(x, 64, 64, 2, True)
    mid = g.c2f(g.conv(low, 64, 128, 3, 2), 128, 128, 2, True)
    high = g.pooled(g.c2f(g.conv(mid, 128, 256, 3, 2), 256, 256, 1, True), 256)
    mid = g.c2f(g.joined(g.larger(high), mid), 384, 128, 1, False)
    low = g.c2f(g.joined(g.larger(mid), low), 192, 64, 1, False)
    mid = g.c2f(g.joined(g.conv(low, 64, 64, 3, 2), mid), 192, 128, 1, False)
    high = g.c2f(g.joined(g.conv(mid, 128, 128, 3, 2), high), 384, 256, 1, False)
    return (low, 64), (mid, 128), (high, 256)


def cells(width, height):
    """Middles of the cells, in cells, and their strides."""
    middles, strides = [], []
    for stride in STRIDES:
        y, x = numpy.mgrid[0:height // stride, 0:width // stride] + 0.5
        middles.append(numpy.stack([x.ravel(), y.ravel()]))
        strides.append(numpy.full(x.size, stride))
    return numpy.concatenate(middles, 1)[None], numpy.concatenate(strides)[None]


def head(g, levels, width, height):
    flat = []
    for x, inside in levels:
        sides = g.plain(g.conv(g.conv(x, inside, 64, 3), 64, 64, 3), 64, 4 * BINS)
        scores = g.plain(g.conv(g.conv(x, inside, CLASSES, 3), CLASSES, CLASSES, 3), CLASSES, CLASSES, -4.0)
        both = g.joined(sides, scores)
        flat.append(g.add("Reshape", [both, g.ints(1, 4 * BINS + CLASSES, -1)]))
    sides, scores = g.add("Split", [g.add("Concat", flat, axis=2), g.ints(4 * BINS, CLASSES)], 2, axis=1)
    middles, strides = cells(width, height)
    count = strides.size
    bins = g.add("Transpose", [g.add("Reshape", [sides, g.ints(1, 4, BINS, count)])], perm=[0, 2, 1, 3])
    mean = g.const(numpy.arange(BINS).reshape(1, BINS, 1, 1), "f4")
    sides = g.add("Conv", [g.add("Softmax", [bins], axis=1), mean])
    sides = g.add("Reshape", [sides, g.ints(1, 4, count)])
    part = lambda first, last: g.add("Slice", [sides, g.ints(first), g.ints(last), g.ints(1)])
    middles = g.const(middles, "f4")
    upper, lower = g.add("Sub", [middles, part(0, 2)]), g.add("Add", [middles, part(2, 4)])
    middle = g.add("Div", [g.add("Add", [upper, lower]), g.const(2, "f4")])
    boxes = g.joined(middle, g.add("Sub", [lower, upper]))
    boxes = g.add("Mul", [boxes, g.const(strides, "f4")])
    return g.joined(boxes, g.add("Sigmoid", [scores])), count


def main():
    path, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    g = Graph(8)
    last, count = head(g, backbone(g, "images"), width, height)
    kind = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    g.nodes.append(helper.make_node("Identity", [last], ["output0"]))
    graph = helper.make_graph(g.nodes, "yolov8-like", [kind("images", [1, 3, height, width])],
                              [kind("output0", [1, 4 + CLASSES, count])], g.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


main()
