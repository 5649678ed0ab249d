# SPDX-License-Identifier: BSD-3-Clause
"""Which chunks of a sweep are done?  A file of a folder, replaced by rename, one line a chunk.

The first line says of which plan and build of numformats; the others carry a digest of all that
they say and of the first.  So a line that is damaged, and what another build did, is found and done
again, and a folder of another plan is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numformats._atomic_file import write_text
from numformats.sweep.plan import build, canonical
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from numformats.sweep.plan import Kept, Plan

__all__ = ["Journal"]

SCHEMA = "numformats.sweep/1"
LEAST_PAUSE = 1.0  # seconds between two writings: what kill -9 may cost
SHARE = 20  # and so many times what a writing took, for long journals


class Journal:
    """What is done of a plan, in the folder `folder`; in memory only if there is none.

    Use it as a context: at the end all is on disk.  One process at a time has a folder.
    Raises SweepError, which names the file, where it cannot be read or written, or is of another
    plan.
    """

    def __init__(self, plan: Plan, folder: str | os.PathLike[str] | None = None) -> None:
        self.done: dict[int, Kept] = {}
        self.notes: list[str] = []
        self._head: dict[str, Any] = {
            "schema": SCHEMA, "title": plan.title, "kind": plan.kind, **plan.settings(),
            "chunks": plan.chunks, "identity": plan.identity, "build": build(),
        }  # fmt: skip
        self._folder = None if folder is None else Path(folder)
        self._lock: int | None = None
        self._written, self._cost, self._dirty = time.monotonic(), 0.0, False

    @property
    def path(self) -> Path:
        """The file."""
        return (self._folder or Path()) / "journal.jsonl"

    def __enter__(self) -> Self:
        """Make the folder, lock it, and read what is done."""
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._take_lock(self._folder / "lock")
                self._read()
                self._dirty = True
                self.flush()  # what cannot be written is found before the work
            except BaseException as error:
                self._free_lock()
                if isinstance(error, OSError):
                    raise SweepError(
                        f"the checkpoint {self._folder}: {error.strerror or error}"
                    ) from None
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        """Write what is not on disk yet."""
        try:
            self.flush()
        except SweepError:
            if kind is None:
                raise
        finally:
            self._free_lock()

    def add(self, number: int, kept: Kept) -> None:
        """Keep a chunk; from time to time all is written."""
        self.done[number] = kept
        self._dirty = True
        if time.monotonic() - self._written > max(LEAST_PAUSE, SHARE * self._cost):
            self.flush()

    def flush(self) -> None:
        """Write all that is done."""
        if self._folder is None or not self._dirty:
            return
        began = time.monotonic()
        lines = [self._head, *(self._line(n, self.done[n]) for n in sorted(self.done))]
        try:
            write_text(self.path, "".join(f"{json.dumps(line)}\n" for line in lines))
        except OSError as error:
            raise SweepError(
                f"{self.path} cannot be written ({error.strerror or error}); what it held is there"
            ) from None
        self._written, self._dirty = time.monotonic(), False
        self._cost = self._written - began

    def _line(self, number: int, kept: Kept) -> dict[str, Any]:
        seal = canonical([self._head["identity"], self._head["build"], number, kept])
        check = hashlib.blake2b(seal, digest_size=8).hexdigest()
        return {"chunk": number, "check": check, "kept": kept}

    def _read(self) -> None:
        """Take over what is done; says in `notes` what is not taken."""
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        head = _parsed(lines[0] if lines else "")
        if head.get("schema") != SCHEMA or "identity" not in head:
            raise SweepError(
                f"{self.path} is no journal of a sweep or damaged: delete it or name another folder"
            )
        if head["identity"] != self._head["identity"]:
            raise SweepError(
                f"the checkpoint {self._folder} is that of another sweep: it has "
                f"{_name(head)}, this is {_name(self._head)}; name another folder"
            )
        if head.get("build") != self._head["build"]:
            self.notes.append(f"{len(lines) - 1} chunks of another build are done again")
            return
        lost = 0
        for line in lines[1:]:
            found = _parsed(line)
            number, kept = found.get("chunk", -1), found.get("kept", {})
            if found == self._line(number, kept):
                self.done[number] = kept
            else:
                lost += 1
        if lost:
            self.notes.append(f"{lost} damaged lines of {self.path}: their chunks are done again")

    def _take_lock(self, path: Path) -> None:
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        with suppress(ImportError):  # there is none on Windows
            import fcntl  # noqa: PLC0415

            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SweepError(f"another sweep works in the checkpoint {self._folder}") from None

    def _free_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _parsed(line: str) -> dict[str, Any]:
    """The object of a line, empty where it is none."""
    with suppress(ValueError):
        found = json.loads(line)
        if isinstance(found, dict):
            return found
    return {}


def _name(head: dict[str, Any]) -> str:
    return f"{head.get('title')!r} ({head['identity'][:8]})"
