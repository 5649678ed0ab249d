# SPDX-License-Identifier: BSD-3-Clause
"""Are the claims of the vector stages proved, and refuted where a mistake is planted?"""

import shutil

import pytest

from proofs.checkout import ROOT, Checkout
from proofs.claim import PROVED, REFUTED, UNSUPPORTED, Instance
from proofs.registry import claims

CLAIMS = claims()
PROVABLE = [
    ("lane.decode", Instance("bposit16")),
    ("lane.decode", Instance("every takum")),
    ("lane.encode", Instance("takum_linear8")),
    ("lane.encode", Instance("mlu32")),
    ("lane.order", Instance("binary16", part="less maximum")),
    ("lane.fixed", Instance("q15", part="mul odd")),
    ("odd.to_odd", Instance(part="cut")),
    ("odd.nearest_stage", Instance(part="div")),
    ("odd.through", Instance("bfloat16")),
    ("near.sum", Instance("float8_e5m2")),
    ("near.product", Instance("bposit8q")),
    ("lane.half", Instance("bfloat16", part="mul")),
    ("lane.memory", Instance(part="2")),
    ("lane.stored_integers", Instance(part="uint64")),
    ("lane.stochastic", Instance("float<exp=4,man=3,rounding=stochastic>")),
    ("routes.extent", Instance("every takum")),
    ("routes.conditions", Instance("every float", part="div")),
]
# One planted mistake of each claim, and what its counterexample names first.
PLANTED = [
    ("lane.decode", "unsigned floats of 32 bits", "code"),
    ("lane.encode", "past ignored", "double"),
    ("lane.order", "NaR wins", "a"),
    ("lane.fixed", "ties up", "a"),
    ("lane.half", "subnormals of bfloat16", "a"),
    ("odd.to_odd", "past ignored", "z"),
    ("odd.fused", "zeros without their sign", "a"),
    ("odd.through", "to odd is up", "to odd"),
    ("near.sum", "innocuous up to 28 bits", "a"),
    ("routes.conditions", "products beyond", "p"),
]


@pytest.mark.parametrize(("name", "instance"), PROVABLE, ids=str)
def test_proved(name, instance):
    outcome = CLAIMS[name].prove(instance, Checkout(), 60)
    assert (outcome.result, outcome.why) == (PROVED, "")
    assert any(path.startswith("cbits/levels/") for path in outcome.files)


@pytest.mark.parametrize(("name", "mistake", "shown"), PLANTED)
def test_refuted(name, mistake, shown):
    claim = CLAIMS[name]
    (mutant,) = (one for one in claim.mutants if one.name == mistake)
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = claim.prove(mutant.instance, changed, 60)
    assert outcome.result == REFUTED
    assert outcome.counterexample[0].startswith(f"{shown} = 0x")


@pytest.mark.parametrize(
    ("name", "row"),
    [("lane.decode", "posit64"), ("lane.encode", "float8_e8m0fnu"), ("near.sum", "posit32")],
)
def test_rows_that_the_stages_do_not_serve(name, row):
    outcome = CLAIMS[name].prove(Instance(row), Checkout(), 60)
    assert outcome.result == UNSUPPORTED
    assert "not serve" in outcome.why or "not go" in outcome.why


def test_every_claim_of_the_stages_has_a_planted_mistake():
    for name, claim in CLAIMS.items():
        if name.split(".")[0] in ("lane", "odd", "near", "routes"):
            assert claim.mutants, name
            assert claim.of_row or not claim.instances[0].row or "half" in name, name


def test_counterexample_in_words(tmp_path):
    """A bug in the checkout's own text: the double, what the stage makes of it, and what is right."""
    shutil.copytree(ROOT / "cbits", tmp_path / "cbits", ignore=shutil.ignore_patterns("tests"))
    path = tmp_path / "cbits/levels/encode_tapered.h"
    path.write_text(
        path.read_text("utf-8").replace("(dropped | (m & 1))", "(dropped | 1)"), "utf-8"
    )
    outcome = CLAIMS["lane.encode"].prove(Instance("posit16"), Checkout(tmp_path), 60)
    assert outcome.result == REFUTED
    text = "\n".join(outcome.counterexample)
    assert "posit16: the double is " in text
    given, right = (line.split()[-1] for line in text.splitlines()[-2:])
    assert given != right
