# SPDX-License-Identifier: BSD-3-Clause
"""How are integers drawn at random with probabilities that are exact fractions?

Nothing here computes with floats: numbers are taken apart into integers, sums of weights are
integers of as many words as they need, and a uniform integer below n is drawn without bias.  Draw
number i of a key takes the words `np.random.Philox(key=[seed, stream], counter=[0, i, step,
purpose]).random_raw()`: the result is the same on every machine, and does not depend on what else
is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from numformats import _dtypes, _native, _rules
from numformats._native import ffi, lib
from numformats.magnitudes import Magnitudes, magnitudes
from numformats.prefix_sums import MOST_BITS, PrefixSums, pointer, words

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Counts = NDArray[np.int64]

__all__ = [
    "Key",
    "bernoulli",
    "exact",
    "multinomial",
    "poisson",
    "round_randomly",
    "round_randomly_once",
    "total",
    "uniform_below",
]

_MOST = 2**62  # of counts and of rounded numbers


@dataclass(frozen=True)
class Key:
    """Which random words: each part is 0..2**64 - 1; others raise ValueError.

    Functions take a plain integer for Key(seed).

    >>> uniform_below(10, 3, Key(1, step=2)).tolist() == uniform_below(10, 3, Key(1)).tolist()
    False
    """

    seed: int
    stream: int = 0
    step: int = 0
    purpose: int = 0

    def __post_init__(self) -> None:
        for name in ("seed", "stream", "step", "purpose"):
            given = _rules.integer(name, getattr(self, name), 0, 2**64 - 1)
            object.__setattr__(self, name, given)

    def native(self) -> Any:
        """The C struct."""
        return ffi.new("nf_draws *", [self.seed, self.stream, self.step, self.purpose])


def _key(key: Key | SupportsIndex) -> Key:
    return key if isinstance(key, Key) else Key(key)  # type: ignore[arg-type] # integer() converts


def exact(value: Any, name: str) -> Fraction:
    """A real number as the fraction that it is; raises ValueError and TypeError, with the name.

    >>> exact(0.75, "lr"), exact("1/3", "lr")
    (Fraction(3, 4), Fraction(1, 3))
    """
    try:
        if isinstance(value, np.ndarray):
            value = value[()]
        if isinstance(value, np.generic) and not isinstance(value, float):
            one = magnitudes(value, name)
            return int(one.sign[0]) * one.fraction(0)
        return Fraction(value)
    except (OverflowError, ValueError):
        raise ValueError(f"{name}={value!r}; allowed: a finite number") from None
    except TypeError:
        raise TypeError(f"{name}={value!r}; allowed: a real number") from None


def uniform_below(n: SupportsIndex, count: int, key: Key | SupportsIndex) -> NDArray[np.uint64]:
    """So many uniform integers from 0 to n - 1, n = 1..2**64; draw i gives element i.

    Source: Lemire, "Fast random integer generation in an interval" (2019): no bias, no division
    but rarely.

    >>> uniform_below(6, 5, 1).tolist()
    [1, 2, 5, 3, 1]
    """
    n = _rules.integer("n", n, 1, 2**64)
    out = np.empty(_rules.integer("count", count, 0, 2**48), np.uint64)
    where = ffi.cast("uint64_t *", _native.address(out))
    if not lib.nf_uniform_below(_key(key).native(), n % 2**64, 0, len(out), where):
        _dtypes.raise_stop()
    return out


def bernoulli(p: Any, count: int, key: Key | SupportsIndex) -> NDArray[np.bool_]:
    """So many booleans, true with probability p, exactly: a float is the fraction that it is.

    >>> from fractions import Fraction
    >>> int(bernoulli(Fraction(1, 3), 30000, 1).sum())
    10124
    """
    p = exact(p, "p")
    if not 0 <= p <= 1:
        raise ValueError(f"p={p}; allowed: from 0 to 1")
    drawn: NDArray[np.bool_] = round_randomly(np.ones(count, np.uint8), key, p) != 0
    return drawn


def round_randomly(x: ArrayLike | Magnitudes, key: Key | SupportsIndex, factor: Any = 1) -> Counts:
    """Products x * factor, each rounded to one of its two neighbouring integers, exactly unbiased.

    The product is not rounded before: with v its magnitude, the result is floor(v) + 1 with
    probability v - floor(v), else floor(v), with the product's sign.  Raises ValueError for an
    infinity or NaN, for 2**62 and more, and for a factor whose numerator or denominator, without
    its factors of two, has more than 64 bits.

    >>> round_randomly([2, -2.5, 0.0, 0.25], 7).tolist()
    [2, -2, 0, 0]
    """
    given = x if isinstance(x, Magnitudes) else magnitudes(x)
    rate = exact(factor, "factor")
    out = _elementwise(lib.nf_round_randomly, given, key, abs(rate), "2**62")
    out *= given.sign.reshape(given.shape)
    return -out if rate < 0 else out


def poisson(x: ArrayLike | Magnitudes, key: Key | SupportsIndex, factor: Any = 1) -> Counts:
    """Independent Poisson variates of the means abs(x * factor), exactly; the time grows with them.

    A variate is a sum of variates of mean 1/2 and one of what remains, f <= 1/2.  For that k is
    proposed with probability 2**-(k + 1) and taken with probability (2 f)**k / k!, a product of
    coins of exact fractions; what is taken has probabilities in proportion to f**k / k!.  Raises
    ValueError for means of 2**31 and more, and as `round_randomly`.

    >>> poisson([0.5, 3, 0], 1).tolist()
    [0, 3, 0]
    """
    given = x if isinstance(x, Magnitudes) else magnitudes(x)
    return _elementwise(lib.nf_poisson, given, key, abs(exact(factor, "factor")), "2**31")


def _elementwise(
    function: Any, x: Magnitudes, key: Key | SupportsIndex, factor: Fraction, limit: str
) -> Counts:
    out = np.zeros(len(x), np.int64)
    if not factor:
        return out.reshape(x.shape)
    where = ffi.cast("int64_t *", _native.address(out))
    wrong = function(_key(key).native(), x.native(), _ratio(factor)[0], where)
    if wrong == -2:
        _dtypes.raise_stop()
    if wrong >= 0:
        place = [int(i) for i in np.unravel_index(wrong, x.shape)]
        value = float(x.fraction(wrong) * factor)
        raise ValueError(f"element {place} times the factor is {value:g}; allowed: below {limit}")
    return out.reshape(x.shape)


def _ratio(factor: Fraction) -> Any:
    above, below = factor.numerator, factor.denominator
    up, down = ((n & -n).bit_length() - 1 for n in (above, below))
    above, below = above >> up, below >> down
    if max(above, below) >> 64:
        raise ValueError(
            f"factor={factor}: numerator and denominator without their factors of two are "
            f"{above} and {below}; allowed: below 2**64"
        )
    return ffi.new("nf_ratio *", [above, below, up - down])


def round_randomly_once(x: Fraction, key: Key | SupportsIndex) -> int:
    """A fraction, 0 or more, of any length rounded to one of its two neighbours, unbiased: draw 0.

    >>> from fractions import Fraction
    >>> round_randomly_once(Fraction(10**40, 3), 1) - 10**40 // 3 in (0, 1)
    True
    """
    whole, rest = divmod(x.numerator, x.denominator)
    if not rest:
        return whole
    denominator = words(x.denominator)
    if len(denominator) > lib.NF_LIMBS:
        raise ValueError(
            f"a denominator of {x.denominator.bit_length()} bits; allowed: {MOST_BITS}"
        )
    out = np.empty_like(denominator)
    lib.nf_uniform_below_long(
        _key(key).native(), pointer(denominator), len(denominator), 0, pointer(out)
    )
    return whole + (int.from_bytes(out.astype("<u8").tobytes(), "little") < rest)


def total(x: ArrayLike | Magnitudes) -> Fraction:
    """The sum of the magnitudes, exactly.

    >>> total([0.5, -1, 2**40])
    Fraction(2199023255555, 2)
    """
    given = x if isinstance(x, Magnitudes) else magnitudes(x)
    return PrefixSums(given).total()


def multinomial(
    weights: ArrayLike | Magnitudes | PrefixSums,
    n: SupportsIndex,
    key: Key | SupportsIndex,
    plus: Any = 0,
    units: SupportsIndex | None = None,
) -> Counts:
    """How often each place is drawn in n draws, with probability proportional to abs(w) + plus.

    The probabilities are exact: sums of weights are integers of as many words as the weights'
    range needs, whatever their dtype; `PrefixSums` are
    such sums, made before.  units: what all draws carry together, spread over them
    evenly, the first draws one more; by default each carries 1.  The result has the shape of the
    weights and the sum `units`.  Raises ValueError where all weights are 0 but units are not, for
    infinities and NaNs, and where the range needs more than 65,536 bits.

    >>> multinomial([1, 2, 1], 1000, 1).tolist()
    [270, 498, 232]
    """
    n = _rules.integer("n", n, 0, _MOST)
    units = n if units is None else _rules.integer("units", units, 0, _MOST)
    sums = weights if isinstance(weights, PrefixSums) else _sums(weights, plus)
    counts = np.zeros(len(sums.sums), np.int64)
    if units:
        if not n:
            raise ValueError(f"{units} units and no draw that carries them: n=0")
        if not sums.last():
            raise ValueError("all weights are 0: there is no place to draw")
        each, more = divmod(units, n)
        used = n if each else more
        if not lib.nf_multinomial(
            _key(key).native(), sums.places(), used, each, more,
            ffi.cast("int64_t *", _native.address(counts)),
        ):  # fmt: skip
            _dtypes.raise_stop()
    return counts.reshape(sums.shape)


def _sums(weights: ArrayLike | Magnitudes, plus: Any) -> PrefixSums:
    given = weights if isinstance(weights, Magnitudes) else magnitudes(weights, "weights")
    addend = exact(plus, "plus")
    if addend < 0:
        raise ValueError(f"plus={addend}; allowed: 0 or more")
    return PrefixSums(given, addend)
