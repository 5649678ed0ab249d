# SPDX-License-Identifier: BSD-3-Clause
"""What does a described accelerator do, bit by bit?  Its instructions and its error cache.

The descriptions are those of an article, not of a vendor: see `profiles`.  Everything is a function
of arrays, without state, of any width, so that a device can be tested against it; the twins of
`numformats.oracle.accelerator` are written from the definitions once more.

Read in this order: words, vscale, vacc, vcomp.
"""

from __future__ import annotations

from numformats.accelerator.vacc import vacc, vacc_dot
from numformats.accelerator.vcomp import vcomp
from numformats.accelerator.vscale import vscale
from numformats.accelerator.words import TrapError

__all__ = ["TrapError", "vacc", "vacc_dot", "vcomp", "vscale"]
