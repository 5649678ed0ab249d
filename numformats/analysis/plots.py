# SPDX-License-Identifier: BSD-3-Clause
"""Which pictures are there of formats and of errors?  Each function returns a matplotlib Figure.

They need the extra ``numformats[plot]``.  `save` writes a figure with the same bytes every time.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.candidate import as_candidate
from numformats.analysis.canvas import COLOURS, MARKERS, new_figure, save
from numformats.analysis.default_candidates import chosen
from numformats.analysis.number_line import line_of
from numformats.analysis.plotting import plot_comparison, plot_errors
from numformats.analysis.problems import CompareError
from numformats.analysis.worst_error import worst_relative_error
from numformats.oracle.values import dyadic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from numformats.analysis.candidate import Candidate

__all__ = [
    "operation_errors",
    "plot_accuracy",
    "plot_comparison",
    "plot_errors",
    "plot_growth",
    "plot_operation",
    "save",
]

MOST_PICTURE_BITS = 8
_SCALE = (1e-3, 1.0)  # of the colours of a heat map


def plot_accuracy(
    formats: Iterable[object], low: float = 2.0**-64, high: float = 2.0**64
) -> Figure:
    """Correct decimal digits of a number stored in each format, against its magnitude.

    One step a binade from low to high: -log10 of the exact `worst_relative_error` there, 0 where a
    number may be lost altogether.  formats: as the candidates of `recommend`.

    >>> import numformats as nf
    >>> figure = nf.analysis.plots.plot_accuracy([nf.posit16, "float16"])
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['posit16', 'float16']
    """
    if not 0 < low < high < math.inf:
        raise CompareError(f"low={low!r}, high={high!r}: must be 0 < low < high, both finite")
    first, last = math.frexp(low)[1] - 1, math.frexp(high)[1] - 1
    figure: Figure = new_figure(8, 4)
    axes = figure.add_subplot(xlabel="magnitude", ylabel="correct decimal digits, at the least")
    places = np.arange(first, max(last, first + 1) + 1)
    for number, candidate in enumerate(chosen(formats)):
        digits = [_digits(candidate, int(e)) for e in places]
        style = ("-", "--", ":", "-.")[number // len(COLOURS) % 4]
        axes.step(
            2.0**places, digits, style, where="post",
            color=COLOURS[number % len(COLOURS)], label=candidate.name,
        )  # fmt: skip
    axes.set(xscale="log", xlim=(2.0 ** places[0], 2.0 ** places[-1]))
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    figure.legend(loc="outside right upper", fontsize=9)
    return figure


def _digits(candidate: Candidate, exponent: int) -> float:
    error = worst_relative_error(candidate, dyadic(1, exponent), dyadic(2, exponent)).error
    return max(0.0, -math.log10(error)) if error < 1 else 0.0


def plot_growth(
    lengths: ArrayLike,
    measured: Mapping[str, ArrayLike],
    bounds: Mapping[str, ArrayLike] | None = None,
) -> Figure:
    """Measured errors against n, one series of markers each, and bounds or models as lines.

    lengths: n, increasing.  measured and bounds: a label and the errors at those n; of a row of
    several errors at each n (shape (len(n), k)) all are drawn.  Both axes are logarithmic: 0
    is left out.  A label that begins with "model" is dotted, as what is not proved; bounds are
    solid, in the colour of the measured errors of the same place.

    >>> import numformats as nf
    >>> n = [10, 100, 1000]
    >>> figure = nf.analysis.plots.plot_growth(n, {"mlu32": [1e-6, 1e-5, 1e-4]},
    ...                                       {"n u": [1e-5, 1e-4, 1e-3]})
    >>> len(figure.axes[0].lines)
    2
    """
    n = np.asarray(lengths, float)
    if n.ndim != 1 or not n.size or not (np.diff(n) > 0).all():
        raise CompareError(f"lengths={lengths!r}: must be increasing numbers")
    figure: Figure = new_figure(8, 4.5)
    axes = figure.add_subplot(xlabel="n", ylabel="relative error", xscale="log", yscale="log")
    for number, (label, errors) in enumerate(measured.items()):
        axes.plot(
            n, _positive(label, errors, n), linestyle="none", alpha=0.8, markersize=5,
            color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)],
            label=label,
        )  # fmt: skip
    for number, (label, errors) in enumerate((bounds or {}).items()):
        model = label.startswith("model")
        style, colour = (":", "black") if model else ("-", COLOURS[number % len(COLOURS)])
        axes.plot(n, _positive(label, errors, n), style, color=colour, linewidth=1.5, label=label)
    axes.grid(visible=True, alpha=0.3)
    handles, labels = axes.get_legend_handles_labels()
    first = dict(zip(reversed(labels), reversed(handles), strict=True))  # one entry a label
    axes.legend(
        [first[label] for label in dict.fromkeys(labels)], dict.fromkeys(labels), fontsize=9
    )
    return figure


def _positive(label: str, errors: ArrayLike, n: NDArray[np.float64]) -> NDArray[np.float64]:
    sizes = np.abs(np.asarray(errors, float))
    if sizes.shape[:1] != n.shape:
        raise CompareError(f"{label}: {len(sizes)} errors for {n.size} lengths")
    return np.where(sizes > 0, sizes, np.nan)


def operation_errors(
    T: object,  # noqa: N803 - T is a type
    operation: np.ufunc = np.add,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All values of a format of at most 8 bits, and the relative error of x op y for each pair.

    The errors have shape (k, k), x down, y across; the true result is that of doubles.  0 where the
    result is exact, infinite where a finite one became NaN or infinite, or 0 something else; NaN
    where there is no true result, as of 0/0.

    >>> import numformats as nf
    >>> values, errors = nf.analysis.plots.operation_errors(nf.float4_e2m1fn)
    >>> values.tolist()[8:], errors[9].tolist()[8:]
    ([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0], [0.0, 0.0, 0.2, 0.0, 0.0, 0.2, 0.14285714285714285])
    """
    candidate = as_candidate(T)
    if candidate.bits > MOST_PICTURE_BITS:
        raise CompareError(
            f"{candidate.name} has {candidate.bits} bits: at most {MOST_PICTURE_BITS}"
        )
    line = line_of(candidate)
    values = np.array([float(line.value(p)) for p in range(line.bottom, line.last + 1)])
    with np.errstate(all="ignore"):
        x = values.astype(candidate.dtype)
        got = operation(x[:, None], x[None, :]).astype(np.float64)
        truth = operation(values[:, None], values[None, :])
        error = np.where(got == truth, 0.0, np.abs(got - truth) / np.abs(truth))
    error = np.where(np.isfinite(truth) & ~np.isfinite(got), np.inf, error)
    return values, np.where(np.isfinite(truth), error, np.nan)


