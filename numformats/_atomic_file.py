# SPDX-License-Identifier: BSD-3-Clause
"""How does a file get its new content?  Whole or not at all; the only place that writes files.

A regular file is replaced by a temporary one of its folder, which after a power cut or kill -9 is
all that is left: `.name.<16 hexadecimal digits>.numformats-tmp`.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
import sys
from contextlib import contextmanager, nullcontext, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STDOUT", "is_stream", "replacing", "write_text"]

STDOUT = "-"


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Is it written into as it is: a device, a FIFO, or "-", the standard output?"""
    if os.fspath(path) == STDOUT:
        return True
    with suppress(OSError):
        mode = os.stat(path).st_mode  # noqa: PTH116 - any path-like
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


@contextmanager
def replacing(path: str | os.PathLike[str], *, dash: bool = False) -> Iterator[IO[bytes]]:
    """A binary stream whose content `path` gets when all went well; else the old file stays.

    Symbolic links are followed, permissions kept (a new file's follow the umask), devices and FIFOs
    written into.  `dash`: "-" is the standard output.  Raises OSError with the name of the file.
    """
    is_stdout = dash and os.fspath(path) == STDOUT
    if is_stdout or (os.fspath(path) != STDOUT and is_stream(path)):
        content = io.BytesIO()  # NumPy and Matplotlib seek
        yield content
        with nullcontext(sys.stdout.buffer) if is_stdout else open(path, "wb") as out:  # noqa: PTH123
            out.write(content.getvalue())
            out.flush()
        return
    target = os.path.realpath(path)
    before = _status(path)
    temporary = _name_beside(target)
    try:
        descriptor = _create(temporary, 0o666 if before is None else 0o600)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            if before is not None and hasattr(os, "fchmod"):
                with suppress(PermissionError):  # another's file
                    os.fchown(stream.fileno(), before.st_uid, before.st_gid)
                os.fchmod(stream.fileno(), stat.S_IMODE(before.st_mode))
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def write_text(path: str | os.PathLike[str], text: str, *, dash: bool = False) -> None:
    """Give a file this text, in UTF-8, by way of `replacing`."""
    with replacing(path, dash=dash) as stream:
        stream.write(text.encode())


def _status(path: str | os.PathLike[str]) -> os.stat_result | None:
    """Of the file behind the links, None where there is none yet; what cannot be written raises."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    return status


def _name_beside(target: str) -> str:
    """A name that nobody can guess, in the folder of the target, not longer than names may be."""
    folder, name = os.path.split(target)
    short = os.fsdecode(os.fsencode(name)[:200])
    return os.path.join(folder, f".{short}.{secrets.token_hex(8)}.numformats-tmp")  # noqa: PTH118


def _create(name: str, mode: int) -> int:
    """A new file of this name, which nothing, not even a link, has."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for flag in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    return os.open(name, flags, mode)
