# SPDX-License-Identifier: BSD-3-Clause
"""Which operands make rounding hard?  Results one unit beside midpoints, and all kinds of edges.

Uniform random operands miss what matters: a product of two 60-bit significands lies close enough
to a midpoint to need its last bits once in 2^60 pairs.  Here the operands are solved for.  With
significands as integers (a = A * 2^u), the exact result is next to a midpoint when

* product   A * B  =  2^(k-1) + d   (mod 2^k)      for the k bits that rounding drops
* quotient  M * B  =  d             (mod 2^s)      M = 2R + 1 the midpoint, A = (M * B - d) / 2^s
* root      M * M  =  d             (mod 2^j)      X = (M * M - d) / 2^j

with d as near 0 as it goes but not 0.  A factor is found by `nearest_multiple`, which solves
"a * x mod m in an interval" exactly; M of a root by 2-adic square roots.  Only the oracle is used
here: nothing native.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.oracle import Special

if TYPE_CHECKING:
    from numformats.oracle import Oracle

__all__ = ["OPERANDS", "edges", "fused", "products", "quotients", "roots", "sums", "triples"]

Codes = tuple[int, ...]


def two(e: int) -> Fraction:
    return Fraction(1 << e) if e >= 0 else Fraction(1, 1 << -e)


# ---- number theory -------------------------------------------------------------------------------


def first_multiple(a: int, m: int, low: int, high: int) -> int | None:
    """Least x >= 0 with low <= a * x mod m <= high; 0 <= low <= high < m."""
    if low == 0:
        return 0
    a %= m
    if a == 0:
        return None
    x = -(-low // a)
    if a * x <= high:
        return x
    # no multiple of a lies in [low, high]: find how often m must be added before one does
    wraps = first_multiple(m, a, -high % a, -low % a)
    return None if wraps is None else -(-(low + m * wraps) // a)


def nearest_multiple(a: int, m: int, target: int, start: int, stop: int, above: bool) -> int | None:
    """x in [start, stop) with a * x mod m next to target, above or below it, not on it."""
    width = 1
    while width < m // 4:
        shift = target - a * start
        low, high = (shift + 1, shift + width) if above else (shift - width, shift - 1)
        low %= m
        high %= m
        if low <= high:
            x = first_multiple(a, m, low, high)
            if x is not None and start + x < stop:
                return start + x
        width *= 2
    return None


def two_adic_root(d: int, j: int) -> int:
    """An odd r with r * r = d (mod 2^j), for d = 1 (mod 8)."""
    r = 1
    for i in range(3, j):
        if (r * r - d) >> i & 1:
            r += 1 << (i - 1)
    return r


# ---- what a format looks like ----------------------------------------------------------------------


def fraction_bits(oracle: Oracle, e: int) -> int | None:
    """Fraction bits of the values in [2^e, 2^(e+1)); None when 2^e is no value."""
    code = oracle.encode(two(e), rounding="toward_zero")
    value = oracle.decode(code)
    if value != two(e):
        return None
    above = oracle.decode(oracle.next_up(code))
    if not isinstance(above, Fraction) or above <= value:
        return None
    gap = above - value
    return e - (gap.numerator.bit_length() - gap.denominator.bit_length())


_BINADES: dict[object, dict[int, int]] = {}


def binades(oracle: Oracle) -> dict[int, int]:
    """Exponent -> fraction bits: all exponents, or of very wide ranges both ends and the middle."""
    known = _BINADES.get(oracle.row)
    if known is None:
        codec = oracle.codec
        low = log2(oracle.decode(codec.at_index(1)))
        high = log2(oracle.decode(codec.at_index(codec.last_finite)))
        wanted = set(range(low, high + 1))
        if len(wanted) > 1200:
            ends = [*range(low, low + 150), *range(high - 60, high + 1), *range(-150, 150)]
            wanted &= set(ends)
        found = {e: fraction_bits(oracle, e) for e in sorted(wanted)}
        known = _BINADES[oracle.row] = {e: f for e, f in found.items() if f is not None and f >= 0}
    return known


def log2(x: object) -> int:
    assert isinstance(x, Fraction)
    t = abs(x.numerator).bit_length() - x.denominator.bit_length()
    return t if two(t) <= abs(x) else t - 1


def pick_binade(oracle: Oracle, rng: random.Random) -> tuple[int, int]:
    """An exponent and its fraction bits: any width, the greatest often, and both its ends."""
    table = binades(oracle)
    widths = sorted(set(table.values()))
    tapered = oracle.row.family in ("posit", "takum_linear")
    width = rng.choice(widths) if rng.random() < (0.6 if tapered else 0.2) else widths[-1]
    places = [e for e, f in table.items() if f == width]
    e = rng.choice([places[0], places[-1], rng.choice(places), rng.choice(places)])
    return e, width


def signs(codes: Codes, oracle: Oracle, rng: random.Random) -> Codes:
    """Each operand with either sign."""
    if not oracle.row.is_signed:
        return codes
    return tuple(oracle.neg(c) if rng.random() < 0.5 else c for c in codes)


def exactly(oracle: Oracle, value: Fraction) -> int | None:
    code = oracle.encode(value, rounding="toward_zero")
    return code if oracle.decode(code) == value else None


def nearest(oracle: Oracle, value: Fraction) -> int:
    return oracle.encode(value, rounding="nearest_even")


# ---- results next to midpoints -----------------------------------------------------------------


def odd(bits: int, rng: random.Random) -> int:
    """An odd number of exactly that many bits (at least 1)."""
    return (1 << (bits - 1)) | rng.getrandbits(bits) & ((1 << (bits - 1)) - 1) | 1


def product(oracle: Oracle, rng: random.Random) -> Codes | None:
    """a * b one unit beside a midpoint of the result's binade."""
    table = binades(oracle)
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    carry = rng.random() < 0.5
    fr = table.get(ea + eb + carry)
    if fr is None or fb < 1:
        return None
    fa = rng.choice([fa, min(fa, fr)])  # with a short factor the other can be solved for exactly
    k = fa + fb + carry - fr
    if k < 1:
        return None
    big_a = odd(fa + 1, rng)
    start = (1 << fb) + rng.getrandbits(fb) * rng.randrange(2)
    big_b = nearest_multiple(big_a, 1 << k, 1 << (k - 1), start, 2 << fb, rng.random() < 0.5)
    if big_b is None:
        return None
    return _codes(oracle, big_a * two(ea - fa), big_b * two(eb - fb))


