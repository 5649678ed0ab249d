# SPDX-License-Identifier: BSD-3-Clause
"""How is an array written as text so that no digit is lost?  Shortest decimals, by savetxt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.parse import as_format

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["savetxt"]


def savetxt(fname: Any, X: ArrayLike, fmt: str = "", **options: Any) -> None:  # noqa: N803
    """Write an array of a format (1-d or 2-d) as text that reads back as the same codes.

    numpy.savetxt formats numbers by way of float64, which rounds 64-bit posits, takums and fixed
    point and overflows beyond 1e308.  Here each number is its shortest decimal, as `str` has it,
    and numpy.loadtxt(fname, dtype=T) restores every code (of NaN: the one NaN).

    * fname: a path or a file, as for numpy.savetxt
    * fmt: a format specification for every number, such as ".6e": digits are then those of the
      exact value, rounded once; "" writes the shortest decimal
    * options: delimiter, newline, header, footer, comments, encoding, as for numpy.savetxt

    Raises TypeError for an array of no format (use numpy.savetxt), ValueError for one of other
    dimensions or a bad fmt.

    >>> import io, numformats as nf
    >>> file = io.StringIO()
    >>> nf.savetxt(file, np.array(["0.1", "1e-70"], nf.posit64))
    >>> print(file.getvalue(), end="")
    0.1
    1e-70
    """
    a = np.asarray(X)
    as_format(a.dtype)
    texts = np.array([format(x, fmt) for x in a.flat], dtype=object).reshape(a.shape)
    np.savetxt(fname, texts, fmt="%s", **options)
