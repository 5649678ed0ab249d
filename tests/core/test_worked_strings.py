# SPDX-License-Identifier: BSD-3-Clause
"""Are the bit strings right that the comments of the codecs work out?

A line is a format, its bits, and what they stand for; behind a bar, what rounding takes away.
"""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import numformats as nf

CORE = Path(__file__).parents[2] / "cbits" / "core"
LINE = re.compile(r"^ \* {5}(\S+) +([01][01 .|]*) += (.+?)(?: \*/)?$", re.MULTILINE)
WORKED = [
    (p.name, *found) for p in sorted(CORE.glob("*.h")) for found in LINE.findall(p.read_text())
]


def number(text):
    """Of a decimal, 2^-187, 3 * 2^-24 or inf."""
    if text == "inf":
        return np.inf
    factors = re.sub(r"2\^(-?\d+)", lambda m: str(Fraction(2) ** int(m[1])), text).split(" * ")
    product = Fraction(1)
    for factor in factors:
        product *= Fraction(factor)
    return product


def test_every_codec_has_some():
    families = {nf.parse_format(name).format.family for _, name, _, _ in WORKED}
    assert families == {"posit", "takum_linear", "float", "truncated", "fixed"}
    assert len(WORKED) >= 20


@pytest.mark.parametrize(("file", "name", "bits", "text"), WORKED)
def test_worked_string(file, name, bits, text):
    T = nf.parse_format(name)
    kept = re.sub(r"[ .]", "", bits.partition("|")[0])
    assert len(kept) == T.format.bits, file
    with np.errstate(over="ignore"):
        assert T(number(text)).bits == int(kept, 2)


def test_the_product_that_is_cut():
    product = nf.mlu32(1.5) * nf.mlu32(1 + 2.0**-20)
    assert product == nf.mlu32(Fraction("1.50000095367431640625"))
