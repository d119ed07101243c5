#!/usr/bin/env python3
"""The peer of the GPU benchmarks: the same work in PyTorch, which calls cuBLAS and cuDNN.

Reads problems as JSON lines on stdin: {"operation": "Gemm", "problem": "m512n512k512", "flush": BYTES, "seconds": S}.
Answers with a line of facts, {"facts": "..."} or {"missing": "why"}, then with a line a problem: {"fp32": SECONDS, "tf32": SECONDS}, medians of
single runs between CUDA events, each after FLUSH bytes were overwritten; or {"missing": "why"}. tf32 is left out where it makes no difference.
"""
import json
import re
import sys

LEAST, MOST = 5, 1000


def sizes(text):
    """The keys and values of a problem's text form."""
    return {key: float(value) if "." in value else int(value) for key, value in re.findall(r"([a-z]+)([0-9.]+)", text)}


def gemm(torch, p):
    a = torch.randn(*((p["k"], p["m"]) if p.get("ta") else (p["m"], p["k"])), device="cuda")
    b = torch.randn(*((p["n"], p["k"]) if p.get("tb") else (p["k"], p["n"])), device="cuda")
    a, b = (a.t() if p.get("ta") else a), (b.t() if p.get("tb") else b)
    c = torch.randn(p["m"], p["n"], device="cuda")
    bias = torch.randn(p["n"], device="cuda")
    if p.get("acc"):
        return lambda: c.addmm_(a, b)
    if p.get("bias"):
        return lambda: torch.addmm(bias, a, b, out=c)
    return lambda: torch.mm(a, b, out=c)


def linear(torch, p, which):
    x, w = torch.randn(p["mb"], p["ic"], device="cuda"), torch.randn(p["oc"], p["ic"], device="cuda")
    dy, bias = torch.randn(p["mb"], p["oc"], device="cuda"), torch.randn(p["oc"], device="cuda")
    dw, db = torch.zeros_like(w), torch.zeros_like(bias)
    if which == "Forward":
        return lambda: torch.nn.functional.linear(x, w, bias)
    if which == "BackwardData":
        return lambda: dy @ w

    def weights():
        dw.addmm_(dy.t(), x)
        db.add_(dy.sum(0))
    return weights


