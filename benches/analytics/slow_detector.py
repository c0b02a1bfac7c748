"""Writes a detector that finds what another one does, and takes longer: DETECTOR OUTPUT LAYERS.

Convolutions stand before it, and the mean of what they make is added to the picture times next to nothing.
Times nothing, a runtime would leave all of them out.
"""

import sys

import numpy
import onnx
from onnx import helper, numpy_helper

CHANNELS, STRIDE = 256, 8
NEXT_TO_NOTHING = 1e-6


def main(detector, output, layers):
    model = onnx.load(detector)
    graph = model.graph
    picture = graph.input[0].name
    for node in graph.node:
        for n, name in enumerate(node.input):
            if name == picture:
                node.input[n] = "slow_picture"
    random = numpy.random.default_rng(1)

    def weights(name, shape):
        values = random.normal(0, numpy.prod(shape[1:]) ** -0.5, shape)
        graph.initializer.append(numpy_helper.from_array(values.astype(numpy.float32), name))
        return name

    first = weights("slow_first", (CHANNELS, 3, STRIDE, STRIDE))
    nodes = [helper.make_node("Conv", [picture, first], ["slow_0"], strides=[STRIDE, STRIDE])]
    kernel = weights("slow_kernel", (CHANNELS, CHANNELS, 3, 3))
    for n in range(layers):
        nodes.append(helper.make_node("Conv", [f"slow_{n}", kernel], [f"slow_{n + 1}"], pads=[1, 1, 1, 1]))
    factor = numpy_helper.from_array(numpy.array([NEXT_TO_NOTHING], numpy.float32), "slow_factor")
    graph.initializer.append(factor)
    nodes += [
        helper.make_node("GlobalAveragePool", [f"slow_{layers}"], ["slow_mean"]),
        helper.make_node("Conv", ["slow_mean", weights("slow_last", (3, CHANNELS, 1, 1))], ["slow_three"]),
        helper.make_node("Mul", ["slow_three", "slow_factor"], ["slow_little"]),
        helper.make_node("Add", [picture, "slow_little"], ["slow_picture"]),
    ]
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.save(model, output)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
