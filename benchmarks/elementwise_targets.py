# SPDX-License-Identifier: BSD-3-Clause
"""Which ratios are elementwise operations meant to reach?  Of 10^6 elements, one thread, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TARGETS", "Target", "judged"]


class Target(NamedTuple):
    """Ours in an operation runs at `least` times the peer's speed in its operation."""

    ours: str
    operation: str
    peer: str
    its: str  # the peer's operation
    least: float
    wish: float | None = None


BFLOAT16, FLOAT32 = "ml_dtypes bfloat16", "numpy float32"
SMALL = ("posit8", "float8_e4m3fn", "float8_e5m2", "takum_linear8", "q7")
HALVES = ("posit16", "bposit16", "bfloat16", "binary16")
WORDS = ("posit32", "bposit32", "takum_linear32", "tf32", "mlu32")
TARGETS = [
    *(Target(f, op, BFLOAT16, "add", 0.5) for f in SMALL for op in ("add", "multiply")),
    *(Target(f, op, "ml_dtypes float8_e4m3fn", "add", 5) for f in SMALL for op in ("add", "multiply")),
    *(Target(f, op, BFLOAT16, "add", 1) for f in HALVES for op in ("add", "multiply")),
    *(Target(f, op, "numpy float16", op, 10) for f in HALVES for op in ("add", "multiply")),
    *(Target(f, op, "universal-dtypes posit32", op, 300) for f in WORDS for op in ("add", "multiply")),
    *(Target(f, op, FLOAT32, "add", 1 / 8, 1 / 6) for f in WORDS for op in ("add", "multiply")),
    *(Target(f, op, FLOAT32, op, 1 / 8) for f in WORDS for op in ("divide", "sqrt")),
    *(Target(f, op, "universal-dtypes posit64", op, 60, 150)
      for f in ("posit64", "bposit64", "takum_linear64") for op in ("add", "multiply")),
    *(Target(f, op, FLOAT32, "from float64", 1 / 3)
      for f in (*HALVES, *WORDS) for op in ("from float64", "to float64")),
    *(Target(f"{f} stochastic", "from float64", FLOAT32, "from float64", 1 / 6)
      for f in ("bfloat16", "binary16")),
    *(Target(f"q{n - 1}", op, f"apytypes fixed{n}", op, 1)
      for n in (16, 32) for op in ("add", "multiply")),
    *(Target(f, "sort", f"numpy int{n}", "sort", 1 / 2)
      for f, n in (("posit8", 8), ("posit16", 16), ("bfloat16", 16), ("posit32", 32), ("binary32", 32),
                   ("bposit64", 64))),
]  # fmt: skip


def judged(
    nanoseconds: dict[str, dict[str, float]], targets: Sequence[Target] = TARGETS
) -> list[tuple[Target, float]]:
    """Targets whose two sides were measured, with the ratio of speeds."""
    found = []
    for t in targets:
        ours = nanoseconds.get(t.operation, {}).get(t.ours)
        its = nanoseconds.get(t.its, {}).get(t.peer)
        if ours and its:
            found.append((t, its / ours))
    return found
