# SPDX-License-Identifier: BSD-3-Clause
"""How are blocks kept in a file?  As an npz file of their parts, without pickle."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import numpy as np

from numformats import io
from numformats.blocks.container import BlockArray
from numformats.blocks.kind import Kind
from numformats.blocks.kinds import KINDS
from numformats.errors import DamagedFileError
from numformats.parse import as_format

if TYPE_CHECKING:
    import os

    File = str | os.PathLike[str] | IO[bytes]

__all__ = ["load", "save"]

_PARTS = {"elements", "scales", "tensor_scale", "block", "rule", "axis", "name"}


def save(file: File, a: BlockArray) -> None:
    """Write blocks to an npz file, which has its new content when that is complete, else the old.

    `file` is a path (".npz" is added if it is not there) or a binary file object.  `nf.load` reads
    the parts, by name: elements, scales, tensor_scale (empty where the kind has none), block, rule,
    axis and the kind's name.  Raises TypeError for anything but a BlockArray, OSError where the
    system fails.

    >>> import io, numformats as nf
    >>> file, a = io.BytesIO(), nf.blocks.quantize([1, 2.5], "mxint8")
    >>> nf.blocks.save(file, a)
    >>> _ = file.seek(0)
    >>> nf.blocks.load(file) == a
    True
    """
    if not isinstance(a, BlockArray):
        raise TypeError(f"save writes a BlockArray, not {type(a).__name__}; nf.save writes arrays")
    kind, tensor = a.kind, np.empty(0, np.float64)
    if kind.tensor is not None:
        tensor = np.array([a.tensor_scale]).astype(kind.tensor.dtype)
    io.savez(
        file,
        elements=a.elements,
        scales=a.scales,
        tensor_scale=tensor,
        block=np.array(kind.block),
        axis=np.array(a.axis),
        rule=np.array(kind.rule),
        name=np.array(kind.name),
    )


def load(file: File) -> BlockArray:
    """Read what `save` wrote; DamagedFileError for every other content, OSError.

    >>> import io, numformats as nf
    >>> nf.blocks.load(io.BytesIO(b"1,2,3"))
    Traceback (most recent call last):
    ...
    numformats.errors.DamagedFileError: neither an npy nor an npz file
    """
    parts = io.load(file)
    if not isinstance(parts, dict) or parts.keys() != _PARTS:
        has = ", ".join(sorted(parts)) if isinstance(parts, dict) else "one array"
        raise DamagedFileError(f"not a file of blocks: it has {has}")
    try:
        return _joined(parts)
    except (TypeError, ValueError, IndexError) as error:
        raise DamagedFileError(f"parts of blocks that do not fit: {error}") from error


def _joined(parts: dict[str, Any]) -> BlockArray:
    tensor = parts["tensor_scale"]
    kind = Kind(
        as_format(parts["elements"]),
        as_format(parts["scales"]),
        parts["block"].item(),
        str(parts["rule"].item()),  # type: ignore[arg-type] # it is checked
        as_format(tensor) if tensor.size else None,
        name=str(parts["name"].item()),
    )
    if kind != KINDS.get(kind.name, kind):
        raise ValueError(f"its kind is called {kind.name}, but is {kind!r}")
    scale = float(tensor.item()) if tensor.size else None
    return BlockArray(parts["elements"], parts["scales"], kind, parts["axis"].item(), scale)
