# SPDX-License-Identifier: BSD-3-Clause
"""Which named rows can the vector stages encode?  Of floats those with a sign (cbits/routes/target.c)."""

from __future__ import annotations

import numformats as nf
from proofs.smt import rows

SIGNED = [name for name in rows.NAMED if nf.parse_format(name).format.is_signed]
NARROW = [name for name in SIGNED if "64" not in name]