def convolution(torch, p, which):
    pair = lambda first, second, default: (p.get(first, default), p.get(second, p.get(first, default)))
    kernel, stride = pair("kh", "kw", 1), pair("sh", "sw", 1)
    padding, dilation, groups = pair("ph", "pw", 0), pair("dh", "dw", 1), p.get("g", 1)
    x = torch.randn(p["mb"], p["ic"], p["ih"], p.get("iw", p["ih"]), device="cuda")
    w = torch.randn(p["oc"], p["ic"] // groups, *kernel, device="cuda")
    arguments = (stride, padding, dilation, False, [0, 0], groups)
    y = torch.nn.functional.conv2d(x, w, None, stride, padding, dilation, groups)
    dy = torch.randn_like(y)
    backward = torch.ops.aten.convolution_backward
    if which == "Forward":
        bias = torch.randn(p["oc"], device="cuda") if p.get("bias") else None
        return lambda: torch.nn.functional.conv2d(x, w, bias, stride, padding, dilation, groups)
    if which == "BackwardData":
        return lambda: backward(dy, x, w, None, *arguments, [True, False, False])
    if which == "BackwardBias":
        return lambda: dy.sum((0, 2, 3))
    dw = torch.zeros_like(w)
    return lambda: dw.add_(backward(dy, x, w, None, *arguments, [False, True, False])[1])


def pooling(torch, p, which):
    pair = lambda first, second, default: (p.get(first, default), p.get(second, p.get(first, default)))
    kernel, stride, padding = pair("kh", "kw", 1), pair("sh", "sw", p["kh"]), pair("ph", "pw", 0)
    x = torch.randn(p["mb"], p["ic"], p["ih"], p.get("iw", p["ih"]), device="cuda")
    if which == "Forward":
        return lambda: torch.nn.functional.max_pool2d(x, kernel, stride, padding)
    y, indices = torch.nn.functional.max_pool2d(x, kernel, stride, padding, return_indices=True)
    dy = torch.randn_like(y)
    return lambda: torch.ops.aten.max_pool2d_with_indices_backward(dy, x, kernel, stride, padding, (1, 1), False, indices)


def batch_normalization(torch, p, which):
    x = torch.randn(p["mb"], p["ic"], p.get("sp", 1), device="cuda")
    gamma, beta = torch.rand(p["ic"], device="cuda") + 0.5, torch.randn(p["ic"], device="cuda")
    mean, variance = torch.zeros(p["ic"], device="cuda"), torch.ones(p["ic"], device="cuda")
    native = torch.ops.aten.native_batch_norm
    if which == "Inference":
        return lambda: torch.nn.functional.batch_norm(x, mean, variance, gamma, beta, False)
    if which == "Forward":
        return lambda: native(x, gamma, beta, mean, variance, True, 0.1, 1e-5)
    dy = torch.randn_like(x)
    _, saved_mean, saved_deviation = native(x, gamma, beta, mean, variance, True, 0.1, 1e-5)
    backward = torch.ops.aten.native_batch_norm_backward
    return lambda: backward(dy, x, gamma, mean, variance, saved_mean, saved_deviation, True, 1e-5, [True, True, True])


def elementwise(torch, p, which):
    a, b = torch.randn(p["n"], device="cuda"), torch.randn(p["n"], device="cuda")
    c = torch.empty_like(a)
    return {
        "Fill": lambda: c.fill_(1.5),
        "Copy": lambda: c.copy_(a),
        "Add": lambda: torch.add(a, b, out=c),
        "TanhForward": lambda: torch.tanh(a, out=c),
        "ReluForward": lambda: torch.clamp_min(a, 0, out=c),
        "ReluBackward": lambda: torch.ops.aten.threshold_backward(b, a, 0),
        "TanhBackward": lambda: torch.ops.aten.tanh_backward(b, a),
    }[which]


def softmax_cross_entropy(torch, p):
    x = torch.randn(p["mb"], p["ic"], device="cuda", requires_grad=True)
    labels = torch.randint(0, p["ic"], (p["mb"],), device="cuda")
    return lambda: torch.autograd.grad(torch.nn.functional.cross_entropy(x, labels), x)


def squared_distance(torch, p):
    a, b = torch.randn(p["m"], p["d"], device="cuda"), torch.randn(p["n"], p["d"], device="cuda")
    return lambda: torch.addmm((a * a).sum(1, keepdim=True) + (b * b).sum(1), a, b.t(), alpha=-2)


def count_similarity(torch, p):
    """Multiset Jaccard by minimum, in blocks of rows of which the three-dimensional minimum takes at most 1 GiB; cosine by a product."""
    counts = lambda rows: (torch.randint(0, 9, (rows, p["c"]), device="cuda") * (torch.rand(rows, p["c"], device="cuda") < 0.125)).float()
    a, b = counts(p["m"]), counts(p["n"])
    if p.get("kind", 0) == 1:
        return lambda: torch.nn.functional.normalize(a) @ torch.nn.functional.normalize(b).t()
    rows = max(1, (1 << 28) // (p["n"] * p["c"]))

    def run():
        total = a.sum(1)[:, None] + b.sum(1)[None, :]
        parts = [torch.minimum(a[i:i + rows, None, :], b[None]).sum(2) for i in range(0, p["m"], rows)]
        shared = torch.cat(parts)
        return shared / (total - shared).clamp_min(1)
    return run


def set_similarity(torch, p):
    bits = lambda rows: (torch.rand(rows, p["c"], device="cuda") < 0.125).float()
    a, b = bits(p["m"]), bits(p["n"])

    def jaccard():
        shared = a @ b.t()
        return shared / (a.sum(1)[:, None] + b.sum(1)[None, :] - shared).clamp_min(1)
    return {2: jaccard, 3: lambda: (a @ b.t() > 0).float(), 4: lambda: a @ b.t()}[p["kind"]]


def batch_all_triplet(torch, p):
    """Loss and gradient by autograd: distances, then every hinge of anchor, positive and negative."""
    n, dimensions = p["n"], p["d"]
    e = (torch.rand(n, dimensions, device="cuda") * 2 - 1).requires_grad_()
    s = torch.randint(0, 9, (n, n), device="cuda") / 8.0
    other = ~torch.eye(n, dtype=torch.bool, device="cuda")
    valid = (s[:, :, None] - s[:, None, :] > p.get("delta", 0.1)) & other[:, :, None] & other[:, None, :]
    margin = (s[:, :, None] - s[:, None, :]) * p.get("margin", 15)

    def run():
        distance = torch.cdist(e, e, compute_mode="use_mm_for_euclid_dist").square()
        hinge = torch.relu(distance[:, :, None] - distance[:, None, :] + margin) * valid
        return torch.autograd.grad(hinge.sum() / (hinge > 0).sum().clamp_min(1), e)
    return run


def optimizer(torch, p, which):
    weight = torch.nn.Parameter(torch.randn(p["n"], device="cuda"))
    weight.grad = torch.randn_like(weight)
    adam = torch.optim.Adam([weight], fused=True)
    momentum = torch.optim.SGD([weight], lr=0.01, momentum=0.9, weight_decay=0.0005, fused=True)
    return (adam if which == "Adam" else momentum).step


def work(torch, operation, p):
    """What to run, or None where PyTorch has nothing of the kind; and whether TF32 makes a difference."""
    if operation == "Gemm":
        return gemm(torch, p), True
    for prefix, make, products in (("FullyConnected", linear, True), ("Convolution", convolution, True), ("MaxPooling", pooling, False),
                                   ("BatchNormalization", batch_normalization, False)):
        if operation.startswith(prefix):
            return make(torch, p, operation[len(prefix):]), products and not operation.endswith("Bias")
    if operation in ("Fill", "Copy", "Add", "TanhForward", "TanhBackward", "ReluForward", "ReluBackward"):
        return elementwise(torch, p, operation), False
    if operation in ("MomentumSgd", "Adam"):
        return optimizer(torch, p, operation), False
    others = {"SoftmaxCrossEntropy": softmax_cross_entropy, "SquaredDistance": squared_distance, "CountSimilarity": count_similarity,
              "SetSimilarity": set_similarity, "BatchAllTripletLoss": batch_all_triplet}
    return (others[operation](torch, p), False) if operation in others else (None, False)


def median(torch, run, flush, seconds):
    """The median of single runs between events, in seconds; the flush keeps the device busy while a run is being queued."""
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    samples, spent = [], 0.0
    while len(samples) < LEAST or (spent < seconds and len(samples) < MOST):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        flush.zero_()
        start.record()
        run()
        end.record()
        torch.cuda.synchronize()
        samples.append(start.elapsed_time(end) * 1e-3)
        spent += samples[-1]
    return sorted(samples)[len(samples) // 2]


def answer(torch, request):
    run, products = work(torch, request["operation"], sizes(request["problem"]))
    if run is None:
        return {"missing": "PyTorch has no such operation"}
    flush = torch.empty(max(1, request["flush"] // 4), dtype=torch.float32, device="cuda")
    result = {}
    for mode in ("fp32", "tf32") if products else ("fp32",):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = mode == "tf32"
        result[mode] = median(torch, run, flush, request["seconds"])
    return result


def say(line):
    print(json.dumps(line), flush=True)


def main():
    try:
        import torch
    except ImportError:
        say({"missing": "PyTorch is not installed for python3"})
        return
    if not torch.cuda.is_available():
        say({"missing": "PyTorch sees no CUDA device"})
        return
    # cuDNN tries its algorithms and keeps the fastest, as a user who wants speed has it.
    torch.backends.cudnn.benchmark = True
    say({"facts": f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}"})
    for line in sys.stdin:
        try:
            say(answer(torch, json.loads(line)))
        except Exception as error:  # Out of memory, an operation of another version: told for this problem, and on to the next.
            say({"missing": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"})
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
