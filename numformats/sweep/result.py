# SPDX-License-Identifier: BSD-3-Clause
"""What came out of a sweep, as figures, JSON and rows?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numformats.sweep.plan import Kept, Plan

__all__ = ["Result"]


@dataclass(frozen=True)
class Result:
    """The chunks of a plan that were chosen, all done.

    `summary` has the plan's figures: counts, the digest, and of a check its wrong results.  They
    are the same for any number of workers and after any interruption; `seconds` (of this run)
    and `worker_seconds` (of all chunks) are not.
    """

    plan: Plan
    done: Mapping[int, Kept] = field(repr=False)
    seconds: float
    resumed: int
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, Any]:
        """The figures."""
        return self.plan.summary(self.done)

    @property
    def right(self) -> bool:
        """Is nothing wrong, undecided or failed?"""
        return not any(self.summary.get(name) for name in ("wrong", "undecided", "failed"))

    @property
    def worker_seconds(self) -> float:
        """What the chunks took, added up over all workers."""
        return float(sum(kept["seconds"] for kept in self.done.values()))

    def to_dict(self) -> dict[str, Any]:
        """All figures, as JSON has them."""
        return {
            "kind": self.plan.kind,
            "title": self.plan.title,
            **self.plan.settings(),
            "chunks": len(self.done),
            "of": self.plan.chunks,
            **self.summary,
            "worker seconds": round(self.worker_seconds, 3),
            "numformats": nf.__version__,
            "level": nf.build_info()["level"],
        }
