# SPDX-License-Identifier: BSD-3-Clause
"""Do the lemmas of arithmetic hold no more than they say?"""

from __future__ import annotations

from proofs.checkout import Checkout
from proofs.claim import REFUTED, Instance
from proofs.registry import claims


def test_sums_of_63_bits_are_not_in_a_cell():
    """Of operands of 63 bits in a field of 64 two leading bits may go, and a jammed bit becomes one of the first 62."""
    sums = claims()["add.sum"]
    out = sums.prove(Instance("", 64, "63 bits"), Checkout(), sums.seconds)
    assert out.result == REFUTED
