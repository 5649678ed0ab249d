# SPDX-License-Identifier: BSD-3-Clause
"""How does an update of the parameters stay whole when Ctrl-C arrives?"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["whole_update"]


@contextmanager
def whole_update() -> Iterator[None]:
    """Ctrl-C waits until the block is done, then it is what it was before.

    Only the main thread gets signals; elsewhere, and where the handler is not Python's, nothing
    changes.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    arrived: list[tuple[Any, ...]] = []
    signal.signal(signal.SIGINT, lambda *args: arrived.append(args))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if arrived and callable(before):
            before(*arrived[0])
