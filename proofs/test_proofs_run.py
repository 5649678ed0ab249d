# SPDX-License-Identifier: BSD-3-Clause
"""What does python -m proofs.run do with proofs, counterexamples, time-outs, crashes, Ctrl-C and bad arguments?"""

from __future__ import annotations

import json

import pytest

from proofs import choice, run, status
from proofs.checkout import ROOT, Checkout
from proofs.claim import Outcome
from proofs.native import native
from proofs.record import RECORD
from proofs.toy_claims import CLAIMS, FILE, TEXT, TWO, toy

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*fork:DeprecationWarning"
)  # pytest-xdist has threads


@pytest.fixture
def proofs(copy, monkeypatch, capsys):
    """Run the command on toy claims; its status and its lines."""
    monkeypatch.setattr(run, "ROOT", copy)
    monkeypatch.setattr(run, "PATH", copy / "STATUS.json")
    monkeypatch.setattr(run.table, "write", lambda: None)
    monkeypatch.setattr(run, "native", lambda _root: native(ROOT))
    monkeypatch.setattr(run, "claims", lambda: {claim.id: claim for claim in CLAIMS})

    def go(*arguments):
        code = run.main(
            [*arguments, "--checkout", str(copy)] if "--checkout" not in arguments else [*arguments]
        )
        out, err = capsys.readouterr()
        return code, (out + err).splitlines()

    return go


def recorded(copy):
    return json.loads((copy / "STATUS.json").read_text())


def test_a_proof(proofs, copy):
    code, lines = proofs("--claim", "toy.seven", "--mutants")
    assert code == 0
    assert lines[-1] == "toy.seven: proved (2 of 2 instances; 1 of 1 mutants as they have to be)"
    assert sorted(line.partition(": ")[2].split()[0] for line in lines[:-1]) == [
        "proved",
        "proved",
        "refuted",
    ]
    found = recorded(copy)
    assert list(found) == status.KEYS
    assert found["schema"] == 1
    assert [list(record) for record in found["claims"]] == [RECORD] * 2
    first = found["claims"][1]
    assert first["mutants"][0] == {
        "name": "eight",
        "result": "refuted",
        "seconds": first["mutants"][0]["seconds"],
    }
    assert (first["id"], first["row"], first["width"], first["split"]) == (
        "toy.seven",
        "posit8",
        64,
        None,
    )
    assert (first["vacuity"], first["nodes"], first["second"]) == ("satisfiable", 3, None)
    assert not found["failed"]


@pytest.mark.parametrize(
    ("claim", "code", "said"),
    [
        ("refuted", 1, "a = 0x40 = 1"),
        ("dies", 3, "the process ended by signal SIGKILL"),
        ("raises", 3, "ZeroDivisionError: nothing to divide by"),
        ("slow", 3, "no answer within 0.01 s"),
        ("empty", 3, "the hypotheses are unsat"),
        ("unsupported", 3, "goto in toy.h:1"),
        ("skipped", 3, "toyc is not installed"),
        ("sleeps", 3, "stuck"),
    ],
)  # fmt: skip
def test_no_proof(claim, code, said, proofs, copy):
    found, lines = proofs("--claim", f"toy.{claim}", "--seconds", "0.01")
    assert found == code
    assert any(said in line for line in lines)
    assert lines[-1].startswith(f"toy.{claim}: ")
    assert ("refuted" in lines[-1]) == (code == 1)
    document = recorded(copy)
    if claim == "skipped":
        why = {entry["id"]: entry["why"] for entry in document["skipped"]}
        assert why["toy.skipped"] == "toyc is not installed: apt install toyc"
    else:
        assert document["failed"][0]["id"] == f"toy.{claim}"
    if claim == "refuted":
        assert document["failed"][0]["model"] == ["a = 0x40 = 1"]


