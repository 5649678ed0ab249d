# SPDX-License-Identifier: BSD-3-Clause
"""Does a planned step give the same bits for every order of a batch and at every CPU level?"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.training import Tanh, forward, reverse
from plans import batch, mlp

MODES = [reverse(), forward(K=3), forward(perturb="weight", K=2), forward(exact=True, K=4)]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.bposit16, nf.float8_e4m3, np.float32])
def test_the_order_of_a_batch_does_not_show(mode, dtype):
    """Signs belong to the numbers of samples, sums are exact: a permuted batch is the same batch."""
    x, y = batch(24, 7, 4)
    numbers = np.arange(100, 124)
    found, losses = set(), set()
    for i in range(6):
        order = np.random.default_rng(i).permutation(24) if i else np.arange(24)
        model = mlp((7, 9, 8, 4), Tanh, dtype)
        plan = training.compile(model, batch=24, mode=mode)
        for seed in range(4):
            losses.add(
                (seed, plan.step(x[order], y[order], lr=0.25, seed=seed, samples=numbers[order]))
            )
        found.add(b"".join(a.tobytes() for a in model.parameters().values()))
    assert len(found) == 1
    assert len(losses) == 4


def test_signs_keyed_by_rows_would_show_the_order():
    """What the test above is about: without the numbers of samples, another order is another step."""
    x, y = batch(24, 7, 4)
    found = set()
    for order in (np.arange(24), np.arange(24)[::-1]):
        model = mlp((7, 9, 4), Tanh, nf.posit16)
        training.compile(model, batch=24, mode=forward(K=1)).step(
            x[order], y[order], lr=1.0, seed=1
        )
        found.add(b"".join(a.tobytes() for a in model.parameters().values()))
    assert len(found) == 2


def test_a_seed_is_a_step_and_another_seed_another():
    x, y = batch(8, 7, 4)
    found = []
    for seed in (5, 5, 6, 2**64 + 5, -1):
        model = mlp((7, 9, 4), Tanh, nf.posit16)
        training.compile(model, batch=8, mode=forward(K=2)).step(x, y, lr=1.0, seed=seed)
        found.append(b"".join(a.tobytes() for a in model.parameters().values()))
    assert found[0] == found[1] == found[3]
    assert len(set(found)) == 3


SCRIPT = """
import hashlib
import numpy as np
import numformats as nf
from numformats import training
from numformats.training import forward, reverse

r = np.random.default_rng(0)
x, y = r.normal(size=(25, 26)), r.integers(0, 10, 25)
digest = hashlib.sha256()
for dtype in (nf.posit16, nf.posit64, nf.float8_e4m3, np.float32, np.float64):
    for accumulate in ("exact", "native"):
        for mode in (reverse(), forward(K=3), forward(perturb="weight", K=2, combine="project"),
                     forward(exact=True, K=25)):
            model = training.Sequential(training.Linear(26, 25, dtype=dtype), training.Tanh(),
                                        training.Linear(25, 10, dtype=dtype))
            plan = training.compile(model, batch=25, mode=mode, accumulate=accumulate)
            for seed in range(2):
                digest.update(str(plan.step(x, y, lr=0.25, seed=seed)).encode())
            for a in model.parameters().values():
                digest.update(a.tobytes())
print(digest.hexdigest())
"""


def test_every_cpu_level_gives_the_same_bits():
    """Native sums of doubles and floats, too: their order is fixed."""
    found = set()
    for level in nf.build_info()["runnable"].split():
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(SCRIPT)],
            env=os.environ | {"NUMFORMATS_LEVEL": level},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


def test_the_formats_of_inputs_do_not_matter():
    """What is in the weights' format is taken as it is; what is wider is rounded once."""
    x, y = batch(8, 7, 4)
    exact = x.astype(nf.posit16)
    found = set()
    for inputs in (exact, exact.astype(float), exact.astype(nf.posit32), np.asfortranarray(exact)):
        model = mlp((7, 9, 4), Tanh, nf.posit16)
        training.compile(model, batch=8, mode=reverse()).step(inputs, y, lr=1.0)
        found.add(b"".join(a.tobytes() for a in model.parameters().values()))
    assert len(found) == 1
