# SPDX-License-Identifier: BSD-3-Clause
"""How far does a recurrence drift when every step adds an error of its own?

d_n is the error after n steps.  Steps that multiply: d_{k+1} <= (1 + e) d_k + e, so that d_n <= (1
+ e)**n (1 + d_0) - 1.  Steps with Lipschitz constant L and absolute errors e: d_{k+1} <= L d_k + e,
so that d_n <= L**n d_0 + e (L**n - 1) / (L - 1) (discrete Gronwall). `exponential_model` is what is
often written instead, d_0 exp(n e): it carries the first error on and forgets the n that are made
on the way.  Both bounds are proved: `recurrence` and `lipschitz_recurrence` in proofs/coq/Growth.v.
"""

from __future__ import annotations

import math

from numformats.analysis.growth_of_errors import AprioriBound, inflated, product

__all__ = ["exponential_model", "linear_recurrence_bound", "lipschitz_recurrence_bound"]


def linear_recurrence_bound(eps: float, n: int, initial: float = 0.0) -> AprioriBound:
    """Bound the relative error after n steps that each multiply by a factor within 1 +- eps.

    >>> from numformats.analysis import exponential_model, linear_recurrence_bound
    >>> round(float(linear_recurrence_bound(1e-6, 1000)), 6)
    0.001
    >>> round(exponential_model(1e-6, 1000, initial=1e-6), 6)
    1e-06
    """
    _check(eps, n, initial)
    power = product(n, eps)
    value = float(inflated(power + initial + (power * initial if initial else 0.0)))
    return AprioriBound(
        value,
        f"(1 + e)^n (1 + d_0) - 1, e = {eps:.6g}, n = {n}, d_0 = {initial:.6g}",
        ("each step's relative error is at most e",),
        "induction on d_{k+1} <= (1 + e) d_k + e",
        -value,
        value,
    )


def lipschitz_recurrence_bound(
    lipschitz: float, eps: float, n: int, initial: float = 0.0
) -> AprioriBound:
    """Bound the absolute error after n steps of Lipschitz constant L, each wrong by at most eps.

    In fixed point x <- a x + b has L = |a| and eps the error of a product: the bound is
    eps sum |a|**i, at most eps / (1 - |a|).

    >>> from numformats.analysis import lipschitz_recurrence_bound
    >>> round(float(lipschitz_recurrence_bound(0.5, 2.0**-16, 100)) * 2**15, 6)
    1.0
    """
    _check(eps, n, initial)
    if not 0 <= lipschitz < math.inf:
        msg = f"lipschitz={lipschitz!r}: must be a finite number that is not negative"
        raise ValueError(msg)
    power = _power(lipschitz, n)
    total = float(n) if lipschitz == 1 else _geometric(lipschitz, n)
    value = (
        float(inflated(power * initial + eps * total)) if initial else float(inflated(eps * total))
    )
    return AprioriBound(
        value,
        f"L^n d_0 + e (L^n - 1) / (L - 1), L = {lipschitz:.6g}, e = {eps:.6g}, n = {n}, "
        f"d_0 = {initial:.6g}",
        ("each step carries an error on at most L-fold and adds at most e",),
        "discrete Gronwall inequality",
        -value,
        value,
    )


def exponential_model(eps: float, n: int, initial: float) -> float:
    """d_0 exp(n eps): what the first error alone becomes.  No bound: too small where steps err.

    With initial = eps it is about n times below the error that n steps make; with initial = 0 it is
    0. It stands here beside `linear_recurrence_bound` so that the two can be compared.

    >>> from numformats.analysis import exponential_model
    >>> exponential_model(2.0**-20, 10_000, initial=0.0)
    0.0
    """
    _check(eps, n, initial)
    return initial * math.exp(min(n * eps, 700.0))


def _power(base: float, n: int) -> float:
    try:
        return float(inflated(base**n, 4))
    except OverflowError:
        return math.inf


def _geometric(base: float, n: int) -> float:
    """1 + L + ... + L**(n - 1), summed by halves so that nothing cancels."""
    if n == 0:
        return 0.0
    half = n // 2
    part = _geometric(base, half)
    whole = part * (1 + _power(base, half))
    return float(inflated(whole + (_power(base, n - 1) if n % 2 else 0.0), 8))


def _check(eps: float, n: int, initial: float) -> None:
    if not 0 <= eps < math.inf or not 0 <= initial < math.inf:
        msg = f"eps={eps!r}, initial={initial!r}: must be finite and not negative"
        raise ValueError(msg)
    if n < 0:
        msg = f"n={n!r}: must not be negative"
        raise ValueError(msg)
