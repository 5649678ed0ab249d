# SPDX-License-Identifier: BSD-3-Clause
"""Is every double kernel of cbits/levels within 2^-46 of its function, for all that it accepts?

Proved from the kernels' text by kernel_bounds.py on intervals which hold all arguments.  Seen at
points: that what was bounded is the distance from that function, and that compiled kernels keep
the bounds.  Planted faults have to be found.
"""

from __future__ import annotations

import ctypes
import re
import subprocess
from fractions import Fraction
from math import log2, ulp

import gmpy2
import numpy as np
import pytest

from core_tables import with_kernel
from proofs.bounds.kernel_bounds import (
    CBITS,
    COMPILER,
    Machine,
    bound,
    changed,
    enclosure,
    generate,
    preprocessed,
    script,
)
from proofs.bounds.kernel_domains import (
    CIRCLE,
    DOMAINS,
    HALF_TURNS,
    LEAST,
    TURNS,
    bins,
    both,
    domain,
    joined,
)
from proofs.bounds.kernel_lemmas import NotProvedError
from proofs.bounds.kernel_truth import SOURCES, truth
from proofs.bounds.near_numbers import Near, U, fused

CLAIM = 2.0**-46
TWO_OVER_PI = script(CBITS / "levels" / "two_over_pi.py")


def cases(machine, name, x):
    """A kernel's arguments: x, or for what is left of them in both kinds of quadrants any others.

    sinc, which divides by x, has its first quadrant apart; from 1/4 on x is a multiple of 2^-54.
    """
    machine.rest, machine.quadrant = None, 0
    if name not in CIRCLE + TURNS:
        yield x
        return
    machine.rest = x
    if name == "sinc":
        yield x
    for machine.quadrant in 0, 1:
        if name == "sinc":
            rests = HALF_TURNS[HALF_TURNS >= U / 4]
            machine.rest = bins(*both(joined(rests, [0.0] * machine.quadrant)))
        most = np.nextafter(2.0**19 if name in CIRCLE else 2.0**40, 0)
        yield Near(*(np.full(machine.rest.lo.shape, end) for end in (0.25, most)))


# ---- what is proved ------------------------------------------------------------------------------


