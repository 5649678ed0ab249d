# SPDX-License-Identifier: BSD-3-Clause
"""Do compiled double kernels keep the bounds that are proved of their text, and are planted faults found?

The proofs themselves run by `python -m proofs.run --claim 'bounds.*'`, with more planted faults.
"""

from __future__ import annotations

import ctypes
import subprocess
from fractions import Fraction

import gmpy2
import numpy as np
import pytest

from core_tables import with_kernel
from proofs.bounds.kernel_bounds import (
    COMPILER,
    Machine,
    changed,
    enclosure,
    generate,
    preprocessed,
)
from proofs.bounds.kernel_domains import CIRCLE, DOMAINS, TURNS, joined
from proofs.bounds.kernel_lemmas import NotProvedError
from proofs.bounds.kernel_proofs import CLAIM, TWO_OVER_PI, gaps_of_domains, points, proved
from proofs.bounds.kernel_truth import truth
from proofs.bounds.near_numbers import Near


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Their text, and the constants that are cut."""
    return preprocessed(tmp_path_factory.mktemp("kernels"))


def test_all_kernels_are_here():
    assert with_kernel("DOUBLES", "CIRCLE") == set(DOMAINS)


def test_domains_have_no_gaps():
    assert gaps_of_domains() == {}


# ---- compiled kernels ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """name -> the stage: arrays to arrays."""
    directory = tmp_path_factory.mktemp("compiled")
    flags, source, library = generate(directory), directory / "near.c", directory / "near.so"
    heads = "void near_{0}(const double *x, int n, double *z)"
    stages = (f"{heads.format(n)} {{ stage_{n}(x, n, z); }}" for n in DOMAINS)
    source.write_text("\n".join(['#include "levels/function_doubles.h"', *stages, ""]))
    command = [*COMPILER, *["-std=c11", "-O2", "-ffp-contract=off", "-w", "-fPIC", "-shared"]]
    subprocess.run([*command, *flags, str(source), "-o", str(library), "-lm"], check=True)
    found = ctypes.CDLL(str(library))

    def run(name, x):
        z, pointer = np.empty_like(x), ctypes.c_void_p
        found[f"near_{name}"](x.ctypes.data_as(pointer), len(x), z.ctypes.data_as(pointer))
        return z

    return run


def hard_arguments():
    """Of 32 bits, nearest to a multiple of pi/2, for each exponent; and any others."""
    t, rng = TWO_OVER_PI.two_over_pi(), np.random.default_rng(3)
    out = list(np.ldexp(rng.integers(2**31, 2**32, 500).astype(float), rng.integers(-60, 224, 500)))
    for e in (*TWO_OVER_PI.NEAR, *TWO_OVER_PI.FAR):
        turn = t * Fraction(2) ** e
        q = max(q for _, q in TWO_OVER_PI.convergents(turn % 1) if q < TWO_OVER_PI.SHORT)
        out.append(float(q) * 2.0**e)
    return np.array(out)


@pytest.mark.parametrize("name", DOMAINS)
def test_compiled_kernels_keep_the_bound(name, kernels, compiled):
    x = hard_arguments() if name in CIRCLE else points(name, 400, seed=2)
    if name in TURNS:
        x = joined(x, np.random.default_rng(4).integers(-(2**31), 2**31, 300) / 2.0**9)
    machine = Machine(*kernels)
    z = compiled(name, x)
    for at, found in zip(x, z, strict=True):
        y = truth(name, at)
        if 2.0**-1000 < y < 2.0**1000:
            assert abs(abs(gmpy2.mpfr(found)) - y) <= CLAIM * y, at
    if name not in CIRCLE + TURNS:
        machine.rest = None
        low, high = enclosure(machine, name, Near(x, x), computed=True)
        assert np.all((low <= abs(z)) & (abs(z) <= high))


# ---- faults that have to be found ----------------------------------------------------------------

ANY = r"0x1\.\w+p[+-]\d+"
FAULTS = {
    "exp reduced by a rounded product": ("exp", rf"__builtin_fma\(-whole, {ANY}, __builtin_fma\(-whole, {ANY}, x\)\)", "x - whole * 0x1.62e42fefa39efp-1"),
    "10^x without what the product lost": ("exp10", rf"__builtin_fma\(x, ({ANY}), -h\)", r"x * \1 - h"),
    "10^x without the rest of log2 10": ("exp10", rf"l = __builtin_fma\(x, {ANY}, l\);", ""),
    "another log2 e": ("log2", r"nf_near_log\(x\) \* \(0x1.71547652b8", "nf_near_log(x) * (0x1.71547652b9"),
    "ln(1 + x) without e / u": ("log1p", r"nf_log_of\(u, e / u\)", "nf_log_of(u, 0)"),
    "arcsin of 1 - a a": ("arcsin", r"\(1 - a\) \* \(1 \+ a\)", "1 - a * a"),
    "sinh by a difference": ("sinh", r"0\.5 \* \(e \+ e / \(e \+ 1\)\)", "0.5 * ((e + 1) - 1 / (e + 1))"),
    "sinc with half a product": ("sinc", r"nf_near_sinpi\(x\) / \(x \*", "nf_near_sinpi(x) / (0.5 * x *"),
    **{f"a coefficient of {name}": (name, rf"(nf_poly_{poly}\(.*?; )p = __builtin_fma\(p, y, {ANY}\); ", r"\1")
       for name, poly in (("exp", "exp"), ("log", "atanh"), ("arctan", "atan"), ("cbrt", "cbrt"))},
    **{f"the last coefficient but one of {name}": (name, rf"(nf_poly_{poly}\(.*?)p = __builtin_fma\(p, y, -?{ANY}\); (p = \S+ \S+ 0x1.0+p\+0\); return)", r"\1\2")
       for name, poly in (("sin", "sin"), ("cospi", "cos"), ("tan", "cos"))},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(fault, kernels):
    name, old, new = FAULTS[fault]
    text, cut = kernels
    try:
        most = proved(Machine(changed(text, old, new), cut), name)
    except NotProvedError:
        return
    assert most > CLAIM
