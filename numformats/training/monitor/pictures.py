# SPDX-License-Identifier: BSD-3-Clause
"""What does an error map look like?  Needs the extra ``numformats[plot]``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.canvas import new_figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["heat_map"]


def as_plane(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The map as rows and columns: the last axis goes to the right, all others down.

    >>> [as_plane(np.zeros(shape)).shape for shape in [(2, 3, 4), (5,), ()]]
    [(6, 4), (1, 5), (1, 1)]
    """
    if errors.ndim < 2:
        return errors.reshape(1, -1)
    return errors.reshape(-1, errors.shape[-1])


def heat_map(errors: NDArray[np.float64], title: str) -> Any:
    """Relative errors as colours on a log scale; exact elements white, those without any grey.

    Infinite errors (NaN, NaR and infinities of the format) are black.  Returns a matplotlib Figure.
    """
    plane = as_plane(errors)
    figure = new_figure(7, 4.5)
    from matplotlib import colormaps  # noqa: PLC0415 - an extra
    from matplotlib.colors import LogNorm  # noqa: PLC0415

    known = plane[(plane > 0) & np.isfinite(plane)]
    low, high = (float(known.min()), float(known.max())) if known.size else (1e-3, 1.0)
    low = 10.0 ** math.floor(math.log10(max(low, 1e-300)))
    high = max(10.0 ** math.ceil(math.log10(min(high, 1e300))), 10 * low)
    colours = colormaps["viridis_r"].with_extremes(bad="0.8", under="white", over="black")
    axes = figure.add_subplot()
    # Of a log scale 0 would be no value: the least number above 0 is under its lower end, too.
    shown = np.where(plane == 0, low / 10, plane)
    image = axes.imshow(
        np.ma.masked_invalid(np.where(np.isinf(shown), high * 10, shown)),
        norm=LogNorm(low, high), cmap=colours, aspect="auto", interpolation="nearest",
    )  # fmt: skip
    figure.colorbar(image, ax=axes, label="relative error (white: exact)", extend="both")
    axes.set_title(title)
    axes.set_xlabel("last axis")
    axes.set_ylabel("other axes")
    return figure
