# SPDX-License-Identifier: BSD-3-Clause
"""Is a pickle with wrong parameters refused, before C trusts them?"""

import copy
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest

import numformats as nf
from numformats import _native
from numformats.exact import quire_state
from numformats.exact.models import parse_accumulate
from numformats.oracle.accumulators import Accumulate

QUIRES = nf.QuireArray(nf.posit16, (2, 3)).add([1, 2, 3])
SPECS = [
    "pairwise", nf.bfloat16, ("blocked", nf.bfloat16, 4), ("aligned", 20, 4), ("systolic", nf.tf32),
]  # fmt: skip
OBJECTS = [
    *(T.format for T in nf.formats().values()), nf.Fixed(40, 70, signed=False).format,
    *map(parse_accumulate, SPECS), quire_state.Layout(100, -20), nf.finfo(nf.posit16),
    nf.oracle.Accumulation, nf.posit16, nf.posit16(2.5), nf.Posit(9, es=3).dtype,
]  # fmt: skip


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_round_trips(protocol):
    for x in OBJECTS:
        assert pickle.loads(pickle.dumps(x, protocol)) == x
        assert copy.copy(x) == copy.deepcopy(x) == x
    for quires in (QUIRES, QUIRES[:, :0], nf.Quire(nf.q7, bits=99).add([0.5])):
        back = pickle.loads(pickle.dumps(quires, protocol))
        assert type(back) is type(quires)
        assert (back.shape, back.layout) == (quires.shape, quires.layout)
        assert back.to_bytes() == quires.to_bytes()
        assert back.add(0).round().dtype == quires.format.dtype


@pytest.mark.parametrize("T", nf.formats().values(), ids=lambda T: str(T.format))
def test_oracle_rows_keep_their_parameters(T):
    row = nf.oracle.for_format(T).row
    assert pickle.loads(pickle.dumps(row)) == row


@pytest.mark.parametrize("x", [nf.posit16.format, quire_state.Layout(9, 0), QUIRES, nf.Quire("q7"),
                               parse_accumulate("pairwise"), nf.finfo(nf.q7)],
                         ids=lambda x: type(x).__name__)  # fmt: skip
def test_nothing_is_restored_around_the_checks(x):
    before = dict(x.__dict__)
    with pytest.raises(TypeError, match="pickle sets the state"):
        x.__setstate__({"es": 9, "bits": 200})
    assert x.__dict__ == before


@pytest.mark.parametrize("name", ["bits", "rs", "es", "exp", "man", "frac", "bias", "rounding",
                                  "zero", "is_signed", "family", "compute_man", "cut"])  # fmt: skip
@pytest.mark.parametrize("value", [-1, 200, 2**40, "word", None, 1.5])
def test_the_core_gets_no_format_that_is_none(name, value):
    """However it came about: here by changing a frozen one."""
    f = copy.copy(nf.float8_e4m3.format if name in {"exp", "man"} else nf.posit16.format)
    object.__setattr__(f, name, value)
    with pytest.raises(nf.FormatError):
        type(f)(**f.__dict__)
    if _is_used(f, name):
        with pytest.raises(nf.FormatError, match="wrong parameters"):
            _native.row(f)
        with pytest.raises(nf.FormatError):
            nf.QuireArray(f, (2,))


def _is_used(f, name):
    """Does the core look at it?  What a family does not use changes nothing."""
    return name not in {"frac", "bias", "compute_man"} and (f.family != "posit" or name != "zero")


@pytest.mark.parametrize(
    "values",
    [
        ("blocked", None, None, 4), ("blocked", nf.q7.format, nf.q7.format, 0),
        ("blocked", nf.q7.format, nf.q7.format, 2**31), ("blocked", nf.q7.format, "q7", 4),
        ("aligned", None, None, 4, 101), ("aligned", None, None, 0, 20), ("aligned",),
        ("format",), ("pairwise", nf.q7.format), ("exactly",), (3,),
        ("aligned", None, None, 4.0, 20), ("aligned", None, None, True, 20),
    ],
)  # fmt: skip
def test_accumulators_are_checked(values):
    with pytest.raises(ValueError, match="must be"):
        Accumulate(*values)
    spec = parse_accumulate("pairwise")
    names = ("kind", "format", "total", "block", "width")
    for name, value in zip(names, values, strict=False):
        object.__setattr__(spec, name, value)
    a = np.ones((2, 2), nf.posit16)
    with pytest.raises(ValueError, match="must be"):
        nf.matmul(a, a, accumulate=spec)


