# SPDX-License-Identifier: BSD-3-Clause
"""Which room of the C sources uses which, and which may?

    python docs/rooms.py            a line for each room: what it uses, and how often
    python docs/rooms.py --draw     the picture docs/pictures/rooms.svg

A room is a folder of cbits/.  It uses another when one of its files includes a header from there, or
names a function that is defined there: a declaration in a public header hides no arrow.
tests/project/test_c_layers.py holds these arrows against the rules.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

CBITS = Path(__file__).parent.parent / "cbits"

# Room -> the rooms that it may use, and what it answers.  The doors may use all.
RULES: dict[str, set[str]] = {
    "include": set(),
    "core": {"include"},
    "analysis": {"core", "include"},
    "functions": {"core", "include"},
    "levels": {"functions", "core", "include"},
    "blocks": {"levels", "core", "include"},
    "routes": {"levels", "functions", "core", "include"},
    "exact": {"routes", "levels", "core", "include"},
    "models": {"exact", "levels", "core", "include"},
    "plan": {"routes", "exact", "levels", "functions", "core", "include"},
    "numpy": {"routes", "models", "exact", "levels", "functions", "core", "include"},
    "library": {"models", "exact", "routes", "levels", "core", "include"},
    "cffi": {"plan", "blocks", "routes", "models", "exact", "levels", "functions", "core"}
    | {"analysis", "include"},
}
ANSWERS = {
    "include": "the tables and the public face",
    "core": "decode, operate exactly, round once",
    "analysis": "how large are errors?",
    "blocks": "numbers that share a scale",
    "functions": "elementary functions in balls",
    "levels": "what is compiled once per CPU level",
    "exact": "exact sums and products of arrays",
    "models": "accumulators that round",
    "routes": "which loop serves this call?",
    "plan": "a planned step in one arena",
    "numpy": "DTypes, ufuncs, scalars",
    "library": "C, C++, SystemVerilog",
    "cffi": "plain buffers",
}
DOORS = {"numpy", "cffi", "library"}
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
DEFINED = re.compile(
    r"^(?!static\b|NF_INLINE|NF_PLAIN|typedef|#)\w[\w \*]*?\b(nf_\w+)\([^;{}]*\)\n\{", re.MULTILINE
)


@cache
def text_of(path: Path) -> str:
    """Its text without comments."""
    return re.sub(r"/\*.*?\*/", " ", path.read_text("utf-8"), flags=re.DOTALL)


def files_of(room: str) -> list[Path]:
    """All its C files, in folders of the room too."""
    return sorted(p for p in (CBITS / room).rglob("*") if p.suffix in {".c", ".h", ".def", ".txt"})


def home_of(header: str, file: Path) -> str | None:
    """Say in which room an included header is; None: the build makes it."""
    for folder in (file.parent, CBITS / "include", CBITS, *(CBITS / "numpy").glob("**/")):
        found = (folder / header).resolve()
        if found.is_file():
            return found.relative_to(CBITS.resolve()).parts[0]
    return None


@cache
def definitions() -> dict[str, str]:
    """Function of the core -> the room that defines it."""
    return {
        name: room
        for room in RULES
        for path in files_of(room)
        if path.suffix == ".c"
        for name in DEFINED.findall(text_of(path))
    }


def uses_of(path: Path, room: str) -> Counter[str]:
    """The other rooms that one file uses."""
    text = text_of(path)
    used = Counter(home for h in INCLUDE.findall(text) if (home := home_of(h, path)))
    if path.suffix in {".c", ".txt"}:  # headers declare; cffi calls what its text declares
        names = set(re.findall(r"\bnf_\w+", text))
        used.update(home for name in names if (home := definitions().get(name)))
    return Counter({home: n for home, n in used.items() if home != room})


@cache
def arrows() -> dict[str, Counter[str]]:
    """Room -> the rooms that it uses, and how often."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for room in RULES:
        for path in files_of(room):
            found[room].update(uses_of(path, room))
    return dict(found)


def heights() -> dict[str, int]:
    """Room -> the longest way down from it."""
    rooms = {room: set(used) for room, used in arrows().items()}

    def height(room: str, above: tuple[str, ...]) -> int:
        if room in above:
            circle = " -> ".join((*above[above.index(room) :], room))
            msg = f"a circle of rooms: {circle}"
            raise ValueError(msg)
        return max((height(r, (*above, room)) + 1 for r in rooms[room]), default=0)

    return {room: height(room, ()) for room in rooms}


def needed() -> list[tuple[str, str]]:
    """Arrows without those that a way over other rooms says already."""
    below = {room: set(used) for room, used in arrows().items()}

    def reach(room: str) -> set[str]:
        return below[room].union(*map(reach, below[room]))

    return [(room, other) for room, used in below.items() for other in sorted(used)
            if not any(other in reach(between) for between in used)]  # fmt: skip


def draw() -> None:
    """Rooms as boxes, the lowest at the bottom; an arrow leads to what a room uses."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - who only reads the rules needs none

    floors = defaultdict(list)
    top = max(heights().values())
    for room, height in sorted(heights().items()):
        floors[top if room in DOORS else height].append(room)
    figure = Figure(figsize=(8, 0.95 * len(floors) + 0.2), layout="constrained")
    axes = figure.add_subplot()
    places: dict[str, tuple[float, int]] = {}
    for height, rooms in sorted(floors.items()):
        below = [places[other][0] for room, other in needed() if room in rooms]
        for i, room in enumerate(rooms):  # a room by itself stands above those that it uses
            x = sum(below) / len(below) if len(rooms) == 1 and below else (i + 1) / (len(rooms) + 1)
            x += 0.09 * (height % 3 - 1)  # staggered, so that arrows pass by the boxes between
            places[room] = (x, height)
    for room, other in needed():
        (x, y), (end, floor) = places[room], places[other]
        axes.annotate("", xy=(end, floor + 0.24), xytext=(x, y - 0.2),
                      arrowprops={"arrowstyle": "->", "color": "#0072B2"})  # fmt: skip
    box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": "#444444"}
    for room, (x, y) in places.items():
        axes.text(
            x, y, f"{room}/\n{ANSWERS[room]}", ha="center", va="center", fontsize=8.5, bbox=box
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.5, len(floors) - 0.5)
    axes.axis("off")
    picture = CBITS.parent / "docs" / "pictures" / "rooms.svg"
    figure.savefig(picture, metadata={"Date": None})
    print(picture.name)


def main() -> int:
    if sys.argv[1:] == ["--draw"]:
        draw()
        return 0
    for room, height in sorted(heights().items(), key=lambda item: -item[1]):
        used = ", ".join(f"{other} {n}" for other, n in arrows()[room].most_common())
        print(f"{height}  {room:10} {used}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
