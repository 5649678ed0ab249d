# SPDX-License-Identifier: BSD-3-Clause
"""What does the table of proofs/README.md say?  It is made from STATUS.json: python -m proofs.table --write"""

from __future__ import annotations

import json
import sys

if __name__ == "__main__":
    # The folder numformats/ beside this one is not the package that was built.
    sys.path.append(sys.path.pop(0))

from numformats._atomic_file import write_text
from proofs.checkout import ROOT
from proofs.claim import Instance
from proofs.registry import claims
from proofs.slices import spread
from proofs.status import LEFT

README = ROOT / "proofs" / "README.md"
STATUS = ROOT / "proofs" / "STATUS.json"
TRUSTED = "What a claim trusts beside the translator, the solver and the definitions:"
BEGIN = "<!-- The table is made by: python -m proofs.table --write -->"
END = "<!-- End of the table -->"
HEAD = "| claim | functions | proof | instances | mutants | CPU time | last result | trusts |\n|---|---|---|---|---|---|---|---|"


def table(status, known):
    """The lines between BEGIN and END: what holds of the whole, the table, and what it trusts."""
    notes = {
        text: n
        for n, text in enumerate(dict.fromkeys(c.trusts for c in known.values() if c.trusts), 1)
    }
    skipped = {entry["id"]: entry["why"] for entry in status["skipped"]}
    records = list(spread(status["claims"]))
    rows = [
        row(claim, [r for r in records if r["id"] == claim.id], skipped, notes)
        for claim in known.values()
    ]
    trusted = [f"{n}. {cell(text)}" for text, n in notes.items()]
    return "\n".join([sentence(status, records), "", HEAD, *rows, "", TRUSTED, "", *trusted])


def row(claim, records, skipped, notes):
    """One claim's line."""
    results = [r["result"] for r in records]
    # Lemmas of another claim may be about rows that this one does not list.
    known = {*claim.instances, *(Instance(r["row"], r["width"], r["split"] or "") for r in records)}
    cells = [
        f"`{claim.id}`: {cell(claim.says)}",
        ", ".join(f"`{name}`" for name in claim.functions),
        f"{claim.kind}, `{home(claim)}`",
        f"{results.count('proved')} of {len(known)}",
        str(sum(len(r["mutants"]) for r in records)),
        f"{sum(r['seconds'] for r in records):.0f} s",
        last_result(results, skipped.get(claim.id, "")),
        f"{notes[claim.trusts]}" if claim.trusts else "-",
    ]
    return f"| {' | '.join(cells)} |"


def last_result(results, why):
    """What is proved, how many instances are not, and why some have no record."""
    others = [f"{results.count(word)} {word}" for word in sorted(set(results) - {"proved"})]
    parts = ["proved"] * ("proved" in results) + others or ["not run"]
    if why.endswith(LEFT):
        parts += ["the rest left"] * bool(results)
    elif why:
        parts.append(why)
    return ", ".join(parts)


def cell(text):
    """Text that does not end a cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def home(claim):
    """The file that a claim is written in."""
    from proofs.tools import module_of

    place = module_of(claim).replace(".", "/")
    return f"{place}.py" if (ROOT / f"{place}.py").exists() else f"{place}/__init__.py"


def sentence(status, records):
    """With which tools, on which machine, when."""
    machine = status["machine"]
    tools = ", ".join(f"{k} {v}" for k, v in status["tools"].items() if k != "translator")
    mutants = [m for r in records for m in r["mutants"]]
    total = sum(one["seconds"] for one in (*records, *mutants))
    return (
        f"{len(records)} instances, {len(mutants)} planted mistakes, "
        f"{total / 60:.0f} minutes of one core ({machine['cores']}-core {machine['architecture']}, {machine['date']}; {tools})."
        + opinions([r["second"] for r in records if r["second"]])
    )


def opinions(seconds):
    """What second solvers say; nothing where none was asked."""
    if not seconds:
        return ""
    names = ", ".join(sorted({one["solver"] for one in seconds}))
    agreed = sum("result" not in one for one in seconds)
    return f" Second solvers ({names}) were asked of {len(seconds)} and proved {agreed}; a contradiction would fail."


def renewed(text, status, known):
    """README's text with the table of this STATUS.json."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{README} has no lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{table(status, known)}\n\n{END}{after}"


def write():
    """Put the table of STATUS.json into README."""
    text = README.read_text("utf-8")
    new = renewed(text, json.loads(STATUS.read_text("utf-8")), claims())
    if new != text:
        write_text(README, new)


def main(arguments):
    """0: the table is that of STATUS.json (now); 1: it is not."""
    if arguments not in ([], ["--write"]):
        sys.stderr.write("proofs: python -m proofs.table [--write]\n")
        return 2
    if arguments:
        write()
        return 0
    text = README.read_text("utf-8")
    same = renewed(text, json.loads(STATUS.read_text("utf-8")), claims()) == text
    print("the table is up to date" if same else "stale: python -m proofs.table --write")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
