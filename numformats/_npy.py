# SPDX-License-Identifier: BSD-3-Clause
"""What does an npy or npz file hold?  Read with every size compared with the file's first.

NumPy's own reader makes room for what a header promises before it looks whether that is there.
"""

from __future__ import annotations

import errno
import io
import math
import struct
import zipfile
from collections import Counter
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from numformats.errors import DamagedFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read", "reporting"]

Array = np.ndarray[Any, Any]

_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
_SUFFIX = ".npy"
_CHUNK = 1 << 20
# One compressed byte of deflate stands for so many bytes at most; NumPy writes no other method.
_METHODS = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: 1032}


def read(stream: IO[bytes], *, whole: bool) -> Array | dict[str, Array]:
    """The array of an npy stream, or the arrays of an npz stream by name.

    Reads from where the stream is, up to the end of the array; `whole`: nothing may follow it.
    Raises DamagedFileError.
    """
    head = stream.read(6)
    if not isinstance(head, bytes):
        msg = f"the file must be open for reading bytes, not {type(head).__name__}"
        raise TypeError(msg)
    if not stream.seekable():
        stream = io.BytesIO(head + stream.read())
    else:
        stream.seek(-len(head), io.SEEK_CUR)
    with reporting():
        if head.startswith(_ARCHIVE):
            return _read_archive(stream)
        if head != np.lib.format.MAGIC_PREFIX:
            msg = "neither an npy nor an npz file"
            raise DamagedFileError(msg)
        array = _read_array(stream, _end(stream))
        if whole:
            _expect_end(stream)
        return array


@contextmanager
def reporting(what: str = "") -> Iterator[None]:
    """Turn every error of parsers and sizes into DamagedFileError; those of the disk stay."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise
        text = str(error) or type(error).__name__
        msg = f"{what}: {text}" if what else text
        raise DamagedFileError(msg) from error


def _end(stream: IO[bytes]) -> int:
    """Where the stream ends; it stays where it is."""
    here = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    stream.seek(here)
    return end


def _expect_end(stream: IO[bytes]) -> None:
    if stream.read(1):
        msg = (
            "more bytes follow than the array has; one array after another: load from an open file"
        )
        raise DamagedFileError(msg)


# One array.


def _read_array(stream: IO[bytes], end: int) -> Array:
    """The array that an npy header and what follows it are, in a stream that ends at `end`."""
    shape, fortran_order, dtype = _read_header(stream)
    if dtype.hasobject:
        msg = f"dtype {dtype} needs pickle, which is not read (as with allow_pickle=False)"
        raise DamagedFileError(msg)
    if any(n < 0 for n in shape):
        msg = f"the shape in the header is {shape}"
        raise DamagedFileError(msg)
    size = math.prod(shape) * dtype.itemsize
    if size > end - stream.tell():
        msg = f"the array of shape {shape} and dtype {dtype} has {size} bytes; the file has fewer"
        raise DamagedFileError(msg)
    data = np.empty(size, np.uint8)
    place = memoryview(data.data)
    while place:
        chunk = stream.read(min(len(place), _CHUNK))
        if not chunk:
            msg = f"the file ends {len(place)} bytes before the array does"
            raise DamagedFileError(msg)
        place[: len(chunk)] = chunk
        place = place[len(chunk) :]
    return np.ndarray(shape, dtype, data, order="F" if fortran_order else "C")


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    if version == (3, 0):  # as 2.0, but in UTF-8
        (length,) = struct.unpack("<I", stream.read(4))
        text = stream.read(min(length, _CHUNK)).decode("utf-8").encode("ascii", "backslashreplace")
        stream = io.BytesIO(struct.pack("<I", len(text)) + text)
    elif version != (2, 0):
        msg = f"npy version {version}; known: 1.0, 2.0 and 3.0"
        raise DamagedFileError(msg)
    return np.lib.format.read_array_header_2_0(stream)


# Several.


def _read_archive(stream: IO[bytes]) -> dict[str, Array]:
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        _check_members(members, stream.seek(0, io.SEEK_END))
        return {m.filename.removesuffix(_SUFFIX): _read_member(archive, m) for m in members}


def _check_members(members: list[zipfile.ZipInfo], length: int) -> None:
    """Refuse members that share a name, or bytes, or are larger than their bytes can be."""
    names = Counter(m.filename for m in members)
    end = 0
    for m in sorted(members, key=lambda m: m.header_offset):
        if not m.filename.endswith(_SUFFIX):
            msg = f"member {m.filename!r} is not an npy file"
            raise DamagedFileError(msg)
        if names[m.filename] > 1:
            msg = f"two members are called {m.filename!r}"
            raise DamagedFileError(msg)
        if m.compress_type not in _METHODS:
            msg = f"member {m.filename!r} has compression method {m.compress_type}"
            raise DamagedFileError(msg)
        if m.header_offset < end:
            msg = f"member {m.filename!r} lies in the bytes of another one"
            raise DamagedFileError(msg)
        end = m.header_offset + m.compress_size
        if end > length or m.file_size > _METHODS[m.compress_type] * m.compress_size:
            msg = f"member {m.filename!r} has {m.file_size} bytes, more than the file can hold"
            raise DamagedFileError(msg)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    with reporting(f"member {member.filename!r}"), archive.open(member) as stream:
        array = _read_array(stream, member.file_size)
        _expect_end(stream)  # at the end zipfile compares the checksum
        return array
