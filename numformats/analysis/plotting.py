# SPDX-License-Identifier: BSD-3-Clause
"""What does a comparison look like as a picture?  Needs the extra ``numformats[plot]``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.canvas import FAMILIES, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from numformats.analysis.comparison import Comparison, Result


def plot_comparison(comparison: Comparison) -> Figure:
    """Relative error against bits per value: one row per format, narrow formats on top.

    Marker: the median error; line: up to the largest one.  Exact results sit on the left edge,
    results without bound (NaN, infinity) on the right one.  Returns a matplotlib Figure.
    """
    results = sorted(comparison.results, key=_width_then_error)
    figure: Figure = new_figure(10, 2 + 0.36 * len(results))
    axes = figure.add_subplot()
    low, high = _limits(results)
    for place, result in enumerate(results):
        _draw(axes, place, result, low, high)
    _mark_widths(axes, results)
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(results) - 0.4, -0.6)
    axes.set_yticks(range(len(results)), [result.candidate.name for result in results])
    axes.tick_params(axis="y", labelsize=9, length=0)
    axes.set_xlabel("relative error: median (marker) to largest (line)")
    axes.set_title(f"{comparison.function} against the {comparison.reference}")
    axes.grid(visible=True, axis="x", alpha=0.3)
    handles, labels = axes.get_legend_handles_labels()
    first = dict(zip(labels, handles, strict=True))
    figure.legend(
        first.values(), first.keys(), loc="outside lower center", ncols=len(FAMILIES), fontsize=9
    )
    return figure


MOST_POINTS = 4_000  # of a format in a picture; of more every n-th is drawn, and the worst


def plot_errors(comparison: Comparison) -> Figure:
    """The relative error of each result against its input, or against its place.

    The input is the first one that has the shape of all outputs.  Exact results sit on the lower
    edge, results without bound (NaN, infinity) on the upper one; results that cannot be measured
    are left out.  The worst of each format is circled.  Returns a matplotlib Figure.
    """
    results = comparison.results
    figure: Figure = new_figure(10, 6)
    axes = figure.add_subplot()
    low, high = _decades([float(e) for result in results for e in result.errors.relative])
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    name, places = comparison.abscissa
    thinned = False
    for number, result in enumerate(results):
        thinned |= _draw_elements(axes, result, places, f"C{number % 10}")
    if places.size and places.min() > 0 and places.max() > 1e3 * places.min():
        axes.set_xscale("log")
    axes.set_xlabel(name)
    sample = f" (of each format {MOST_POINTS} elements and the worst)" if thinned else ""
    axes.set_ylabel("relative error")
    axes.set_title(f"{comparison.function} against the {comparison.reference}{sample}")
    axes.grid(visible=True, alpha=0.3)
    if axes.get_lines():
        figure.legend(loc="outside right upper", fontsize=9)
    return figure


def _draw_elements(axes: Axes, result: Result, places: NDArray[np.float64], colour: str) -> bool:
    """Draw the errors of one format; were there too many to draw all?"""
    errors = result.errors.relative
    known = np.flatnonzero(~np.isnan(errors))
    if not known.size:
        return False
    worst = known[np.argmax(errors[known])]
    step = -(-known.size // MOST_POINTS)
    shown = np.union1d(known[::step], worst)
    heights = np.clip(errors, *axes.get_ylim())
    axes.plot(
        places[shown], heights[shown], ".", color=colour, markersize=4, alpha=0.7,
        label=result.candidate.name, clip_on=False,
    )  # fmt: skip
    axes.plot(
        [places[worst]], [heights[worst]], "o", color=colour, markersize=11, fillstyle="none",
        clip_on=False,
    )  # fmt: skip
    return bool(step > 1)


def _width_then_error(result: Result) -> tuple[int, float]:
    error = result.metrics.median_relative
    return result.candidate.bits, math.inf if math.isnan(error) else error


def _limits(results: list[Result]) -> tuple[float, float]:
    """The powers of ten around all errors that are neither 0 nor infinite, with some room."""
    errors = [
        error
        for result in results
        for error in (result.metrics.median_relative, result.metrics.max_relative)
    ]
    return _decades(errors)


def _decades(errors: list[float]) -> tuple[float, float]:
    errors = [error for error in errors if 0 < error < math.inf]
    low = math.floor(math.log10(min(errors, default=1e-3)) - 0.5)
    high = math.ceil(math.log10(max(errors, default=1.0)) + 0.5)
    # A double holds errors down to 1e-308; beyond 1e+300 an axis says nothing.
    return 10.0 ** max(low, -300), 10.0 ** min(high, 300)


def _draw(axes: Axes, place: int, result: Result, low: float, high: float) -> None:
    label, colour, marker = FAMILIES[result.candidate.family]
    middle = _clip(result.metrics.median_relative, low, high)
    top = _clip(result.metrics.max_relative, low, high)
    axes.plot([middle, top], [place, place], color=colour, linewidth=2, alpha=0.6)
    axes.plot(
        [middle],
        [place],
        color=colour,
        marker=marker,
        markersize=8,
        linestyle="none",
        label=label,
        clip_on=False,
        zorder=3,
    )


def _mark_widths(axes: Axes, results: list[Result]) -> None:
    """Shade every other group of one width, and write the width beside each."""
    widths = [result.candidate.bits for result in results]
    for i, width in enumerate(sorted(set(widths))):
        first, count = widths.index(width), widths.count(width)
        if i % 2:
            axes.axhspan(first - 0.5, first + count - 0.5, color="0.94", zorder=0)
        axes.annotate(
            f"{width} bits",
            (1.0, first + (count - 1) / 2),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )


def _clip(error: float, low: float, high: float) -> float:
    return high if math.isnan(error) else min(max(error, low), high)