def plot_operation(T: object, operation: np.ufunc = np.add) -> Figure:  # noqa: N803
    """A heat map of `operation_errors`: every pair of values of a format of at most 8 bits.

    White: exact, or an error below 1e-3.  Colours: from there to 1.  Red: more than 100 %, or an
    infinity or NaN from finite operands.  Grey: no true result.  Axes in the order of the values.

    >>> import numpy as np
    >>> import numformats as nf
    >>> figure = nf.analysis.plots.plot_operation(nf.posit8, np.multiply)
    >>> figure.axes[0].get_title()
    'posit8: relative error of multiply'
    """
    values, errors = operation_errors(T, operation)
    figure: Figure = new_figure(6.2, 5.2)
    axes = figure.add_subplot(xlabel="y", ylabel="x")
    below, above = _SCALE[0] / 2, _SCALE[1] * 2  # these have the colours of 0 and of infinity
    shown = np.ma.masked_invalid(np.clip(np.where(errors == 0, below, errors), None, above))
    image = axes.imshow(shown, origin="lower", interpolation="nearest", aspect="equal", **_heat())
    places = np.unique(np.linspace(0, values.size - 1, 9).round().astype(int))
    labels = [f"{values[p]:.3g}" for p in places]
    axes.set_xticks(places, labels, rotation=45)
    axes.set_yticks(places, labels)
    name = as_candidate(T).name
    axes.set_title(f"{name}: relative error of {operation.__name__}")
    figure.colorbar(image, ax=axes, extend="both", label="relative error (white: none)")
    return figure


@functools.cache
def _heat() -> dict[str, Any]:
    """The colours of a heat map: white for 0, viridis, red from 1 on, grey for none."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra
    from matplotlib.colors import LogNorm  # noqa: PLC0415

    colours = mpl.colormaps["viridis_r"].with_extremes(under="white", over="#D55E00", bad="0.75")
    return {"cmap": colours, "norm": LogNorm(*_SCALE)}