def quotient(oracle: Oracle, rng: random.Random) -> Codes | None:
    """a / b beside a midpoint."""
    table = binades(oracle)
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    borrow = rng.random() < 0.5  # A < B: the quotient is in the binade below
    fr = table.get(ea - eb - borrow)
    if fr is None:
        return None
    s = fr + 1 + borrow + fb - fa
    if s < 1:
        return None
    middle = odd(fr + 2, rng)
    start = (1 << fb) + rng.getrandbits(max(fb, 1)) % (1 << fb) * rng.randrange(2)
    big_b = nearest_multiple(middle, 1 << s, 0, start, 2 << fb, rng.random() < 0.5)
    if big_b is None:
        return None
    big_a = (middle * big_b + (1 << (s - 1))) >> s
    return _codes(oracle, big_a * two(ea - fa), big_b * two(eb - fb))


def root(oracle: Oracle, rng: random.Random) -> Codes | None:
    """sqrt(x) beside a midpoint."""
    e, f = pick_binade(oracle, rng)
    fr = binades(oracle).get(e // 2)
    if fr is None:
        return None
    j = 2 * fr + 2 - f - e % 2
    if j < 3:
        return None
    d = 8 * rng.randrange(-3, 3) + 1
    r = two_adic_root(d, j)
    half = 1 << (j - 1)
    middle = rng.choice([r, half - r, half + r, -r]) % (1 << j)
    lead = 1 << (fr + 1)
    if middle < lead:
        middle += (lead - middle + (1 << j) - 1) >> j << j
    if middle >= 2 * lead:  # no exact one: the square of any midpoint, rounded
        middle = odd(fr + 2, rng)
    big_x = (middle * middle + (1 << (j - 1))) >> j
    return _codes(oracle, big_x * two(e - f))


def square(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * a beside a midpoint: a is a 2-adic root of 2^(k-1) + d."""
    e, f = pick_binade(oracle, rng)
    carry = rng.random() < 0.5
    fr = binades(oracle).get(2 * e + carry)
    if fr is None:
        return None
    k = 2 * f + carry - fr
    if k < 4:
        return None
    r = two_adic_root((1 << (k - 1)) + 8 * rng.randrange(-3, 3) + 1, k)
    half = 1 << (k - 1)
    big = rng.choice([r, half - r, half + r, -r]) % (1 << k)
    if big < 1 << f:
        big += ((1 << f) - big + (1 << k) - 1) >> k << k
    return _codes(oracle, big * two(e - f)) if big < 2 << f else None


def inverse(oracle: Oracle, rng: random.Random) -> Codes | None:
    """1 / a for a next to a power of two: 1/(1+t) = 1 - t + t^2 is next to a value or a midpoint."""
    e, f = pick_binade(oracle, rng)
    t = rng.randrange(1, 12)
    return _codes(oracle, rng.choice([(1 << f) + t, (2 << f) - t]) * two(e - f))


def total(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A + b where b is half a step of a, or a little more or less, or almost nothing."""
    e, f = pick_binade(oracle, rng)
    a = exactly(oracle, (odd(f + 1, rng) ^ rng.randrange(2)) * two(e - f))
    if a is None:
        return None
    half = nearest(oracle, two(e - f - 1))
    tiny = oracle.codec.at_index(1 + rng.randrange(3))
    near = [half, oracle.next_up(half), oracle.next_down(half), tiny]
    far = nearest(oracle, two(e - f - rng.randrange(2, 140)))
    full = nearest(oracle, two(e) * (1 + two(-f)) if f else two(e))
    return a, rng.choice([*near, *near, far, full, oracle.next_up(a), oracle.next_down(a)])


def cancellation(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A - b with nearly everything cancelled; also across the boundary of two binades."""
    e, f = pick_binade(oracle, rng)
    a = exactly(oracle, rng.choice([1 << f, odd(f + 1, rng)]) * two(e - f))
    if a is None:
        return None
    b = oracle.codec.at_index(oracle.codec.index(a) + rng.choice([-3, -2, -1, 0, 1, 2]))
    return a, oracle.neg(b)


def _codes(oracle: Oracle, *values: Fraction) -> Codes | None:
    codes = [exactly(oracle, v) for v in values]
    return None if None in codes else tuple(c for c in codes if c is not None)


# ---- three operands ------------------------------------------------------------------------------


def _tie(oracle: Oracle, rng: random.Random) -> tuple[Fraction, Fraction] | None:
    """(a, h): a value, and half the distance to the next."""
    e, f = pick_binade(oracle, rng)
    return (odd(f + 1, rng) ^ rng.randrange(2)) * two(e - f), two(e - f - 1)


def fused_tie(oracle: Oracle, rng: random.Random) -> Codes | None:
    """c + a * b where a * b is half a step of c times 1 - 4^-f or 1 + 2^-k."""
    drawn = _tie(oracle, rng)
    if drawn is None:
        return None
    c, half = drawn
    e = log2(half)
    ea = rng.choice(list(binades(oracle)))
    fa, fb = binades(oracle)[ea], binades(oracle).get(e - ea)
    if fb is None:
        return None
    f = min(fa, fb)
    kind = rng.randrange(3)
    if kind == 0:
        x, y = 1 + two(-f), 2 * (1 - two(-f))  # just below
    elif kind == 1:
        k = f + 1 - f % 2  # odd: 2^k + 1 = 3 * ((2^k + 1) / 3)
        x, y = Fraction(3, 2), Fraction(2**k + 1, 3) * two(2 - k)  # just above
    else:
        x, y = Fraction(1), Fraction(2)
    codes = _codes(oracle, x * two(ea), y * two(e - ea - 1), c)
    return codes


def fused_sticky(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * b a midpoint exactly, and c, far below, breaks the tie."""
    table = binades(oracle)
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    fr = table.get(ea + eb)
    if fr is None or fa + fb < fr + 1:
        return None
    # an odd midpoint of fr + 2 bits times 2^(fa+fb-fr-1), as a product of two significands
    small = rng.choice([1, 3, 5, 7])
    big = odd(fr + 2, rng)
    big -= big % small
    if not (big & 1 and big.bit_length() == fr + 2):
        return None
    codes = _codes(oracle, small * two(ea), big // small * two(eb - fr - 1))
    if codes is None:
        return None
    tiny = oracle.codec.at_index(1 + rng.randrange(3))
    low = ea + eb - fr - rng.randrange(1, 200)
    c = tiny if low not in table else nearest(oracle, two(low))
    return (*codes, c)


def fused_cancellation(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * b - round(a * b): the error of a product; also with c a neighbour of it."""
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    codes = _codes(oracle, odd(fa + 1, rng) * two(ea - fa), odd(fb + 1, rng) * two(eb - fb))
    if codes is None:
        return None
    p = oracle.mul(*codes)
    c = rng.choice([p, p, oracle.next_up(p), oracle.next_down(p)])
    return (*codes, oracle.neg(c))


def triple(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * b * c near a midpoint: what tells it from a tie may be below the top 128 bits."""
    table = binades(oracle)
    chosen = [pick_binade(oracle, rng) for _ in range(3)]
    (ea, fa), (eb, fb), (ec, fc) = chosen
    carry = rng.randrange(3)
    fr = table.get(ea + eb + ec + carry)
    if fr is None or fc < 1:
        return None
    if rng.random() < 0.3:
        fa, fb = fr // 2, fr - fr // 2
    k = fa + fb + fc + carry - fr
    if k < 1:
        return None
    big_a, big_b = odd(fa + 1, rng), odd(fb + 1, rng)
    start = 1 << fc
    big_c = nearest_multiple(
        big_a * big_b, 1 << k, 1 << (k - 1), start, 2 << fc, rng.random() < 0.5
    )
    if big_c is None:
        return None
    return _codes(oracle, big_a * two(ea - fa), big_b * two(eb - fb), big_c * two(ec - fc))


def hardest_triples(oracle: Oracle, count: int, tries: int = 600) -> list[Codes]:
    """Products of three that lie nearest above a midpoint, of many solved for; all in [1, 2)."""
    rng = random.Random("hardest")
    f = binades(oracle)[0]
    one = 1 << f
    found: list[tuple[int, Codes]] = []
    for _ in range(tries):
        a, b = (one + rng.getrandbits(f - 2) | 1 for _ in "ab")  # below 5/4
        c = nearest_multiple(a * b, one * one, one * one // 2, one, one + one // 4, above=True)
        codes = c and _codes(oracle, *(x * two(-f) for x in (a, b, c)))
        if codes:
            found.append((a * b * c % (one * one), codes))
    return [codes for _, codes in sorted(found)[:count]]


# ---- fixed point -----------------------------------------------------------------------------------


def fixed_product(oracle: Oracle, rng: random.Random) -> Codes | None:
    frac, top = oracle.row.frac, oracle.codec.last
    if frac < 1:
        return None
    a = rng.randrange(1, top + 1) | 1
    limit = min(top, (top << frac) // a)
    b = nearest_multiple(
        a, 1 << frac, 1 << (frac - 1), rng.randrange(limit + 1) // 2, limit + 1, rng.random() < 0.5
    )
    return None if b is None else (a, b)


def fixed_quotient(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * 2^frac / b beside a midpoint: (2R + 1) * b = d (mod 2^(frac+1))."""
    frac, top = oracle.row.frac, oracle.codec.last
    if frac < 0:
        return None
    middle = rng.randrange(1, 2 * top) | 1
    limit = min(top, (top << (frac + 1)) // middle)
    start = rng.randrange(limit + 1) // 2
    b = nearest_multiple(middle, 2 << frac, 0, start, limit + 1, rng.random() < 0.5)
    if not b:
        return None
    return (middle * b + (1 << frac)) >> (frac + 1), b


def fixed_root(oracle: Oracle, rng: random.Random) -> Codes | None:
    """sqrt(x / 2^frac) * 2^frac = sqrt(x * 2^frac) beside a midpoint or a square."""
    frac, top = oracle.row.frac, oracle.codec.last
    if frac < 0:
        return None
    r = rng.randrange(1, max(2, int((top << frac) ** 0.5)))
    x = ((2 * r + 1) ** 2 >> (2 + frac)) + rng.choice([0, 1])
    return (x,) if 0 <= x <= top else None


def fixed_total(oracle: Oracle, rng: random.Random) -> Codes | None:
    codec = oracle.codec
    ends = [codec.last, codec.first, codec.last - 1, codec.first + 1, 0, 1, codec.last // 2 + 1]
    a, b = rng.choice(ends), rng.choice([*ends, rng.randint(codec.first, codec.last)])
    return a & codec.mask, b & codec.mask


# ---- edges -----------------------------------------------------------------------------------------


def edges(oracle: Oracle) -> list[int]:
    """Specials, ends, powers of two, and the codes around every power of two as an integer."""
    codec, bits = oracle.codec, oracle.row.bits
    found = {0, codec.nan, codec.mask, 1 << (bits - 1)}
    for i in range(bits):
        for near in (-2, -1, 0, 1, 2):
            code = (1 << i) + near & codec.mask
            found |= {code, code ^ codec.mask, -code & codec.mask}
    for place in (codec.first, codec.last, codec.last_finite, -codec.last_finite, 0):
        for near in range(-3, 4):
            found.add(codec.at_index(min(max(place + near, codec.first), codec.last)))
    for n in (1, 2, 3, 10, 2**8, 2**24 - 1, 2**53 + 1, 2**63):
        for x in (Fraction(n), Fraction(1, n), Fraction(n) + Fraction(1, 2)):
            code = nearest(oracle, x)
            found |= {code, oracle.next_up(code), oracle.next_down(code), oracle.neg(code)}
    if oracle.row.family in ("float", "truncated"):
        smallest = 1 << oracle.row.man
        for near in (-2, -1, 0, 1):
            code = smallest + near & codec.mask
            found |= {code, code | 1 << (bits - 1)}
        found |= {codec.encode(s, "nearest_even", codec.overflow, None)[0] for s in Special}
    return sorted(found)


# ---- the generators --------------------------------------------------------------------------------

_TAPERED_OR_FLOAT = {
    "mul": (product,),
    "square": (square,),
    "div": (quotient,),
    "reciprocal": (inverse,),
    "sqrt": (root,),
    "add": (total, cancellation),
    "sub": (total, cancellation),
    "floor_divide": (quotient,),
    "remainder": (quotient, total),
    "fmod": (quotient, total),
    "fma": (fused_tie, fused_sticky, fused_cancellation),
    "fmm": (triple,),
}
_FIXED = {
    "mul": (fixed_product,),
    "div": (fixed_quotient,),
    "sqrt": (fixed_root,),
    "add": (fixed_total,),
    "sub": (fixed_total,),
    "floor_divide": (fixed_quotient,),
}
ARITY = {"sqrt": 1, "square": 1, "reciprocal": 1, "fma": 3, "fmm": 3}
OPERANDS = tuple(_TAPERED_OR_FLOAT)


def generate(oracle: Oracle, op: str, count: int, seed: int = 1) -> list[Codes]:
    """Up to `count` solved operand tuples of an operation, with signs mixed in."""
    rng = random.Random(f"{oracle.row}{op}{seed}")
    makers = (_FIXED if oracle.row.family == "fixed" else _TAPERED_OR_FLOAT).get(op, ())
    found: list[Codes] = []
    for _ in range(8 * count if makers else 0):
        codes = rng.choice(makers)(oracle, rng)
        if codes is not None:
            found.append(codes if op == "sqrt" else signs(codes, oracle, rng))
        if len(found) == count:
            break
    return found


def operands(oracle: Oracle, op: str, count: int, seed: int = 1) -> list[Codes]:
    """Solved operands, then as many of edges and random codes, in all combinations."""
    rng = random.Random(f"{oracle.row}{op}{seed}edges")
    arity, special = ARITY.get(op, 2), edges(oracle)
    found = generate(oracle, op, count, seed)
    for _ in range(count):
        found.append(
            tuple(
                rng.choice(special) if rng.random() < 0.7 else rng.getrandbits(oracle.row.bits)
                for _ in range(arity)
            )
        )
    if arity == 1:
        found += [(c,) for c in special]
    return found
