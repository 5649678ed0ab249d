# SPDX-License-Identifier: BSD-3-Clause
"""Which updates are trained on what?  The rows and tasks of discrete_updates.py.

All rows of a task have the same model (linear layers with ReLU between), the same initial weights but for
their rounding, the same order of samples and number of steps.  Rules with a step size take plain SGD's,
half a cosine; the others what their row says.  Nothing was tuned per seed; the last epoch counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.training import SGD, Cosine, Linear, ReLU, Sequential
from numformats.training.discrete import (
    DiscreteSGD,
    Halving,
    Lattice,
    Multinomial,
    Poisson,
    Sign,
    StochasticRounding,
    Unbiased,
)

if TYPE_CHECKING:
    from numformats.training import Layer, Optimizer
    from numformats.training.discrete import Rule


@dataclass(frozen=True)
class Task:
    """A data set, hidden widths, and the run; noise: the share of wrong labels in training.

    fine, coarse: the fraction bits of 16-bit and 8-bit lattices; n: draws of the rows that halve them.
    """

    data: str
    hidden: tuple[int, ...]
    epochs: int
    batch: int
    lr: float
    fine: int
    coarse: int
    n: int
    noise: float = 0.0
    samples: int | None = None


MNIST = Task("mnist", (64,), 6, 64, 0.5, fine=10, coarse=7, n=4000)
DIGITS = Task("digits", (32,), 12, 32, 0.5, fine=8, coarse=6, n=512)
TASKS = {"mnist": [MNIST], "digits": [DIGITS]}
TASKS["noise"] = [
    Task("digits", (32,), 12, 32, 0.5, fine=8, coarse=6, n=512, noise=share)
    for share in (0.1, 0.2, 0.4)
]
QUICK = Task("digits", (16,), 3, 64, 0.5, fine=8, coarse=6, n=256, samples=512)


@dataclass(frozen=True)
class Recipe:
    """A row: what the docs say of it, and how its model and its optimiser are made.

    bits: of the lattice (0: float32 and plain SGD); rule: "published" is n = d and c = 1, "halved" the
    task's n, halved eight times, and c = 0; patterns: formats by name in place of bits; shown: see `Lattice`; width: hidden units, of all tasks.
    """

    what: str
    bits: int = 0
    rule: Rule | str | None = None
    together: bool = False
    k: int | None = None
    lr: float = 1.0  # times the task's
    patterns: dict[str, Any] | None = None
    shown: dict[str, str] = field(default_factory=dict)
    width: int | None = None

    def model(self, task: Task, inputs: int, seed: int) -> Layer:
        """Seeds give all rows the same weights but for their rounding."""
        hidden = task.hidden if self.width is None else (self.width,)
        layers: list[Any] = []
        for i, (a, b) in enumerate(pairwise((inputs, *hidden, 10))):
            layers += [Linear(a, b, seed=100 * seed + i), ReLU()]
        model = Sequential(layers[:-1])
        if not self.bits:
            return model
        frac = {16: task.fine, 8: task.coarse, 4: task.coarse - 3}.get(self.bits, 0)
        return Lattice(model, self.patterns or nf.Fixed(self.bits, frac), shown=self.shown)

    def optimizer(self, task: Task, steps: int, count: int, seed: int) -> Optimizer:
        """Of a run of so many steps, for so many parameters."""
        rate = Cosine(self.lr * task.lr, steps=steps, last=self.lr * task.lr / 100)
        if self.rule is None:
            return SGD(rate)
        rule = self.rule
        if rule == "published":
            rule = Multinomial(n=count, c=1)
        elif rule == "halved":
            rule = Multinomial(n=Halving(task.n, every=-(-steps // 8)), c=0)
        return DiscreteSGD(
            rate, rule=rule, k=self.k, together=self.together, seed=seed, watch=not self.shown
        )


_SHOWN_LATTICE = {"*.weight": nf.Fixed(8, 8), "*": nf.Fixed(8, 4)}
_TWO_BITS = {"*.weight": nf.Fixed(2, 2, overflow="saturate_symmetric"), "*": nf.Fixed(8, 4)}
RECIPES = {
    "SGD float32": Recipe("the gradient step"),
    "published int16": Recipe("multinomial, c = 1, n = d, all parameters together", 16, "published", True),
    "published int8, tensors": Recipe("the same, n = d^(1/axes) of each tensor", 8, Multinomial()),
    "multinomial c = 0 int8": Recipe("n halved eight times, together", 8, "halved", True),
    "unbiased int16": Recipe("unbiased multinomial", 16, Unbiased()),
    "unbiased int8": Recipe("unbiased multinomial", 8, Unbiased()),
    "unbiased int8, n = 64": Recipe("the same, at most 64 writes to a tensor and step", 8, Unbiased(n=64)),
    "Poisson int8": Recipe("Poisson variates", 8, Poisson()),
    "rounding int8": Recipe("stochastic rounding", 8, StochasticRounding()),
    "sign int16": Recipe("one step against each sign", 16, Sign()),
    "unbiased int4": Recipe("saturating at -8 and 7", 4, Unbiased()),
    "rounding int4": Recipe("saturating at -8 and 7", 4, StochasticRounding()),
    "ternary codes": Recipe("weights are -1, 0, 1 times 1/4, k = 1, hidden 128", 2, StochasticRounding(),
                            k=1, lr=0.2, patterns=_TWO_BITS, width=128),
    "shown ternary": Recipe("int8 shown as -1, 0, 1, hidden 128", 8, Unbiased(), lr=4.0,
                            patterns=_SHOWN_LATTICE, shown={"*.weight": "ternary"}, width=128),
    "shown binary": Recipe("int8 shown as -1, 1, hidden 128", 8, Unbiased(), lr=4.0,
                           patterns=_SHOWN_LATTICE, shown={"*.weight": "sign"}, width=128),
}  # fmt: skip
ROWS = {
    "mnist": [r for r in RECIPES if r not in {
        "published int8, tensors", "unbiased int16", "unbiased int8, n = 64", "ternary codes", "shown ternary", "shown binary"}],
    "digits": [*RECIPES],
    "noise": ["SGD float32", "published int16", "unbiased int8", "rounding int8"],
}  # fmt: skip
