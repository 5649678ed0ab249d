# SPDX-License-Identifier: BSD-3-Clause
"""Which codes are NaNs, and which of these signal?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import from_bits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.number_format import Format

__all__ = ["any_signals", "is_nan", "signals"]

Codes = np.ndarray[Any, Any]
Truths = np.ndarray[Any, np.dtype[np.bool_]]


def is_nan(f: Format, codes: Codes) -> Truths:
    """Is the code a NaN or NaR?"""
    return np.asarray(np.isnan(from_bits(codes, f)), np.bool_)


def signals(f: Format, codes: Codes) -> Truths:
    """Is the code a NaN that signals: the leading bit of its fraction is 0 (IEEE 754, 6.2.1)?

    Only a reserved exponent has NaNs of both kinds; NaR and the one NaN of others are quiet.
    """
    if f.nan != "ieee":
        return np.zeros(len(codes), np.bool_)
    quiet = codes.dtype.type(1 << f.man >> 1)
    return np.asarray(is_nan(f, codes) & ((codes & quiet) == 0), np.bool_)


def any_signals(formats: Sequence[Format], columns: Sequence[Codes]) -> Truths:
    """Is any operand of the row a NaN that signals?"""
    each = [signals(f, c) for f, c in zip(formats, columns, strict=True)]
    return np.asarray(np.any(each, axis=0), np.bool_)
