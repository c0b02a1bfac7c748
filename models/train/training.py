"""The training loop that both networks share: samples and a loss in, checkpoints of averaged weights out.

It runs for a given time: the learning rate rises for the first steps and then falls along a cosine to almost
nothing at the end of the time. What a sample is and what the loss measures do not belong here.
"""

import math
import pathlib
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from layers import Averaged

WARM_UP_STEPS = 200
LAST_RATE = 0.01  # of the highest learning rate
REPORT_STEPS = 50
SAVE_SECONDS = 180


def add_arguments(parser, minutes):
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder written by scene_data.py")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="checkpoint to write")
    parser.add_argument("--init", help="checkpoint to begin with")
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)


class Samples(IterableDataset):
    """Endless samples: `draw(rng)` makes one."""

    def __init__(self, draw, seed):
        self.draw, self.seed = draw, seed

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        torch.set_num_threads(1)
        while True:
            yield self.draw(rng)


def learning_rate(step, share, highest):
    """`share` is how much of the time is over, 0 to 1."""
    cosine = 0.5 + 0.5 * math.cos(math.pi * min(share, 1))
    return highest * min(1, (step + 1) / WARM_UP_STEPS) * (LAST_RATE + (1 - LAST_RATE) * cosine)


def fit(model, draw, collate, loss_of, args, **extra):
    """Trains until the time is over.

    `loss_of(model, batch)` gives the loss and a dict of numbers to print.
    """
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    if args.init:
        model.load_state_dict(torch.load(args.init, map_location="cpu")["model"])
    model.train().to(memory_format=torch.channels_last)
    average = Averaged(model)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.02}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=args.rate)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    batches = DataLoader(Samples(draw, args.seed), args.batch, num_workers=args.workers, collate_fn=collate)
    start, saved, sums = time.monotonic(), time.monotonic(), {}
    for step, batch in enumerate(batches):
        now = time.monotonic()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, (now - start) / 60 / args.minutes, args.rate)
        loss, numbers = loss_of(model, batch)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {step + 1}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()
        average.update(model)
        for name, value in numbers.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach()) / REPORT_STEPS
        if (step + 1) % REPORT_STEPS == 0:
            means = ", ".join(f"{name} {value:.4f}" for name, value in sums.items())
            print(f"{(now - start) / 60:6.1f} min, step {step + 1}: {means}", flush=True)
            sums = {}
        over = now - start >= args.minutes * 60
        if over or now - saved > SAVE_SECONDS:
            saved = now
            partial = args.out.with_suffix(".part")
            torch.save({"model": average.model.state_dict(), "step": step + 1, **extra}, partial)
            partial.replace(args.out)
        if over:
            return
