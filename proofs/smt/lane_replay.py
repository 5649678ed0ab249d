# SPDX-License-Identifier: BSD-3-Clause
"""What do the codes and doubles of a lane's counterexample mean, and what is right there?

What is right is what the package's oracle says; what the core gives is among the terms shown.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction

from proofs.smt.replay import decoded, oracle


def value_of(word):
    """The value of a double's word, as Python writes it."""
    return struct.unpack("<d", struct.pack("<Q", word))[0]


def is_text(text):
    """Rows of a whole family have no text that the oracle could read."""
    return not text.startswith("every ")


def decoded_lane(text, code="code", double="double"):
    """The replay of a query that decodes a code."""

    def lines(native, values):
        right = oracle(native.root, text)
        return [
            f"{text}: {decoded(right, values[code])}",
            f"  the stage's double is {value_of(values[double])!r}",
        ]

    return lines if is_text(text) else None


def encoded_lane(text, double="double", code="code"):
    """The replay of a query that encodes a double."""

    def lines(native, values):
        right, x = oracle(native.root, text), value_of(values[double])
        said = [f"{text}: the double is {x!r}", f"  the stage gives {decoded(right, values[code])}"]
        if math.isfinite(x):
            said.append(f"  right is        {decoded(right, right.encode(Fraction(x)))}")
        return said

    return lines if is_text(text) else None


def operands(op, text, *names):
    """The replay of an operation on codes: the values of its operands, and the right result."""

    def lines(native, values):
        right = oracle(native.root, text)
        codes = [values[name] for name in names]
        said = [f"{text}: {op} of"]
        said += [
            f"  {name} = {decoded(right, code)}" for name, code in zip(names, codes, strict=True)
        ]
        result = getattr(right, op, None)
        if result is not None:
            said.append(f"  right is {result(*codes)!r}")
        return said

    return lines if is_text(text) else None
