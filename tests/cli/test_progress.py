# SPDX-License-Identifier: BSD-3-Clause
"""Is the bar of long commands drawn late, on terminals only, and gone at the end?"""

from __future__ import annotations

import io
import sys
import time

import pytest

from numformats import progress as module
from numformats.progress import progress


class Screen(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    """A terminal instead of stderr; in the test itself, for pytest gives its own after fixtures."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(sys, "stderr", Screen())
    return sys.stderr


def wait_for(screen, text):
    end = time.monotonic() + 20
    while text not in screen.getvalue():
        assert time.monotonic() < end, screen.getvalue()
        time.sleep(0.02)


def test_long_work_is_drawn_and_erased(monkeypatch):
    screen = terminal(monkeypatch)
    with progress("proving", total=4) as bar:
        assert screen.getvalue() == ""
        bar.advance()
        wait_for(screen, "1/4")
        bar.update(completed=3, description="testing [x]")  # brackets are no markup
        wait_for(screen, "testing [x]")
        wait_for(screen, "3/4")
    assert screen.getvalue().endswith("\x1b[2K")  # the line is erased
    assert screen.getvalue().count("\x1b[?25l") == screen.getvalue().count("\x1b[?25h") == 1


def test_an_interrupt_erases_the_bar(monkeypatch):
    screen = terminal(monkeypatch)
    with pytest.raises(KeyboardInterrupt), progress("endless") as bar:  # noqa: PT012
        bar.advance()
        wait_for(screen, "endless")
        raise KeyboardInterrupt
    assert screen.getvalue().endswith("\x1b[2K")
    assert "\x1b[?25h" in screen.getvalue()


def test_short_work_draws_nothing(monkeypatch):
    screen = terminal(monkeypatch)
    monkeypatch.setattr(module, "QUIET_SECONDS", 60)
    with progress("short", total=1) as bar:
        bar.advance()
        bar.update(total=2)
    assert screen.getvalue() == ""


def test_no_terminal_no_bar(monkeypatch):
    terminal(monkeypatch)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress("piped", total=1) as bar:
        time.sleep(0.3)
        bar.advance()
    assert sys.stderr.getvalue() == ""


def test_prints_reach_a_stdout_that_is_no_terminal(monkeypatch, capsys):
    screen = terminal(monkeypatch)
    with progress("printing"):
        wait_for(screen, "printing")
        print("a line of the user's script")
    assert capsys.readouterr().out == "a line of the user's script\n"
    assert "user's" not in screen.getvalue()
