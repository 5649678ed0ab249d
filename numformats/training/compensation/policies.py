# SPDX-License-Identifier: BSD-3-Clause
"""Which layer of a model computes how?  Rules by glob, and the table of what they come to."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from numformats.accelerator import Profile, current
from numformats.training.compensation.rounded_layer import RoundedLayer, is_linear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numformats.training.layer import Layer

__all__ = ["Effect", "Policy", "Rule"]


@dataclass(frozen=True)
class Rule:
    """What layers do whose path ("0", "2.inner.1") or kind ("Linear") a glob matches.

    format: what their operands are rounded to, as `ErrorFeedback` takes it; accumulate: as
    `nf.matmul` takes it; compensation: whether what is dropped is given back (Linear and Conv2d,
    others are only rounded).  None leaves what earlier rules say.  exclude: such layers stay as
    they are, whatever other rules say.
    """

    match: str
    format: Any = None
    accumulate: Any = None
    compensation: bool | None = None
    exclude: bool = False

    def matches(self, path: str, layer: Layer) -> bool:
        """Whether the glob is of this layer."""
        return any(fnmatchcase(name, self.match) for name in (path, type(layer).__name__))


@dataclass(frozen=True)
class Effect:
    """What a policy comes to for one layer."""

    path: str
    layer: str
    format: Any = None
    accumulate: Any = None
    compensation: bool = False
    why: str = ""
    """The globs of the rules that decided, or why the layer stays as it is."""

    @property
    def changes(self) -> bool:
        """Whether the layer computes differently than without the policy."""
        return self.format is not None or self.accumulate is not None


class Policy:
    """Rules in order, of which later ones overrule earlier ones, layer by layer.

    rules: `Rule`s.  Layers without parameters, and those that are made of others, are left alone.

    >>> import numformats as nf
    >>> from numformats.training import LayerNorm, Linear, ReLU, Sequential
    >>> model = Sequential(Linear(4, 8), LayerNorm(8), ReLU(), Linear(8, 3))
    >>> policy = Policy(
    ...     Rule("*", format=nf.Fixed(16, 12), compensation=True),
    ...     Rule("3", accumulate=nf.mlu32),
    ...     Rule("LayerNorm", exclude=True),
    ... )
    >>> rounded = policy.apply(model, show=print)
    layer  what           operands           accumulate  compensation  by
    0      Linear 4 -> 8  fixed<16,frac=12>  -           on            *
    1      LayerNorm 8    -                  -           -             excluded by LayerNorm
    3      Linear 8 -> 3  fixed<16,frac=12>  mlu32       on            *, 3
    >>> rounded.parameters()["0.weight"] is model.parameters()["0.weight"]
    True
    """

    def __init__(self, *rules: Rule) -> None:
        for i, rule in enumerate(rules):
            if not isinstance(rule, Rule):
                raise TypeError(f"rule {i} is {rule!r}; allowed: Rule(...)")
        self.rules = rules

    @classmethod
    def of(cls, profile: Profile | None = None) -> Policy:
        """The rules of a profile of `numformats.accelerator`; None is the one in use here.

        Raises ValueError where none is in use.
        """
        found = current() if profile is None else profile
        if found is None:
            raise ValueError("no profile is in use: with numformats.accelerator.use(name)")
        accumulate = None if found.accumulate == "exact" else found.accumulate
        rules = [Rule("*", found.products, accumulate, found.compensation)]
        return cls(*rules, *(Rule(glob, exclude=True) for glob in found.exclude))

    def effects(self, model: Layer) -> list[Effect]:
        """What becomes of each layer that has parameters of its own, in order."""
        return [self._effect(path, layer) for path, layer in _leaves(model, "")]

    def _effect(self, path: str, layer: Layer) -> Effect:
        found = [rule for rule in self.rules if rule.matches(path, layer)]
        text = layer.describe()
        if out := [rule.match for rule in found if rule.exclude]:
            return Effect(path, text, why=f"excluded by {', '.join(out)}")
        if not found:
            return Effect(path, text, why="no rule")
        operands, accumulate, compensation = (
            _last([getattr(rule, name) for rule in found])
            for name in ("format", "accumulate", "compensation")
        )
        why = ", ".join(rule.match for rule in found)
        if accumulate is not None and not hasattr(layer, "accumulate"):
            accumulate, why = None, f"{why}; it has no products"
        on = bool(compensation) and operands is not None
        if on and not is_linear(layer):
            on, why = False, f"{why}; rounded only: not linear in input and weights"
        return Effect(path, text, operands, accumulate, on, why)

    def apply(self, model: Layer, show: Callable[[str], Any] | None = None) -> Any:
        """The model with its layers as the rules have them, sharing the same arrays.

        show: called with the table of what takes effect, such as `print`.  The model itself stays
        as it is.  Raises ValueError for a rule that matches no layer (one that excludes may), and
        TypeError or ValueError for formats and accumulators that a layer cannot have.
        """
        effects = self.effects(model)
        leaves = dict(_leaves(model, ""))
        for rule in self.rules:
            if not (rule.exclude or any(rule.matches(*leaf) for leaf in leaves.items())):
                names = ", ".join(leaves) or "none"
                raise ValueError(f"rule {rule.match!r} matches no layer; layers: {names}")
        made = _rebuilt(model, "", {e.path: e for e in effects})
        if show is not None:
            show(table(effects))
        return made


def table(effects: Sequence[Effect]) -> str:
    """The effects as lines of text."""
    rows = [("layer", "what", "operands", "accumulate", "compensation", "by")]
    for e in effects:
        on = "-" if e.format is None else "on" if e.compensation else "off"
        rows.append((e.path or "model", e.layer, _word(e.format), _word(e.accumulate), on, e.why))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _word(choice: Any) -> str:
    found = getattr(choice, "dtype", None) if isinstance(choice, type) else None
    return "-" if choice is None else str(choice if found is None else found)


def _last(choices: list[Any]) -> Any:
    return next((choice for choice in reversed(choices) if choice is not None), None)


def _leaves(layer: Layer, path: str) -> Iterator[tuple[str, Layer]]:
    """The layers that have arrays of their own, by their paths."""
    if layer.own:
        yield path.rstrip("."), layer
    else:
        for name, part in layer.parts.items():
            yield from _leaves(part, f"{path}{name}.")


def _rebuilt(layer: Layer, path: str, effects: dict[str, Effect]) -> Layer:
    """The layer, or one that computes as its effect says; containers are copied."""
    if layer.own:
        e = effects[path.rstrip(".")]
        if not e.changes:
            return layer
        return RoundedLayer(layer, e.format, compensate=e.compensation, accumulate=e.accumulate)
    if not layer.parts:
        return layer
    made = copy.copy(layer)
    made.parts = {k: _rebuilt(part, f"{path}{k}.", effects) for k, part in layer.parts.items()}
    return made
