# SPDX-License-Identifier: BSD-3-Clause
"""How does Arrow, and so a parquet or feather file, hold numbers of a format?

As an extension type: the codes, little-endian, are its storage, the text of the format its
metadata, and a missing value is null.  The storage is bytes and not integers, so that a program
that does not know the type cannot take codes for numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

import numformats as nf
from numformats.pandas.array import FormatArray
from numformats.pandas.convert import to_format
from numformats.pandas.dtype import FormatDtype

__all__ = ["FormatType", "to_arrow", "to_column"]

_NAME = "numformats.format"


class FormatType(pa.ExtensionType):  # type: ignore[misc] # pyarrow has no types
    """The Arrow type of a format: `FormatType("posit16")`, over bytes of its width.

    Raises FormatError for a text that names no format.

    >>> import numformats.pandas
    >>> from numformats.pandas.arrow import FormatType
    >>> t = FormatType("posit<24,es=1>")
    >>> t.storage_type, t.format_name
    (FixedSizeBinaryType(fixed_size_binary[4]), 'posit<24,es=1>')

    Source: Apache Arrow, "Extension types".
    """

    def __init__(self, format_name: str) -> None:
        dtype = FormatDtype(format_name)
        self.format_name = dtype.name
        super().__init__(pa.binary(dtype.code_dtype.itemsize), _NAME)

    def __arrow_ext_serialize__(self) -> bytes:
        """Return the text of the format: the type's metadata in a file."""
        return self.format_name.encode()

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: Any, serialized: bytes) -> FormatType:
        """Make the type that a file names; a storage that cannot hold its codes is an error."""
        made = cls(serialized.decode())
        if made.storage_type != storage:
            msg = f"{_NAME} {made.format_name} in a file of {storage}, not {made.storage_type}"
            raise ValueError(msg)
        return made

    def to_pandas_dtype(self) -> FormatDtype:
        """Return the pandas dtype of a column of this type."""
        return FormatDtype(self.format_name)


def to_arrow(column: FormatArray, wanted: Any = None) -> Any:
    """The column as an Arrow array: of FormatType, or of another type that is asked for."""
    mine = FormatType(column.dtype.name)
    if wanted is None or wanted == mine:
        codes, known = nf.to_bits(column.numbers), ~column.isna()
        parts = (
            np.packbits(known, bitorder="little"),
            codes.astype(_little(codes.dtype), copy=False),
        )
        buffers = [pa.py_buffer(np.ascontiguousarray(x)) for x in parts]
        storage = pa.Array.from_buffers(mine.storage_type, len(codes), buffers)
        return pa.ExtensionArray.from_storage(mine, storage)
    if pa.types.is_floating(wanted):
        return pa.array(column.astype(np.float64), mask=column.isna()).cast(wanted)
    return pa.array(column.astype(object), type=wanted, mask=column.isna())


def to_column(array: Any, dtype: FormatDtype) -> FormatArray:
    """The column of an Arrow array, or of its chunks; TypeError where it is of no FormatType."""
    if not isinstance(array.type, FormatType):
        msg = f"an Arrow array of {array.type} holds no codes of {dtype.name}"
        raise TypeError(msg)
    made = FormatDtype(array.type.format_name)
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    codes = [np.empty(0, made.code_dtype)]
    missing = [np.empty(0, bool)]
    for storage in (chunk.storage for chunk in chunks):
        there = np.frombuffer(storage.buffers()[1] or b"", _little(made.code_dtype))
        codes.append(there[storage.offset : storage.offset + len(storage)])
        missing.append(storage.is_null().to_numpy(zero_copy_only=False))
    joined, gone = np.concatenate(codes), np.concatenate(missing)
    joined[gone] = 0  # anything may stand there
    column = FormatArray(nf.from_bits(joined, made.type), gone)
    return column if made == dtype else FormatArray(*to_format(column, dtype))


def _little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype.newbyteorder("<")


pa.register_extension_type(FormatType("posit8"))
