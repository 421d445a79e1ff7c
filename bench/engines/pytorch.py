"""Training steps in PyTorch as its tuning guide advises: gradients set to none, fused optimisers where this version has them,
images channels-last as a case of its own; with a mask multiplied into the weights after every step, which is how pruned
networks are trained there; and fully connected networks whose weights are torch.sparse matrices.

Speaks lines of JSON on standard input and output, as src/node/bench/protocol.ts says: prepares one case, then runs blocks
of it when asked. How memory is allocated is decided by the environment that it is started with.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.shortcut(x))


# Places come from nonzero(), in order and each once; later versions can be told and need not sort them at every step.
IN_ORDER = {"is_coalesced": True} if "is_coalesced" in (torch.sparse_coo_tensor.__doc__ or "") else {}


class SparseLinear(nn.Module):
    """Surviving weights alone, as the values of a sparse matrix."""

    def __init__(self, inputs, outputs, density):
        super().__init__()
        dense = nn.Linear(inputs, outputs)
        self.places = (torch.rand(outputs, inputs) < density).nonzero().t().contiguous()
        self.values = nn.Parameter(dense.weight.detach()[self.places[0], self.places[1]].clone())
        self.bias = dense.bias
        self.shape = (outputs, inputs)

    def forward(self, x):
        weight = torch.sparse_coo_tensor(self.places, self.values, self.shape, **IN_ORDER)
        return torch.sparse.mm(weight, x.t()).t() + self.bias


def stack(hidden, linear):
    widths, layers = [784, *hidden, 10], []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [linear(inputs, outputs), nn.ReLU()]
    return layers[:-1]


def conv2():
    return [nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(16384, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)]


def resnet20():
    layers, inputs = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range(3):
            layers.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]


def vgg16():
    layers, inputs = [], 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.Flatten(), nn.Linear(512, 10)]


def build(case):
    network = case["network"]
    if network == "conv-2":
        return nn.Sequential(*conv2())
    if network == "resnet-20":
        return nn.Sequential(*resnet20())
    if network == "vgg-16":
        return nn.Sequential(*vgg16())
    if case["kind"] == "sparse":
        return nn.Sequential(*stack(case["hidden"], lambda i, o: SparseLinear(i, o, case["density"])))
    return nn.Sequential(*stack(case["hidden"], nn.Linear))


def optimiser_of(case, parameters):
    """Adam or momentum, each parameter updated by one fused kernel where this version has them for the processor."""
    def make(**further):
        if case["optimiser"] == "adam":
            return torch.optim.Adam(parameters, lr=2e-4, **further)
        return torch.optim.SGD(parameters, lr=0.03, momentum=0.9, weight_decay=1e-4, **further)

    try:
        return make(fused=True)
    except (RuntimeError, TypeError):
        return make()


def stepper(case, net):
    batch = case["batch"]
    images = "hidden" not in case
    x = torch.randn(batch, 3, 32, 32) if images else torch.randn(batch, 784)
    y = torch.randint(0, 10, (batch,))
    if case["kind"] == "channels-last":
        net = net.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    optimiser = optimiser_of(case, list(net.parameters()))
    weights = [p for p in net.parameters() if p.dim() > 1]
    masks = [(torch.rand_like(p) < case["density"]).float() for p in weights] if case["kind"] == "masked" else []

    def step():
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(net(x), y).backward()
        optimiser.step()
        with torch.no_grad():
            for weight, mask in zip(weights, masks):
                weight.mul_(mask)

    return step, weights


def prepare_step(case):
    step, _ = stepper(case, build(case))

    def run(_, times):
        for _ in range(times):
            step()

    return [{"name": "step"}], run


def prepare_ladder(case):
    """Iterative magnitude pruning with a mask multiplied in, a level a part: trained from the first weights, then pruned."""
    net = build(case)
    start = [p.detach().clone() for p in net.parameters()]
    masks = {0: [torch.ones_like(p) for p in net.parameters() if p.dim() > 1]}

    def run(level, _):
        with torch.no_grad():
            for p, first in zip(net.parameters(), start):
                p.copy_(first)
        step, weights = stepper({**case, "kind": "dense"}, net)
        for _ in range(case["iterations"]):
            step()
            if level > 0:
                with torch.no_grad():
                    for weight, mask in zip(weights, masks[level]):
                        weight.mul_(mask)
        masks[level + 1] = []
        with torch.no_grad():
            for place, (weight, mask) in enumerate(zip(weights, masks[level])):
                share = 0.9 if place == len(weights) - 1 else 0.8
                count = round(share ** (level + 1) * weight.numel())
                kept = (weight.abs() * mask).flatten().topk(count).indices
                after = torch.zeros_like(mask)
                after.view(-1)[kept] = 1
                masks[level + 1].append(after)

    return [{"name": f"level {level}"} for level in range(case["levels"])], run


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    say({"version": f"PyTorch {torch.__version__}"})
    run = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "prepare" in request:
                torch.set_num_threads(request["threads"])
                case = request["prepare"]
                parts, run = (prepare_ladder if case["kind"] == "ladder" else prepare_step)(case)
                say({"parts": parts})
            else:
                cpu, wall = time.process_time(), time.perf_counter()
                run(request["run"], request["times"])
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                say({"wall": 1000 * wall, "cpu": 1000 * cpu})
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})


main()
