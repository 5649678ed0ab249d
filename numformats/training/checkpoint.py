# SPDX-License-Identifier: BSD-3-Clause
"""How does a run of training survive its process?  One file, without pickle, whole or the old one.

The file is an npz that `nf.load` reads: the arrays of the parameters and of the optimiser in their
formats, and the member "about", JSON: what is no array, the model's description and the SHA-256 of
all the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.description import describe, difference
from numformats.training.tree import joined, split

if TYPE_CHECKING:
    from numformats.training.layer import Layer

    File = str | os.PathLike[str] | IO[bytes]

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]

_VERSION = "numformats checkpoint 1"


@dataclass
class Checkpoint:
    """What a run of training continues from.

    parameters: arrays by name; description: the model's layers, a line each; optimizer: the state
    that it gave; progress: numbers and text of the trainer (epoch, step, seed, ...).
    """

    parameters: dict[str, Any]
    description: list[str]
    optimizer: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)

    def restore(self, model: Layer, optimizer: Any = None) -> None:
        """Put the parameters into the model's arrays, and the state into the optimiser.

        Nothing is changed unless all fits: ValueError says in which layer another model differs.
        """
        if found := difference(self.description, describe(model)):
            raise ValueError(f"the checkpoint is of another model: {found}")
        if optimizer is not None:
            optimizer.load_state_dict(self.optimizer)
        model.load_state_dict(self.parameters)


def save_checkpoint(path: File, model: Layer, optimizer: Any = None, **progress: Any) -> None:
    """Write the parameters, the optimiser's state and what else the run must remember.

    path gets ".npz" where it has not; it has its new content when that is complete, else the old
    one.  A binary file object is written into.  progress: numbers, text, arrays, lists and dicts
    of them.  Raises OSError and TypeError.

    >>> import tempfile, pathlib, numformats as nf
    >>> from numformats.training import Linear, load_checkpoint, save_checkpoint
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "run.npz"
    >>> save_checkpoint(path, Linear(2, 1, dtype=nf.posit16), epoch=3)
    >>> load_checkpoint(path).progress
    {'epoch': 3}
    """
    state = {
        "version": _VERSION,
        "parameters": model.parameters(),
        "description": describe(model),
        "optimizer": {} if optimizer is None else optimizer.state_dict(),
        "progress": progress,
    }
    text, arrays = split(state, "state")
    about = json.dumps({"digest": _digest(text, arrays), "state": text}).encode()
    nf.savez(path, about=np.frombuffer(about, np.uint8), **arrays)


def load_checkpoint(path: File, model: Layer | None = None, optimizer: Any = None) -> Checkpoint:
    """Read what `save_checkpoint` wrote, and put it into a model and an optimiser, if given.

    path: of a file, or a binary file object.

    Raises nf.DamagedFileError for a file that is truncated, edited, or none of these; ValueError
    for the checkpoint of another model; OSError.  Model and optimiser are as before then.
    """
    if isinstance(path, str | os.PathLike):
        path = os.fspath(path)
        path = path if path.endswith(".npz") else path + ".npz"
    found = nf.load(path)
    if not isinstance(found, dict) or "about" not in found:
        raise nf.DamagedFileError(f"{path} is no checkpoint: it has no member 'about'")
    try:
        about = json.loads(found.pop("about").tobytes())
        digest, text = about["digest"], about["state"]
        version = text["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise nf.DamagedFileError(f"{path}: member 'about' is no JSON of a checkpoint") from error
    if version != _VERSION:
        raise nf.DamagedFileError(f"{path} is {version!r}; this version reads {_VERSION!r}")
    if digest != _digest(text, found):
        raise nf.DamagedFileError(
            f"{path} was changed after it was written: the digest of its content is another"
        )
    state = joined(text, found)
    checkpoint = Checkpoint(
        state["parameters"], state["description"], state["optimizer"], state["progress"]
    )
    if model is not None:
        checkpoint.restore(model, optimizer)
    return checkpoint


def _digest(text: Any, arrays: dict[str, Any]) -> str:
    """SHA-256 of the text and of each array's name, format, shape and codes."""
    digest = hashlib.sha256(json.dumps(text, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"\n{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
