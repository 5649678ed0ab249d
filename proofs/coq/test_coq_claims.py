# SPDX-License-Identifier: BSD-3-Clause
"""Do the claims in Coq refuse what is not proved: assumptions, axioms, refused proofs, other C text?"""

import pytest

from proofs.checkout import ROOT, Checkout
from proofs.claim import PROVED, REFUTED, SKIPPED, UNKNOWN, Instance
from proofs.coq import compiler
from proofs.coq.claims import CLAIMS, FILES, claim, faults_of_axioms, faults_of_file
from proofs.coq.sources import Source, closure, is_quoted, sources, without_comments

BY_ID = {claim.id: claim for claim in CLAIMS}
needs_coq = pytest.mark.skipif(bool(compiler.missing()), reason=compiler.missing() or "-")
LICENCE = "(* SPDX-License-Identifier: BSD-3-Clause *)\n"
TOY = LICENCE + (
    "(* Is twice two four? *)\n"
    "From Coq Require Import ZArith Lia.\n"
    "(* C cbits/toy.h twice:\n   return x + x; *)\n"
    "Definition twice (x : Z) : Z := (x + x)%Z.\n"
    "Theorem twice_two : twice 2 = 4%Z. Proof. reflexivity. Qed.\n"
)
TWICE, EVEN = (f"proofs/coq/{name}.v" for name in ("Toy", "Uses"))
USES = LICENCE + (
    "(* Is twice two even? *)\n"
    "Require Import Toy.\n"
    "Theorem even : exists n, twice 2 = (2 * n)%Z. Proof. exists 2%Z. reflexivity. Qed.\n"
).replace("Require Import Toy.", "From Coq Require Import ZArith.\nRequire Import Toy.")
C = "static int twice(int x)\n{\n    return x + x; /* no overflow */\n}\n"


def toy(folder, text=TOY, c=C):
    """A checkout of two files and one function of C."""
    (folder / "proofs" / "coq").mkdir(parents=True)
    (folder / "cbits").mkdir()
    (folder / "proofs" / "coq" / "Toy.v").write_text(text)
    (folder / "proofs" / "coq" / "Uses.v").write_text(USES)
    (folder / "cbits" / "toy.h").write_text(c)
    return Checkout(folder)


def proved(checkout, name="Toy", seconds=30, faults=None, part=""):
    """The outcome of one toy."""
    source = sources(checkout.root / "proofs" / "coq")[name]
    one = claim(name, source.asks, [name], faults or faults_of_file(source), source.theorems)
    return one.prove(Instance(part=part), checkout, seconds)


# ---- texts ----


def test_every_file_is_claimed():
    assert {f"coq.{p.stem}" for p in (ROOT / "proofs/coq").glob("*.v")} | {"coq.axioms"} == set(
        BY_ID
    )
    for one in CLAIMS:
        assert one.kind == "coq"
        assert one.instances
        assert one.says.endswith(("?", "."))


def test_quoted_functions_are_those_of_the_stages():
    assert "nf_odd_fma" in BY_ID["coq.Fma"].functions
    assert {"nf_odd_div", "nf_odd_sqrt"} < set(BY_ID["coq.Quotients"].functions)


MUTANTS = [(one, mutant) for one in CLAIMS for mutant in one.mutants]


@pytest.mark.parametrize(
    ("of", "mutant"), MUTANTS, ids=[f"{one.id}: {mutant.name}" for one, mutant in MUTANTS]
)
def test_a_mutant_has_one_place(of, mutant):
    assert (ROOT / mutant.path).read_text().count(mutant.old) == 1
    assert mutant.instance in of.instances or of.id == "coq.axioms"


def test_files_come_after_those_that_they_import():
    order = list(FILES)
    for source in FILES.values():
        for needed in closure(source.name, FILES)[:-1]:
            assert order.index(needed) < order.index(source.name)


def test_files_that_import_each_other_are_refused(tmp_path):
    for name, other in (("A", "B"), ("B", "A")):
        (tmp_path / f"{name}.v").write_text(f"Require Import {other}.\n")
    with pytest.raises(ValueError, match="imports itself"):
        sources(tmp_path)


def test_comments_nest_and_lines_stay():
    assert without_comments("a (* b (* c\n *) d *) e\nf") == "a \n e\nf"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Axiom a : False.", [(1, "Axiom")]),
        ("Lemma a : False.\nAdmitted.", [(2, "Admitted")]),
        ("Proof. admit. Qed.", [(1, "admit")]),
        ("Parameter p : nat.", [(1, "Parameter")]),
        ("Unset Guard Checking.", [(1, "Unset Guard Checking")]),
        ("Hypothesis h : False.", [(1, "Hypothesis outside a section")]),
        ("Section S.\nHypothesis h : False.\nEnd S.", []),
        ("Section S.\nEnd S.\nVariable x : nat.", [(3, "Variable outside a section")]),
        ("(* Axiom, Admitted *)", []),
        ("Lemma no_axiom : True.", []),
    ],
)
def test_what_would_assume_something_is_found(text, found):
    assert Source("T", text).assumed() == found


