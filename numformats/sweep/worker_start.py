# SPDX-License-Identifier: BSD-3-Clause
"""What does a worker of this machine do first?  It leaves Ctrl-C, which all get, to the client."""

from __future__ import annotations

import signal

__all__ = ["dask_setup"]


def dask_setup(_worker: object) -> None:
    """Called by Dask in the worker's main thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
