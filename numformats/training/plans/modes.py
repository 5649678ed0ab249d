# SPDX-License-Identifier: BSD-3-Clause
"""Which gradient does a step take?  The modes, as arguments of `compile`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Mode", "forward", "inference", "reverse"]


@dataclass(frozen=True)
class Mode:
    """A way to a gradient; made by `reverse`, `forward` and `inference`."""

    name: str  # "inference", "reverse", "activity", "weight", "exact"
    tangents: int = 0
    combine: str = "mean"
    replay: bool = True

    def __str__(self) -> str:
        if self.name in {"inference", "reverse"}:
            return self.name
        if self.name == "exact":
            return f"forward, exact, {self.tangents} tangents at a time"
        how = (
            ""
            if self.name == "activity"
            else f", {self.combine}, {'replayed' if self.replay else 'stored'}"
        )
        return f"forward, {self.name} perturbed, K = {self.tangents}{how}"


def inference() -> Mode:
    """No gradient: `plan.step(x)` computes the model's outputs, `plan.outputs()` reads them."""
    return Mode("inference")


def reverse() -> Mode:
    """Keep each layer's inputs, and go back: memory grows with depth."""
    return Mode("reverse")


def forward(
    *,
    perturb: str = "activity",
    K: int = 8,  # noqa: N803 - the letter of the papers
    combine: str = "mean",
    exact: bool = False,
    replay: bool = True,
) -> Mode:
    """Tangents along with the values, and nothing kept: memory does not grow with depth.

    perturb: "activity" draws a random sign for each sample and pre-activation, "weight" one for
    each weight; K tangents are averaged.  combine="project" (weights only) takes the orthogonal
    projection of the gradient on the span of the tangents in place of their mean.  replay=False
    (weights only) stores the tangents in place of drawing them again.  exact: the gradient itself,
    by unit tangents for each unit of each layer, K at a time.

    Raises ValueError for other words, K below 1 and combinations that do not exist.

    Sources: Baydin and others, "Gradients without backpropagation" (arXiv 2202.08587); Ren and
    others, "Scaling forward gradient with local losses" (arXiv 2210.03310); replayed signs: Malladi
    and others, "Fine-tuning language models with just forward passes" (arXiv 2305.17333).
    """
    if perturb not in {"activity", "weight"}:
        msg = f"perturb={perturb!r}; allowed: 'activity', 'weight'"
        raise ValueError(msg)
    if combine not in {"mean", "project"}:
        msg = f"combine={combine!r}; allowed: 'mean', 'project'"
        raise ValueError(msg)
    if not 1 <= K <= 1024:
        msg = f"K={K!r} tangents; allowed: 1 to 1024"
        raise ValueError(msg)
    if exact:
        return Mode("exact", K)
    if perturb == "activity" and (combine != "mean" or not replay):
        msg = "perturb='activity' has combine='mean' and replayed signs only"
        raise ValueError(msg)
    return Mode(perturb, K, combine, replay)