def test_a_time_out_is_reported_by_the_long_run_and_fails_the_quick_one(proofs):
    assert proofs("--claim", "toy.slow", "--long", "--seconds", "0.01")[0] == 0
    for claim in "dies", "empty", "unsupported":
        assert proofs("--claim", f"toy.{claim}", "--long")[0] == 3


def test_a_mutant_that_is_proved_is_an_error(proofs, copy):
    code, lines = proofs("--claim", "toy.weak", "--mutants")
    assert code == 3
    assert any("(it has to be refuted)" in line for line in lines)
    assert recorded(copy)["failed"][0]["mutant"] == "eight"
    assert proofs("--claim", "toy.equivalent", "--mutants")[0] == 0


def test_what_is_recorded_is_not_run_again(proofs, copy):
    def ran(*more):
        return len(proofs("--claim", "toy.seven", *more)[1]) - 1

    assert ran("--mutants") == 3
    assert ran("--mutants") == 0
    assert ran("--mutants", "--fresh") == 3
    assert ran("--second", "z3") == 2
    assert recorded(copy)["claims"][0]["second"]["solver"] == "z3"
    (copy / FILE).write_text(TEXT + "/* a comment */\n")
    assert ran() == 2
    assert recorded(copy)["claims"][1]["mutants"] == []  # it was refuted of another text
    assert ran("--mutants") == 1


def test_other_tools_prove_again(proofs, copy, monkeypatch):
    monkeypatch.setitem(run.tools.OF_KIND, "toy", ("gcc",))
    monkeypatch.setattr(run.tools, "version", lambda _tool: "1")
    assert len(proofs("--claim", "toy.seven")[1]) == 3
    assert len(proofs("--claim", "toy.seven")[1]) == 1
    monkeypatch.setattr(run.tools, "version", lambda _tool: "2")
    assert len(proofs("--claim", "toy.seven", "--claim", "toy.refuted")[1]) == 6
    assert recorded(copy)["tools"] == {"gcc": "2"}


def test_a_planted_bug(proofs, copy):
    proofs("--claim", "toy.seven")
    (copy / FILE).write_text(TEXT.replace("7", "8"))
    code, lines = proofs("--claim", "toy.seven")
    assert code == 1
    assert "    the compiled core gives 0x41" in lines
    assert recorded(copy)["failed"][0]["model"] == ["a = 0x40 = 1", "the compiled core gives 0x41"]


def test_a_row_of_the_users(proofs, copy):
    code, lines = proofs("--claim", "toy.rests", "--row", "bposit<20,rs=5,es=3>")
    assert code == 0
    assert len(lines) == 3  # the lemma is proved, too, once
    assert lines[-1] == "toy.rests bposit<20,rs=5,es=3>: proved (with 1 lemmas)"
    _, lines = proofs("--claim", "toy.rests", "--row", "bposit<20,rs=5,es=3>", "--second", "z3")
    assert [line.split(":")[0] for line in lines if "by z3" in line] == [f"toy.seven {TWO} by z3"]
    assert not (copy / "STATUS.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--claim", "toy.sevem"], "there is no claim 'toy.sevem'; the nearest is toy.seven; there are toy.seven, toy.rests"),
        (["--claim", "none.*"], "there is no claim 'none.*'"),
        (["--row", "posit<99>", "--claim", "toy.seven"], "posit<99>"),
        (["--row", "binary16", "--claim", "toy.seven"], "toy.seven cannot be proved for the row 'binary16': it is about posits"),
        (["--row", "posit8", "--claim", "toy.long"], "it is proved of posit8, posit16"),
        (["--claim", "toy.all_long"], "--long"),
        (["--jobs", "0"], "--jobs"),
        (["--second", "yices"], "z3, cvc5"),
        (["--quick", "--long"], "exclude"),
        (["--checkout", "/nowhere"], "/nowhere"),
        (["--bogus"], "--bogus"),
    ],
)  # fmt: skip
def test_bad_arguments(arguments, said, proofs, copy):
    code, lines = proofs(*arguments)
    assert code == 2
    assert len(lines) == 1
    assert said in lines[0]
    assert not (copy / "STATUS.json").exists()


