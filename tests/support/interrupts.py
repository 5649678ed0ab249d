# SPDX-License-Identifier: BSD-3-Clause
"""How does a child that is to be interrupted start, whatever the suite itself does with Ctrl-C?"""

from __future__ import annotations

import contextlib
import signal


@contextlib.contextmanager
def as_in_a_terminal():
    """Children that start meanwhile take SIGINT; those of a shell's background would ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
