"""Building blocks that both networks share.

In: channel counts. Out: modules to train, and `fold`, which turns a trained network into one without batch
norm, for export.
"""

import copy

import torch
from torch import nn


class NormedConv(nn.Module):
    """A convolution without bias, then batch norm: takes the place of an `nn.Conv2d` while training."""

    def __init__(self, inputs, outputs, kernel_size=3, stride=1, padding=None, dilation=1):
        super().__init__()
        padding = dilation * (kernel_size // 2) if padding is None else padding
        self.conv = nn.Conv2d(inputs, outputs, kernel_size, stride, padding, dilation, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")

    def forward(self, x):
        return self.norm(self.conv(x))

    def folded(self):
        """One plain convolution that computes the same, with the statistics gathered so far."""
        conv, norm = self.conv, self.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        shape = conv.kernel_size, conv.stride, conv.padding, conv.dilation
        plain = nn.Conv2d(conv.in_channels, conv.out_channels, *shape)
        plain.weight.data = conv.weight.data * gain[:, None, None, None].data
        plain.bias.data = (norm.bias - norm.running_mean * gain).data
        return plain


def fold(module):
    """A copy of `module` in evaluation mode in which every NormedConv is a plain convolution."""
    module = copy.deepcopy(module).eval().float()
    _fold_children(module)
    return module


def _fold_children(module):
    for name, child in module.named_children():
        if isinstance(child, NormedConv):
            setattr(module, name, child.folded())
        else:
            _fold_children(child)


def macs(module, x):
    """Multiply-accumulates of all convolutions of `module` for the input `x`."""
    total = 0

    def count(conv, _inputs, output):
        nonlocal total
        taps = conv.in_channels * conv.kernel_size[0] * conv.kernel_size[1]
        total += output[0].numel() * taps

    hooks = [m.register_forward_hook(count) for m in module.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        module(x)
    for hook in hooks:
        hook.remove()
    return total


class Averaged:
    """A running average of a network's weights: steadier than the last step's."""

    def __init__(self, model, decay=0.998):
        self.model, self.decay, self.steps = copy.deepcopy(model).eval(), decay, 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for mine, new in zip(self.model.state_dict().values(), model.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.mul_(keep).add_(new.detach(), alpha=1 - keep)
            else:
                mine.copy_(new)
