# SPDX-License-Identifier: BSD-3-Clause
"""Does every ufunc give the oracle's codes and flags on every family, and never leave the format?"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest

import numformats as nf
from constructed import edges
from families import by_family
from helpers import (
    BINARY,
    INTEGER_OPERAND,
    NAMED,
    TERNARY,
    UNARY,
    array,
    check,
    oracle_of,
    plain,
    random_codes,
)

# Every ufunc that NumPy defines for floats and the issue names -> its row in nf_ops.def.
UFUNC_ROWS = {
    np.add: "add",
    np.subtract: "sub",
    np.multiply: "mul",
    np.divide: "div",
    np.floor_divide: "floor_divide",
    np.remainder: "remainder",
    np.fmod: "fmod",
    np.divmod: "divmod",
    np.negative: "neg",
    np.positive: "pos",
    np.absolute: "abs",
    np.fabs: "abs",
    np.sign: "sign",
    np.sqrt: "sqrt",
    np.square: "square",
    np.reciprocal: "reciprocal",
    np.power: "powi",
    np.rint: "rint",
    np.floor: "floor",
    np.ceil: "ceil",
    np.trunc: "trunc",
    np.copysign: "copysign",
    np.signbit: "signbit",
    np.nextafter: "nextafter",
    np.spacing: "spacing",
    np.ldexp: "ldexp",
    np.frexp: "frexp",
    np.modf: "modf",
    np.maximum: "maximum",
    np.minimum: "minimum",
    np.fmax: "fmax",
    np.fmin: "fmin",
    np._core.umath.clip: "clip",
    np.heaviside: "heaviside",
    np.equal: "equal",
    np.not_equal: "not_equal",
    np.less: "less",
    np.less_equal: "less_equal",
    np.greater: "greater",
    np.greater_equal: "greater_equal",
    np.isnan: "isnan",
    np.isinf: "isinf",
    np.isfinite: "isfinite",
    np.conjugate: "pos",
}
LOGICAL = {np.logical_and, np.logical_or, np.logical_xor, np.logical_not}
PRODUCTS = {np.matmul, np.vecdot, np.matvec, np.vecmat}
FUNCTIONS = {
    np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sin, np.cos, np.tan,
    np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh,
    np.cbrt, np.hypot, np.arctan2, np.logaddexp, np.logaddexp2, np.deg2rad, np.rad2deg, np.degrees,
    np.radians,
}  # fmt: skip
# float_power promises float64 or more
REFUSED = {
    np.float_power,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
    np.bitwise_count, np.gcd, np.lcm, np.isnat,
}  # fmt: skip
by_name = pytest.mark.parametrize("T", NAMED.values(), ids=NAMED)


def sample(T, count, rng):
    """Half edges, half anything."""
    some = rng.choice(np.array(edges(oracle_of(T)), np.uint64), count // 2)
    return np.concatenate([some, random_codes(T, count - count // 2, rng).astype(np.uint64)])


# ---- every ufunc ---------------------------------------------------------------------------------


@by_name
@pytest.mark.parametrize("op", [*UNARY, *BINARY, *TERNARY, *sorted(INTEGER_OPERAND)])
def test_every_operation_of_every_named_format(T, op):
    rng = np.random.default_rng(17)
    arity = 1 if op in UNARY else 3 if op in TERNARY else 2
    operands = [sample(T, 60, rng) for _ in range(arity)]
    if op in INTEGER_OPERAND:
        operands[1] = rng.integers(-64, 65, 60)
    check(T, op, *operands)


def numpy_ufuncs():
    found = {f for f in vars(np).values() if isinstance(f, np.ufunc)}
    return found | {np._core.umath.clip}


def test_every_ufunc_of_numpy_is_classified():
    """A new ufunc of a new NumPy must be looked at: nothing may reach float64 unseen."""
    ours = set(UFUNC_ROWS) | LOGICAL | PRODUCTS
    strings = {u for u in numpy_ufuncs() if all("f" not in t and "d" not in t for t in u.types)}
    known = ours | FUNCTIONS | REFUSED
    assert numpy_ufuncs() - known - strings == set()


@by_family
def test_no_ufunc_leaves_the_format(T):
    a = array(T, [1, 1, 1])
    allowed = {T.dtype, np.dtype(bool), np.dtype(np.intc)}
    for u in numpy_ufuncs():
        if u in PRODUCTS or u in REFUSED:
            continue
        with np.errstate(all="ignore"):
            result = u(a, 1) if u in (np.ldexp, np.power) else u(*[a] * u.nin)
        for part in result if isinstance(result, tuple) else (result,):
            assert part.dtype in allowed, u.__name__


@by_family
@pytest.mark.parametrize("u", sorted(REFUSED, key=lambda u: u.__name__), ids=lambda u: u.__name__)
def test_what_is_not_there_is_a_type_error(T, u):
    a = array(T, [1, 1, 1])
    for operands in ([a] * u.nin, [a[0]] * u.nin):
        with pytest.raises(TypeError):
            u(*operands)


@by_family
def test_exponents_of_every_kind(T):
    a = array(T, [1, 1, 1])
    for k in (2, -1, np.int8(3), np.uint64(2), np.array([0, 1, 64]), 0.5, -0.25, 65, 2**40, a):
        with np.errstate(all="ignore"):
            assert np.power(a, k).dtype == T.dtype


@by_family
def test_logical_ufuncs(T):
    rng = np.random.default_rng(5)
    codes = sample(T, 100, rng)
    a, b = array(T, codes), array(T, codes[::-1])
    truth = np.array([oracle_of(T).nonzero(int(c)) for c in codes])
    assert (np.logical_not(a) == ~truth).all()
    assert (np.logical_and(a, b) == (truth & truth[::-1])).all()
    assert (np.logical_or(a, b) == (truth | truth[::-1])).all()
    assert (np.logical_xor(a, b) == (truth ^ truth[::-1])).all()
    assert a.any() == truth.any()
    assert a.all() == truth.all()
    assert (np.flatnonzero(a) == np.flatnonzero(truth)).all()


# ---- methods of ufuncs ---------------------------------------------------------------------------


def fold(T, op, codes):
    return list(accumulate(codes, getattr(oracle_of(T), op)))


@by_family
@pytest.mark.parametrize("op", ["add", "mul", "sub", "div", "maximum", "minimum", "fmax", "fmin"])
def test_reduce_and_accumulate_round_at_every_step(T, op):
    """In order, as NumPy does for one axis."""
    u = {row: u for u, row in UFUNC_ROWS.items()}[op]
    rng = np.random.default_rng(6)
    codes = sample(T, 40, rng).tolist()
    a = array(T, codes)
    with np.errstate(all="ignore"):
        steps = plain(u.accumulate(a)).tolist()
        assert steps[1:] == fold(T, op, codes)[1:]
        assert plain(np.asarray(u.reduce(a))) == fold(T, op, codes)[-1]
        table = a.reshape(8, 5)
        down = plain(u.reduce(table, axis=0)).tolist()
        assert down == [fold(T, op, codes[i::5])[-1] for i in range(5)]
        across = plain(u.reduce(table, axis=1)).tolist()
        assert across == [fold(T, op, codes[5 * i : 5 * i + 5])[-1] for i in range(8)]
        parts = plain(u.reduceat(a, [0, 7, 20])).tolist()
        ends = [(0, 7), (7, 20), (20, 40)]
        assert parts == [fold(T, op, codes[i:j])[-1] for i, j in ends]
        outer = plain(u.outer(a[:5], a[5:9])).tolist()
        method = getattr(oracle_of(T), op)
        assert outer == [[method(x, y) for y in codes[5:9]] for x in codes[:5]]


RECURRENT = [nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bposit32, nf.takum_linear64, nf.bfloat16, nf.binary32,
             nf.binary64, nf.float8_e4m3fn, nf.mlu32, nf.q15, nf.Float(8, 7, rounding="stochastic"),
             nf.Fixed(3, 20, rounding="stochastic")]  # fmt: skip


@pytest.mark.parametrize("T", RECURRENT, ids=lambda T: T.__name__)
@pytest.mark.parametrize("u", [np.add, np.subtract, np.multiply, np.divide, np.maximum, np.hypot])
@pytest.mark.parametrize("step", [1, -1, 3])
def test_each_step_of_accumulate_sees_the_one_before(T, u, step):
    """Step i is u(step i - 1, element i) with random word i, also beyond one piece of a long call.

    Products of any codes soon are zero or NaN for good; those of the numbers go up and down.
    """
    count = 40 if u is np.hypot else 5000
    codes = sample(T, 3 * count, np.random.default_rng(11))
    numbers = np.resize([0.75, -1.5, 1.25, 3.0, 0.125, -0.5], 3 * count)
    with np.errstate(all="ignore"):
        for a in (array(T, codes)[::step], numbers.astype(T)[::step]):
            nf.seed(3)
            steps = u.accumulate(a)
            nf.seed(3)
            again = u(steps[:-1], a[1:])
            assert (plain(steps[1:]) == plain(again)).all()
            assert plain(steps)[0] == plain(a)[0]


@by_family
def test_at(T):
    a = array(T, [1] * 4)
    with np.errstate(all="ignore"):
        np.add.at(a, [0, 0, 2], a[3])
    one = int(plain(a)[3])
    two = oracle_of(T).add(one, one)
    assert plain(a).tolist() == [oracle_of(T).add(two, one), one, two, one]


def test_where_and_out():
    a = np.arange(6, dtype=np.int64).astype(nf.posit16)
    out = np.full(6, -1, nf.posit16)
    got = np.add(a, a, out=out, where=np.array([True, False] * 3))
    assert got is out
    assert out.astype(int).tolist() == [0, -1, 4, -1, 8, -1]
    assert np.add.reduce(a, where=np.array([True, True, False] * 2), initial=nf.posit16(100)) == 108
    with pytest.raises(TypeError):
        np.add(a, a, out=np.empty(6, np.int64))
    assert np.add(a, a, out=np.empty(6, np.float64)).dtype == np.float64


# ---- layouts (more of them in test_properties) ---------------------------------------------------


@by_family
def test_layouts(T):
    rng = np.random.default_rng(10)
    codes = random_codes(T, 24, rng)
    a = array(T, codes)
    raw = np.empty(a.nbytes + 1, np.uint8)
    unaligned = raw[1:].view(T.dtype)
    unaligned[:] = a
    read_only = a.copy()
    read_only.flags.writeable = False
    strided = np.repeat(a, 3)[::3]
    with np.errstate(all="ignore"):
        want = plain(np.add(a, a)).tolist()
        for x in (unaligned, read_only, strided, a[::-1][::-1], np.array(a)):
            assert plain(np.add(x, x)).tolist() == want
            assert plain(np.sqrt(x)).tolist() == plain(np.sqrt(a)).tolist()
        with pytest.raises(ValueError, match="read-only"):
            np.add(a, a, out=read_only)
        scalar = np.add(a[3], a[4])
        assert type(scalar) is T
        zero_d = np.add(np.asarray(a[3]), np.asarray(a[4]))
        assert plain(np.asarray(zero_d)) == plain(np.asarray(scalar))
        assert np.add(a[:0], a[:0]).shape == (0,)
        square = a.reshape(4, 6)
        grid = np.add(square[:, :1], square[:1])
        assert plain(grid).tolist() == plain(np.add.outer(square[:, 0], square[0])).tolist()
        inplace = a.copy()
        inplace += inplace[::-1]
        assert plain(inplace).tolist() == plain(np.add(a, a[::-1])).tolist()
        shifted = a.copy()
        np.multiply(shifted[:-1], shifted[1:], out=shifted[1:])
        assert plain(shifted[1:]).tolist() == plain(np.multiply(a[:-1], a[1:])).tolist()
        wide = np.add(unaligned[::2], read_only[1::2])
        assert plain(wide).tolist() == plain(np.add(a[::2].copy(), a[1::2].copy())).tolist()
