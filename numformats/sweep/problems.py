# SPDX-License-Identifier: BSD-3-Clause
"""What can go wrong in a sweep, in one line for the user?"""

from __future__ import annotations

__all__ = ["SweepError"]


class SweepError(ValueError):
    """A sweep that cannot be made; the message is one line and says why.

    >>> str(SweepError("no Dask scheduler answers at tcp://node1:8786"))
    'no Dask scheduler answers at tcp://node1:8786'
    """
