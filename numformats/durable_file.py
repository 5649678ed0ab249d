# SPDX-License-Identifier: BSD-3-Clause
"""How does a file survive a power cut?  It and its folder are on the disk before the call returns.

The order: the bytes into a temporary file of the same folder, fsync, rename, fsync of the folder.
What another process sees is the old content, or the new one, whole.
"""

from __future__ import annotations

import os
from contextlib import suppress

from numformats._atomic_file import is_stream, replacing

__all__ = ["remove_leftovers", "write_durably"]

_LEFTOVER = ".numformats-tmp"


def write_durably(
    path: str | os.PathLike[str], content: bytes, *, private: bool = False, new: bool = False
) -> None:
    """Give a file this content, so that neither kill -9 nor a power cut leaves a part of it.

    private: only the owner may read and write it, from its first byte on (mode 0600, where the
    system has modes).  new: FileExistsError where the file exists, instead of replacing it.
    Raises OSError; ValueError for a device or a FIFO, which have no such promise to give.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a"
    >>> write_durably(path, b"12"), path.read_bytes()
    (None, b'12')
    """
    path = os.fspath(path)
    if is_stream(path):
        raise ValueError(f"{path} is no regular file: it cannot be replaced")
    if new and os.path.lexists(path):
        raise FileExistsError(f"{path} exists; it is not overwritten")
    with replacing(path) as stream:
        if private and hasattr(os, "fchmod"):
            os.fchmod(stream.fileno(), 0o600)
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    _sync_folder(os.path.dirname(os.path.realpath(path)))  # noqa: PTH120 - any path-like


def _sync_folder(folder: str) -> None:
    """Bring the names of a folder to the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folders
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: str | os.PathLike[str]) -> int:
    """Delete temporary files of writers that were killed; how many there were.

    Call it only while nobody writes into the folder: a writer's file would be taken away.
    """
    with os.scandir(folder) as entries:
        names = [e.path for e in entries if e.name[:1] == "." and e.name.endswith(_LEFTOVER)]
    for name in names:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108
    return len(names)
