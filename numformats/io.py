# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays keep their format in a file?  npy and npz files that any NumPy can read.

An array is written as its codes, in a structured dtype of one field whose name is the tag:
[('numformats:posit<32,es=2>', '<u4')].  `np.load` reads it without pickle; `nf.load` restores it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from numformats import _native, _npy
from numformats._atomic_file import replacing
from numformats.arrays import code_dtype, from_bits, to_bits
from numformats.errors import FormatError
from numformats.parse import as_format, parse_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    File = str | os.PathLike[str] | IO[bytes]

__all__ = ["load", "save", "savez", "savez_compressed"]

_TAG = "numformats:"


def save(file: File, a: ArrayLike) -> None:
    """Write an array to an npy file that remembers its format.

    `file` is a path (".npy" is added if it is not there) or a binary file object.  The file has its
    new content when that is complete, else the old one; links, permissions, devices and FIFOs stay
    what they are.  Plain NumPy arrays are written as np.save does.
    Raises TypeError for objects, structured dtypes and masked arrays: nothing is ever pickled.

    >>> import io, numformats as nf
    >>> file = io.BytesIO()
    >>> nf.save(file, np.array([1, 2.5], nf.bposit16))
    >>> _ = file.seek(0)
    >>> nf.load(file).dtype == nf.bposit16.dtype
    True
    """
    tagged = _tagged(a)
    with _opened(file, ".npy") as stream:
        np.save(stream, tagged, allow_pickle=False)


def savez(file: File, *args: ArrayLike, **arrays: ArrayLike) -> None:
    """Write several arrays to an npz file that remembers their formats; see `save`.

    Positional arrays are called arr_0, arr_1, ... as in np.savez.
    """
    _savez(np.savez, file, args, arrays)


def savez_compressed(file: File, *args: ArrayLike, **arrays: ArrayLike) -> None:
    """Write several arrays to a compressed npz file; see `savez`."""
    _savez(np.savez_compressed, file, args, arrays)


def load(file: File) -> Any:
    """Read what `save` or `savez` (or np.save, np.savez) wrote.

    Returns an array, or a dict of arrays from an npz file.  Arrays without a tag come as they
    are.  An open file is read from where it is to the end of the array; in a file given by name
    nothing may follow it.

    Raises DamagedFileError, which is a FormatError and a ValueError, for every content that is
    not such an array: truncated, another size than the header's, a wrong checksum, an unknown or
    malformed tag, a code that the format does not have, two members of one name, pickles.  No
    memory is taken before sizes were compared with the file.  OSError where the system fails.

    >>> import io, numformats as nf
    >>> file = io.BytesIO()
    >>> nf.save(file, np.ones(3, nf.posit16))
    >>> nf.load(io.BytesIO(file.getvalue()[:-1]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    numformats.errors.DamagedFileError: the array of shape (3,)... has 6 bytes; the file has fewer
    """
    if isinstance(file, str | os.PathLike):
        with open(file, "rb") as stream:  # noqa: PTH123 - any path-like
            return _restored_all(_npy.read(stream, whole=True))
    return _restored_all(_npy.read(file, whole=False))


def _savez(writer: Any, file: File, args: tuple[ArrayLike, ...], arrays: dict[str, Any]) -> None:
    for i, a in enumerate(args):
        if arrays.setdefault(f"arr_{i}", a) is not a:
            msg = f"arr_{i} names both a positional and a keyword array"
            raise ValueError(msg)
    tagged = {name: _tagged(a) for name, a in arrays.items()}
    with _opened(file, ".npz") as stream:
        writer(stream, allow_pickle=False, **tagged)


def _tagged(a: ArrayLike) -> np.ndarray[Any, Any]:
    """The array as np.save may write it: the codes under the tag of their format."""
    if isinstance(a, np.ma.MaskedArray):
        msg = "cannot save a masked array: save its data and its mask"
        raise TypeError(msg)
    array = np.asarray(a)
    try:
        f = as_format(array.dtype)
    except TypeError:
        if array.dtype.fields is not None or array.dtype.hasobject:
            msg = f"cannot save dtype {array.dtype}: only plain numbers, no structures or objects"
            raise TypeError(msg) from None
        return array
    storage = code_dtype(f).newbyteorder("<")
    codes: np.ndarray[Any, Any] = to_bits(array).astype(storage, copy=False)
    return codes.view([(f"{_TAG}{f}", storage.str)])


def _restored_all(loaded: Any) -> Any:
    if not isinstance(loaded, dict):
        with _npy.reporting():
            return _restored(loaded)
    arrays = {}
    for name, a in loaded.items():
        with _npy.reporting(f"member {name + '.npy'!r}"):
            arrays[name] = _restored(a)
    return arrays


def _restored(a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array in the format that its tag names; without a tag, as it is."""
    names: tuple[str, ...] = a.dtype.names or ()
    if not any(name.startswith(_TAG.rstrip(":")) for name in names):
        return a
    tag = names[0]
    if len(names) > 1 or not tag.startswith(_TAG):
        msg = f"malformed format tag in the file: {a.dtype}"
        raise FormatError(msg)
    cls = parse_format(tag.removeprefix(_TAG))
    stored, expected = a.dtype[tag], code_dtype(_native.class_format(cls))
    if stored.newbyteorder("=") != expected:
        msg = f"malformed format tag in the file: {tag} holds {stored}, not {expected}"
        raise FormatError(msg)
    restored: np.ndarray[Any, Any] = from_bits(a[tag].astype(expected, copy=False), cls)
    return restored


@contextmanager
def _opened(file: File, suffix: str) -> Iterator[IO[bytes]]:
    """A stream to write to; a path gets its file only when everything is written."""
    if not isinstance(file, str | os.PathLike):
        yield file
        return
    path = os.fspath(file)
    with replacing(path if path.endswith(suffix) else path + suffix) as stream:
        yield stream
