# SPDX-License-Identifier: BSD-3-Clause
"""How is another program asked?  Operands go to its input, and its output is read as it comes.

A device reads lines of operands as TestFloat writes them and answers each, in order, by a line that
repeats the operands and adds the result and, if it likes, the flags.  Whatever it does instead ends
in a DeviceError, and with the device's death.
"""

from __future__ import annotations

import io
import shlex
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.hardware.cases import Cases
from numformats.hardware.device_process import DeviceError, DeviceProcess
from numformats.hardware.layouts.layout import LayoutError, field_bits
from numformats.hardware.layouts.lines import Lines
from numformats.hardware.layouts.rows import RowReader
from numformats.hardware.layouts.template import digits_of
from numformats.hardware.layouts.testfloat import TestFloat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numformats.hardware.operations import Operation

__all__ = ["DeviceError", "run_device"]

GATHERED = 1 << 18  # bytes of answers that make a batch
QUIET = 0.05  # seconds after which a smaller batch goes on its way


def run_device(
    command: str | Sequence[str],
    operation: Operation,
    cases: Iterable[Cases],
    *,
    timeout: float = 60.0,
) -> Iterator[Cases]:
    """Give the operands of cases to a program; yield what it answers, in batches.

    Parameters
    ----------
    command : a command line, or a list of its words
        No shell reads it.  Its input is a line of operands for each case, in hexadecimal as in
        Berkeley TestFloat; its output a line for each, in the same order: operands, result, and
        flags or not (on all lines the same).  It may answer each at once, or all at the end.
    operation : what it is asked to do
    cases : batches of cases; their results do not matter
    timeout : float
        Seconds that it may take without reading or answering anything.

    The batches have operands, results, numbers of its lines, and flags if it gives them.  Raises
    DeviceError where it cannot be started, does not end, ends with another status than 0, answers
    too few or too many lines, something else than it was asked, or what is not TestFloat's;
    ValueError for a command that is empty or a timeout that is not positive.  When the iterator
    ends, by Ctrl-C too, the program and what it has started are dead.

    >>> from numformats.hardware import operation
    >>> add = operation("posit16", "add")
    >>> one = Cases((np.array([0x4000], "u2"), np.array([0x4800], "u2")))
    >>> [answer] = run_device(["sed", "s/$/ 4C00/"], add, [one])
    >>> answer.results, answer.flags is None
    (array([19456], dtype=uint16), True)
    """
    words = shlex.split(command) if isinstance(command, str) else [str(w) for w in command]
    if not words:
        raise ValueError("the command of the device is empty")
    if not timeout > 0:
        raise ValueError(f"timeout={timeout!r}; allowed: a positive number of seconds")
    return _answers(words, operation, cases, timeout)


def _answers(
    words: list[str], operation: Operation, cases: Iterable[Cases], timeout: float
) -> Iterator[Cases]:
    with DeviceProcess(words) as process:
        talk = _Talk(process, operation, cases, timeout)
        yield from talk.answers()
        talk.end()


class _Talk:
    """What was asked and not yet answered, and when anything happened last."""

    def __init__(
        self, process: DeviceProcess, operation: Operation, cases: Iterable[Cases], timeout: float
    ) -> None:
        self._process, self._operation, self._timeout = process, operation, timeout
        self._cases = iter(cases)
        self._unsent = memoryview(b"")
        self._asked: deque[tuple[np.ndarray[Any, Any], ...]] = deque()
        self._count = self._answered = 0  # cases that were asked, and answers
        self._lines, self._reader = Lines(), RowReader(TestFloat(), operation)
        self._last = time.monotonic()

    def answers(self) -> Iterator[Cases]:
        """All that comes until the device closes its output."""
        gathered: list[bytes] = []
        size, is_open = 0, True
        while is_open:
            ready = self._wait(QUIET if gathered else self._timeout)
            for stream in ready:
                if stream == "stdin":
                    self._send()
                elif stream == "stdout":
                    piece = self._process.read_output()
                    is_open = bool(piece)
                    gathered.append(piece)
                    size += len(piece)
                    self._last = time.monotonic()
            if gathered and (size >= GATHERED or not ready or not is_open):
                yield from self._read(b"".join(gathered), last=not is_open)
                gathered, size = [], 0
                self._last = time.monotonic()  # the caller may have taken its time
            self._check_time()

    def _wait(self, seconds: float) -> set[str]:
        """Streams that can be read or written; stderr is read here."""
        left = self._last + self._timeout - time.monotonic()
        return self._process.wait(max(0.0, min(seconds, left)))

    def _check_time(self) -> None:
        if time.monotonic() - self._last >= self._timeout:
            raise self._process.error(
                f"neither read nor answered for {self._timeout:g} seconds, after {self._progress()}"
            )

    def _progress(self) -> str:
        return f"{self._answered} answers to {self._count} cases"

    def _send(self) -> None:
        """Write what the device takes of its input now."""
        if not self._unsent:
            batch = next(self._cases, None)
            if batch is None:
                self._process.close_input()
                return
            text = io.BytesIO()
            TestFloat().write(text, self._operation, [Cases(batch.operands)])
            self._unsent = text.getbuffer()
            self._asked.append(batch.operands)
            self._count += len(batch)
        taken = self._process.write(self._unsent)
        self._unsent = self._unsent[taken:]
        if taken:
            self._last = time.monotonic()

    def _read(self, piece: bytes, *, last: bool) -> Iterator[Cases]:
        """Batches of the lines that are whole now, each held against what was asked."""
        try:
            blocks = [self._lines.add(piece), *([self._lines.end()] if last else [])]
            for first, block in blocks:
                for batch in self._reader.read(first, block):
                    self._match(batch)
                    yield batch
        except LayoutError as error:
            raise self._process.error(f"wrote a bad answer: {error}") from None

    def _match(self, batch: Cases) -> None:
        """DeviceError unless the answers have the operands that come next."""
        start = 0
        while start < len(batch):
            if not self._asked:
                raise self._process.error(
                    f"answered too much: {self._answered + 1} lines to {self._count} cases"
                )
            asked = self._asked.popleft()
            n = min(len(asked[0]), len(batch) - start)
            differ = np.zeros(n, bool)
            for wanted, given in zip(asked, batch.operands, strict=True):
                differ |= wanted[:n] != given[start : start + n]
            if differ.any():
                self._raise_other(asked, batch, start, int(differ.argmax()))
            if n < len(asked[0]):
                self._asked.appendleft(tuple(column[n:] for column in asked))
            start += n
            self._answered += n

    def _raise_other(
        self, asked: tuple[np.ndarray[Any, Any], ...], batch: Cases, start: int, i: int
    ) -> None:
        digits = [digits_of(b) for b in field_bits(self._operation)]
        texts = [
            " ".join(f"{int(c[k]):0{n}X}" for c, n in zip(columns, digits, strict=False))
            for columns, k in ((batch.operands, start + i), (asked, i))
        ]
        line = "" if batch.lines is None else f"line {batch.lines[start + i]}: "
        raise self._process.error(
            f"answered something else, {line}it has the operands {texts[0]}, asked were {texts[1]}"
        )

    def end(self) -> None:
        """DeviceError unless all was answered and the device ends well."""
        status = self._process.status(self._timeout)
        if status is None:
            raise self._process.error(
                f"closed its output and did not end in {self._timeout:g} seconds"
            )
        is_short = self._asked or self._unsent or next(self._cases, None) is not None
        if status or is_short:
            how = f"ended with {status or 'exit status 0'}"
            raise self._process.error(f"{how} after {self._progress()}")
