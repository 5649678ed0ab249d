# SPDX-License-Identifier: BSD-3-Clause
"""How does a mode become operations?  One compiler each, over the same nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.training.plans.nodes import Affine
from numformats.training.plans.perturbed import activity, weight
from numformats.training.plans.unit_tangents import exact

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.plans.builder import Matrix
    from numformats.training.plans.job import Job

__all__ = ["COMPILERS"]


def inference(job: Job) -> None:
    """Values only; two buffers are enough."""
    s = job.load()
    for node in job.nodes:
        s = node.stacked(job.b, s)
    job.output = s


def reverse(job: Job) -> None:
    """Values, kept; then cotangents, and each layer's weights after they were used."""
    b, tape, s = job.b, [], job.load()
    rates: dict[Any, Matrix] = {}
    for node in job.nodes:
        y = node.stacked(b, s)
        tape.append((node, s, y))
        s = y
    g = job.residual(s)
    for i, (node, x, y) in reversed(list(enumerate(tape))):
        before = any(isinstance(n, Affine) for n in job.nodes[:i])
        if isinstance(node, Affine):
            delta = job.stepped(f"s {node.name}", g, rates=rates)
            g = node.back(b, x, y, g) if before else g
            node.update(b, x, delta)
        elif before:
            g = node.back(b, x, y, g)


COMPILERS: dict[str, Callable[[Job], None]] = {
    "inference": inference,
    "reverse": reverse,
    "activity": activity,
    "weight": weight,
    "exact": exact,
}
