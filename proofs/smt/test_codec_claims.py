# SPDX-License-Identifier: BSD-3-Clause
"""Do claims about the codec hold for rows of all kinds, and does each see a planted mistake?"""

import ctypes

import pytest

from proofs import choice
from proofs.checkout import Checkout
from proofs.claim import PROVED, REFUTED, Instance
from proofs.native import Row, native
from proofs.registry import claims
from proofs.smt.claims import codec, codec_encode, codec_ieee, codec_rows, codec_truncated
from proofs.smt.query import ask
from proofs.smt.spec import parameters as p

CLAIMS = {name: claim for name, claim in claims().items() if name.startswith("codec.")}
# What nf_format_check once accepted: a sign of any byte, a posit and a takum without one.
GAPS = [
    {"family": p.FIXED, "bits": 32, "is_signed": 128, "zero": 1, "overflow": p.SATURATE},
    {"family": p.POSIT, "bits": 32, "rs": 31, "es": 2, "overflow": p.SATURATE},
    {"family": p.POSIT, "bits": 32, "rs": 31, "es": 2, "zero": 1, "overflow": p.SATURATE},
    {"family": p.TAKUM, "bits": 32, "zero": 1, "overflow": p.SATURATE},
    {"family": p.FIXED, "bits": 8, "zero": 2, "overflow": p.SATURATE},
]
SMALL = [
    "posit<2,es=5>",
    "bposit<12,rs=5,es=3>",
    "float<exp=1,man=1,inf=none,nan=none,overflow=saturate>",
    "float<exp=3,man=2,subnormals=false,rounding=toward_negative>",
    "truncated<exp=2,man=1,compute_man=0,truncate=operand>",
    "fixed<3,frac=128,rounding=nearest_positive,overflow=saturate_symmetric>",
]


@pytest.mark.parametrize("fields", GAPS)
def test_rows_that_are_no_formats_are_refused(fields):
    core = native(Checkout().root)
    right = {**fields, "is_signed": 1, "zero": 1}
    assert core.library.nf_format_check(ctypes.byref(Row(**right))) == 0
    assert core.library.nf_format_check(ctypes.byref(Row(**fields))) != 0


def instances_of(claim, text):
    """Those of a row, of a claim that is about it."""
    try:
        return choice.of_row(claim, text)
    except ValueError:
        return []


@pytest.mark.parametrize("text", SMALL)
def test_rows_of_a_user(text):
    """Every claim that has instances for the row."""
    for claim in CLAIMS.values():
        for instance in instances_of(claim, text):
            outcome = claim.prove(instance, Checkout(), 60)
            assert outcome.result == PROVED, (claim.id, instance, outcome)


def test_claims_of_a_family_have_no_instances_for_others():
    for name in ("codec.order", "codec.truncated"):
        with pytest.raises(ValueError, match="posits and takums|truncated float"):
            CLAIMS[name].of_row("binary16")
    with pytest.raises(ValueError, match="IEEE 754"):
        CLAIMS["codec.encode_ieee"].of_row("posit16")
    with pytest.raises(ValueError, match="es=99; allowed: an integer in 0..5"):
        CLAIMS["codec.encode_nearest"].of_row("posit<12,es=99>")


def test_instances_of_named_rows_are_those_of_any_row():
    cells, nearest = CLAIMS["codec.encode_cell"], CLAIMS["codec.encode_nearest"]
    rows = [*codec_encode.NAMED, *codec_encode.UNNAMED]
    named = [x for x in cells.instances if not x.row.startswith(codec_rows.EVERY)]
    assert named == [x for n in rows for x in cells.of_row(n)]
    bare = [x for x in nearest.instances if not x.part]
    assert bare == [x for n in rows for x in nearest.of_row(n)]
    floats = [n for n in codec_encode.NAMED if codec_ieee.is_ieee(codec_rows.fields_of(n))]
    assert sorted(floats) == sorted(codec_ieee.FLOATS)
    machines = dict.fromkeys(x.row for x in codec_truncated.NAMED)
    again = [x for n in machines for x in codec_truncated.of_row(n)]
    assert again == codec_truncated.NAMED


@pytest.mark.parametrize("name", CLAIMS)
def test_a_planted_mistake_is_refuted_with_a_code_first(name):
    claim = CLAIMS[name]
    mutant = claim.mutants[0]
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = claim.prove(mutant.instance, changed, 60)
    assert outcome.result == REFUTED, outcome
    assert outcome.counterexample[0].split()[0] in ("code", "a", "row")


@pytest.fixture(scope="module")
def wrong():
    """A core that reads and writes b-posits with one bit too many, and is not known to be wrong."""
    path, length, more = (
        "cbits/core/tapered.h",
        "int length = run + (run < f->rs);",
        "int length = run + 1;",
    )
    with (
        Checkout().changed(path, f"{length}\n    NF_SIG", f"{more}\n    NF_SIG") as one,
        one.changed(path, f"{length} /*", f"{more} /*") as two,
    ):
        yield Checkout(two.root)


@pytest.mark.parametrize(
    ("name", "instance"),
    [
        ("codec.encode_nearest", Instance("bposit16", 64)),
        ("codec.encode_cell", Instance("bposit16", 64, "8 units")),
        ("codec.decode_definition", Instance("every posit", 64, "bits 8, es 2")),
        ("codec.order", Instance("bposit16", 64)),
    ],
)
def test_counterexamples_say_what_the_compiled_core_gives(name, instance, wrong):
    outcome = CLAIMS[name].prove(instance, wrong, 60)
    assert outcome.result == REFUTED
    said = "\n".join(outcome.counterexample)
    assert "the compiled core" in said
    assert "posit<8,rs=" in said or "bposit16" in said


def test_steps_that_wrap_leave_no_room_for_stochastic_rounding():
    """A number of 72 bits of steps has 56 bits below them in the field: its cell has two codes."""
    assert codec_encode.cells("fixed<16,frac=4,rounding=stochastic>")
    assert codec_encode.cells("fixed<16,frac=4,overflow=wrap>")
    assert codec_encode.cells("fixed<16,frac=4,rounding=stochastic,overflow=wrap>") == []


@pytest.mark.parametrize("instance", [i for i in CLAIMS["codec.round_trip"].instances if i.part])
def test_parts_of_all_rows_have_a_row_without_a_name(instance):
    """Which shows that the hypotheses can be met."""
    core = codec_rows.codec_core(Checkout())
    query = next(codec.round_trip(core, instance))
    assert ask([*query.hypotheses, query.interesting], 60).status == "sat"
