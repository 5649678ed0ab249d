# SPDX-License-Identifier: BSD-3-Clause
"""What is known of a plan's memory before its first step?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numformats.training.plans.training_plan import TrainingPlan

__all__ = ["certificate"]


def certificate(plan: TrainingPlan) -> str:
    """The bytes of each part, then of each buffer: its place, its first and last operation."""
    b, layout, count = plan.builder, plan.layout, plan.bytes
    steps = f", {plan.operations} in a step" if plan.judged else ""
    parts = f"weights {count['weights']}, live data {count['live']}, scratch {count['scratch']}"
    judged = "judged: every operand reads what was meant" if plan.judged else "not judged"
    heap = "heap allocations in a step: 0"
    if b.calls_python:
        heap = f"calls Python: allocations not certified ({', '.join(b.calls_python)})"
    lines = [
        f"{plan.mode}: {len(b.operations)} operations{steps}, arena {layout.total} bytes",
        f"  {parts} (and a table of {count['table']})",
        f"  {judged}; {heap}",
    ]
    names = sorted(b.buffers, key=lambda n: (layout.lives[n][0], layout.offsets[n]))
    for name in names:
        if not b.buffers[name].kept:
            first, last = layout.lives[name]
            lines.append(
                f"  {name:24} [{layout.offsets[name]:>11}, +{b.buffers[name].nbytes:>10})"
                f"  operations {first}..{last}"
            )
    return "\n".join(lines)
