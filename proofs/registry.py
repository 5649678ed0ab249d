# SPDX-License-Identifier: BSD-3-Clause
"""Which claims are there?  Each room has a module that lists its own, in CLAIMS."""

from __future__ import annotations

import importlib

ROOMS = (
    "proofs.smt.claims",
    "proofs.smt.crosscheck",
    "proofs.bounds.claims",
    "proofs.coq.claims",
    "proofs.exhaustion",
    "proofs.gappa.claims",
)


def claims():
    """All claims by id; ValueError where two have one id."""
    found = {}
    for room in ROOMS:
        for claim in importlib.import_module(room).CLAIMS:
            if claim.id in found:
                raise ValueError(f"two claims are called {claim.id}")
            found[claim.id] = claim
    return found
