# SPDX-License-Identifier: BSD-3-Clause
"""Does Gappa prove what is true of the constants in the C text, and is what is false refuted with a point?"""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs.checkout import Checkout
from proofs.claim import PROVED, REFUTED, SKIPPED, Instance
from proofs.gappa import claims, gappa, goals
from proofs.gappa.constants import digit_bits, digit_level, extraction, root_doubles

CLAIMS = {claim.id: claim for claim in claims.CLAIMS}
needs_gappa = pytest.mark.skipif(not gappa.is_installed(), reason=gappa.MISSING)
SECONDS = 60


def test_constants_are_those_of_the_text():
    """Levels of a pass (Rump's AccSum with 10 bits of room), digits, and the factor of a root."""
    pass_ = extraction(Checkout(), 0)
    assert [(x.top, x.sigma) for x in pass_.levels] == [
        (0, Fraction(768)),
        (-44, Fraction(768, 2**44)),
    ]
    assert pass_.next_top == -88
    assert extraction(Checkout(), 100).levels[1].sigma == 768 * Fraction(2) ** 56
    assert [digit_bits(Checkout(), k) for k in (1, 2, 3, 4, 1 << 20)] == [27, 27, 26, 26, 17]
    level, scale = digit_level(Checkout(), 20, 5, 1)
    assert (level.top, level.sigma, scale) == (-15, Fraction(3, 2) * 2 ** (52 - 34), 2**34)
    assert root_doubles(Checkout()) == (2**32, 2**63 - 2**10)


@needs_gappa
@pytest.mark.parametrize("bits", [9, 10])
def test_terms_of_a_block_add_exactly_up_to_their_number(bits):
    """1024 terms add exactly with 10 bits of room, and not with 9."""
    goal = goals.sum_of(bits - 53, 1, (1 << 10) - 1)
    point, count = goal.counterexample()
    assert count > 0
    assert (point is None) == (bits == 10)
    assert gappa.ask(goal, SECONDS).proved == (bits == 10)


@needs_gappa
def test_one_term_more_is_not_proved():
    assert not gappa.ask(goals.sum_of(-43, 1, 1 << 10), SECONDS).proved
    assert goals.sum_of(-43, 1, 1 << 10).counterexample()[0] is not None


@needs_gappa
def test_a_rest_of_a_larger_unit_is_not_proved():
    """Half a unit of 2^-43 below multiples of 2^-97 takes 54 bits."""
    values = {"least": "-1074", "ulp": "-97", "unit": "-43", "half": "-43"}
    wrong = gappa.Goal("rest", values, list, lambda: True)
    right = gappa.Goal("rest", {**values, "ulp": "-96", "half": "-44"}, list, lambda: True)
    assert not gappa.ask(wrong, SECONDS).proved
    assert gappa.ask(right, SECONDS).proved


@needs_gappa
@pytest.mark.parametrize("part", ["least", "most"])
def test_extraction_at_both_ends(part):
    outcome = CLAIMS["gappa.extract"].prove(Instance("", 0, part), Checkout(), SECONDS)
    assert (outcome.result, outcome.vacuity) == (PROVED, "satisfiable")
    assert "cbits/levels/extract.h" in outcome.files


@needs_gappa
@pytest.mark.parametrize("mutant", CLAIMS["gappa.extract"].mutants, ids=lambda m: m.name)
def test_planted_mistakes_are_refuted(mutant):
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = CLAIMS["gappa.extract"].prove(mutant.instance, changed, SECONDS)
    assert outcome.result == REFUTED
    assert outcome.counterexample


@needs_gappa
def test_newton():
    assert CLAIMS["gappa.newton"].prove(Instance(), Checkout(), SECONDS).result == PROVED


def test_without_gappa_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(claims, "is_installed", lambda: False)
    outcome = CLAIMS["gappa.newton"].prove(Instance(), Checkout(), SECONDS)
    assert outcome.result == SKIPPED
    assert "apt install gappa" in outcome.why
    assert "libcoq-gappa" in outcome.why
