# SPDX-License-Identifier: BSD-3-Clause
"""How is a function compared in two formats?"""

from __future__ import annotations

from numformats.analysis import (
    Workload,
    compare,
)


def compared(function, *inputs, formats=("posit16", "binary16"), report=None):
    """The comparison of a function of these inputs."""
    return compare(Workload("f", function, inputs, report), formats)
