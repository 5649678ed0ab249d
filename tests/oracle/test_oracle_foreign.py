# SPDX-License-Identifier: BSD-3-Clause
"""Does the oracle agree with ml_dtypes, gfloat and NumPy's Philox?"""

from fractions import Fraction
from itertools import pairwise

import ml_dtypes
import numpy as np
import pytest
from gfloat import decode_float
from gfloat.formats import format_info_p3109
from gfloat.types import Domain, Signedness

from numformats.oracle import Row, Special, for_format, philox4x64
from oracle_rows import FLOATS, float_of, two


@pytest.mark.parametrize(
    "entry", [e for e in FLOATS if hasattr(ml_dtypes, e["ml_dtypes"])], ids=lambda e: e["name"]
)
def test_ml_dtypes_decode(entry):
    oracle, dtype = float_of(entry), np.dtype(getattr(ml_dtypes, entry["ml_dtypes"]))
    bits = entry["bits"]
    codes = np.arange(1 << bits, dtype=np.uint8 if bits <= 8 else np.uint16)
    with np.errstate(invalid="ignore"):  # signalling NaNs
        values = codes.view(dtype).astype(np.float64)
    binary64 = for_format(Row(family="float", exp=11, man=52))
    step = 1 if bits <= 8 else 3
    for code, theirs in zip(codes[::step].tolist(), values[::step], strict=True):
        ours = oracle.decode(code)
        if np.isnan(theirs):
            assert ours is Special.NAN
        else:
            assert binary64.encode(ours) == int(theirs.view(np.uint64))


@pytest.mark.parametrize(
    "entry",
    [e for e in FLOATS if hasattr(ml_dtypes, e["ml_dtypes"]) and "P3109" not in e["name"]],
    ids=lambda e: e["name"],
)
def test_ml_dtypes_encode(entry):
    oracle, dtype = float_of(entry), np.dtype(getattr(ml_dtypes, entry["ml_dtypes"]))
    mask = (1 << entry["bits"]) - 1
    values = [v for c in range(mask + 1) if isinstance(v := oracle.decode(c), Fraction)]
    values = sorted(set(values)) if entry["bits"] <= 8 else sorted(set(values))[::97]
    middles = [(a + b) / 2 for a, b in pairwise(values)]
    top = max(values)
    probes = (
        values
        + middles
        + [m * (1 + two(-20)) for m in middles]
        + [m * (1 - two(-20)) for m in middles]
    )
    probes += [top * Fraction(k, 64) for k in range(60, 80)]
    xs = np.array(
        [float(p) for p in probes] + [np.nan, np.inf, -np.inf, 0.0, -0.0], dtype=np.float64
    )
    xs = xs[np.abs(xs) < 3e38].astype(np.float32)  # exact: at most 24 bits
    theirs = xs.astype(dtype).view(np.uint8 if entry["bits"] <= 8 else np.uint16).tolist()
    e8m0 = entry["ml_dtypes"] == "float8_e8m0fnu"
    for x, code in zip(xs.tolist(), theirs, strict=True):
        if e8m0 and 0 < abs(x) < 2.0**-126:
            continue  # float32's subnormals are their own business there
        assert oracle.encode(x) == code & mask, x


@pytest.mark.parametrize(
    ("k", "p", "signed", "extended"),
    [
        (k, p, s, e)
        for k in (4, 5, 6, 8)
        for s in (True, False)
        for p in range(1, k + (not s))
        for e in (True, False)
    ],
)
def test_p3109_decode(k, p, signed, extended):
    info = format_info_p3109(
        k,
        p,
        Signedness.Signed if signed else Signedness.Unsigned,
        Domain.Extended if extended else Domain.Finite,
    )
    row = Row(
        family="float",
        exp=k - p + (not signed),
        man=p - 1,
        bias=1 << (k - p - signed),
        is_signed=signed,
        signed_zero=False,
        inf="top" if extended else "none",
        nan="negative_zero" if signed else "all_ones",
    )
    oracle = for_format(row)
    special = {Special.NAN: np.nan, Special.INF: np.inf, Special.NEG_INF: -np.inf}
    for code in range(1 << k):
        theirs, ours = decode_float(info, code).fval, oracle.decode(code)
        expected = special[ours] if isinstance(ours, Special) else float(ours)
        assert theirs == expected or (np.isnan(theirs) and np.isnan(expected)), code


def test_p3109_names_that_are_ml_dtypes_names():
    by_name = {e["name"]: float_of(e) for e in FLOATS}
    for ours, theirs in (("P3109 Binary8p3sf", "E5M2 FNUZ"), ("P3109 Binary8p4sf", "E4M3 FNUZ")):
        for code in range(256):
            assert by_name[ours].decode(code) == by_name[theirs].decode(code)


def test_philox_is_numpys():
    for seed, stream in ((0, 0), (42, 7), ((1 << 64) - 1, 1 << 63)):
        generator = np.random.Philox(key=[seed, stream])
        words = generator.random_raw(25).tolist()
        assert [philox4x64(seed, stream, i) for i in range(25)] == words
