# SPDX-License-Identifier: BSD-3-Clause
"""Which errors does numformats raise by itself?"""

from __future__ import annotations

__all__ = ["DamagedFileError", "FormatError", "UnknownFormatError"]


class FormatError(ValueError):
    """A number format that cannot be: the message names the parameter, its value and its range.

    >>> import numformats as nf
    >>> nf.Posit(32, es=7)
    Traceback (most recent call last):
    ...
    numformats.errors.FormatError: es=7: must be an integer in 0..5
    """


class UnknownFormatError(FormatError):
    """A name that no format has; the message suggests the nearest names.

    >>> import numformats as nf
    >>> nf.parse_format("mlu23")
    Traceback (most recent call last):
    ...
    numformats.errors.UnknownFormatError: unknown format 'mlu23'; did you mean 'mlu32'?
    """


class DamagedFileError(FormatError):
    """A file that `nf.load` cannot read: no npy or npz file, a damaged one, or an unknown format.

    >>> import io, numformats as nf
    >>> nf.load(io.BytesIO(b"1,2,3"))
    Traceback (most recent call last):
    ...
    numformats.errors.DamagedFileError: neither an npy nor an npz file
    """
