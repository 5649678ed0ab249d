# SPDX-License-Identifier: BSD-3-Clause
"""Are the claims of exhaustion proved at small instances, refuted where a mistake is planted, and judged right?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from proofs.checkout import Checkout
from proofs.claim import PROVED, REFUTED, Instance
from proofs.exhaustion import CLAIMS, judge

BY_ID = {claim.id: claim for claim in CLAIMS}
SMALL = {
    "exhaustive.narrow": [
        Instance("float4_e2m1fn", 64, "div"),
        Instance("float6_e3m2fn", 64, "add"),
        Instance("bposit8q", 64, "sqrt"),
        Instance("float8_e4m3fnuz", 64, "cast to q7"),
    ],
    "exhaustive.words": [
        Instance("takum_linear32", 64, "sqrt 16385/65536"),
        Instance("posit32", 64, "round_trip 3/65536"),
    ],
    "exhaustive.vectors": [
        Instance(part=f"{op}@portable 5/4096") for op in ("position", "shift_left", "exact_pair")
    ],
    "exhaustive.pairs": [
        Instance(row, 64, f"{op} {k}/8192") for k, row in enumerate(judge.ROWS) for op in judge.OPS
    ],
    "exhaustive.error_terms": [
        Instance(row, 64, f"{kind} 7/8192")
        for row in ("posit16", "bposit16", "bfloat16")
        for kind in ("two_sum", "fast_two_sum", "two_prod")
    ],
}


@pytest.mark.parametrize(
    ("name", "instance"),
    [(name, instance) for name in SMALL for instance in SMALL[name]],
    ids=str,
)
def test_small_instances_are_proved(name, instance):
    outcome = BY_ID[name].prove(instance, Checkout(), 60)
    assert outcome.result == PROVED, outcome.counterexample
    assert any(path.startswith("cbits/") for path in outcome.files)


@pytest.mark.parametrize("name", ["exhaustive.error_terms", "exhaustive.vectors"])
def test_the_first_planted_mistake_is_refuted(name):
    """make proofs takes the others."""
    mutant = BY_ID[name].mutants[0]
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = BY_ID[name].prove(mutant.instance, changed, 60)
    assert outcome.result == REFUTED
    assert outcome.counterexample[0].partition(" = 0x")[0] in {"a", "x"}


@pytest.mark.parametrize("row", judge.ROWS)
def test_the_tables_of_the_judge_are_the_oracles(row):
    """Values, and which code the numbers at and around an end round to."""
    oracle = nf.oracle.for_format(nf.parse_format(row))
    v, low, high, _ = judge.tables(row)
    for code in np.random.default_rng(1).integers(0, judge.CODES, 60).tolist():
        exact = oracle.decode(code)
        if isinstance(exact, nf.oracle.Special) or exact == 0:
            continue
        assert v[code] == exact
        for end, inward in ((low[code], np.inf), (high[code], -np.inf)):
            if np.isfinite(end) and end != 0:
                assert oracle.encode(nf.oracle.values.Fraction(np.nextafter(end, inward))) == code
                assert oracle.encode(nf.oracle.values.Fraction(np.nextafter(end, -inward))) != code
                assert (oracle.encode(nf.oracle.values.Fraction(end)) == code) == (code % 2 == 0)


def test_every_quick_run_has_all_operations_and_all_rows():
    for name, rows in (
        ("exhaustive.pairs", judge.ROWS),
        ("exhaustive.error_terms", judge.ROWS[:6]),
    ):
        claim = BY_ID[name]
        quick = [i for i in claim.instances if claim.quick(i)]
        assert [i.row for i in quick] == list(rows)
        assert {i.part.split()[0] for i in quick} == {i.part.split()[0] for i in claim.instances}