def test_no_file_assumes_anything():
    assert [(s.name, s.assumed()) for s in FILES.values() if s.assumed()] == []


@pytest.mark.parametrize(
    ("quote", "same"),
    [
        ("return x + x;", True),
        ("return  x+x ;", True),
        ("... x + x;", True),
        ("return ...", True),
        ("return x - x;", False),
        ("x + x;", False),
    ],
)
def test_a_quote_is_the_whole_body(quote, same):
    assert is_quoted(C, "twice", quote) is same
    assert not is_quoted(C, "thrice", quote)


# ---- proofs ----


def test_without_coq_claims_are_skipped_with_what_to_install(monkeypatch):
    compiler.missing.cache_clear()
    monkeypatch.setattr(compiler.shutil, "which", lambda _name: None)
    try:
        outcome = BY_ID["coq.Doubles"].prove(Instance(), Checkout(), 1)
    finally:
        compiler.missing.cache_clear()
    assert outcome.result == SKIPPED
    assert "coqc is not installed" in outcome.why
    assert "apt install coq libcoq-flocq" in outcome.why


@needs_coq
def test_a_proof_is_accepted(tmp_path):
    checkout = toy(tmp_path)
    assert proved(checkout).result == PROVED
    outcome = proved(checkout, "Uses", part="even")
    assert outcome.result == PROVED
    assert set(outcome.files) == {TWICE, EVEN}
    assert sorted(p.name for p in (tmp_path / "proofs/coq").iterdir()) == ["Toy.v", "Uses.v"]


@needs_coq
def test_a_refused_proof_names_its_line(tmp_path):
    checkout = toy(tmp_path, TOY.replace("= 4%Z", "= 5%Z"))
    outcome = proved(checkout, "Uses")
    assert outcome.result == REFUTED
    assert len(outcome.counterexample) == 1
    assert outcome.counterexample[0].startswith(f"{TWICE}:7: Error:")


@needs_coq
def test_a_theorem_that_is_not_there(tmp_path):
    outcome = proved(toy(tmp_path), part="twice_three")
    assert outcome.counterexample == [f"{TWICE}: no theorem twice_three"]


@needs_coq
def test_an_assumption_below_refutes_what_rests_on_it(tmp_path):
    checkout = toy(tmp_path, TOY.replace("Proof. reflexivity. Qed.", "Proof. Admitted."))
    outcome = proved(checkout, "Uses")
    assert outcome.result == REFUTED
    assert outcome.counterexample == [f"{TWICE}:7: Admitted"]


@needs_coq
def test_other_c_text_is_refuted(tmp_path):
    outcome = proved(toy(tmp_path, c=C.replace("x + x", "x - x")))
    assert outcome.result == REFUTED
    assert f"cbits/toy.h: twice is not the text that {TWICE} models" in outcome.counterexample


@needs_coq
def test_an_axiom_of_a_library_is_found(tmp_path):
    choice = (
        "Require Coq.Logic.ClassicalEpsilon.\n"
        "Theorem planted : forall (A : Type) (P : A -> Prop), (exists x, P x) -> {x : A | P x}.\n"
        "Proof. exact ClassicalEpsilon.constructive_indefinite_description. Qed.\n"
    )
    checkout = toy(tmp_path, TOY + choice)
    assert proved(checkout).result == PROVED  # the file alone does not say it
    outcome = proved(checkout, faults=faults_of_axioms, part="Toy")
    assert outcome.result == REFUTED
    assert "constructive_indefinite_description" in outcome.counterexample[0]
    assert proved(toy(tmp_path / "closed"), faults=faults_of_axioms, part="Toy").result == PROVED


@needs_coq
def test_a_proof_without_end_is_undecided(tmp_path):
    endless = "Ltac forever := idtac; forever.\nTheorem never : False. Proof. forever. Qed.\n"
    outcome = proved(toy(tmp_path, TOY + endless), seconds=2)
    assert outcome.result == UNKNOWN
    assert outcome.why == f"{TWICE}: no answer within 2 s"


@needs_coq
def test_to_odd_is_proved_and_its_mutant_refuted():
    one = BY_ID["coq.Doubles"]
    assert one.prove(Instance(part="to_odd_correct"), Checkout(), 60).result == PROVED
    mutant = one.mutants[0]
    with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
        outcome = one.prove(mutant.instance, changed, 60)
    assert outcome.result == REFUTED
    assert outcome.counterexample[0].startswith("proofs/coq/Doubles.v:")
