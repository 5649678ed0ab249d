# SPDX-License-Identifier: BSD-3-Clause
"""What would outputs, gradients and updated weights be if nothing were rounded?

The same NumPy code runs in an algebra of numformats.analysis, on the numbers that the format has.
Truth is what the class of a layer defines: a `forward` that was planted on a layer object is under
test, and its class's stands for it.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.algebra import Float64, Reference, truth
from numformats.analysis.ruler import ruler_of
from numformats.autodiff import vjp
from numformats.parse import as_format
from numformats.stochastic import words_kept
from numformats.tracing import Traced, TraceError
from numformats.training.dtypes import own_format
from numformats.training.layer import below
from numformats.training.samples import losses_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from numformats.analysis.algebra import Algebra
    from numformats.training.layer import Layer, Pass
    from numformats.training.watching import Batch

    DType = np.dtype[Any]

__all__ = ["Truth", "check_digits", "part_of", "plain", "reference_for"]

_FLOAT64_BITS = 45  # of a format that float64 judges with eight bits to spare


def reference_for(reference: str | int | None, dtypes: Iterable[DType]) -> str | int:
    """The arithmetic of truth for tensors of these dtypes; ValueError where it has too few digits.

    None: "float64" where that has 8 bits more than each of them, else "double".
    """
    if reference is None:
        return "double" if any(map(_is_wide, dtypes)) else "float64"
    algebra = truth(reference)  # ValueError for what is no reference
    for dtype in dtypes:
        check_digits(algebra, dtype)
    return reference


def check_digits(algebra: Algebra, dtype: DType) -> None:
    """Raise ValueError where float64 is asked to judge a format as wide as itself."""
    if isinstance(algebra, Float64) and _is_wide(dtype):
        raise ValueError(
            f"reference 'float64' has 53 bits, too few to judge {dtype}: "
            "take 'double' or a number of digits"
        )


def _is_wide(dtype: DType) -> bool:
    return dtype.kind not in "biuO" and ruler_of(dtype).precision > _FLOAT64_BITS


def plain(x: Any) -> Any:
    """The array that a traced value is in the format."""
    while isinstance(x, Traced):
        x = x.parts[0]
    return x


class Truth(Reference):
    """True numbers that stand for those of the layer that runs, whatever its format."""

    def __init__(self, reference: str | int, dtypes: list[DType]) -> None:
        widest = max(dtypes, key=_range, default=np.dtype(np.float64))
        super().__init__(truth(reference, widest), dtypes[0] if dtypes else np.float64)
        self.draws = any(as_format(own_format(d)).rounding == "stochastic" for d in dtypes)

    def lifted(self, x: Any) -> Any:
        """The true numbers of an array; integers, which choose places, stay what they are."""
        x = plain(x)
        is_numbers = isinstance(x, np.ndarray | np.generic) and x.dtype.kind not in "biu"
        return self.lift(x) if is_numbers else x

    def all_lifted(self, arrays: Mapping[str, Any]) -> dict[str, Any]:
        """The same of arrays by name."""
        return {name: self.lifted(array) for name, array in arrays.items()}

    @contextmanager
    def standing_for(self, dtype: DType | None) -> Iterator[None]:
        """A block of code to which x.dtype is this one (None: what it is)."""
        before = self._dtype
        self._dtype = before if dtype is None else dtype
        try:
            yield
        finally:
            self._dtype = before

    @contextmanager
    def running(self) -> Iterator[None]:
        """Code runs in truth: no warnings, and the words of stochastic rounding stay undrawn."""
        kept: AbstractContextManager[None] = words_kept() if self.draws else nullcontext()
        with kept, np.errstate(all="ignore"):
            try:
                yield
            except TraceError as error:
                error.add_note(
                    f"PrecisionMonitor ran this in the reference {self.algebra.name!r}: "
                    "take reference='double', or watch only what it can compute"
                )
                raise

    def layer(self, layer: Layer, args: tuple[Any, Any, Pass]) -> Any:
        """What the class of the layer makes of (parameters, x, run)."""
        own = next(iter(layer.own.values()), None)
        with self.standing_for(None if own is None else own.dtype):
            return type(layer).forward(layer, *args)

    def gradients(self, model: Layer, batch: Batch) -> dict[str, Any]:
        """Those of the batch, by the names of the parameters."""
        x = self.lifted(batch.x)

        def losses(parameters: dict[str, Any]) -> Any:
            outputs = model.forward(parameters, x, batch.run)
            return losses_of(batch.loss, outputs, batch.y)

        _, pull = vjp(losses, self.all_lifted(model.parameters()))
        (found,) = pull(self.lift(np.full(len(batch.x), batch.cotangent)))
        return dict(found)

    def updated(self, optimizer: Any, name: str, weight: Any, gradient: Any, scale: float) -> Any:
        """The weight that one step of the optimiser's rule makes of this one."""
        rule = optimizer.innermost
        numbers = rule.all_numbers(np.dtype(nf.binary64), scale)
        state = self.all_lifted(rule.state.get(name, {}))
        for slot in rule.slots:
            state.setdefault(slot, self.lift(np.zeros(weight.shape)))
        start, *more = (self.lift(part) for part in optimizer.kept(name, weight))
        for part in more:
            start = start + part
        return rule.moved(state, start, self.lifted(gradient), numbers)


def _range(dtype: DType) -> int:
    info = nf.finfo(own_format(dtype))
    return max(info.largest_exponent, -info.smallest_exponent)


def part_of(parameters: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The parameters of the layer at a path."""
    return below(parameters, path) if path else dict(parameters)
