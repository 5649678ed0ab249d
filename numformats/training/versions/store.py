# SPDX-License-Identifier: BSD-3-Clause
"""Where do versions lie, and how does a new one get there?

A folder: `00000001.record`, `00000002.record`, ... and `weights/<SHA-256>.npz`.  The weights are on
the disk before their record has its name; that rename is the moment of publication, and the newest
record is the version to serve.  Nothing is ever changed in its place.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.durable_file import remove_leftovers, write_durably
from numformats.training.checkpoint import save_checkpoint
from numformats.training.versions.certificate import certificate, format_of, shapes_of
from numformats.training.versions.keys import SigningKey, VerifyingKey
from numformats.training.versions.lock import locked
from numformats.training.versions.record import NO_PARENT, Record
from numformats.training.versions.refused import VersionRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.training.layer import Layer

__all__ = ["VersionStore"]

_NAME = re.compile(r"([0-9]{8,})\.record")


class VersionStore:
    """A folder of signed versions.

    Parameters
    ----------
    folder : it is made when something is published
    keys : the VerifyingKey, or those, whose versions are accepted.  TypeError for none

    A store may be used by any number of readers, in threads and processes; publishers wait for
    each other.
    """

    def __init__(
        self, folder: str | os.PathLike[str], keys: VerifyingKey | Iterable[VerifyingKey]
    ) -> None:
        trusted = [keys] if isinstance(keys, VerifyingKey) else list(keys)
        if not trusted or not all(isinstance(k, VerifyingKey) for k in trusted):
            raise TypeError(f"keys={keys!r}; allowed: a VerifyingKey, or several")
        self.folder = Path(folder)
        self.keys = {key.id: key for key in trusted}

    # ---- reading ---------------------------------------------------------------------------------

    def newest(self) -> int:
        """The number of the newest version, 0 where there is none."""
        try:
            names = os.listdir(self.folder)  # noqa: PTH208 - ten thousand names without a Path each
        except FileNotFoundError:
            return 0
        return max((int(m[1]) for m in map(_NAME.fullmatch, names) if m), default=0)

    def exists(self, version: int) -> bool:
        """Is there a record of this number?"""
        return self._path(version).exists()

    def record(self, version: int) -> Record:
        """The record of a version, its signature and number checked.

        Raises VersionRefusedError: missing, malformed, key, signature, replayed.
        """
        try:
            text = self._path(version).read_bytes()
        except FileNotFoundError:
            raise VersionRefusedError(
                "missing", version, f"{self._path(version)} is not there"
            ) from None
        record = Record.parse(text, version)
        record.check_signature(self.keys)
        if record.version != version:
            raise VersionRefusedError(
                "replayed", version, f"its file holds the record of version {record.version}"
            )
        return record

    def weights(self, record: Record) -> bytes:
        """The file of the weights that a record names.

        Raises VersionRefusedError: missing, weights.
        """
        path = self._weights(record.weights)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise VersionRefusedError(
                "missing", record.version, f"its weights {path} are not there"
            ) from None
        found = hashlib.sha256(content).hexdigest()
        if found != record.weights:
            raise VersionRefusedError(
                "weights", record.version, f"{path} has SHA-256 {found}, not that of its name"
            )
        return content

    def chain(self, since: Record | None = None) -> list[Record]:
        """The records after one that was seen before, up to the newest, each checked.

        Without `since` from version 1 on.  Each continues the one before it: its parent is that
        one's digest.  Raises VersionRefusedError: rolled back or forked where the record that was
        seen is no longer in the store, and what `record` raises.
        """
        version, digest = (0, NO_PARENT) if since is None else (since.version, since.digest)
        if since is not None:
            if not self.exists(version):
                raise VersionRefusedError(
                    "rolled back",
                    version,
                    f"it was seen, and the store ends at version {self.newest()}",
                )
            if self.record(version).digest != digest:
                raise VersionRefusedError(
                    "forked", version, "another record stands in the place of the one that was seen"
                )
        found: list[Record] = []
        while self.exists(version + 1):
            version += 1
            found.append(self.record(version))
            if found[-1].fields["parent"] != digest:
                raise VersionRefusedError(
                    "forked",
                    version,
                    f"its parent is {found[-1].fields['parent'][:12]}..., and version "
                    f"{version - 1} is {digest[:12]}...",
                )
            digest = found[-1].digest
        if since is None and version < (last := self.newest()) and not self.exists(version + 1):
            raise VersionRefusedError(
                "missing", version + 1, f"{self._path(version + 1)} is not there; {last} is"
            )
        return found

    # ---- publishing ------------------------------------------------------------------------------

    def publish(self, model: Layer, key: SigningKey, *, probes: Any, wait: float = 60) -> Record:
        """Sign a model as the next version and store it; its record.

        Parameters
        ----------
        model : Layer; its parameters must be finite
        key : SigningKey, one of those that the store accepts
        probes : a batch of inputs, stored with the weights; the certificate has the bits of the
            model's answers to them
        wait : seconds for which to wait for other publishers

        When it returns, the version is on the disk.  If it fails or the process dies, the store has
        no new version, at most weights that no record names.  Raises ValueError for another key
        and what `certificate` raises, VersionRefusedError where the newest version is damaged,
        TimeoutError, OSError.
        """
        self._check_key(key)
        promised = certificate(model, probes)
        file = io.BytesIO()
        save_checkpoint(file, model, probes=np.asarray(probes))
        arrays = model.parameters()
        fields = {
            "format": format_of(arrays),
            "shapes": shapes_of(arrays),
            "certificate": promised,
        }
        return self._append(fields, file.getvalue(), key, wait)

    def roll_back(self, version: int, key: SigningKey, *, wait: float = 60) -> Record:
        """Sign a new version that has the weights and the certificate of an old one; its record.

        Raises as `publish` and `record` do.
        """
        self._check_key(key)
        old = self.record(version)
        fields = {name: old.fields[name] for name in ("format", "shapes", "certificate")}
        return self._append(fields, self.weights(old), key, wait)

    def _append(
        self, fields: dict[str, Any], weights: bytes, key: SigningKey, wait: float
    ) -> Record:
        name = hashlib.sha256(weights).hexdigest()
        (self.folder / "weights").mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "lock", wait):
            for folder in (self.folder, self.folder / "weights"):
                remove_leftovers(folder)
            last = self.newest()
            parent = self.record(last).digest if last else NO_PARENT
            if not self._has(name):
                write_durably(self._weights(name), weights)
            fields |= {
                "version": last + 1,
                "sha256": name,
                "parent": parent,
                "created": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
            }
            record = Record.signed(fields, key)
            write_durably(self._path(last + 1), record.file, new=True)
        return record

    def prune(self, keep: int, *, wait: float = 60) -> int:
        """Delete the weights that none of the newest `keep` versions names; how many files.

        Records stay, for they are the chain.  keep: 2 or more, for a reader may just be loading
        the version before the newest.  Raises ValueError, TimeoutError, OSError.
        """
        if keep < 2:
            raise ValueError(f"keep={keep}; allowed: 2, 3, ...")
        with locked(self.folder / "lock", wait):
            last = self.newest()
            kept = {self.record(v).weights for v in range(max(1, last - keep + 1), last + 1)}
            old = [p for p in (self.folder / "weights").glob("*.npz") if p.stem not in kept]
            for path in old:
                path.unlink()
        return len(old)

    def _check_key(self, key: SigningKey) -> None:
        if not isinstance(key, SigningKey):
            raise TypeError(f"key is a {type(key).__name__}; allowed: a SigningKey")
        if self.keys.get(key.public.id) != key.public:
            raise ValueError(f"{key} is none of the store's keys: {', '.join(self.keys)}")

    def _has(self, digest: str) -> bool:
        """Are these weights there, and whole?"""
        path = self._weights(digest)
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest

    def _path(self, version: int) -> Path:
        return self.folder / f"{version:08}.record"

    def _weights(self, digest: str) -> Path:
        return self.folder / "weights" / f"{digest}.npz"

    def __repr__(self) -> str:
        return f"VersionStore({str(self.folder)!r}, keys {', '.join(self.keys)})"