def points(name, count, seed=1):
    """Doubles of the domain that all kernels know, half of them not far from 1."""
    x, rng = domain(name), np.random.default_rng(seed)
    usual = np.flatnonzero((x.size > 2.0**-30) & (x.least < 2.0**8))
    known = np.flatnonzero(x.size < 2.0**1000)
    which = np.concatenate([rng.choice(part, count // 2) for part in (usual, known)])
    p = x.lo[which] + (x.hi - x.lo)[which] * rng.random(len(which))
    return np.clip(p, x.lo[which], x.hi[which])


def misplaced(machine, name):
    """Points where E is not the function; how many there are where this is seen to 2^-46."""
    p, wrong, seen = points(name, 80), [], 0
    for x in cases(machine, name, Near(p, p)):
        if name == "sinc" and x.hi[0] != p[0]:  # where x and what is left of it are not one
            break
        for at, low, high in zip(p, *enclosure(machine, name, x), strict=True):
            y = truth(name, at, machine.quadrant)
            if 2.0**-990 < y < 2.0**990:
                seen += bool(high <= low * (1 + CLAIM))
                wrong += [] if low <= y <= high else [float(at)]
    return wrong, seen


def proved(machine, name):
    """The bound of all cases; inf where another function was bounded."""
    wrong, seen = misplaced(machine, name)
    if wrong or seen < 20:
        return np.inf
    return max(bound(machine, name, x) for x in cases(machine, name, domain(name)))


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Their text, and the constants that are cut."""
    return preprocessed(tmp_path_factory.mktemp("kernels"))


@pytest.mark.parametrize("name", DOMAINS)
def test_proved_bound(name, kernels, record_property):
    most = proved(Machine(*kernels), name)
    record_property("log2_of_bound", round(log2(most), 2))
    print(f"{name}: 2^{log2(most):.2f}")
    assert most < CLAIM


def test_all_kernels_are_here():
    assert with_kernel("DOUBLES", "CIRCLE") == set(DOMAINS)


def test_domains_have_no_gaps():
    for name in DOMAINS:
        x = domain(name)
        order = np.argsort(x.lo)
        lo, hi = x.lo[order], x.hi[order]
        gaps = hi[:-1] < lo[1:]
        assert set(zip(hi[:-1][gaps], lo[1:][gaps], strict=True)) <= {
            (-LEAST, LEAST), (-(2.0**-1000), 2.0**-1000), (1 - U, 1 + 2 * U), (1 - U, 1.0), (-1.0, U - 1),
        }  # fmt: skip


# ---- reductions of the circle --------------------------------------------------------------------


def test_near_reduction(kernels):
    """r of each k to 2^-51 of itself, |r| from 2^-40 quarters to pi/4 + 2^-32.

    The least: two_over_pi.py; the most: x 2/pi below 2^18.4 has errors of 3 2^-53 of itself.
    Of k = 0, r is x.  Else x of 32 bits is a multiple of 2^-32, as is the first constant, so that
    x - k NF_HALF_PI_1, below 1, is exact.
    """
    body = re.search(r"double nf_reduce_circle_near.*?}", kernels[0], re.DOTALL)[0]
    two_over_pi, first, third, second = map(float.fromhex, re.findall(r"0x1\.\w+p[+-]\d+", body))
    half_pi = 1 / TWO_OVER_PI.two_over_pi()
    assert 0 < 1 / half_pi - Fraction(two_over_pi) < Fraction(ulp(two_over_pi))
    left = half_pi - Fraction(first)
    assert 0 < left - Fraction(second) - Fraction(third) < Fraction(ulp(third))
    assert (first * 2.0**32).is_integer()
    k = np.arange(1.0, 2**19 / float(half_pi) + 2)
    least = float(half_pi) * 2.0**-TWO_OVER_PI.LEAST * (1 - 2.0**-30)
    most = float(half_pi) / 2 + 2.0**-32
    for low, high in (least, most), (-most, -least):
        r = Near(k * float(left) + low - 2.0**-60, k * float(left) + high + 2.0**-60)
        assert np.all(r.size < 1)
        r = fused(Near(-k, -k), Near(second, second), r)
        r = fused(Near(-k, -k), Near(third, np.nextafter(third, 1), rel=2 * U), r)
        assert np.all(r.rel <= 4 * U)


FAR = """
nf_u128 f = ((nf_u128)turn[0] << 64 | turn[1]) * significand;
nf_u128 nearest = (f + ((nf_u128)1 << 125)) >> 126;
f -= nearest << 126;
double turns = (double)(int64_t)(f >> 64) * 0x1p-62 + (double)(uint64_t)f * 0x1p-126;
return turns * (u & NF_SIGN ? -NF_PI / 2 : NF_PI / 2);
"""


def test_far_reduction():
    """turns to 2^-94 and two roundings, and that of the low word, 2^-53 of 2^-62; times pi/2."""
    assert all(premise in SOURCES for premise in FAR.strip().splitlines())
    u, pi = Fraction(1, 2**53), 2 / TWO_OVER_PI.two_over_pi()
    least = Fraction(1, 2**TWO_OVER_PI.LEAST)
    cut = pi / Fraction(float(pi)) - 1  # to nearest, which is below
    words = Fraction(TWO_OVER_PI.SHORT, 2**126) / least
    conversions = u * (1 + Fraction(1, 2**62) / least) + u * Fraction(1, 2**62) / least
    turns = (1 + words) * (1 + conversions) * (1 + u)
    assert turns * (1 + abs(cut)) * (1 + u) - 1 <= 4 * u


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
    z, most = compiled(name, x), proved(machine, name)
    for at, found in zip(x, z, strict=True):
        y = truth(name, at)
        if 2.0**-1000 < y < 2.0**1000:
            assert abs(abs(gmpy2.mpfr(found)) - y) <= most * y, at
    if name not in CIRCLE + TURNS:
        machine.rest = None
        low, high = enclosure(machine, name, Near(x, x), computed=True)
        assert np.all((low <= abs(z)) & (abs(z) <= high))


# ---- faults that have to be found ----------------------------------------------------------------

ANY = r"0x1\.\w+p[+-]\d+"
FAULTS = {
    "exp without the second part of ln 2": ("exp", rf"__builtin_fma\(-whole, {ANY}, (__builtin_fma\(-whole, {ANY}, x\))\)", r"\1"),
    "exp reduced by a rounded product": ("exp", rf"__builtin_fma\(-whole, {ANY}, __builtin_fma\(-whole, {ANY}, x\)\)", "x - whole * 0x1.62e42fefa39efp-1"),
    "expm1 by a difference": ("expm1", r"__builtin_fma\(power, p, power - 1.0\)", "__builtin_fma(power, p, power) - 1.0"),
    "10^x without what the product lost": ("exp10", rf"__builtin_fma\(x, ({ANY}), -h\)", r"x * \1 - h"),
    "10^x without the rest of log2 10": ("exp10", rf"l = __builtin_fma\(x, {ANY}, l\);", ""),
    "another log2 e": ("log2", r"nf_near_log\(x\) \* \(0x1.71547652b8", "nf_near_log(x) * (0x1.71547652b9"),
    "ln(1 + x) without e / u": ("log1p", r"nf_log_of\(u, e / u\)", "nf_log_of(u, 0)"),
    "k ln 2 without its second part": ("log", rf"__builtin_fma\(k, {ANY}, part\)", "part"),
    "two parts of pi/2": ("sin", rf"__builtin_fma\(-whole, {ANY}, (__builtin_fma\(-whole, {ANY}, r\))\)", r"\1"),
    "arcsin of 1 - a a": ("arcsin", r"\(1 - a\) \* \(1 \+ a\)", "1 - a * a"),
    "arctan from 1/2 on": ("arctan", r"0\.41421356237309503", "0.5"),
    "sinh by a difference": ("sinh", r"0\.5 \* \(e \+ e / \(e \+ 1\)\)", "0.5 * ((e + 1) - 1 / (e + 1))"),
    "cbrt with a short series": ("cbrt", r"__builtin_fma\(40.0 / 81, h, 5.0 / 9\)", "5.0 / 9"),
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
