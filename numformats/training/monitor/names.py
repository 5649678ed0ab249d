# SPDX-License-Identifier: BSD-3-Clause
"""What are the tensors of a model called, and which of them are watched?

"0.weight" is a parameter, "0.weight.gradient" its gradient, "0.output" what the layer "0" gives,
and "output" what the model gives.  A layer that runs more than once in a pass gives "0.output",
"0.output.2", ...
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.training.layer import Layer

__all__ = ["Selection", "gradient_name", "layers_by_path", "output_name", "tensor_names"]


def layers_by_path(model: Layer, path: str = "") -> Iterator[tuple[str, Layer]]:
    """The layer and all that it is made of, each with its path: "", "0", "0.inner", ..."""
    yield path, model
    for name, part in model.parts.items():
        yield from layers_by_path(part, f"{path}.{name}" if path else name)


def output_name(path: str, call: int = 1) -> str:
    """The name of what a layer gives at its n-th call in a pass."""
    name = f"{path}.output" if path else "output"
    return name if call == 1 else f"{name}.{call}"


def gradient_name(parameter: str) -> str:
    """The name of a parameter's gradient."""
    return f"{parameter}.gradient"


def tensor_names(model: Layer) -> list[str]:
    """All tensors that can be watched: outputs, then parameters, then their gradients."""
    outputs = [output_name(path) for path, _ in layers_by_path(model)]
    parameters = list(model.parameters())
    return [*dict.fromkeys(outputs), *parameters, *map(gradient_name, parameters)]


class Selection:
    """The tensors that some patterns choose among those of a model.

    >>> from numformats.training import Linear, Sequential
    >>> chosen = Selection(Sequential(Linear(2, 2), Linear(2, 1)))
    >>> chosen.add(["0.*", "*.bias"])
    >>> [name for name in chosen.names if name in chosen]
    ['0.output', '0.weight', '0.bias', '1.bias', '0.weight.gradient', '0.bias.gradient']
    """

    def __init__(self, model: Layer) -> None:
        self.names = tensor_names(model)
        self._patterns: list[tuple[str, bool]] = [("*", True)]
        self._is_all = True  # nothing was asked for yet
        self._found: dict[str, bool] = {}

    def add(self, patterns: str | Iterable[str]) -> None:
        """Watch these too; the first patterns replace the choice of all."""
        checked = self._checked(patterns)
        before = [] if self._is_all else self._patterns
        self._patterns, self._is_all = [*before, *((p, True) for p in checked)], False
        self._found.clear()

    def remove(self, patterns: str | Iterable[str]) -> None:
        """Watch these no more."""
        checked = self._checked(patterns)
        self._patterns, self._is_all = [*self._patterns, *((p, False) for p in checked)], False
        self._found.clear()

    def _checked(self, patterns: str | Iterable[str]) -> list[str]:
        """Patterns that choose something; ValueError for others, TypeError for what is no text."""
        listed = [patterns] if isinstance(patterns, str) else list(patterns)
        for pattern in listed:
            if not isinstance(pattern, str):
                raise TypeError(f"{pattern!r} is no name of a tensor; allowed: texts and patterns")
            if not any(fnmatchcase(name, pattern) for name in self.names):
                raise ValueError(
                    f"no tensor of the model is called {pattern!r}; there are: "
                    f"{', '.join(self.names)}"
                )
        return listed

    def __contains__(self, name: str) -> bool:
        known = self._found.get(name)
        if known is None:
            known = False
            for pattern, wanted in self._patterns:
                if fnmatchcase(name, pattern):
                    known = wanted
            self._found[name] = known
        return known
