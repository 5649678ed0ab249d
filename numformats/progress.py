# SPDX-License-Identifier: BSD-3-Clause
"""How far is a long piece of work?  One bar for all that takes more than two seconds.

    with progress("sweep", total=16) as bar:
        for chunk in chunks:
            bar.advance()

It is drawn on stderr, only on a terminal, and is gone at the end; Ctrl-C leaves the terminal as it
was.  A timer draws it, so that it appears while one long call of NumPy runs, too.  It needs rich,
which the extra numformats[cli] brings.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Bar", "progress"]

QUIET_SECONDS = 2.0  # work that ends sooner draws nothing


class Bar:
    """What somebody tells of their work; no call takes time or fails, drawn or not."""

    def __init__(self, drawing: Progress, description: str, total: float | None) -> None:
        self._drawing = drawing
        self._task = drawing.add_task(description, total=total)

    def advance(self, amount: float = 1, *, description: str | None = None) -> None:
        """So much more is done; `description` says of what."""
        self._drawing.update(self._task, advance=amount, description=description)

    def update(
        self,
        *,
        completed: float | None = None,
        total: float | None = None,
        description: str | None = None,
    ) -> None:
        """So much is done of so much; what is None stays."""
        self._drawing.update(self._task, completed=completed, total=total, description=description)


@contextmanager
def progress(description: str, total: float | None = None) -> Iterator[Bar]:
    """A Bar for the work of a with-block; without `total` it only shows that time passes."""
    screen = Console(stderr=True, highlight=False)
    drawing = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        # what a user's script prints into a pipe or a file must arrive there
        redirect_stdout=sys.stdout.isatty(),
    )
    bar = Bar(drawing, description, total)
    if not (screen.is_terminal and screen.file.isatty()):  # FORCE_COLOR makes no terminal
        yield bar
        return
    timer = threading.Timer(QUIET_SECONDS, drawing.start)
    timer.daemon = True
    timer.start()
    try:
        yield bar
    finally:
        timer.cancel()
        timer.join()  # or it might draw after the end
        drawing.stop()
