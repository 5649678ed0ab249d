# SPDX-License-Identifier: BSD-3-Clause
"""What is to be done, and into which chunks is it cut?  The same on every machine, whoever works.

A chunk has a number, and its result depends on that number and the plan only: so chunks may be done
in any order, by any worker, twice, or in another run that goes on with a checkpoint.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Kept", "Plan", "build", "canonical", "choose", "digest"]

Kept = dict[str, Any]
"""What is kept of a chunk; JSON."""

DIGEST_BYTES = 16


class Plan(ABC):
    """A sweep: `chunks` pieces of work, numbered from 0."""

    kind: str
    title: str
    chunks: int
    items: int

    @abstractmethod
    def settings(self) -> Mapping[str, Any]:
        """All that the results depend on, beside the build of numformats; JSON."""

    @abstractmethod
    def task(self, number: int) -> Callable[[], Kept]:
        """What a worker calls for a chunk; it is sent by pickle."""

    @abstractmethod
    def summary(self, done: Mapping[int, Kept]) -> dict[str, Any]:
        """The figures of these chunks; they do not depend on who did them, or in which order."""

    @property
    def identity(self) -> str:
        """Equal for equal plans, on every machine."""
        whole = {
            "kind": self.kind,
            "chunks": self.chunks,
            "items": self.items,
            **self.settings(),
        }
        return digest(canonical(whole))


def canonical(content: Any) -> bytes:
    """The one JSON text of a content, for digests."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def digest(text: bytes) -> str:
    """What stands for these bytes, in hexadecimal digits."""
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).hexdigest()


@cache
def build() -> str:
    """A digest of what results depend on: version, compiled modules, and the sweep's own code."""
    package = Path(nf.__file__).parent
    native = [p for ending in ("so", "pyd", "dylib") for p in package.glob(f"*.{ending}")]
    files = (*sorted(native), *sorted((package / "sweep").glob("*.py")))
    return digest("".join([nf.__version__, *(digest(p.read_bytes()) for p in files)]).encode())


def choose(
    plan: Plan, chunks: tuple[int, int] | None = None, sample: float | None = None
) -> list[int]:
    """The chunks A to B - 1, or a fraction of all, evenly spread; all if neither is given.

    A larger fraction holds all chunks of a smaller one.  Raises SweepError for what is out of
    range.

    >>> from numformats.sweep import pairs
    >>> choose(pairs("posit8", "add"), sample=0.25), choose(pairs("posit8", "add"), (2, 5))
    ([0, 5, 10, 13], [2, 3, 4])
    """
    if chunks is not None and sample is not None:
        raise SweepError("chunks and a sample: one of them chooses, not both")
    if chunks is not None:
        first, end = chunks
        if not 0 <= first < end <= plan.chunks:
            raise SweepError(f"chunks {first}:{end}: must be within 0:{plan.chunks}, and not empty")
        return list(range(first, end))
    if sample is None:
        return list(range(plan.chunks))
    if not 0 < sample <= 1:
        raise SweepError(f"sample {sample}: must be above 0 and at most 1")
    # multiples of the golden ratio: the first few are evenly spread, and are among the first many
    order = sorted(range(plan.chunks), key=lambda n: n * 0x9E3779B97F4A7C15 % 2**64)
    return sorted(order[: max(1, round(sample * plan.chunks))])
