# SPDX-License-Identifier: BSD-3-Clause
"""How do two publishers not write the same version?  The lock of a file, which death frees."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["locked"]

_PAUSE = 0.01


@contextmanager
def locked(path: str | os.PathLike[str], wait: float) -> Iterator[None]:
    """Nobody else holds the lock of this file within the block, in this process or another.

    wait: how many seconds to wait for it; TimeoutError after that.  Raises OSError.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        until = time.monotonic() + wait
        while not _taken(descriptor):
            if time.monotonic() >= until:
                raise TimeoutError(
                    f"another publisher has held the lock {os.fspath(path)} for {wait:g} s"
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)  # which frees the lock


def _taken(descriptor: int) -> bool:
    """Take the lock unless somebody else has it."""
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        import msvcrt  # noqa: PLC0415

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
