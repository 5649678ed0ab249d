# SPDX-License-Identifier: BSD-3-Clause
"""Do the rooms of cbits/numpy use only those above them in the list of base/nfnp.h?"""

import re
import shutil
from pathlib import Path

import pytest

NUMPY = Path(__file__).parents[2] / "cbits" / "numpy"
DEFINED = re.compile(r"^(?!static\b|typedef|#)\w[\w \*]*?\b(nfnp_\w+)\([^;{}]*\)\n\{", re.MULTILINE)


def files_of(root):
    return sorted(p for p in root.rglob("*") if p.suffix in {".c", ".h"})


def room_of(root, path):
    return path.relative_to(root).parts[0].removesuffix(".c")


def listed(root):
    """The rooms, the lowest first, as the head of base/nfnp.h lists them."""
    head = (root / "base" / "nfnp.h").read_text("utf-8").partition("*/\n#ifndef")[0]
    return [
        name.removesuffix(".c") for name in re.findall(r"^ \*     ([a-z.]+) ", head, re.MULTILINE)
    ]


def breaches(root):
    """(file, what it uses of a higher room)."""
    height = {room: i for i, room in enumerate(listed(root))}
    text = {
        p: re.sub(r"/\*.*?\*/", " ", p.read_text("utf-8"), flags=re.DOTALL) for p in files_of(root)
    }
    home = {name: room_of(root, p) for p in text for name in DEFINED.findall(text[p])}
    assert len(home) > 100
    found = set()
    for path, words in text.items():
        own = height[room_of(root, path)]
        used = {h: h.split("/")[0] for h in re.findall(r'#include "(\w+/\w+\.h)"', words)}
        if path.suffix == ".c":
            used |= {name: home[name] for name in set(re.findall(r"\bnfnp_\w+", words)) & set(home)}
        found |= {(path.name, name) for name, room in used.items() if height.get(room, -1) > own}
    return found


def test_every_room_is_listed():
    assert sorted(listed(NUMPY)) == sorted({room_of(NUMPY, p) for p in files_of(NUMPY)})


def test_no_room_uses_a_higher_one():
    assert breaches(NUMPY) == set()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("base/registry.c", '#include "casts/nfnp_casts.h"'),
        ("casts/casts_far.c", "int up(nfnp_dtype *d) { return nfnp_add_loops(d); }"),
    ],
)
def test_a_breach_is_found(file, line, tmp_path):
    root = Path(shutil.copytree(NUMPY, tmp_path / "numpy"))
    with (root / file).open("a") as f:
        f.write(f"{line}\n")
    assert [name for name, _ in breaches(root)] == [Path(file).name]