@pytest.mark.parametrize(
    ("part", "value", "error"),
    [
        (0, int, TypeError), (0, "QuireArray", TypeError), (1, "posit<16,es=9>", ValueError),
        (1, 3, TypeError), (2, (2, -3), ValueError), (2, (3, 3), ValueError), (2, 6, TypeError),
        (2, (2**20, 2**20), ValueError), (2, (10**30,), ValueError), (2, (2.0, 3), ValueError),
        (3, 1, ValueError), (3, 10**9, ValueError), (3, 200, ValueError), (3, "9", TypeError),
        (4, b"", ValueError), (4, QUIRES.to_bytes()[1:], ValueError), (4, "x" * 192, TypeError),
        (4, bytearray(192), TypeError),
    ],
)  # fmt: skip
def test_quires_are_checked(part, value, error):
    restore, parts = QUIRES.__reduce__()
    changed = list(parts)
    changed[part] = value
    with pytest.raises(error):
        restore(*changed)


@pytest.mark.parametrize(
    "words",
    [np.zeros((6, 4), np.int64), np.zeros((6, 3), np.uint64), np.zeros((6, 5), np.uint64)],
)
def test_the_core_gets_no_words_of_another_shape(words):
    layout, terms = quire_state.layout_of(nf.posit16.format), np.ones((6, 1), nf.posit16)
    with pytest.raises(ValueError, match="no quires"):
        quire_state.add(words, layout, terms, None, subtract=False)
    with pytest.raises(ValueError, match="no quires"):
        quire_state.round_into(words, layout, nf.posit16.format)
    for bits, lsb in ((1, 0), (10**6, 0), (100, 2**40), (100, -(2**31))):
        with pytest.raises(ValueError, match="must be an integer"):
            quire_state.Layout(bits, lsb)


def test_scalars_and_dtypes_are_checked():
    restore, (text, bits) = nf.tf32(1.5).__reduce__()
    assert restore(text, bits) == 1.5
    for wrong in (-1, 2**19, 2**70, "1", 1.0, None):
        with pytest.raises((ValueError, TypeError)):
            restore(text, wrong)
    for wrong in ("tf33", "", "posit<99,es=2>", None, 5, b"tf32"):
        with pytest.raises((ValueError, TypeError)):
            restore(wrong, bits)
        with pytest.raises((ValueError, TypeError)):
            nf.posit16.dtype.__reduce__()[0](wrong)
    assert nf.posit16.dtype.__setstate__((1, 2, 3)) is None


# Errors of the unpickler itself are Python's; what gets through is used as it would be.
CHILD = """
import pickle, random, sys, numpy as np, numformats as nf
if sys.platform.startswith("linux"):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30,) * 2)  # lengths in a changed pickle are any numbers
def use(x):
    repr(x)
    if isinstance(x, nf.Format):
        a = np.array([1, 2, 0.5], x.type)
        a @ a, nf.Quire(x).add(a), nf.fsum(a), nf.finfo(x)
    elif isinstance(x, nf.QuireArray):
        x.add(1), x.round(), x.value, x.to_bytes()
    elif hasattr(x, "kind"):
        nf.matmul(np.ones((3, 20), nf.posit16), np.ones((20, 3), nf.posit16), accumulate=x)
    elif isinstance(x, nf.posit16):
        x + 1, hash(x), x.bits
for data in pickle.load(sys.stdin.buffer):
    try:
        use(pickle.loads(data))
    except Exception:
        pass
print("alive")
"""


def test_changed_pickles_crash_nothing():
    rng = random.Random(15)
    objects = [nf.posit16.format, nf.tf32.format, nf.posit16(1), QUIRES, nf.Quire(nf.q7, bits=300),
               *map(parse_accumulate, SPECS)]  # fmt: skip
    changed = []
    for _ in range(3000):
        data = bytearray(pickle.dumps(rng.choice(objects), rng.choice([0, 2, 4])))
        for _ in range(rng.choice([1, 1, 2, 4])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        changed.append(bytes(data))
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD],
        input=pickle.dumps(changed), capture_output=True, check=True,
    )  # fmt: skip
    assert run.stdout.endswith(b"alive\n")
