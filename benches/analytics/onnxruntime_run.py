"""Runs a model with ONNX Runtime on one thread: MODEL INPUT OUTPUT HEIGHT WIDTH RUNS.

INPUT holds 3 * HEIGHT * WIDTH little-endian 32-bit floats; the first output is written to OUTPUT likewise;
the median time in milliseconds is printed.
"""

import sys
import time

import numpy
import onnxruntime

model, source, target, height, width, runs = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
picture = numpy.fromfile(source, "<f4").reshape(1, 3, int(height), int(width))
feed = {session.get_inputs()[0].name: picture}
output = session.run(None, feed)[0]
times = []
for _ in range(int(runs)):
    began = time.perf_counter()
    session.run(None, feed)
    times.append(time.perf_counter() - began)
output.astype("<f4").tofile(target)
print(sorted(times)[len(times) // 2] * 1e3)
