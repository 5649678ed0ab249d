# SPDX-License-Identifier: BSD-3-Clause
"""Which claims are proved by a solver?  Each module here answers for a part of the core."""

from __future__ import annotations

import importlib

MODULES = (
    "codec",
    "codec_decode",
    "codec_encode",
    "codec_format_check",
    "codec_ieee",
    "codec_truncated",
    "definedness",
    "fused",
    "operations",
    "ordering",
    "products",
    "quotients",
    "roots",
    "sums",
    "quire",
    "quire_carry",
    "quire_operands",
    "quire_round",
    "quire_special",
    "sqrt_long",
    "lane_decode",
    "lane_encode",
    "lane_half",
    "lane_hosts",
    "lane_memory",
    "lane_order",
    "near",
    "quire_width",
    "odd",
    "odd_through",
    "routes",
    "slices",
)
CLAIMS = [
    claim
    for name in MODULES
    for claim in importlib.import_module(f"proofs.smt.claims.{name}").CLAIMS
]
