# SPDX-License-Identifier: BSD-3-Clause
"""Which bins do vectors of level 1 hit?  The table and the picture of transition-coverage.md.

``python docs/generate_coverage.py`` prints the table; ``--write`` puts it between the page's marks
and draws docs/pictures/transition-coverage.svg.
"""

import sys
import time
from pathlib import Path

import numpy as np

from numformats._atomic_file import write_text
from numformats.hardware import operation, vectors
from numformats.hardware.coverage import Coverage, decide

DOCS = Path(__file__).parent
PAGE = DOCS / "explanation" / "transition-coverage.md"
PICTURE = DOCS / "pictures" / "transition-coverage.svg"
BEGIN, END = "<!-- begin coverage -->\n", "<!-- end coverage -->\n"
FORMATS = ("posit16", "bposit16", "takum_linear16", "binary16", "posit32", "binary32")
NAMES = ("add", "mul")


def closed(op):
    """The coverage of level 1, completed by the solver, and the seconds that this took."""
    seen = Coverage(op)
    for batch in vectors(op, level=1):
        seen.add(batch)
    start = time.process_time()
    found = decide(op, seen.missing(), seconds=600)
    seconds = time.process_time() - start
    seen.add(found.witnesses, witnesses=True)
    seen.exclude(found.unreachable)
    return seen, len(found.witnesses), seconds


def table(results):
    """A row for each operation: bins by their state, witnesses, seconds."""
    rows = [
        (
            "operation",
            "bins",
            "hit by level 1",
            "filled",
            "by witnesses",
            "unreachable",
            "open",
            "seconds",
        )
    ]
    rows.append(("---",) * len(rows[0]))
    for (text, name), (seen, witnesses, seconds) in results.items():
        states = np.sum([list(s.values()) for s in seen.summary().values()], axis=0)
        hit, filled, unreachable, still = map(str, states)
        rows.append((f"{text} {name}", str(states.sum()), hit, filled, str(witnesses), unreachable, still, f"{seconds:.1f}"))  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def picture(results):
    """For each pair of scales how many places of the result are reachable, and which were missed."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - an extra

    figure, panels = plt.subplots(2, 2, figsize=(8.6, 7.6), layout="constrained")
    colors = plt.get_cmap("viridis", 5)
    colors.set_under("#dddddd")
    for panel, (text, name) in zip(panels.flat, [(f, n) for n in NAMES for f in ("posit16", "binary16")], strict=True):  # fmt: skip
        seen = results[text, name][0]
        (group,) = [g for g in seen.groups if g.name == "regimes"]
        states = seen.states("regimes")
        reachable = (states < 2).sum(axis=2)
        image = panel.imshow(reachable.T, origin="lower", cmap=colors, vmin=0.5, vmax=5.5)
        missed = np.argwhere((states == 1).any(axis=2))
        panel.plot(*missed.T, ".", color="#e8481f", markersize=2.5)
        a, b = group.coordinates[:2]
        panel.set_xticks(range(0, len(a.labels), 5), a.labels[::5])
        panel.set_yticks(range(0, len(b.labels), 5), b.labels[::5])
        panel.tick_params(labelsize=7)
        word = "regime" if text == "posit16" else "exponent"
        panel.set_xlabel(f"{word} of a", fontsize=8)
        panel.set_ylabel(f"{word} of b", fontsize=8)
        panel.set_title(f"{text} {name}", fontsize=9)
    bar = figure.colorbar(image, ax=panels, shrink=0.5, ticks=range(1, 6), extend="min")
    bar.set_label("places of the result's scale that are reachable; grey: none", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    figure.savefig(PICTURE, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    everything = {(f, n): closed(operation(f, n)) for f in FORMATS for n in NAMES}
    made = table(everything)
    print(made)
    if "--write" in sys.argv:
        before, rest = PAGE.read_text("utf-8").split(BEGIN)
        write_text(PAGE, before + BEGIN + made + END + rest.split(END)[1])
        picture(everything)
