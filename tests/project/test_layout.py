# SPDX-License-Identifier: BSD-3-Clause
"""Does every test stand in a room, under a name of its own, and import no other test?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tests", "proofs")
LOOSE = {"conftest.py", "README.md"}
RECORD = "STATUS.json"  # of proofs
# Files and folders of tests; of proofs files only, since docs name rooms that are to come.
NAMED = re.compile(r"(?<![\w/.])(?:tests/[\w/.]*\w|proofs/[\w/.]*\.\w+)")
PROSE = {".py", ".pyi", ".c", ".h", ".def", ".build", ".md", ".txt", ".toml", ".yml", ""}


def files(root, *folders):
    """All files of these folders, without what Python and pytest write."""
    found = (p for folder in folders for p in (root / folder).rglob("*") if p.is_file())
    return sorted(p for p in found if "__pycache__" not in p.parts and p.suffix != ".pyc")


def scripts(root):
    return [p for p in files(root, *ROOMS) if p.suffix == ".py"]


def in_package(path, root):
    """Is it a module of the package `proofs`, which is imported as proofs.smt.query, no test, no script?"""
    return path.relative_to(root).parts[0] == "proofs" and not path.name.startswith("test_")


def loose(root):
    """What lies in tests/ itself, or in proofs/ and is neither of its package nor of its tests."""
    inside = (p for room in ROOMS for p in (root / room).glob("*") if p.is_file())
    return sorted(
        str(p.relative_to(root))
        for p in inside
        if p.name not in LOOSE
        and not (p.parent.name == "proofs" and (p.suffix == ".py" or p.name == RECORD))
    )


def twins(root):
    """Names that two files have: `pythonpath` would find one of them only, and a report name both."""
    names = [p.name for p in scripts(root) if p.name != "conftest.py" and not in_package(p, root)]
    return sorted({name for name in names if names.count(name) > 1})


def imported(path):
    """Top-level names of the modules that a file imports, at its head or in its functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def breaches(root):
    """Imports of test files, and imports of any other room by support modules."""
    room = {p.stem: p.relative_to(root).parts[:2] for p in scripts(root) if not in_package(p, root)}
    found = []
    for path in scripts(root):
        for name in set(imported(path)) & set(room):
            own = path.relative_to(root).parts[:2]
            if name.startswith("test_") or (own == ("tests", "support") and room[name] != own):
                found.append(f"{path.name} imports {name}")
    return sorted(found)


def lost(root):
    """Paths of tests and proofs that a text names, in comments too, and that are not there.

    A path may begin at the file that names it.  This file names some that are not to be.
    """
    texts = [p for p in root.glob("*") if p.is_file() and p.name != "CHANGELOG.md"]
    texts += files(root, "cbits", "numformats", "docs", "benchmarks", *ROOMS)
    found = set()
    for path in texts:
        if path.suffix in PROSE and path.name[0] != "." and path.name != Path(__file__).name:
            for name in NAMED.findall(path.read_text("utf-8")):
                if not (root / name).exists() and not (path.parent / name).exists():
                    found.add(f"{path.relative_to(root)} names {name}")
    return sorted(found)


@pytest.mark.parametrize("fault", [loose, twins, breaches, lost], ids=lambda f: f.__name__)
def test_the_rooms_are_in_order(fault):
    assert len(scripts(ROOT)) > 130
    assert fault(ROOT) == []


@pytest.mark.parametrize(
    ("fault", "path", "text", "found"),
    [
        (loose, "tests/test_new.py", "", "tests/test_new.py"),
        (loose, "proofs/near.v", "", "proofs/near.v"),
        (twins, "tests/exact/helpers.py", "", "helpers.py"),
        (twins, "proofs/bounds/test_one.py", "", "test_one.py"),
        (breaches, "tests/support/more.py", "def f():\n    import test_one", "more.py imports test_one"),
        (breaches, "tests/support/more.py", "from mutate import x", "more.py imports mutate"),
        (breaches, "tests/exact/test_two.py", "from test_one import x", "test_two.py imports test_one"),
        (lost, "docs/page.md", "`tests/test_one.py` asks", "docs/page.md names tests/test_one.py"),
    ],
)  # fmt: skip
def test_a_breach_is_found(fault, path, text, found, tmp_path):
    names = [
        "tests/conftest.py",
        "tests/support/helpers.py",
        "tests/mutants/mutate.py",
        "tests/core/test_one.py",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("import helpers, numpy\n")
    assert fault(tmp_path) == []
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert fault(tmp_path) == [found]
