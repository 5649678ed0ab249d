# SPDX-License-Identifier: BSD-3-Clause
"""Is the memory of a step what the certificate says, at any depth, and does a step allocate none?"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import tracemalloc

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.plan.arena import DOMAIN
from numformats.training import GELU, SiLU, Tanh, forward, inference, reverse
from numformats.training.plans import Node
from plans import batch, mlp

FLAT = [
    inference(),
    *(forward(K=k) for k in (1, 5)),
    forward(perturb="weight", K=2),
    forward(perturb="weight", K=2, combine="project"),
]
MODES = [
    *FLAT,
    reverse(),
    forward(perturb="weight", K=2, replay=False),
    forward(exact=True, K=4),
]
FORMATS = [
    *(nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bposit16, nf.takum_linear16),
    *(nf.bfloat16, nf.float8_e4m3, nf.mlu32, nf.Fixed(16, 8), np.float32, np.float64),
]


def live(mode, depth, activation=training.ReLU, dtype=nf.posit16):
    sizes = (6,) * depth + (3,)
    return training.compile(mlp(sizes, activation, dtype), batch=4, mode=mode).bytes["live"]


@pytest.mark.parametrize("mode", FLAT, ids=str)
@pytest.mark.parametrize("activation", [training.ReLU, Tanh, SiLU, GELU], ids=lambda a: a.__name__)
def test_live_bytes_do_not_grow_with_depth(mode, activation):
    assert len({live(mode, depth, activation) for depth in (4, 5, 12)}) == 1


def test_live_bytes_do_not_grow_in_a_very_deep_model():
    mode = forward(K=2)
    assert live(mode, 4) == live(mode, 128)


@pytest.mark.parametrize("activation", [training.ReLU, SiLU], ids=lambda a: a.__name__)
def test_live_bytes_of_the_exact_mode_do_not_grow_with_depth(activation):
    """Its layers behind are called: their temporaries may share memory, too."""
    assert len({live(forward(exact=True, K=3), d, activation) for d in (4, 5, 12)}) == 1


def test_reverse_grows_by_one_activation_a_layer():
    sizes = [live(reverse(), depth, dtype=np.float64) for depth in (8, 9, 10)]
    assert np.diff(sizes).tolist() == [256, 256]  # 4 rows of 6 and a one, whole multiples of 64


def test_one_tangent_holds_twice_the_live_bytes_of_inference():
    sizes = (64,) * 8 + (10,)
    one, two = (
        training.compile(mlp(sizes), batch=32, mode=mode).bytes["live"]
        for mode in (inference(), forward(K=1))
    )
    assert two == 2 * one


def test_the_certificate_says_what_the_arena_holds():
    plan = training.compile(mlp((6, 5, 3)), batch=4, mode=forward(K=2))
    text = plan.certificate()
    head = re.search(r"arena (\d+) bytes\n  weights (\d+), live data (\d+), scratch (\d+)", text)
    total, *parts = map(int, head.groups())
    assert total == sum(parts) == len(plan.arena) == plan.arena.stats()["high_water"]
    assert parts == [plan.bytes[k] for k in ("weights", "live", "scratch")]
    assert plan.bytes["total"] == total + plan.table.nbytes
    rows = re.findall(r"\[ *(\d+), \+ *(\d+)\)  operations (\d+)\.\.(\d+)", text)
    assert len(rows) == sum(not buffer.kept for buffer in plan.builder.buffers.values())
    ends = [int(at) + int(size) for at, size, _, _ in rows]
    assert parts[0] < max(ends) <= parts[0] + parts[1]
    assert "judged" in text
    assert "not certified" not in text


@pytest.mark.parametrize("dtype", FORMATS, ids=lambda d: d.__name__)
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_a_step_allocates_nothing(dtype, mode):
    """Of data over 200 binades: what slices of a product leave over depends on the data."""
    r = np.random.default_rng(0)
    x = r.normal(size=(32, 32)) * 2.0 ** r.integers(-199, 1, (32, 32))
    y = r.integers(0, 10, 32)
    plan = training.compile(mlp((32, 32, 10), SiLU, dtype), batch=32, mode=mode)
    before = plan.arena.stats()
    for seed in range(2):
        with np.errstate(all="ignore"):
            plan.step(x, y, lr=2.0**-6, seed=seed)
        assert plan.heap_allocations == 0
    assert plan.arena.stats() == before
    assert before["n_heap_alloc"] == 0


def test_a_planted_allocation_is_counted():
    """The core's own door to the heap is counted where it is: a product outside of any plan."""

    class Leaky(training.Layer):
        def forward(self, parameters, x, run):  # noqa: ARG002 - a layer's arguments
            return x

        def emit(self, b, name):  # noqa: ARG002
            return [LeakyNode(name)]

    class LeakyNode(Node):
        def __init__(self, name):
            self.name = name

        def stacked(self, b, s):
            b.call(self.leak, self.name, s, s)
            return s

        def back(self, b, x, y, g):  # noqa: ARG002
            return g

        @staticmethod
        def leak(out, x):
            nf.matmul(np.ones((3, 3), nf.posit16), np.ones((3, 3), nf.posit8))
            out[...] = x

    model = training.Sequential(training.Linear(3, 3), Leaky(), training.Linear(3, 2))
    plan = training.compile(model, batch=2, mode=reverse())
    plan.step(np.ones((2, 3)), [0, 1])
    assert plan.heap_allocations >= 1
    assert plan.arena.stats()["n_heap_alloc"] == plan.heap_allocations
    assert nf.arena.stats()["n_heap_alloc"] >= plan.heap_allocations
    assert "calls Python: allocations not certified (1)" in plan.certificate()


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("dtype", [nf.posit16, np.float32], ids=lambda d: d.__name__)
def test_what_was_in_the_arena_before_does_not_show(mode, dtype):
    """Filled with zeros, ones, and the codes of NaN: beyond the weights all is written first."""
    x, y = batch(8, 6, 3)
    found = set()
    for fill in (0, 0xFF, 0x80):
        model = mlp((6, 9, 3), Tanh, dtype)
        plan = training.compile(model, batch=8, mode=mode)
        kept = plan.layout.kept
        plan.arena.view(kept, (len(plan.arena) - kept,), np.uint8)[:] = fill
        plan.step(x, y, lr=0.5, seed=3)
        found.add(b"".join(a.tobytes() for a in model.parameters().values()))
    assert len(found) == 1


