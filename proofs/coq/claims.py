# SPDX-License-Identifier: BSD-3-Clause
"""Which theorems are proved in Coq?  One claim for each file, one instance for each theorem of it."""

from __future__ import annotations

import os
import re

from proofs.checkout import ROOT
from proofs.claim import PROVED, REFUTED, SKIPPED, UNKNOWN, Claim, Instance, Mutant, Outcome
from proofs.coq import compiler
from proofs.coq.mutants import MUTANTS
from proofs.coq.sources import FOLDER, closure, folder_of, is_quoted, sources

LIMIT = 60.0  # seconds for one file
TRUSTS = (
    "Coq's kernel and Flocq; the four axioms of the real numbers; that the definition after a quoted C text "
    "models it; doubles without an upper end, which cbits/routes/target.c keeps away"
)


def prove(name, instance, checkout, seconds):
    """Is one theorem of a file proved, or the whole file where no part is named?"""
    begun = cpu_seconds()
    why = compiler.missing()
    if why:
        return Outcome(SKIPPED, why=why)
    files = sources(folder_of(checkout))
    outcome = Outcome(PROVED, solver="coq", vacuity=vacuity(files[name]))
    for one in closure(name, files):
        outcome.files[files[one].path] = digest(checkout, files[one].path)
    for path, _, _ in files[name].quotes:
        outcome.files[path] = checkout.digest(path)
    try:
        wrong = faults(name, files, instance, checkout, seconds)
    except compiler.NotProvedError as error:
        wrong = [str(error)]
    except compiler.NoAnswerError as error:
        outcome.result, outcome.why = UNKNOWN, str(error)
        return outcome
    if wrong:
        outcome.result, outcome.counterexample = REFUTED, wrong
    outcome.seconds = cpu_seconds() - begun
    return outcome


def faults(name, files, instance, checkout, seconds):
    """Lines that say what is wrong: assumptions in texts, refused proofs, axioms, other C text."""
    wrong = [
        f"{files[one].path}:{line}: {word}"
        for one in closure(name, files)
        for line, word in files[one].assumed()
    ]
    if wrong:
        return wrong
    if instance.part and instance.part not in files[name].theorems:
        return [f"{files[name].path}: no theorem {instance.part}"]
    axioms = compiler.compiled(name, files, seconds).axioms - compiler.AXIOMS
    wrong += [f"{files[name].path}: rests on the axiom {axiom}" for axiom in sorted(axioms)]
    for path, function, quote in files[name].quotes:
        if not is_quoted((checkout.root / path).read_text("utf-8"), function, quote):
            wrong.append(f"{path}: {function} is not the text that {files[name].path} models")
    return wrong


def cpu_seconds():
    """Of this process and of those that it waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def digest(checkout, path):
    """Of the file that was read."""
    return checkout.digest(path) if (checkout.root / path).exists() else "of the checkout"


def vacuity(source):
    """Are hypotheses shown to hold?  Named formats and examples are theorems without any."""
    return "satisfiable" if any(kind == "Example" for kind, _ in source.statements) else ""


def claim_of(source):
    """The claim that a file makes."""
    name = source.name

    def prove_it(instance, checkout, seconds):
        return prove(name, instance, checkout, seconds)

    return Claim(
        id=f"coq.{name}",
        says=source.asks,
        kind="coq",
        functions=functions_of(source),
        prove=prove_it,
        instances=tuple(Instance(part=theorem) for theorem in source.theorems),
        mutants=tuple(
            Mutant(
                title,
                path if path.startswith("cbits/") else str(FOLDER / path),
                old,
                new,
                Instance(part=theorem),
            )
            for title, path, theorem, old, new in MUTANTS.get(name, ())
        ),
        seconds=LIMIT,
        trusts=TRUSTS,
    )


def functions_of(source):
    """C functions whose text is quoted."""
    return tuple(dict.fromkeys(re.sub(r"\W", "", name) for _, name, _ in source.quotes))


CLAIMS = tuple(claim_of(source) for source in sources(ROOT / FOLDER).values())
