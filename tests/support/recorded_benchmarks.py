# SPDX-License-Identifier: BSD-3-Clause
"""How does a test import benchmarks, call one quickly, and see that it makes no run twice?"""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@contextmanager
def imported(*names):
    """Modules of benchmarks by name; they and what they import there are forgotten at the end."""
    before = set(sys.modules)
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(BENCHMARKS))
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == BENCHMARKS:
                del sys.modules[name]


def modules_of(*names, needs=()):
    """A fixture of such modules; the test is skipped where rich or a package of `needs` is missing."""

    @pytest.fixture
    def modules():
        for package in ("rich", *needs):
            pytest.importorskip(package)
        with imported(*names) as found:
            yield found

    return modules


def quick(main, path, *arguments):
    """The record that a quick call leaves."""
    assert main(["--quick", "--json", str(path), *arguments]) == 0
    return json.loads(path.read_text())


def quick_again(main, path, record, capsys, *arguments):
    """What a second call prints, of a record that was edited: it makes no run again."""
    path.write_text(json.dumps(record))
    capsys.readouterr()
    assert quick(main, path, *arguments) == record
    said = capsys.readouterr().out
    assert "seed 0" not in said
    return said
