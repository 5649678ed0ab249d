# SPDX-License-Identifier: BSD-3-Clause
"""What are composite functions made of?  Each in terms of ufuncs, sums and rearrangements.

An interpreter without its own rule for a function takes it apart here.  The text is ordinary NumPy
code on traced values, so one entry serves the reference, the bounds and both derivatives.  The
texts stand in the files lowering_*.py, by subject.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.tracing.lowering_choices import CHOICES
from numformats.tracing.lowering_folds import FOLDS
from numformats.tracing.lowering_linalg import LINALG
from numformats.tracing.lowering_norms import NORMS
from numformats.tracing.lowering_ours import OURS
from numformats.tracing.lowering_polynomials import POLYNOMIALS
from numformats.tracing.lowering_products import PRODUCTS
from numformats.tracing.lowering_quantiles import QUANTILES
from numformats.tracing.lowering_sequences import SEQUENCES
from numformats.tracing.lowering_statistics import STATISTICS
from numformats.tracing.lowering_ufuncs import UFUNCS
from numformats.tracing.value import Traced, find_run

if TYPE_CHECKING:
    from collections.abc import Callable


def _traced(text: Callable[..., Any], *, views: bool) -> Callable[..., Any]:
    """`text` whose single result is traced, also where no traced operand counts in it.

    It is no operand itself, which an assignment to it would change, unless the function `views`.
    """

    @functools.wraps(text)
    def checked(*args: Any, **kwargs: Any) -> Any:
        result = text(*args, **kwargs)
        if any(result is a for a in args) and not views:
            return np.copy(result)
        if isinstance(result, Traced | tuple | list):
            return result
        run = find_run(kwargs, find_run(args))
        return result if run is None else run.lift(result)

    return checked


# NumPy gives the operand itself, or a view of it.
_VIEWS = {np.linalg.matrix_power, np.real, np.real_if_close}
_TABLES = (
    CHOICES,
    FOLDS,
    LINALG,
    NORMS,
    OURS,
    POLYNOMIALS,
    PRODUCTS,
    QUANTILES,
    SEQUENCES,
    STATISTICS,
    UFUNCS,
)
LOWERED: dict[Any, Callable[..., Any]] = {
    f: _traced(text, views=f in _VIEWS) for table in _TABLES for f, text in table.items()
}
# These give several results, or one or several: no interpreter needs to know them.
SEVERAL: set[Any] = {
    nf.complex_multiply,
    nf.fast_two_sum,
    nf.linalg.lstsq,
    nf.linalg.lu,
    nf.linalg.qr,
    nf.two_prod,
    nf.two_sum,
    np.divmod,
    np.frexp,
    np.gradient,
    np.linalg.qr,
    np.linalg.slogdet,
    np.modf,
    np.polydiv,
}
# NumPy refuses these to our formats, in its own run; what stands in there, of traced values and
# plain ones alike.
INSTEAD: dict[Any, Callable[..., Any]] = {
    np.einsum: LOWERED[np.einsum],
    np.float_power: np.power,
    np.linalg.cholesky: nf.linalg.cholesky,
    np.linalg.cond: nf.linalg.cond,
    np.linalg.det: nf.linalg.det,
    np.linalg.inv: nf.linalg.inv,
    np.linalg.qr: LOWERED[np.linalg.qr],
    np.linalg.slogdet: LOWERED[np.linalg.slogdet],
    np.linalg.solve: nf.linalg.solve,
    np.polyfit: LOWERED[np.polyfit],
}
