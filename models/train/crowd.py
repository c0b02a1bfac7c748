"""CSRNet at any width: a picture in, a map of people per cell out; the sum of the map is the number of heads.

In: [B, 3, H, W] RGB, normalised with MEAN and STD by the caller. Out: [B, 1, H/8, W/8]. The shape is that of
"CSRNet: Dilated Convolutional Neural Networks for Understanding the Highly Congested Scenes" (Li, Zhang,
Chen, 2018), configuration B, with its published weight names: the ten 3x3 convolutions of VGG-16 with three
poolings, six dilated ones, one 1x1. Training and files do not belong here.
"""

from torch import nn

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HEIGHT, WIDTH = 360, 640
POOL_AFTER = (2, 4, 7)  # convolutions of the front end
PUBLISHED = ((64, 64, 128, 128, 256, 256, 256, 512, 512, 512), (512, 512, 512, 256, 128, 64))
SLIM = ((8, 8, 16, 16, 32, 32, 32, 48, 48, 48), (48, 48, 32, 32, 16, 16))


class CsrNet(nn.Module):
    """CSRNet with the given widths of its front and its back.

    `conv` may be another class that takes the place of the hidden convolutions after the first pooling, to
    train with batch norm.
    """

    def __init__(self, front=PUBLISHED[0], back=PUBLISHED[1], conv=nn.Conv2d):
        super().__init__()
        layers, inputs = [], 3
        for number, outputs in enumerate(front, 1):
            kind = conv if number > POOL_AFTER[0] else nn.Conv2d
            layers += [kind(inputs, outputs, kernel_size=3, padding=1), nn.ReLU(inplace=True)]
            layers += [nn.MaxPool2d(2)] if number in POOL_AFTER else []
            inputs = outputs
        self.frontend = nn.Sequential(*layers)
        layers = []
        for outputs in back:
            layers += [conv(inputs, outputs, kernel_size=3, padding=2, dilation=2), nn.ReLU(inplace=True)]
            inputs = outputs
        self.backend = nn.Sequential(*layers)
        self.output_layer = nn.Conv2d(inputs, 1, kernel_size=1)

    def forward(self, image):
        return self.output_layer(self.backend(self.frontend(image)))


def widths_of(state):
    """The widths (front, back) of a CSRNet from its weights, in the order of the layers."""

    def outputs(part):
        weights = [key for key in state if key.startswith(part) and key.endswith(".weight")]
        numbers = sorted(int(key.split(".")[1]) for key in weights)
        return tuple(state[f"{part}.{number}.weight"].shape[0] for number in numbers)

    return outputs("frontend"), outputs("backend")
