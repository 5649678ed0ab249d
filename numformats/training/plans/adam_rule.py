# SPDX-License-Identifier: BSD-3-Clause
"""How does a planned step update as Adam does, without a gradient of a whole layer?

Some rows of a layer's gradient are formed at a time, as exact sums rounded once; the rule of
`numformats.training.Adam` is applied to them, operation by operation, and the next rows take their
memory.  So a step has the roundings, and the bits, of that optimiser.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.adam import Adam, AdamW
from numformats.training.plans.nodes import RATE, STEP
from numformats.training.sgd import SGD

if TYPE_CHECKING:
    from numformats.training.optimizer import Optimizer
    from numformats.training.plans.builder import Builder, Matrix
    from numformats.training.plans.modes import Mode
    from numformats.training.plans.nodes import Affine

__all__ = ["AdamRule", "rate_at", "rule_of"]

# Knobs beside RATE and STEP: what corrects the root of the means of squares, minus the decay.
ROOT, DECAY = 2, 3
_EXACT: np.dtype[Any] = np.dtype(np.float64)  # in which knobs reach the core


def rate_at(optimizer: Optimizer, steps: int) -> float:
    """The step size behind so many steps."""
    then = copy.copy(optimizer)
    then.steps = steps
    return then.rate()


def rule_of(
    optimizer: Optimizer | None, momentum: float, mode: Mode
) -> tuple[float, AdamRule | None]:
    """The momentum, or the rule, of an optimiser; ValueError for one that has no plan."""
    if optimizer is None:
        return momentum, None
    kind = type(optimizer)
    reason = None
    if kind not in {SGD, Adam, AdamW}:
        reason = "allowed: SGD, Adam, AdamW"
    elif momentum:
        reason = f"momentum={momentum} is SGD's, as SGD(lr, momentum={momentum})"
    elif optimizer.master:
        reason = "master=True has no plan"
    elif isinstance(optimizer, SGD) and (
        optimizer.nesterov or optimizer.weight_decay or optimizer.state_dtype is not None
    ):
        reason = "nesterov, weight_decay and state_dtype of SGD have no plan"
    elif not isinstance(optimizer, SGD) and mode.name == "weight":
        reason = f"mode {mode} has plain SGD only"
    if reason is not None:
        raise ValueError(f"optimizer={optimizer!r} has no plan: {reason}")
    if isinstance(optimizer, SGD):
        return optimizer.momentum, None
    assert isinstance(optimizer, Adam)
    return 0.0, AdamRule(optimizer)


class AdamRule:
    """Writes the operations of Adam's step, and tells a step its numbers."""

    def __init__(self, optimizer: Adam) -> None:
        self.optimizer = copy.copy(optimizer)
        self.dtypes: set[np.dtype[Any]] = set()

    def update(self, b: Builder, node: Affine, x: Matrix, delta: Matrix) -> None:
        """Update a layer's weights by x^T delta, some rows at a time."""
        w, name = node.weight, node.name
        dtype = w.dtype if self.optimizer.state_dtype is None else self.optimizer.state_dtype
        self.dtypes.add(dtype)
        means = []
        for slot in Adam.slots:
            whole = b.buffer(f"{slot} {name}", w.rows, w.columns, dtype, kept=True)
            b.state[f"{name}.{slot}"] = whole.buffer.name
            means.append(whole)
        at_once = node.rows_at_once
        gradient = b.buffer(f"gradient {name}", at_once, w.columns, b.delta or w.dtype)
        room = {
            part: b.buffer(f"{part} {name}", at_once, w.columns, dtype)
            for part in ("step", "wide gradient", "wide weight")
            if part == "step" or self._needs(part, w, gradient, dtype)
        }
        cells = self._cells(b, dtype)
        for start in range(0, w.rows, at_once):
            rows = slice(start, min(start + at_once, w.rows))
            here = slice(rows.stop - start)
            g = gradient.part(rows=here)
            node.gradient(b, g, x, delta, rows)
            parts = {part: m.part(rows=here) for part, m in room.items()}
            _tile(b, w.part(rows=rows), g, [m.part(rows=rows) for m in means], parts, cells, self)

    def _needs(self, part: str, w: Matrix, gradient: Matrix, dtype: Any) -> bool:
        """Whether a tile is converted before the rule, or the weight decays beside it."""
        if part == "wide gradient":
            return bool(gradient.dtype != dtype)
        return bool(w.dtype != dtype or (self.optimizer.weight_decay and self.optimizer.decoupled))

    def _cells(self, b: Builder, dtype: Any) -> dict[str, Matrix]:
        """The rule's numbers: constants, and those of each step."""
        self.optimizer.all_numbers(np.dtype(dtype))  # ValueError where one has no value near it
        found = self.optimizer.all_numbers(_EXACT)
        knobs = {"minus s": STEP, "k": ROOT, "minus decay": DECAY}
        return {
            name: b.knob(knobs[name], 1, dtype)
            if name in knobs
            else b.constant(float(value), dtype)
            for name, value in found.items()
        }

    def knobs(self, lr: float, steps: int) -> list[float]:
        """What a step gives the core; ValueError where a number has no value near it."""
        self.optimizer.lr, self.optimizer.steps = lr, steps
        for dtype in self.dtypes:
            self.optimizer.all_numbers(np.dtype(dtype))
        c = self.optimizer.all_numbers(_EXACT)
        knobs = [0.0] * 4
        knobs[RATE], knobs[STEP], knobs[ROOT] = 1.0, float(c["minus s"]), float(c["k"])
        knobs[DECAY] = float(c.get("minus decay", 0.0))
        return knobs


def _tile(  # noqa: PLR0913 - what the rule reads and writes
    b: Builder,
    weight: Matrix,
    g: Matrix,
    means: list[Matrix],
    room: dict[str, Matrix],
    cells: dict[str, Matrix],
    rule: AdamRule,
) -> None:
    """Adam's rule on some rows: `Adam.update` and what `Optimizer.step` does around it."""
    m, v = means
    t, optimizer = room["step"], rule.optimizer
    c = {name: cell.spread(m.rows, m.columns) for name, cell in cells.items()}
    w = weight
    if "wide gradient" in room:
        b.copy(room["wide gradient"], g)
        g = room["wide gradient"]
    if weight.dtype != m.dtype:
        w = room["wide weight"]
        b.copy(w, weight)
    if "minus decay" in c:
        b.element("fma", room["wide weight"], c["minus decay"], w, w)
        w = room["wide weight"]
    elif "decay" in c:
        b.element("fma", g, c["decay"], w, g)
    b.element("sub", t, g, m)
    b.element("fma", m, c["1 - a"], t, m)
    b.element("neg", t, v)
    b.element("fma", t, g, g, t)
    b.element("fma", v, c["1 - b"], t, v)
    if optimizer.epsilon_inside:
        b.element("fma", t, v, c["k"], c["epsilon"])
        b.element("sqrt", t, t)
    else:
        b.element("sqrt", t, v)
        b.element("fma", t, t, c["k"], c["epsilon"])
    b.element("div", t, m, t)
    if weight.dtype == m.dtype:
        b.element("fma", weight, c["minus s"], t, w)
        return
    b.element("fma", t, c["minus s"], t, w)
    b.copy(weight, t)
