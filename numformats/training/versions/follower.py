# SPDX-License-Identifier: BSD-3-Clause
"""How does a reader come to the newest version of a store, and to no other?"""

from __future__ import annotations

import copy
import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.durable_file import write_durably
from numformats.errors import FormatError
from numformats.training.checkpoint import load_checkpoint
from numformats.training.versions.canonical import decode, encode
from numformats.training.versions.certificate import (
    certificate,
    format_of,
    shapes_of,
)
from numformats.training.versions.record import Record
from numformats.training.versions.refused import VersionRefusedError
from numformats.training.versions.rotation import Rotation
from numformats.training.versions.served import Served

if TYPE_CHECKING:
    import os

    from numformats.training.layer import Layer
    from numformats.training.versions.store import VersionStore

__all__ = ["Follower", "load_version"]


class Follower(Rotation):
    """A `Rotation` that serves the newest version of a store, each verified before it is served.

    Parameters
    ----------
    store : VersionStore
    model : a Layer of the same layers, whose values do not matter; it stays as it is
    seen : a file that remembers the newest version that was served, so that a reader that starts
        anew refuses a store that was rolled back; without it the first version is taken on trust
        in the signature alone

    Raises VersionRefusedError where the newest version fails a check or there is none, OSError,
    ValueError for a file `seen` that is none.
    """

    def __init__(
        self,
        store: VersionStore,
        model: Layer,
        *,
        seen: str | os.PathLike[str] | None = None,
    ) -> None:
        self.store = store
        self._model = copy.deepcopy(model)
        self._seen = None if seen is None else Path(seen)
        self._refreshing = threading.Lock()
        before = self._remembered()
        found = store.chain(before)
        record = found[-1] if found else before
        if record is None:
            raise VersionRefusedError("missing", None, f"{store.folder} has no version yet")
        super().__init__(load_version(store, record, self._model))
        self._remember(record)

    def refresh(self) -> bool:
        """Serve the newest version, if there is a newer one than `current`; whether there was.

        Versions between are not loaded, but their records are checked.  Raises VersionRefusedError
        and OSError: then `current` is served on.  One thread at a time works here; readers never
        wait for it.
        """
        with self._refreshing:
            found = self.store.chain(self.current.record)
            if not found:
                return False
            self.swap(load_version(self.store, found[-1], self._model))
            self._remember(found[-1])
        return True

    def _remembered(self) -> Record | None:
        if self._seen is None or not self._seen.exists():
            return None
        try:
            text = decode(self._seen.read_bytes())["record"].encode()
            return Record.parse(text)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{self._seen} does not remember a version: {error}") from None

    def _remember(self, record: Record) -> None:
        if self._seen is not None:
            write_durably(self._seen, encode({"record": record.file.decode()}))


def load_version(store: VersionStore, record: Record, model: Layer) -> Served:
    """The frozen model of a record, after all that the record says of it was computed again.

    model: a Layer of the same layers; it is copied.  Raises VersionRefusedError: missing, weights,
    model, certificate.
    """
    number = record.version
    content = store.weights(record)
    model = copy.deepcopy(model)
    try:
        checkpoint = load_checkpoint(io.BytesIO(content))
        probes = np.asarray(checkpoint.progress["probes"])
    except (FormatError, KeyError) as error:
        raise VersionRefusedError("weights", number, f"no weights of a version: {error}") from None
    try:
        checkpoint.restore(model)
    except (ValueError, TypeError) as error:
        raise VersionRefusedError("model", number, str(error)) from None
    arrays = model.parameters()
    found: dict[str, Any] = {"format": format_of(arrays), "shapes": shapes_of(arrays)}
    try:
        found["certificate"] = certificate(model, probes)
    except (ValueError, TypeError) as error:
        raise VersionRefusedError("certificate", number, str(error)) from None
    for name, value in found.items():
        if what := _difference(name, record.fields[name], value):
            raise VersionRefusedError("certificate", number, what)
    return Served(model, number, record)


def _difference(place: str, said: Any, found: Any) -> str:
    """The first place where what the record says is not what was found."""
    if isinstance(said, dict) and isinstance(found, dict):
        for key in sorted(said.keys() | found.keys()):
            inner = f"{place}.{key}"
            if key not in said or key not in found:
                return f"{inner} is only {'computed' if key in found else 'in the record'}"
            if what := _difference(inner, said[key], found[key]):
                return what
        return ""
    if type(said) is type(found) and said == found:
        return ""
    return f"{place} is {_short(said)} in the record, and {_short(found)} was computed"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
