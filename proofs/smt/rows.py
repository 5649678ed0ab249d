# SPDX-License-Identifier: BSD-3-Clause
"""Which rows are named, and which field widths do they compute in?  From the one table of formats."""

from __future__ import annotations

import re

from proofs.checkout import ROOT
from proofs.claim import Instance

LINE = re.compile(r"^(POSIT|TAKUM|FLOAT|TRUNCATED|FIXED)\((\w+), \w+, ([^)]*)\)", re.MULTILINE)
NAMED = {
    m[2]: m[1].lower()
    for m in LINE.finditer((ROOT / "cbits/include/nf_formats.def").read_text("utf-8"))
}


def of_families(*families):
    """Names of the rows of these families, all where none is given, in the table's order."""
    return [name for name, family in NAMED.items() if not families or family in families]


def both_widths(names):
    """An instance for each name at 64 and at 128 bits of field."""
    return [Instance(name, width) for name in names for width in (64, 128)]
