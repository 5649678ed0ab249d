# SPDX-License-Identifier: BSD-3-Clause
"""What would a device answer that has one fault?  Textbook datapaths on strings of bits.

A device reads its operands, computes with fractions, and writes the result as a string: what stands
before the fraction, then the fraction.  The string is cut, and a guard and a sticky bit round it.
Nothing of that is the oracle's rounding or a model of a fault; a device without a fault must agree
with the oracle, which the tests check first.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from numformats.arrays import code_dtype
from numformats.hardware import Cases
from numformats.oracle import Special, for_format

LONG = 160  # bits of a string: enough for the exact result, or for a root with its sticky bit


def root(x):
    """A fraction that rounds as the square root does: its leading bits, then a sticky one."""
    shift = 2 * LONG
    r = math.isqrt((x.numerator << 2 * shift) // x.denominator)
    return Fraction(2 * r + (r * r * x.denominator != x.numerator << 2 * shift), 2 << shift)


OPERATIONS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "sqrt": root,
    "fma": lambda x, y, z: x * y + z,
    "convert": lambda x: x,
}


def log2(x):
    return math.frexp(x.numerator / x.denominator)[1] - 1 if x else 0


class Device:
    """A device of an Operation with one fault, named by a keyword."""

    def __init__(self, operation, **fault):
        self.operation, self.fault = operation, fault
        self.format = operation.result
        self.oracle = for_format(self.format)

    def has(self, name):
        return self.fault.get(name)

    def __call__(self, *codes):
        right = self.operation.by_oracle(*codes)[0]
        values = [self.read(f, c) for f, c in zip(self.operation.operands, codes, strict=True)]
        if self.has("exchanged"):
            values.reverse()
        if self.has("nar_as_zero"):
            values = [Fraction(0) if v is Special.NAN else v for v in values]
        exact = self.compute(values)
        if exact is None or not exact:
            return right
        return self.write(abs(exact), exact < 0)

    def compute(self, values):
        """The exact result; None where the specials of the oracle decide."""
        name = self.operation.name
        if not all(isinstance(v, Fraction) for v in values):
            return None
        if (name == "div" and not values[1]) or (name == "sqrt" and values[0] <= 0):
            return None
        if (places := self.has("aligned")) and name in {"add", "sub"}:
            x, y = values[0], values[1] if name == "add" else -values[1]
            if not x or not y:
                return x + y
            large, small = (x, y) if log2(abs(x)) >= log2(abs(y)) else (y, x)
            step = Fraction(2) ** (log2(abs(large)) - places)
            return large + math.trunc(small / step) * step
        if self.has("unfused"):
            x, y, z = values
            code = self.write(abs(x * y), x * y < 0) if x * y else 0
            inner = self.oracle.decode(code)
            return inner + z if isinstance(inner, Fraction) else None
        return OPERATIONS[name](*values)

    def read(self, f, code):
        value = for_format(f).decode(code)
        if value is Special.NEG_ZERO:
            return Fraction(0)
        if self.has("flat_operands") and f.family == "float" and not code >> f.man & 0x1F:
            return Fraction(0)
        if (step := self.has("operand_regime")) and isinstance(value, Fraction):
            return value * Fraction(2) ** (step << f.es)
        return value

    # Writing: a string of bits, cut and rounded.

    def write(self, x, negative):
        f = self.format
        if step := self.has("result_regime"):
            x *= Fraction(2) ** (step << f.es)
        place = log2(x)
        if f.family == "fixed":
            head, length, digits = 0, 0, x / Fraction(2) ** (f.bits - 1 - f.frac)
        elif f.family == "float":
            head, length, digits = self.float_head(x, place)
        else:
            head, length = self.tapered_head(place)
            digits = x / Fraction(2) ** log2(x) - 1
        return self.signed(self.cut(head, length, digits), x, negative)

    def float_head(self, x, place):
        f = self.format
        field = max(place + f.bias, 0)
        if field == 0:
            return 0, f.exp, x / Fraction(2) ** (1 - f.bias)
        return field, f.exp, x / Fraction(2) ** place - 1

    def tapered_head(self, place):
        """What stands before the fraction; beyond the ends the string of the end, or what is asked."""
        f = self.format
        if f.family == "takum_linear":
            c = min(max(place, -255), 254)
            r = (c + 1).bit_length() - 1 if c >= 0 else (-c).bit_length() - 1
            field = c + 1 - (1 << r) if c >= 0 else c + (2 << r) - 1
            return (8 | r if c >= 0 else 7 - r) << r | field, 4 + r
        es = self.has("es") if self.has("es") is not None else f.es
        regime, low = place >> es, place & ((1 << es) - 1)
        run = min(regime + 1 if regime >= 0 else -regime, f.bits + 8)
        text = "1" * run + "0" if regime >= 0 else "0" * run + "1"
        text = text[:run] if run >= f.rs < f.bits - 1 else text
        text += f"{low:0{es}b}" if es else ""
        return int(text, 2), len(text)

    def cut(self, head, length, digits):
        """The string head, digits is cut at the format's width and rounded: the magnitude's code."""
        f = self.format
        width = f.bits - f.is_signed
        fraction = math.floor(digits * (1 << LONG))
        sticky = digits * (1 << LONG) != fraction
        string = (head << LONG) + fraction
        below = length + LONG - width
        kept, rest = string >> below, string & ((1 << below) - 1)
        guard, sticky = rest >> (below - 1), bool(rest & ((1 << (below - 1)) - 1)) or sticky
        return kept + self.up(kept & 1, guard, sticky, width - length)

    def up(self, odd, guard, sticky, fraction_bits):
        if self.has("truncates") or (self.has("no_fraction_unrounded") and fraction_bits <= 0):
            return 0
        if self.has("no_sticky"):
            sticky = False
        tie = {"away": 1, "zero": 0, "odd": 1 - odd, None: odd}[self.has("tie")]
        return int(guard and (sticky or tie))

    def signed(self, magnitude, x, negative):
        f = self.format
        if f.family == "float":
            return self.signed_float(magnitude, x, negative)
        last = (1 << (f.bits - 1)) - 1
        if f.family == "fixed":
            code = -magnitude if negative else magnitude
            if not self.has("wraps"):
                code = min(max(code, -last - 1), last)
            return code & (2 * last + 1)
        least, most = (self.oracle.decode(c) for c in (1, last))
        if x > most:
            magnitude = last + 1 if self.has("overflow_nar") else last
        elif x < least:
            magnitude = 0 if self.has("flushed") else 1
            negative ^= bool(self.has("flushed_sign"))
        magnitude = magnitude if self.has("overflow_nar") else min(magnitude, last)
        magnitude = magnitude if self.has("flushed") else max(magnitude, 1)
        return -magnitude & (2 * last + 1) if negative else magnitude

    def signed_float(self, magnitude, x, negative):
        f = self.format
        inf = ((1 << f.exp) - 1) << f.man
        if self.has("flushed") and x < Fraction(2) ** (1 - f.bias):
            magnitude = 0
        if magnitude >= inf or x >= Fraction(2) ** (inf // (1 << f.man) - f.bias):
            magnitude = inf - 1 if self.has("saturates") else inf
        return magnitude | (negative << (f.bits - 1))


def operands(operation, count=700, seed=8):
    """Columns of codes: few set bits, so that ties are not rare, and many near the ends."""
    rng = np.random.default_rng(seed)
    columns = []
    for f in operation.operands:
        codes = rng.integers(0, 1 << f.bits, count, dtype=np.uint64)
        codes &= ~np.uint64(0) << rng.integers(0, f.bits - 1, count, dtype=np.uint64)
        ends = rng.integers(0, 8, count, dtype=np.uint64)
        near = rng.integers(0, 2, count, dtype=np.uint64) << np.uint64(f.bits - 1)
        codes = np.where(rng.random(count) < 0.2, near + ends - np.uint64(4), codes)
        columns.append((codes & np.uint64((1 << f.bits) - 1)).astype(code_dtype(f)))
    return tuple(columns)


def answers(operation, columns, **fault):
    """Cases with the answers of a device."""
    device = Device(operation, **fault)
    rows = zip(*(c.tolist() for c in columns), strict=True)
    results = np.array([device(*row) for row in rows], code_dtype(operation.result))
    return Cases(columns, results)
