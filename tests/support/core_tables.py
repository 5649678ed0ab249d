# SPDX-License-Identifier: BSD-3-Clause
"""What do the tables of the core say?  Their rows, cell by cell; the names of formats."""

from __future__ import annotations

import re
from pathlib import Path

INCLUDE = Path(__file__).resolve().parents[2] / "cbits" / "include"
COLUMNS = {
    "NF_OP": ("name", "kind", "ufunc", "events", "use"),
    "NF_FUNCTION": ("name", "kind", "kernel", "zero", "plus", "minus", "ufunc"),
}


def rows(macro: str) -> list[dict[str, str]]:
    """The rows of NF_OP or NF_FUNCTION: column -> cell."""
    file = "nf_ops.def" if macro == "NF_OP" else "nf_functions.def"
    lines = re.findall(rf"^{macro}\((.*)\)$", (INCLUDE / file).read_text("utf-8"), re.MULTILINE)
    return [dict(zip(COLUMNS[macro], re.split(r",\s*", line), strict=True)) for line in lines]


OPERATIONS = rows("NF_OP")
FUNCTIONS = rows("NF_FUNCTION")
FORMATS = re.findall(
    r"^(?:POSIT|TAKUM|FLOAT|TRUNCATED|FIXED)\((\w+),",
    (INCLUDE / "nf_formats.def").read_text("utf-8"),
    re.MULTILINE,
)


def with_kernel(*kernels: str) -> set[str]:
    """The names of functions that have one of these kernels."""
    return {row["name"] for row in FUNCTIONS if row["kernel"] in kernels}
