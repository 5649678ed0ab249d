# SPDX-License-Identifier: BSD-3-Clause
"""What is said when a bench cannot do its work: no cocotb, no port, no answer?"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["BenchError", "needs"]


class BenchError(RuntimeError):
    """A port that is missing, a design that does not answer, or a simulation that broke off.

    >>> raise BenchError("adder has no port 'result'")
    Traceback (most recent call last):
    numformats.hardware.cocotb.problems.BenchError: adder has no port 'result'
    """


def needs(name: str) -> Any:
    """A module of cocotb; BenchError names the extra where it is missing."""
    try:
        return import_module(name)
    except ImportError as error:
        raise BenchError("cocotb is missing: pip install numformats[hardware]") from error
