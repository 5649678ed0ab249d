# SPDX-License-Identifier: BSD-3-Clause
"""Which machines and modes have a name, what is said of them, and which is in use here?

A profile is data.  What is in use belongs to a thread (or a task of asyncio) and a block of code:
`with use("mix_fp32_fix16"):`; another thread does not see it.
"""

from __future__ import annotations

import contextlib
import os
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from numformats.accelerator.error_cache import ErrorCache

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PROFILES", "Profile", "current", "from_environment", "use"]

_ARTICLE = "as described in an article; not vendor documentation"


@dataclass(frozen=True)
class Profile:
    """What is said of a machine or of one of its modes.

    name: what it is asked for by; about: where that is from; store: the format of arrays in
    memory; products: what the operands of matrix products are rounded to, None: not at all;
    accumulate: as `nf.matmul` takes it; compensation: whether what is dropped is given back;
    alpha, beta: the article's weights of the last and of this step's error, which leave most of
    a drift (alpha=1 is error feedback); exclude: globs of layers that stay as they are; cache: of
    errors; bits of an accumulator of integers.
    """

    name: str
    about: str
    store: str = "binary32"
    products: str | None = None
    accumulate: str | tuple[str, str] = "exact"
    compensation: bool = False
    alpha: float = 1.0
    beta: float = 0.0
    exclude: tuple[str, ...] = ("LayerNorm", "RMSNorm")
    cache: ErrorCache | None = None
    accumulator_bits: int = 64

    def __str__(self) -> str:
        lines = [f"{self.name} ({self.about})"]
        products = self.products or "as stored"
        lines.append(f"  store {self.store}, operands of products {products}")
        accumulate = self.accumulate
        lines.append(f"  accumulate {accumulate}, {self.accumulator_bits} bits of integers")
        gains = f", alpha {self.alpha:g}, beta {self.beta:g}" if self.compensation else ""
        lines.append(f"  compensation {'on' if self.compensation else 'off'}{gains}")
        lines.append(f"  excluded: {', '.join(self.exclude) or 'nothing'}")
        return "\n".join(lines)


PROFILES: dict[str, Profile] = {
    p.name: p
    for p in (
        Profile("float32", "every operation of binary32, rounded once", exclude=()),
        Profile(
            "mlu370",
            f"{_ARTICLE}: results keep 20 of 23 fraction bits, cut; 128 KiB of errors",
            store="mlu32",
            accumulate="mlu32",
            cache=ErrorCache(),
        ),
        Profile(
            "mix_fp32_fix16",
            f"{_ARTICLE}: 16-bit fixed point in products, binary32 elsewhere; its formats are ours",
            products="fixed<16,frac=12>",
            compensation=True,
            alpha=0.15,
            beta=0.85,
            cache=ErrorCache(),
        ),
    )
}
_CURRENT: ContextVar[Profile | None] = ContextVar("numformats.accelerator.profile", default=None)


def _named(name: str | Profile, what: str = "profile") -> Profile:
    if isinstance(name, Profile):
        return name
    if name not in PROFILES:
        raise ValueError(f"{what}={name!r}; allowed: {', '.join(PROFILES)}")
    return PROFILES[name]


@contextlib.contextmanager
def use(profile: str | Profile) -> Iterator[Profile]:
    """Within the block, and this thread, `current()` is that profile.

    >>> with use("mix_fp32_fix16") as profile:
    ...     current() is profile
    True
    >>> current() is None
    True
    """
    token = _CURRENT.set(_named(profile))
    try:
        yield _named(profile)
    finally:
        _CURRENT.reset(token)


def current(environment: Mapping[str, str] | None = None) -> Profile | None:
    """The profile of the block; else that of the environment; None where neither says one."""
    found = _CURRENT.get()
    return from_environment(environment) if found is None else found


def from_environment(environment: Mapping[str, str] | None = None) -> Profile | None:
    """The profile that the article's environment variables ask for, None without the first.

    MLU_PRECISION_MODE is a name of `PROFILES`, MLU_ENABLE_COMPENSATION 0 or 1, MLU_COMP_ALPHA and
    MLU_COMP_BETA numbers from 0 to 1.  They are read when this is called, never at import; no
    environment given: that of the process.  Raises ValueError that names the variable.

    >>> from_environment({"MLU_PRECISION_MODE": "mix_fp32_fix16", "MLU_COMP_ALPHA": "1"}).alpha
    1.0
    """
    given = os.environ if environment is None else environment
    mode = given.get("MLU_PRECISION_MODE")
    if mode is None:
        return None
    found = _named(mode, "MLU_PRECISION_MODE")
    switch = given.get("MLU_ENABLE_COMPENSATION", "1" if found.compensation else "0")
    if switch not in {"0", "1"}:
        raise ValueError(f"MLU_ENABLE_COMPENSATION={switch!r}; allowed: 0 or 1")
    return replace(
        found,
        compensation=switch == "1",
        alpha=_gain(given, "MLU_COMP_ALPHA", found.alpha),
        beta=_gain(given, "MLU_COMP_BETA", found.beta),
    )


def _gain(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={text!r}; allowed: a number from 0 to 1")
    return value