def test_a_status_that_is_none(proofs, copy):
    for text in "{", "[]", '{"schema": 2}':
        (copy / "STATUS.json").write_text(text)
        code, lines = proofs("--claim", "toy.seven")
        assert code == 2
        assert "STATUS.json" in lines[0]


def test_a_link_is_respected(proofs, copy):
    (copy / "STATUS.json").symlink_to(copy / "elsewhere.json")
    proofs("--claim", "toy.seven")
    assert (copy / "STATUS.json").is_symlink()
    assert json.loads((copy / "elsewhere.json").read_text())["claims"]


def test_the_fast_claims(proofs, copy):
    code, lines = proofs("--fast", "--claim", "toy.seven", "--claim", "toy.long")
    assert code == 0
    assert sum(": refuted" in line for line in lines) == 1  # mutants, too
    assert not (copy / "STATUS.json").exists()


def test_what_is_fast(copy):
    """One instance of a claim with all its mutants, the cheapest claims first; then more instances."""
    known = {claim.id: claim for claim in CLAIMS}
    found = status.Status(Checkout(copy), None)
    asked = choice.asked(known, ["toy.seven", "toy.long"], mutants=True)
    for job in choice.jobs_of(asked, found):
        seconds = {"toy.seven": 1.0, "toy.long": 7.0}[job.claim.id] + (
            job.instance.row == "posit16"
        )
        found.add(job, Outcome(job.expected, seconds=seconds, files={FILE: found.digest(FILE)}))

    def fast(budget):
        jobs = choice.fast(asked, found, budget)
        return sorted((job.claim.id, job.instance.row, job.mutant is not None) for job in jobs)

    one = [("toy.seven", "posit8", False), ("toy.seven", "posit8", True)]
    assert fast(1.5) == []
    assert fast(3.5) == one
    assert fast(4.5) == sorted([*one, ("toy.seven", "posit16", False)])
    assert fast(9.5) == sorted([*one, ("toy.long", "posit8", False)])
    assert [job.seconds for job in choice.fast(asked, found, 99)] == [7.0, 2.0, 1.0, 1.0]


def test_what_is_left_is_said(proofs, copy, monkeypatch):
    """A whole run drops what is about another text, and says which instances are left."""
    some = {claim.id: claim for claim in CLAIMS if claim.id in ("toy.long", "toy.seven")}
    monkeypatch.setattr(run, "claims", lambda: some)
    proofs("--long")
    assert recorded(copy)["skipped"] == []
    (copy / FILE).write_text(TEXT + "/* a comment */\n")
    proofs()
    assert len(recorded(copy)["claims"]) == 3
    left = lambda n: [{"id": "toy.long", "why": f"{n} of 2 {status.LEFT}"}]  # noqa: E731
    assert recorded(copy)["skipped"] == left(1)
    (copy / FILE).write_text(TEXT + "/* another comment */\n")
    proofs("--claim", "toy.seven")
    assert recorded(copy)["skipped"] == left(2)
    proofs("--claim", "toy.long", "--long")
    assert recorded(copy)["skipped"] == []


def test_solvers_that_disagree(proofs, copy, monkeypatch):
    def prove(instance, checkout, seconds, solver="first"):
        result = "proved" if solver == "first" else "refuted"
        return Outcome(result, solver=solver, files={FILE: checkout.digest(FILE)})

    claim = toy("disagreed", prove, solvers=("z3",))
    monkeypatch.setattr(run, "claims", lambda: {claim.id: claim})
    assert proofs("--second", "z3")[0] == 1
    assert recorded(copy)["failed"][0]["solver"] == "z3"


def test_the_list(proofs):
    code, lines = proofs("--list", "--claim", "toy.lon*")
    assert code == 0
    assert (
        lines[-1].strip() == "2 instances, 1 of them by make proofs; 0 mutants; no row of a user's"
    )
