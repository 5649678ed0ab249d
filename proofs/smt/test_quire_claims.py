# SPDX-License-Identifier: BSD-3-Clause
"""Are mistakes in exact sums, their carries and special values, and in long roots, refuted with words?

`make proofs` plants all mistakes; here is one of each claim that is quick.
"""

from __future__ import annotations

import pytest

from proofs.checkout import Checkout
from proofs.claim import PROVED, REFUTED
from proofs.smt.claims import (
    quire,
    quire_carry,
    quire_round,
    quire_special,
    quire_width,
    slices,
    sqrt_long,
)

MODULES = (quire, quire_carry, quire_round, quire_special, slices, sqrt_long)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
QUICK = (
    "quire.pieces",
    "quire.pending",
    "quire.round",
    "quire.special",
    "slices.digits",
    "sqrt.long",
)
SECONDS = 60


@pytest.mark.parametrize("name", QUICK)
def test_proved_and_refuted(name):
    """The first mistake's instance is proved of the text, and refuted of the text with the mistake."""
    claim = CLAIMS[name]
    mutant = claim.mutants[0]
    proved = claim.prove(mutant.instance, Checkout(), SECONDS)
    assert proved.result == PROVED, proved.why
    assert proved.vacuity == "satisfiable" or name == "quire.special"
    assert any(path.startswith("cbits/") for path in proved.files)
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = claim.prove(mutant.instance, changed, SECONDS)
    assert outcome.result == REFUTED
    assert any(" = 0x" in line for line in outcome.counterexample)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_every_mistake_has_one_place(claim):
    """Mistakes name their place in today's text, and an instance of the claim."""
    assert claim.mutants
    for mutant in claim.mutants:
        with Checkout().changed(mutant.path, mutant.old, mutant.new):
            assert mutant.instance in claim.instances


def test_the_quire_of_two_bits():
    """The layout that took the highest value for the longest is refuted, by two bits."""
    claim = next(claim for claim in quire_width.CLAIMS if claim.id == "quire.layout")
    (mutant,) = (m for m in claim.mutants if m.name == "the lowest value")
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = claim.prove(mutant.instance, changed, SECONDS)
    assert outcome.result == REFUTED
    assert "bits = 0x2" in outcome.counterexample
