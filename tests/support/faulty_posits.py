# SPDX-License-Identifier: BSD-3-Clause
"""Adders and multipliers of posit16 with planted faults: which vectors find them?

The design is one of hardware in NumPy's integers: fields, alignment, normalisation, rounding of a
string.  It shares nothing with coverage or with the package.  ``python tests/support/faulty_posits.py``
prints how many of the faults are found by vectors of level 1, by witnesses, and by random pairs.
"""

from __future__ import annotations

import numpy as np

BITS, ES = 16, 2
BODY, NAR = BITS - 1, 1 << BITS - 1
BELOW = 11  # bits of an operand below its leading one
WIDE = BELOW + 3  # bits of a result below its leading one, before the sticky bit

ROUNDING_FAULTS = (
    "ties away", "ties to odd", "rounds half up", "sticky ignored", "no rounding without fraction",
    "no carry into the regime", "no carry into the exponent", "underflow to 0", "no saturation",
    "ties of negative results up", "last regime short", "no rounding of the smallest regime",
)  # fmt: skip
FAULTS = {
    "add": (
        "no sticky in alignment", "sticky from 13 bits on lost", "alignment modulo 32", "swap by exponents only",
        "normalises by 7 at most", "no carry in sums of equal exponents", "NaR of b ignored",
        "sign of a", "borrow lost", *ROUNDING_FAULTS,
    ),
    "mul": (
        "last bits of the product lost", "no sticky when the product is below 2", "exponents modulo 128",
        "sign lost", "0 times NaR is 0", "a column of the product missing", *ROUNDING_FAULTS,
    ),
}  # fmt: skip


def fields(code):
    """Sign, scale and significand of numbers."""
    negative = code >= NAR
    size = np.where(negative, (1 << BITS) - code, code) & (NAR - 1)
    first = size >> BODY - 1 & 1
    flipped = np.where(first == 1, ~size & (NAR - 1), size)
    run = BODY - np.ceil(np.log2(flipped + 1)).astype(np.int64)
    regime = np.where(first == 1, run - 1, -run)
    rest = size << np.minimum(run + 1, BODY) & (NAR - 1)
    scale = (regime << ES) + (rest >> BODY - ES)
    fraction = rest & ((1 << BODY - ES) - 1)
    return negative, scale, (1 << BELOW) | fraction >> BODY - ES - BELOW


def encode(negative, scale, significand, sticky, faults):
    """The code of a number whose significand has its leading one at bit WIDE."""
    regime, low = scale >> ES, scale & ((1 << ES) - 1)
    over, under = regime > BODY - 1, regime < -BODY
    regime = np.clip(regime, -BODY, BODY - 1)
    run = np.where(regime >= 0, regime + 1, -regime)
    head = np.where(regime >= 0, ((np.int64(1) << run) - 1) << 1, 1)
    fraction = significand & ((1 << WIDE) - 1)
    string = ((head << ES | low) << WIDE | fraction) << 1 | sticky
    drop = run + 1 + ES + WIDE + 1 - BODY
    code, tail = string >> drop, string & ((np.int64(1) << drop) - 1)
    half = np.int64(1) << drop - 1
    odd = code & 1 == 1
    if "sticky ignored" in faults:
        tail = tail & ~np.int64(1)
    up = (tail > half) | ((tail == half) & odd)
    if faults & {"ties away", "rounds half up"}:
        up = tail >= half
    if "ties to odd" in faults:
        up = (tail > half) | ((tail == half) & ~odd)
    if "ties of negative results up" in faults:
        up = (tail > half) | ((tail == half) & (odd | negative))
    kept = BODY - run - 1
    if "no rounding without fraction" in faults:
        up &= kept > ES
    if "no rounding of the smallest regime" in faults:
        up &= regime > 2 - BODY
    ones = code + 1 & ((np.int64(1) << np.maximum(kept, 0)) - 1) == 0
    if "no carry into the regime" in faults:
        up &= ~ones
    after = np.maximum(kept - ES, 0)
    if "no carry into the exponent" in faults:
        up &= ones | (code + 1 & ((np.int64(1) << after) - 1) != 0) | (after == 0)
    code = code + up
    code = np.where(over, NAR, np.where(under, 0, code))
    if "last regime short" in faults:
        code = np.where(regime == BODY - 2, code & ~np.int64(1), code)
    if "no saturation" not in faults:
        code = np.minimum(code, NAR - 1)
    if "underflow to 0" not in faults:
        code = np.maximum(code, 1)
    return np.where(negative, -code, code) & ((1 << BITS) - 1)


