# SPDX-License-Identifier: BSD-3-Clause
"""What does STATUS.json say of one instance of a claim?"""

from __future__ import annotations

import functools
import re

from proofs import tools
from proofs.checkout import ROOT
from proofs.claim import PROVED, REFUTED, Instance

RECORD = [
    "id",
    "row",
    "width",
    "kind",
    "functions",
    "files",
    "text",
    "result",
    "solver",
    "seconds",
    "nodes",
    "second",
    "vacuity",
    "split",
    "mutants",
]


def key_of(record):
    """The claim and the instance that a record is about."""
    return record["id"], Instance(record["row"], record["width"], record["split"] or "")


def home(job):
    """Claim and instance of the record that holds a job's result.

    A mutant's is that of its instance, or where `make proofs` has none of it the first that it has.
    """
    claim, instance = job.claim, job.instance
    quick = [i for i in claim.instances if claim.quick(i)] or list(claim.instances)
    if job.mutant is not None and quick and instance not in quick:
        instance = quick[0]
    return claim.id, instance


def blank(job):
    """A record of which only mutants or second solvers are known yet."""
    claim, instance = job.claim, home(job)[1]
    return {
        "id": claim.id,
        "row": instance.row,
        "width": instance.width,
        "kind": claim.kind,
        "functions": list(claim.functions),
        "files": {},
        "result": None,
        "solver": "",
        "seconds": 0,
        "nodes": None,
        "second": None,
        "vacuity": None,
        "split": instance.part or None,
        "mutants": [],
    }


def made(job, outcome, before):
    """The record of an instance; what `before` knows of second solvers and mutants stays."""
    own = tools.own_texts(tools.module_of(job.claim))
    read = {p: s for p, s in outcome.files.items() if not p.startswith("proofs/smt/c/headers/")}
    record = {
        **blank(job),
        "files": dict(sorted({**read, **own}.items())),
        "result": outcome.result,
        "solver": outcome.solver,
        "seconds": round(outcome.seconds, 2),
        "nodes": outcome.nodes or None,
        "vacuity": outcome.vacuity or None,
        "second": before["second"],
        "mutants": before["mutants"],
    }
    if outcome.result == REFUTED:
        record["model"] = outcome.counterexample
    if outcome.result != PROVED:
        record["why"] = outcome.why
    return record


def with_mutant(record, job, outcome):
    """The record with the result of a mutant."""
    found = {
        "name": job.mutant.name,
        "result": outcome.result,
        "seconds": round(outcome.seconds, 2),
    }
    if job.mutant.equivalent:
        found["equivalent"] = job.mutant.equivalent
    others = [m for m in record["mutants"] if m["name"] != job.mutant.name]
    return {**record, "mutants": [*others, found]}


def with_second(record, job, outcome):
    """The record with a second solver's opinion; its result is left out where it is the same."""
    found = {"solver": job.second, "seconds": round(outcome.seconds, 2)}
    if outcome.result != PROVED:
        found["result"] = outcome.result
    return {**record, "second": found}


def packed(record, texts):
    """The record as it is written: all files that it was made of go to `texts`, under their digest."""
    digest = tools.sha("".join(f"{p} {s}\n" for p, s in sorted(record["files"].items())).encode())
    texts[digest] = record["files"]
    files = {p: s for p, s in record["files"].items() if names_one(p, tuple(record["functions"]))}
    return {name: {**record, "files": files, "text": digest}[name] for name in ordered(record)}


def unpacked(record, texts):
    """A written record with all its files."""
    return {**{k: v for k, v in record.items() if k != "text"}, "files": texts[record["text"]]}


def ordered(record):
    """The names of a written record in their order; those of a result that is not proved come last."""
    return [*RECORD, *(name for name in record if name not in RECORD)]


@functools.cache
def names_one(path, functions):
    """Does a file of this checkout name one of the functions, of whatever width?"""
    file = ROOT / path
    bases = [re.sub(r"_(W|64|128)$", "", name) for name in functions]
    text = file.read_text("utf-8") if file.is_file() else ""
    return any(re.search(rf"\b{re.escape(base)}(_64|_128)?\b", text) for base in bases)


def failures(record):
    """What is not as it has to be."""
    where = {name: record[name] for name in ("id", "row", "width", "split", "result")}
    if record["result"] != PROVED:
        yield where | {name: record[name] for name in ("why", "model") if name in record}
    if (record["second"] or {}).get("result") == REFUTED:
        yield where | record["second"]
    for mutant in record["mutants"]:
        if mutant["result"] != (PROVED if mutant.get("equivalent") else REFUTED):
            yield {**where, "mutant": mutant["name"], "result": mutant["result"]}
