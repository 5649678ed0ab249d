# SPDX-License-Identifier: BSD-3-Clause
"""What happened in a run of training?  One record per epoch, in memory and as JSON lines."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["History", "Log", "log_to"]

Record = dict[str, Any]


class History:
    """The records of the epochs, in order; `history["loss"]` is the list of one figure.

    Figures: epoch (from 1), step (how many were made until then), loss (mean over the samples, each
    before its own step), accuracy (where targets are labels), lr, seconds, saturated (parameters
    that stand at an end of their format), and with validation data
    validation_loss and validation_accuracy.

    >>> history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    >>> history["loss"], history.last["loss"], len(history)
    ([0.5, 0.25], 0.25, 2)
    """

    def __init__(self, records: list[Record] | None = None) -> None:
        self.records = [] if records is None else records

    @property
    def last(self) -> Record:
        """The record of the last epoch; IndexError before there is one."""
        return self.records[-1]

    def __getitem__(self, figure: str) -> list[Any]:
        return [record[figure] for record in self.records]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __repr__(self) -> str:
        last = f", the last {self.last}" if self.records else ""
        return f"History of {len(self)} epochs{last}"


class Log:
    """Writes events as lines of JSON; without a stream it writes nothing."""

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self._stream = stream

    def write(self, event: str, **figures: Any) -> None:
        """One line, in the hands of the system when this returns."""
        if self._stream is not None:
            self._stream.write(json.dumps({"event": event} | figures).encode() + b"\n")
            self._stream.flush()


@contextmanager
def log_to(path: str | os.PathLike[str] | None) -> Iterator[Log]:
    """A log at the end of a file, which keeps what stands in it; None: of nothing.

    A crash may tear the last line; the next run then begins a new one.  Raises OSError at once, and
    not after the first epoch, if the file cannot be written.
    """
    if path is None:
        yield Log()
        return
    with Path(path).open("a+b") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        yield Log(stream)