def add(a, b, faults=frozenset()):
    """Codes of sums."""
    na, ea, sa = fields(a)
    nb, eb, sb = fields(b)
    swap = ea < eb
    if "swap by exponents only" not in faults:
        swap |= (ea == eb) & (sa < sb)
    nh, eh, sh = (np.where(swap, y, x) for x, y in ((na, nb), (ea, eb), (sa, sb)))
    nl, el, sl = (np.where(swap, x, y) for x, y in ((na, nb), (ea, eb), (sa, sb)))
    distance = eh - el
    if "alignment modulo 32" in faults:
        distance &= 31
    distance = np.minimum(distance, WIDE + 2)
    wide, room = (x << WIDE - BELOW for x in (sh, sl))
    low = room >> distance
    lost = (low << distance) != room
    if "no sticky in alignment" in faults:
        lost &= False
    if "sticky from 13 bits on lost" in faults:
        lost &= distance < 13
    opposite = nh != nl
    borrow = lost if "borrow lost" not in faults else 0
    total = np.where(opposite, wide - low - borrow, wide + low)
    if "no carry in sums of equal exponents" in faults:
        total = np.where((distance == 0) & ~opposite, total & ((1 << WIDE + 1) - 1), total)
    shift = np.floor(np.log2(np.maximum(total, 1))).astype(np.int64) - WIDE
    if "normalises by 7 at most" in faults:
        shift = np.maximum(shift, -7)
    zero = (total == 0) & ~lost
    total = total << 1 | lost
    total = np.where(shift > 0, total >> 1 | total & 1, total << np.maximum(-shift, 0))
    negative = na if "sign of a" in faults else nh
    code = encode(negative, eh + shift, total >> 1, total & 1, faults)
    code = np.where(zero, 0, code)
    code = np.where(a == 0, b, np.where(b == 0, a, code))
    nar = a == NAR
    if "NaR of b ignored" not in faults:
        nar |= b == NAR
    return np.where(nar, NAR, code)


def mul(a, b, faults=frozenset()):
    """Codes of products."""
    na, ea, sa = fields(a)
    nb, eb, sb = fields(b)
    product = sa * sb
    if "a column of the product missing" in faults:
        product -= (sb >> 5 & 1) * (sa >> 6 & 1) << 11
    if "last bits of the product lost" in faults:
        product &= ~((1 << 8) - 1)
    large = product >> 2 * BELOW + 1
    scale = ea + eb + large
    if "exponents modulo 128" in faults:
        scale = (scale + 64 & 127) - 64
    product <<= 1 - large
    low = 2 * BELOW + 1 - WIDE
    sticky = product & ((1 << low) - 1) != 0
    if "no sticky when the product is below 2" in faults:
        sticky &= large == 1
    negative = na & nb if "sign lost" in faults else na != nb
    code = encode(negative, scale, product >> low, sticky, faults)
    code = np.where((a == 0) | (b == 0), 0, code)
    nar = (a == NAR) | (b == NAR)
    if "0 times NaR is 0" in faults:
        nar &= (a != 0) & (b != 0)
    return np.where(nar, NAR, code)


DEVICES = {"add": add, "mul": mul}


# A sum of posits is never so small or so large that it has to be clamped: no case finds these.
HARMLESS = {"add": {"underflow to 0", "no saturation"}, "mul": set()}


def found(name, operands, results):
    """The faults that these cases find."""
    a, b = (np.asarray(x).astype(np.int64) for x in operands)
    device, right = DEVICES[name], np.asarray(results).astype(np.int64)
    return {f for f in FAULTS[name] if (device(a, b, {f}) != right).any()}


def score():
    """For each operation: vectors, how many they are, and which faults they leave."""
    from numformats.hardware import operation, vectors
    from numformats.hardware.coverage import decide

    rng = np.random.default_rng(1)
    for name in DEVICES:
        op = operation("posit16", name)
        first = [b.operands for b in vectors(op, level=1)]
        level = tuple(np.concatenate(c) for c in zip(*first, strict=True))
        witnesses = decide(op, seconds=600).witnesses.operands
        sets = {"level 1": level, "witnesses of all bins": witnesses}
        for count in (len(witnesses[0]), len(level[0]), 1_000_000):
            pairs = rng.integers(0, 1 << BITS, (2, count)).astype(np.uint16)
            sets[f"{count:,} random pairs"] = tuple(pairs)
        for text, columns in sets.items():
            left = set(FAULTS[name]) - found(name, columns, op.reference(*columns))
            yield name, text, len(columns[0]), len(FAULTS[name]) - len(left), sorted(left)


if __name__ == "__main__":
    for name, text, count, hits, left in score():
        print(
            f"| {name} | {text} | {count:,} | {hits} of {len(FAULTS[name])} | {', '.join(left)} |"
        )