def test_nothing_outside_the_arena_is_touched():
    """The pages before and behind it can be neither read nor written: a step must not notice."""
    script = """
    import ctypes, mmap, sys
    import numpy as np
    import numformats as nf
    from numformats import training
    from numformats.training import forward, inference, reverse

    page = mmap.PAGESIZE
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    x, y = np.ones((16, 30)), np.arange(16) % 10
    for mode in (inference(), reverse(), forward(K=3), forward(exact=True, K=3),
                 forward(perturb="weight", K=2, combine="project")):
        for dtype in (nf.posit16, np.float64):
            for accumulate in ("exact", "native"):
                def model():
                    return training.Sequential(training.Linear(30, 30, dtype=dtype),
                        training.SiLU(), training.Linear(30, 10, dtype=dtype))
                options = dict(batch=16, mode=mode, accumulate=accumulate)
                size = len(training.compile(model(), **options).arena)
                whole = mmap.mmap(-1, -(-size // page) * page + 2 * page)
                inner = len(whole) - 2 * page
                base = np.frombuffer(whole, np.uint8).ctypes.data
                for at in (base, base + page + inner):
                    assert protect(at, page, 0) == 0
                start = page + inner - size // 64 * 64  # its end at the second guard
                arena = nf.arena.Arena(size // 64 * 64, memory=memoryview(whole)[start:page + inner])
                plan = training.compile(model(), arena=arena, **options)
                plan.step(x, y, lr=0.5, seed=1)
    print("done")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "done\n", done.stderr


def test_tracemalloc_sees_what_is_in_use():
    tracemalloc.start()
    arena = nf.arena.Arena(1 << 20)
    mark = arena.mark()
    arena.take(100_000)

    def traced():
        kept = tracemalloc.DomainFilter(inclusive=True, domain=DOMAIN)
        snapshot = tracemalloc.take_snapshot().filter_traces([kept])
        return sum(trace.size for trace in snapshot.traces)

    try:
        assert traced() == 100_032
        arena.release(mark)
        assert traced() == 0
    finally:
        tracemalloc.stop()
