"""Iterative magnitude pruning of LeNet-300-100 in PyTorch, to its end: the dense network, and at each level the winning ticket and
one re-initialisation of its mask, as a script for it is written there, with what the tuning guide advises.

Given a folder with images.u8 and labels.u8 (60,000 of them, 28 x 28), and a number of iterations and of pruned levels, it prints a
line of JSON a cell.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

folder, iterations, levels = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
BATCH, EVERY, VALIDATION, RATE = 60, 100, 5_000, 1.2e-3

torch.set_num_threads(1)
images = torch.frombuffer(bytearray(open(f"{folder}/images.u8", "rb").read()), dtype=torch.uint8).view(-1, 784)
labels = torch.frombuffer(bytearray(open(f"{folder}/labels.u8", "rb").read()), dtype=torch.uint8).long()
# Normalised once: an example is read some 16 times a training.
images = ((images.float() / 255 - 0.1307) / 0.3081).contiguous()
x_validation, y_validation = images[-VALIDATION:], labels[-VALIDATION:]
x_train, y_train = images[:-VALIDATION], labels[:-VALIDATION]


def first_values(seed):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    return net


def adam(parameters):
    try:
        return torch.optim.Adam(parameters, lr=RATE, fused=True)
    except (RuntimeError, TypeError):
        return torch.optim.Adam(parameters, lr=RATE)


def evaluate(net):
    with torch.inference_mode():
        logits = net(x_validation)
        return F.cross_entropy(logits, y_validation).item(), (logits.argmax(1) == y_validation).float().mean().item()


def train(name, level, seed, masks):
    started = time.perf_counter()
    net = first_values(seed)
    weights = [layer.weight for layer in net if isinstance(layer, nn.Linear)]

    def mask_out():
        with torch.no_grad():
            for weight, mask in zip(weights, masks or []):
                weight.mul_(mask)

    mask_out()
    optimiser = adam(net.parameters())
    evaluating, place, order = 0.0, len(x_train), None
    curve = []
    for iteration in range(iterations + 1):
        if iteration % EVERY == 0:
            before = time.perf_counter()
            curve.append(evaluate(net))
            evaluating += time.perf_counter() - before
        if iteration == iterations:
            break
        if place + BATCH > len(x_train):
            order, place = torch.randperm(len(x_train)), 0
        batch = order[place:place + BATCH]
        place += BATCH
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(net(x_train[batch]), y_train[batch]).backward()
        optimiser.step()
        mask_out()
    best = min(range(len(curve)), key=lambda i: curve[i][0])
    answer = {"cell": name, "level": level, "seconds": time.perf_counter() - started, "evaluating": evaluating,
              "earlyStop": best * EVERY, "accuracy": curve[best][1]}
    print(json.dumps(answer), flush=True)
    return weights


def prune(weights, masks, level):
    """Per layer, the smallest magnitudes: 20% of those that are left, of the output layer 10%."""
    pruned = []
    with torch.no_grad():
        for place, weight in enumerate(weights):
            share = 0.9 if place == len(weights) - 1 else 0.8
            magnitude = weight.abs() if masks is None else weight.abs() * masks[place]
            kept = magnitude.flatten().topk(round(share ** level * weight.numel())).indices
            mask = torch.zeros_like(weight)
            mask.view(-1)[kept] = 1
            pruned.append(mask)
    return pruned


print(json.dumps({"version": f"PyTorch {torch.__version__}"}), flush=True)
masks = None
weights = train("dense", 0, 1, None)
for level in range(1, levels + 1):
    masks = prune(weights, masks, level)
    weights = train("ticket", level, 1, masks)
    train("reinitialised", level, 1_000 + level, masks)
