"""The detector: pictures in, boxes and class scores out.

The convolutions are dense 3x3 ones only, so that one processor core is enough.

In: [B, 3, H, W], RGB 0..1, H and W multiples of 32. Out of `forward`: [B, 4 + classes, N]: centre x,
centre y, width, height in input pixels, then a score of 0..1 for each class; N = H*W/64 + H*W/256, row by
row, the finer grid first. Out of `raw`: the same before the sigmoid, as [B, N, 4] and [B, N, classes], for
training. Suppression of double boxes is left to the caller.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from layers import NormedConv

CLASSES = ("person", "car", "truck", "bus")
STRIDES = (8, 16)
HEIGHT, WIDTH = 384, 640


def block(inputs, outputs, stride=1, kernel_size=3):
    return nn.Sequential(NormedConv(inputs, outputs, kernel_size, stride), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.squeeze = block(channels, hidden)
        self.expand = NormedConv(hidden, channels)

    def forward(self, x):
        return F.relu(x + self.expand(self.squeeze(x)))


class Head(nn.Module):
    """Box and class maps of one level."""

    def __init__(self, channels, stride):
        super().__init__()
        self.tower = block(channels, 32)
        self.box = nn.Conv2d(32, 4, 1)
        self.score = nn.Conv2d(channels, len(CLASSES), 1)
        nn.init.zeros_(self.box.weight)
        self.box.bias.data = torch.tensor([0.0, 0.0, math.log(2.5), math.log(4.0)])
        nn.init.normal_(self.score.weight, std=0.01)
        # At the start some ten objects are expected in a picture.
        nn.init.constant_(self.score.bias, math.log(10 / len(CLASSES) / (HEIGHT * WIDTH / stride**2)))

    def forward(self, x):
        return self.box(self.tower(x)), self.score(x)


class Detector(nn.Module):
    """Three stages down to stride 32, merged upwards again, heads at strides 8 and 16."""

    def __init__(self):
        super().__init__()
        self.to8 = nn.Sequential(block(3, 16, 2), block(16, 32, 2), block(32, 64, 2), Residual(64, 64))
        self.to16 = nn.Sequential(block(64, 96, 2), Residual(96, 96), Residual(96, 96))
        self.to32 = nn.Sequential(block(96, 128, 2), Residual(128, 128))
        self.lateral16, self.merge16 = block(128, 96, kernel_size=1), block(96, 96)
        self.lateral8, self.merge8 = block(96, 64, kernel_size=1), block(64, 64)
        self.heads = nn.ModuleList([Head(64, 8), Head(96, 16)])
        self.anchors = {}

    def maps(self, images):
        """Box and score maps of each level."""
        at8 = self.to8(images)
        at16 = self.to16(at8)
        at32 = self.to32(at16)
        at16 = self.merge16(at16 + F.interpolate(self.lateral16(at32), scale_factor=2.0, mode="nearest"))
        at8 = self.merge8(at8 + F.interpolate(self.lateral8(at16), scale_factor=2.0, mode="nearest"))
        return [head(level) for head, level in zip(self.heads, (at8, at16))]

    def grid(self, height, width):
        """Centres of all cells in pixels [2, N], and their strides [1, N]."""
        if (height, width) not in self.anchors:
            centres, strides = [], []
            for stride in STRIDES:
                rows, columns = torch.arange(height // stride), torch.arange(width // stride)
                y, x = torch.meshgrid(rows, columns, indexing="ij")
                centres.append((torch.stack((x, y)).flatten(1).float() + 0.5) * stride)
                strides.append(torch.full((1, x.numel()), float(stride)))
            self.anchors[height, width] = torch.cat(centres, 1), torch.cat(strides, 1)
        return self.anchors[height, width]

    def decode(self, images):
        centres, strides = self.grid(int(images.shape[2]), int(images.shape[3]))
        maps, batch = self.maps(images), int(images.shape[0])
        boxes = torch.cat([box.reshape(batch, 4, -1) for box, _ in maps], 2).float()
        scores = torch.cat([score.reshape(batch, len(CLASSES), -1) for _, score in maps], 2).float()
        return boxes[:, :2] * strides + centres, torch.exp(boxes[:, 2:]) * strides, scores

    def raw(self, images):
        centres, sizes, scores = self.decode(images)
        return torch.cat((centres, sizes), 1).transpose(1, 2), scores.transpose(1, 2)

    def forward(self, images):
        centres, sizes, scores = self.decode(images)
        return torch.cat((centres, sizes, scores.sigmoid()), 1)
