# SPDX-License-Identifier: BSD-3-Clause
"""What does a described accelerator do, bit by bit?  Its instructions and its error cache.

The descriptions are those of an article, not of a vendor: see `profiles`.  Everything is a function
of arrays, without state, of any width, so that a device can be tested against it; the twins of
`numformats.oracle.accelerator` are written from the definitions once more.

Read in this order: words, vscale, vacc, vcomp; error_cache, profiles.
"""

from __future__ import annotations

from numformats.accelerator.error_cache import ErrorCache, Traffic
from numformats.accelerator.profiles import PROFILES, Profile, current, from_environment, use
from numformats.accelerator.vacc import vacc, vacc_dot
from numformats.accelerator.vcomp import vcomp
from numformats.accelerator.vscale import vscale
from numformats.accelerator.words import TrapError

__all__ = [
    "PROFILES",
    "ErrorCache",
    "Profile",
    "Traffic",
    "TrapError",
    "current",
    "from_environment",
    "use",
    "vacc",
    "vacc_dot",
    "vcomp",
    "vscale",
]
