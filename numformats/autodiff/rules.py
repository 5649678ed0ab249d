# SPDX-License-Identifier: BSD-3-Clause
"""What are the derivatives of NumPy's functions and of ours?  One table, read by both directions.

An elementwise function has a diagonal Jacobian: "times the derivative" is its own transpose.  So a
rule is one linear map of g per operand, used on tangents (forward) and cotangents (backward)
alike; g is what arrives, r the result, then the operands.  Broadcasting is undone by the tape's
numbers, not here.  Each map has as few roundings as the mathematics allows (g / y, not
g * (1 / y)) and no cancellation of its own.  None: the function is flat in that operand.

A parameter that a rule does not use has a name that begins with _ (the linter sees to that): no
array need be kept for it (`used_by`).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.autodiff.constants import DEGREE, LN2, LN10, TWO_OVER_ROOT_PI, constant, digamma
from numformats.autodiff.contractions import BILINEAR, LINEAR, exactly
from numformats.autodiff.linear_systems import SYSTEMS
from numformats.autodiff.own_rules import OWN
from numformats.exact import fsum
from numformats.tracing import LOWERED, TraceError
from numformats.tracing.dispatch import name_of
from numformats.tracing.messages import located

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Rule = Callable[..., Any]

__all__ = [
    "BILINEAR",
    "ELEMENTWISE",
    "LINEAR",
    "back_of",
    "forth_of",
    "has_rule",
    "same",
    "used_by",
]


def same(g: Any, *_: Any) -> Any:
    """The derivative is 1."""
    return g


def minus(g: Any, *_: Any) -> Any:
    """The derivative is -1."""
    return -g


def _power_by_base(g: Any, _: Any, x: Any, y: Any) -> Any:
    """The map g y x^(y-1); where y is 0 the function is 1 on every base, 0 too."""
    flat = np.equal(y, 0)
    return np.where(flat, 0, g * (y * x ** np.where(flat, 1, y - 1)))


def _power_by_exponent(g: Any, r: Any, x: Any, _: Any) -> Any:
    """The map g x^y log x, which is 0 at base 0."""
    return g * (r * np.log(np.where(np.equal(x, 0), 1, x)))


ELEMENTWISE: dict[Any, tuple[Rule | None, ...]] = {
    np.add: (same, same),
    np.subtract: (same, minus),
    np.multiply: (lambda g, _, _x, y: g * y, lambda g, _, x, _y: g * x),
    np.divide: (lambda g, _, _x, y: g / y, lambda g, r, _x, y: -(g * r) / y),
    np.power: (_power_by_base, _power_by_exponent),
    # One side wins a tie, so that the two derivatives add up to 1.
    np.maximum: (
        lambda g, _, x, y: np.where(x >= y, g, 0),
        lambda g, _, x, y: np.where(x >= y, 0, g),
    ),
    np.minimum: (
        lambda g, _, x, y: np.where(x <= y, g, 0),
        lambda g, _, x, y: np.where(x <= y, 0, g),
    ),
    np.hypot: (lambda g, r, x, _: g * (x / r), lambda g, r, _, y: g * (y / r)),
    np.arctan2: (
        lambda g, _, y, x: g * x / (x * x + y * y),
        lambda g, _, y, x: -g * y / (x * x + y * y),
    ),
    np.logaddexp: (lambda g, r, x, _: g * np.exp(x - r), lambda g, r, _, y: g * np.exp(y - r)),
    # x - r is y times a whole number, up to rounding.
    np.remainder: (same, lambda g, r, x, y: -g * np.rint((x - r) / y)),
    np.negative: (minus,),
    np.positive: (same,),
    np.absolute: (lambda g, _, x: np.where(x < 0, -g, g),),
    np.fabs: (lambda g, _, x: np.where(x < 0, -g, g),),
    np.sign: (None,),
    np.floor: (None,),
    np.ceil: (None,),
    np.rint: (None,),
    np.trunc: (None,),
    np.square: (lambda g, _, x: g * (x + x),),
    np.sqrt: (lambda g, r, _: g / (r + r),),
    np.cbrt: (lambda g, r, _: g / (3 * (r * r)),),
    np.reciprocal: (lambda g, r, _: -g * (r * r),),
    np.exp: (lambda g, r, _: g * r,),
    np.exp2: (lambda g, r, x: g * (r * constant(x, LN2)),),
    np.expm1: (lambda g, _, x: g * np.exp(x),),
    np.log: (lambda g, _, x: g / x,),
    np.log2: (lambda g, _, x: g / (x * constant(x, LN2)),),
    np.log10: (lambda g, _, x: g / (x * constant(x, LN10)),),
    np.log1p: (lambda g, _, x: g / (1 + x),),
    np.sin: (lambda g, _, x: g * np.cos(x),),
    np.cos: (lambda g, _, x: -g * np.sin(x),),
    np.tan: (lambda g, r, _: g * (1 + r * r),),
    np.arcsin: (lambda g, _, x: g / np.sqrt((1 - x) * (1 + x)),),
    np.arccos: (lambda g, _, x: -g / np.sqrt((1 - x) * (1 + x)),),
    np.arctan: (lambda g, _, x: g / (1 + x * x),),
    np.sinh: (lambda g, _, x: g * np.cosh(x),),
    np.cosh: (lambda g, _, x: g * np.sinh(x),),
    np.tanh: (lambda g, r, _: g * ((1 - r) * (1 + r)),),
    np.arcsinh: (lambda g, _, x: g / np.hypot(1, x),),
    np.arccosh: (lambda g, _, x: g / np.sqrt((x - 1) * (x + 1)),),
    np.arctanh: (lambda g, _, x: g / ((1 - x) * (1 + x)),),
    np.deg2rad: (lambda g, _, x: g * constant(x, DEGREE),),
    np.rad2deg: (lambda g, _, x: g / constant(x, DEGREE),),
    nf.sigmoid: (lambda g, r, x: g * (r * nf.sigmoid(-x)),),
    nf.softplus: (lambda g, _, x: g * nf.sigmoid(x),),
    nf.rsqrt: (lambda g, r, x: -(g * r) / (x + x),),
    nf.fma: (lambda g, _, _x, y, _z: g * y, lambda g, _, x, _y, _z: g * x, same),
    nf.gamma: (lambda g, r, x: g * (r * digamma(x)),),
    nf.lgamma: (lambda g, _, x: g * digamma(x),),
    nf.erf: (lambda g, _, x: g * (np.exp(-x * x) * constant(x, TWO_OVER_ROOT_PI)),),
    nf.erfc: (lambda g, _, x: -g * (np.exp(-x * x) * constant(x, TWO_OVER_ROOT_PI)),),
}


OWN.update(SYSTEMS)


@functools.cache
def used_by(rule: Rule) -> tuple[bool, ...]:
    """Which of the result and the operands a rule of ELEMENTWISE looks at.

    >>> used_by(ELEMENTWISE[np.divide][0]), used_by(ELEMENTWISE[np.add][1])
    ((False, False, True), (False, False, False, False))
    """
    code = rule.__code__
    names = code.co_varnames[1 : code.co_argcount]
    return tuple(not name.startswith("_") for name in names) or (False,) * 4


def has_rule(f: Any) -> bool:
    """Does one of the tables know f, so that it need not be taken apart?"""
    return f in OWN or f in ELEMENTWISE or f in LINEAR or f in BILINEAR


def back_of(
    f: Any, i: int, value: Any, faces: Sequence[Any], kwargs: dict[str, Any]
) -> Callable[[Any], Any] | None:
    """The map from the cotangent of f(*faces) to that of its operand i; None: it is flat there.

    The map gives an array or, of products of matrices, a Product.  It holds no operand that it does
    not use.  Raises TraceError for functions and keywords without a rule.
    """
    if f in OWN:
        own = OWN[f]
        return None if own.is_flat(i) else lambda g: own.back(i, g, value, faces, kwargs)
    if f in ELEMENTWISE:
        _no_keywords(f, kwargs)
        rule = ELEMENTWISE[f][i]
        if rule is None:
            return None
        given = [
            a if used else None for a, used in zip((value, *faces), used_by(rule), strict=False)
        ]
        return lambda g: rule(g, *given)
    if f in LINEAR and i == 0:
        keywords, shape = _reduction(f, faces, kwargs), np.shape(faces[0])
        return lambda g: LINEAR[f](g, shape, **keywords)
    if f in BILINEAR:
        _product_keywords(f, kwargs)
        return lambda g: BILINEAR[f][i](g, *faces)
    raise _no_rule(f)


def forth_of(  # noqa: PLR0913 - an operation and one of its tangents
    f: Any,
    i: int,
    value: Any,
    faces: Sequence[Any],
    kwargs: dict[str, Any],
    tangent: Any,
    *,
    exact: bool = False,
) -> Any:
    """What the tangent of operand i does to f(*faces); None: it is flat there.

    exact: sums and products of matrices are exact and rounded once, also where f's are not.
    """
    if f in OWN:
        return OWN[f].forth(i, tangent, value, faces, kwargs)
    if f in ELEMENTWISE:
        _no_keywords(f, kwargs)
        rule = ELEMENTWISE[f][i]
        return None if rule is None else rule(tangent, value, *faces)
    same_or_exact = exactly(f) if exact else f
    if f in LINEAR and i == 0:
        return same_or_exact(tangent, **_reduction(f, faces, kwargs))
    if f in BILINEAR:
        _product_keywords(f, kwargs)
        return same_or_exact(*faces[:i], tangent, *faces[i + 1 :])
    raise _no_rule(f)


def _reduction(f: Any, faces: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a sum; its only other positional argument is the axis.

    What the sum is rounded to, and by way of which accumulator, changes no derivative.
    """
    keywords = ({"axis": faces[1]} if len(faces) > 1 else {}) | kwargs
    keywords = {
        k: v
        for k, v in keywords.items()
        if k not in (_ROUNDINGS if f is fsum else set())
        and not (k in {"dtype", "out"} and v is None)
    }
    if len(faces) > 2 or not keywords.keys() <= {"axis", "keepdims"}:
        raise _no_rule(f, " with these arguments")
    return keywords


_ROUNDINGS = {"accumulate", "dtype"}


def _product_keywords(f: Any, kwargs: dict[str, Any]) -> None:
    if f is np.matmul or not kwargs.keys() <= _ROUNDINGS:
        _no_keywords(f, kwargs)


def _no_keywords(f: Any, kwargs: dict[str, Any]) -> None:
    if kwargs:
        raise _no_rule(f, f" with {', '.join(kwargs)}=")


def _no_rule(f: Any, more: str = "") -> TraceError:
    what = name_of(f)
    hint = (
        f"give it one: nf.autodiff.rule({what}, ...)"
        if f not in LOWERED or f in OWN
        else "it is made of others, which have"
    )
    return TraceError(located(f"{what}{more} has no derivative; {hint}"))
