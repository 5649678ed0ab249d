# SPDX-License-Identifier: BSD-3-Clause
"""What does a static bound say?  The certificate, its estimate, its lines, and how tight it is."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BoundLine", "StaticBound"]


@dataclass(frozen=True)
class BoundLine:
    """One source line of the function in the worst box."""

    file: str
    line: int
    code: str
    roundings: int
    """How many numbers the line rounds."""
    local: float
    """The largest local error of one of them."""
    share: float
    """What the line adds to the bound of the worst output, first order (0 .. 1)."""
    overflow: str
    """Why the bound may be infinite here, or ""."""


@dataclass(frozen=True, eq=False)
class StaticBound:
    """|computed - exact| over a whole box of inputs, for each output.  Made by `analysis.bound`.

    absolute and relative are certificates: no input of the box has a larger error (relative to the
    exact output).  estimate is the largest of the same bounds at points of the box: no
    certificate, but what is left of `absolute` beside it is the price of the box's width.
    """

    function: str
    format: str
    absolute: Any
    relative: Any
    estimate: Any
    estimate_relative: Any
    worst_box: dict[str, Any]
    """The sub-box (low, high) with the largest absolute bound."""
    lines: tuple[BoundLine, ...]
    boxes: int
    seconds: float
    inputs: str
    notes: tuple[str, ...]

    def compare(self, measured: Any) -> Any:
        """The bound divided by a measured absolute error, for each output: 1 is as tight as can be.

        measured: |computed - exact| of some inputs of the box, in the shape of `absolute`.  Raises
        ValueError where it is larger than the bound: one of the two must then be wrong.
        """
        return _nested(_ratio, self.absolute, measured)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it; infinite bounds are the string "inf"."""
        return {
            "function": self.function,
            "format": self.format,
            "inputs": self.inputs,
            "boxes": self.boxes,
            "seconds": self.seconds,
            "certificate": {"absolute": _plain(self.absolute), "relative": _plain(self.relative)},
            "estimate": {
                "absolute": _plain(self.estimate),
                "relative": _plain(self.estimate_relative),
            },
            "worst_box": {k: [_plain(v[0]), _plain(v[1])] for k, v in self.worst_box.items()},
            "lines": [{k: _plain(v) for k, v in vars(line).items()} for line in self.lines],
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        boxes = f"{self.boxes} box{'es' * (self.boxes > 1)}"
        rows = [
            f"bound of {self.function} in {self.format}, {boxes}, inputs {self.inputs}",
            f"  absolute  {_short(self.absolute):24} certificate: no input errs more",
            f"  relative  {_short(self.relative):24} certificate",
            f"  estimate  {_short(self.estimate):24} not a certificate: at points of the box",
        ]
        if self.lines:
            rows.append("  line   share  roundings  local     code")
        rows += [
            f"  {at.line:<6} {at.share:>5.0%} {at.roundings:>9}  {at.local:<9.2g} {at.code}"
            for at in self.lines[:12]
        ]
        rows += [f"  ... {len(self.lines) - 12} more lines"] * (len(self.lines) > 12)
        return "\n".join([*rows, *(f"  note: {note}" for note in self.notes)])


def source_line(file: str, line: int) -> str:
    """The text of a line, where there is one."""
    return linecache.getline(file, line).strip()


def _ratio(bound: Any, measured: Any) -> Any:
    bound, measured = np.asarray(bound, np.float64), np.asarray(measured, np.float64)
    if measured.shape != bound.shape:
        msg = f"measured has the shape {measured.shape}; the bound has {bound.shape}"
        raise ValueError(msg)
    if not (measured <= bound).all():
        worst = float(np.max(np.where(measured <= bound, 0, measured)))
        text = f"an error of {worst:.6g} was measured, but the bound is {float(np.max(bound)):.6g}"
        msg = f"{text}: one of them is wrong"
        raise ValueError(msg)
    with np.errstate(all="ignore"):
        return np.where(measured == bound, 1.0, bound / measured)[()]


def _nested(f: Any, x: Any, *rest: Any) -> Any:
    if isinstance(x, dict):
        return {k: _nested(f, v, *(r[k] for r in rest)) for k, v in x.items()}
    if isinstance(x, tuple):
        return tuple(_nested(f, v, *(r[i] for r in rest)) for i, v in enumerate(x))
    return f(x, *rest)


def _short(x: Any) -> str:
    """The largest of each output."""
    if isinstance(x, dict):
        return ", ".join(f"{k}: {_short(v)}" for k, v in x.items())
    if isinstance(x, tuple):
        return ", ".join(_short(v) for v in x)
    return f"{float(np.max(x, initial=0.0)):.4g}"


def _plain(x: Any) -> Any:
    if isinstance(x, dict):
        return {str(k): _plain(v) for k, v in x.items()}
    if isinstance(x, tuple | list):
        return [_plain(v) for v in x]
    if isinstance(x, np.ndarray):
        return [_plain(v) for v in x] if x.ndim else _plain(float(x))
    if isinstance(x, float | np.floating):
        return float(x) if np.isfinite(x) else "inf"
    return x
