# SPDX-License-Identifier: BSD-3-Clause
"""Which theorems are proved in Coq?

One claim for each file, coq.Fma, one instance for each theorem of it; coq.axioms for all.  A comment
in a file that begins with "C" quotes the C text that the definition after it models: a function
whose body is another one is refuted, until someone has looked at it.
"""

from __future__ import annotations

import functools
import importlib
import os
from dataclasses import replace

from proofs.checkout import ROOT
from proofs.claim import PROVED, REFUTED, SKIPPED, UNKNOWN, Claim, Instance, Mutant, Outcome
from proofs.coq import compiler
from proofs.coq.sources import FOLDER, closure, folder_of, is_quoted, sources

# In modules here whose names end in "mutants": claim: (name, file, theorem, text, other text).
MUTANTS = {
    name: planted
    for path in sorted((ROOT / FOLDER).glob("*mutants.py"))
    for name, planted in importlib.import_module(f"proofs.coq.{path.stem}").MUTANTS.items()
}
LIMIT = 60.0  # seconds for one file
TRUSTS = (
    "Coq's kernel and Flocq; the four axioms of the real numbers; that the definition after a quoted C text "
    "models it; doubles without an upper end, which cbits/routes/target.c keeps away (Finite.v)"
)


def prove(names, faults, instance, checkout, seconds):
    """An Outcome: `faults(files, instance, checkout, seconds)` gives lines that say what is wrong with `names`."""
    begun = cpu_seconds()
    why = compiler.missing()
    if why:
        return Outcome(SKIPPED, why=why)
    files = sources(folder_of(checkout))
    read = [files[one] for name in names for one in closure(name, files)]
    outcome = Outcome(PROVED, solver="coq", vacuity=vacuity([files[name] for name in names]))
    outcome.files = {source.path: source.digest for source in read}
    outcome.files |= {
        path: checkout.digest(path) for name in names for path, *_ in files[name].quotes
    }
    try:
        wrong = [
            f"{s.path}:{line}: {word}" for s in dict.fromkeys(read) for line, word in s.assumed()
        ]
        wrong = wrong or faults(files, instance, checkout, seconds)
    except compiler.NotProvedError as error:
        wrong = [str(error)]
    except compiler.NoAnswerError as error:
        return replace(outcome, result=UNKNOWN, why=str(error))
    if wrong:
        outcome.result, outcome.counterexample = REFUTED, wrong
    outcome.seconds = cpu_seconds() - begun
    return outcome


def faults_of_file(source):
    """The file is refused, has no such theorem, or models other C text."""

    def faults(files, instance, checkout, seconds):
        own = files[source.name]
        if instance.part and instance.part not in own.theorems:
            return [f"{own.path}: no theorem {instance.part}"]
        compiler.compiled([own.name], files, seconds)
        return [
            f"{path}: {function} is not the text that {own.path} models"
            for path, function, quote in own.quotes
            if not is_quoted((checkout.root / path).read_text("utf-8"), function, quote)
        ]

    return faults


def faults_of_axioms(files, instance, _checkout, seconds):
    """Something rests on more than the axioms of the real numbers."""
    names = [instance.part] if instance.part else list(files)
    found = set(compiler.axioms_of(names, files, seconds)) - compiler.AXIOMS
    return [f"{' '.join(names)}: rests on the axiom {axiom}" for axiom in sorted(found)]


def cpu_seconds():
    """Of this process and of those that it waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def vacuity(read):
    """Are hypotheses shown to hold?  An Example has none of its own."""
    shown = any(kind == "Example" for source in read for kind, _ in source.statements)
    return "satisfiable" if shown else ""


def mutants_of(name):
    """Planted mistakes of a claim."""
    return tuple(
        Mutant(
            title,
            path if path.startswith("cbits/") else str(FOLDER / path),
            old,
            new,
            Instance(part=part),
        )
        for title, path, part, old, new in MUTANTS.get(name, ())
    )


def claim(name, says, names, faults, parts, functions=()):
    """A claim of this room."""
    return Claim(
        id=f"coq.{name}",
        says=says,
        kind="coq",
        functions=functions,
        prove=functools.partial(prove, names, faults),
        instances=tuple(Instance(part=part) for part in parts),
        mutants=mutants_of(name),
        seconds=LIMIT,
        trusts=TRUSTS,
        prepare=share_store,
    )


def share_store(_checkout):
    """Processes that are forked from this one share what they compile."""
    compiler.store()


def functions_of(source):
    """C functions whose text is quoted."""
    return tuple(dict.fromkeys(name for _, name, _ in source.quotes))


FILES = sources(ROOT / FOLDER)
CLAIMS = (
    *(
        claim(s.name, s.asks, [s.name], faults_of_file(s), s.theorems, functions_of(s))
        for s in FILES.values()
    ),
    claim(
        "axioms",
        "Everything proved here rests on the four axioms of Coq's real numbers at the most.",
        list(FILES),
        faults_of_axioms,
        ("",),
    ),
)
