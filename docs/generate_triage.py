# SPDX-License-Identifier: BSD-3-Clause
"""Which faults does the checker look for, and how does a page of it look?  For explanation/triage.md.

``python docs/generate_triage.py`` rewrites the table between the page's marks and draws
pictures/triage.svg; ``--check`` only says by its exit status whether the table is out of date.
"""

import re
import sys
from pathlib import Path

import numpy as np

from numformats._atomic_file import write_text
from numformats.hardware import Cases, check, operation
from numformats.hardware.check import KINDS
from numformats.hardware.check.faults import faults_of
from numformats.hardware.check.heat_map import heat_map

DOCS = Path(__file__).parent
PAGE, PICTURE = DOCS / "explanation" / "triage.md", DOCS / "pictures" / "triage.svg"
BEGIN, END = "<!-- begin faults -->\n", "<!-- end faults -->\n"
ASKED = [
    (format_name, op)
    for format_name in ("posit16", "takum_linear16", "binary16", "fixed<16,frac=8>")
    for op in ("add", "sub", "mul", "div", "sqrt", "fma")
]


def without_numbers(sentence):
    """One sentence for a model with a parameter: n for the number, in another format x for it."""
    sentence = re.sub(r"(\w+)=-?\d+", r"\1=x", sentence)
    sentence = re.sub(r" \((binary|80).*\)", "", sentence)
    return re.sub(r"\b\d+(?= (bits|places|significand))", "n", sentence)


def table():
    """The models of four formats and six operations: kind, sentence, and formats of each."""
    found = {}
    for format_name, op in ASKED:
        for fault in faults_of(operation(format_name, op)):
            key = fault.kind, without_numbers(fault.sentence)
            found.setdefault(key, {})[format_name.partition("<")[0]] = None
    rows = [
        f"| `{kind}` | {sentence} | {', '.join(names)} |"
        for kind in KINDS
        for (of_kind, sentence), names in found.items()
        if of_kind == kind
    ]
    return "\n".join(
        ["| kind | a device with this fault | looked for in |", "|---|---|---|", *rows, ""]
    )


def page(text):
    """The page with the table of today."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}{table()}{END}{rest.partition(END)[2]}"


def codes(rng, count=40_000):
    """Codes of posit16 whose regimes are of all lengths, as often short as long."""
    magnitudes = (rng.integers(1 << 14, 1 << 15, count) >> rng.integers(0, 15, count)) & 0x7FFF
    magnitudes = np.where(rng.random(count) < 0.5, magnitudes, 0x8000 - magnitudes)
    return np.where(rng.random(count) < 0.5, magnitudes, 0x10000 - magnitudes).astype(np.uint16)


def picture():
    """A posit16 multiplier that does not round where no fraction bits remain."""
    asked = operation("posit16", "mul")
    fault = next(f for f in faults_of(asked) if "no fraction bits remain" in f.sentence)
    from numformats.hardware.check.evidence import Evidence  # noqa: PLC0415

    rng = np.random.default_rng(16)
    columns = tuple(map(codes, (rng, rng)))
    results = asked.reference(*columns)
    for i, row in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        code = fault.answer(Evidence(asked, row, 0))
        results[i] = results[i] if code is None else code
    report = check(asked, source=Cases(columns, results))
    print(report.table())
    return heat_map(report.grid, background="#ffffff")


def main():
    text = PAGE.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        sys.exit(text != page(text))
    write_text(PAGE, page(text))
    write_text(PICTURE, picture())


if __name__ == "__main__":
    main()
