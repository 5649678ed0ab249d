# SPDX-License-Identifier: BSD-3-Clause
"""How does a device live and die?  A process in a group of its own, whose pipes never block us."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

__all__ = ["DeviceError", "DeviceProcess"]

KEPT = 2000  # bytes of what it writes to stderr, the last ones
SHOWN_LINES = 5
PIECE = 1 << 16
POLL = 0.02  # seconds between two looks whether it has ended


class DeviceError(RuntimeError):
    """A device that cannot be started, hangs, dies, or answers what it was not asked."""


class DeviceProcess:
    """A program with three pipes; it and its children are killed when the with-block ends."""

    def __init__(self, words: Sequence[str]) -> None:
        self._name = words[0]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - what the user asked for
                words, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise DeviceError(f"device {words[0]!r}: {error.strerror or error}") from None
        self._stderr = b""
        self._selector = selectors.DefaultSelector()
        for name, event in (("stdin", selectors.EVENT_WRITE), ("stdout", selectors.EVENT_READ),
                            ("stderr", selectors.EVENT_READ)):  # fmt: skip
            stream = self._stream(name)
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, event, name)

    def _stream(self, name: str) -> IO[bytes]:
        return cast("IO[bytes]", getattr(self._process, name))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill the group, and wait for the death, so that no zombie stays."""
        self._kill()
        self._selector.close()
        for name in ("stdin", "stdout", "stderr"):
            with suppress(OSError):
                self._stream(name).close()

    def _kill(self) -> None:
        # Until it is waited for, nobody else can have the number of its group.
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self, seconds: float) -> set[str]:
        """Which of stdin and stdout are ready within so many seconds; stderr is read and kept."""
        ready = {key.data for key, _ in self._selector.select(seconds)}
        if "stderr" in ready:
            self._read_errors()
        return ready - {"stderr"}

    def _read_errors(self) -> None:
        with suppress(BlockingIOError):
            piece = os.read(self._stream("stderr").fileno(), PIECE)
            self._stderr = (self._stderr + piece)[-KEPT:]
            if not piece:
                self._selector.unregister(self._stream("stderr"))

    def read_output(self) -> bytes:
        """What it has written; nothing at the end."""
        piece = os.read(self._stream("stdout").fileno(), PIECE)
        if not piece:
            self._selector.unregister(self._stream("stdout"))
        return piece

    def write(self, text: memoryview) -> int:
        """How many bytes its input takes now; all of them if it has closed it."""
        try:
            return os.write(self._stream("stdin").fileno(), text[:PIECE])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            self.close_input()
            return 0

    def close_input(self) -> None:
        """Tell it that nothing more comes."""
        self._selector.unregister(self._stream("stdin"))
        with suppress(BrokenPipeError):
            self._stream("stdin").close()

    def status(self, seconds: float) -> str | None:
        """How it ended: "" if well; None if it has not within so many seconds."""
        until = time.monotonic() + seconds
        while not self._has_ended():
            if time.monotonic() >= until:
                return None
            self.wait(POLL)
            if not self._selector.get_map():
                time.sleep(POLL)  # nothing is left to wait for but its end
        self._kill()
        code = self._process.returncode
        if code < 0:
            with suppress(ValueError):
                return f"signal {-code} ({signal.Signals(-code).name})"
        return f"exit status {code}" if code else ""

    def _has_ended(self) -> bool:
        """Is it dead?  It stays unburied, so that `_kill` reaches its children."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def error(self, what: str) -> DeviceError:
        """A DeviceError of this device, with the last lines of its stderr."""
        with suppress(ValueError, KeyError):
            self._selector.get_key(self._stream("stderr"))
            self._read_errors()
        lines = self._stderr.decode(errors="replace").strip().splitlines()[-SHOWN_LINES:]
        told = f"; it wrote: {' | '.join(lines)}" if lines else ""
        return DeviceError(f"device {self._name!r} {what}{told}")
