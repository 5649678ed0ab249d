# SPDX-License-Identifier: BSD-3-Clause
"""Do the rooms of the C sources use only what lies below them?  The rules stand in docs/rooms.py."""

import importlib.util
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATED = {
    "constants.h", "doubles.h", "polynomials.h", "two_over_pi.h", "numformats.h", "numformats_dpi.h",
}  # fmt: skip


def load_rooms():
    spec = importlib.util.spec_from_file_location("rooms", ROOT / "docs" / "rooms.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def breaches(rooms):
    """(room, what it must not use)."""
    return {
        (room, other)
        for room, used in rooms.arrows().items()
        for other in used
        if other not in rooms.RULES[room]
    }


def test_every_folder_has_a_rule():
    rooms = load_rooms()
    folders = {p.name for p in rooms.CBITS.iterdir() if p.is_dir() and rooms.files_of(p.name)}
    folders.remove("tests")
    assert folders == set(rooms.RULES) == set(rooms.ANSWERS)


def test_rules_have_no_circle_and_are_needed():
    rooms = load_rooms()
    order = list(rooms.RULES)  # from below
    for room, allowed in rooms.RULES.items():
        assert all(order.index(other) < order.index(room) for other in allowed)


def test_arrows_lead_down():
    rooms = load_rooms()
    assert breaches(rooms) == set()
    heights = rooms.heights()
    assert heights["include"] == 0
    assert heights["numpy"] > heights["routes"] > heights["levels"] > heights["core"]
    assert len(rooms.definitions()) > 100


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/limits.c", '#include "levels/kernels.h"'),
        ("core/limits.c", "void *nf_up(void) { return nf_find_stages; }"),
        ("levels/levels.c", '#include "routes/routes.h"'),
        ("functions/functions.c", "int nf_up(void) { return nf_multiply(0, 0); }"),
    ],
)
def test_a_breach_is_found(file, line, tmp_path):
    rooms = load_rooms()
    rooms.CBITS = Path(shutil.copytree(ROOT / "cbits", tmp_path / "cbits"))
    with (rooms.CBITS / file).open("a") as f:
        f.write(f"{line}\n")
    assert breaches(rooms)


def test_a_circle_is_found(tmp_path):
    rooms = load_rooms()
    rooms.CBITS = Path(shutil.copytree(ROOT / "cbits", tmp_path / "cbits"))
    with (rooms.CBITS / "functions" / "real.c").open("a") as f:
        f.write('#include "routes/routes.h"\n')
    with pytest.raises(ValueError, match="a circle of rooms"):
        rooms.heights()


def test_only_the_doors_know_python():
    rooms = load_rooms()
    for room in set(rooms.RULES) - {"numpy", "cffi"}:
        for path in rooms.files_of(room):
            assert not re.search(r"Python\.h|numpy/", path.read_text()), path


def test_a_header_that_is_included_exists():
    rooms = load_rooms()
    for room in rooms.RULES:
        for path in rooms.files_of(room):
            for header in rooms.INCLUDE.findall(rooms.text_of(path)):
                assert header in GENERATED or rooms.home_of(header, path), (path, header)


def test_a_name_of_a_file_says_one_thing():
    """No two C files of one name, but for a source and its header."""
    rooms = load_rooms()
    names = Counter(p.name for room in rooms.RULES for p in rooms.files_of(room))
    assert [name for name, n in names.items() if n > 1] == []


def test_a_file_says_what_it_answers():
    rooms = load_rooms()
    for room in rooms.RULES:
        for path in rooms.files_of(room):
            if path.suffix in {".c", ".h"}:
                first, second = path.read_text().splitlines()[:2]
                assert first == "/* SPDX-License-Identifier: BSD-3-Clause */", path
                assert second.startswith("/* "), path


def test_a_long_file_says_why():
    """300 lines, or the reason stands in the head; Python files have no reason to be longer."""
    rooms = load_rooms()
    for path in [
        p for room in rooms.RULES for p in rooms.files_of(room) if p.suffix in {".c", ".h"}
    ]:
        lines = path.read_text().splitlines()
        assert len(lines) <= 300 or "More than 300 lines" in "".join(lines[:20]), path
    for folder in ("numformats", "tests", "proofs", "benchmarks", "docs"):
        for path in (ROOT / folder).rglob("*.py"):
            assert len(path.read_text().splitlines()) <= 300, path
