# SPDX-License-Identifier: BSD-3-Clause
"""How is a mutant of the core built?  Only what includes its file is compiled again.

Objects lie beside their sources, with the list of files which each was made of: a mutant starts as
a copy of the original with all of them.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from core_driver import CBITS

__all__ = ["Mutant", "build", "build_original"]

PARTS = ("core", "exact", "functions", "levels", "models", "routes")
TESTS = Path("tests", "test_core.c")
# what a level needs that computes in stages; elsewhere only the scalar core is tried
STAGES = ("-mavx2", "-mfma", "-mf16c", "-fno-math-errno") if platform.machine() == "x86_64" else ()
COMPILER = (*shlex.split(os.environ.get("CC", "cc")), "-std=c11", "-O1", "-w", "-fPIC", "-ffp-contract=off", *STAGES,
            "-DNF_LEVEL=portable", "-Iinclude", "-I.")  # fmt: skip
# written by the build: header, script and its arguments
GENERATED = (("constants.h", "functions/constants.py"), ("doubles.h", "functions/constants.py", "doubles"),
             ("polynomials.h", "levels/polynomials.py"), ("two_over_pi.h", "levels/two_over_pi.py"))  # fmt: skip
CONSTANT_ROWS = r"\((posit8|posit32|posit64|binary32|binary64|q15),"


class Mutant(NamedTuple):
    """A change of one piece of text, which must occur in the file exactly once."""

    name: str
    file: str
    original: str
    mutated: str


def run(tree: Path, *command: str | Path) -> str:
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"{tree.name} does not compile:\n{done.stderr[:2000]}"
        raise SystemExit(msg)
    return done.stdout


def short_table(path: Path) -> None:
    """Few named formats: the others run through the loops of formats without a name."""
    kept = [line for line in path.read_text().splitlines()
            if "(" not in line or line.startswith(("/*", " *")) or re.search(CONSTANT_ROWS, line)]  # fmt: skip
    path.write_text("\n".join(kept) + "\n")


def sources_of(tree: Path, tests: bool) -> list[Path]:
    found = sorted(p.relative_to(tree) for part in PARTS for p in (tree / part).glob("*.c"))
    return [*found, TESTS] if tests else found


def compile_sources(tree: Path, sources: list[Path]) -> None:
    for source in sources:
        run(tree, *COMPILER, "-MMD", "-c", source, "-o", source.with_suffix(".o"))


def includes(tree: Path, source: Path, file: str) -> bool:
    made_of = (tree / source.with_suffix(".d")).read_text().replace("\\\n", " ").split()[1:]
    return file in map(os.path.normpath, made_of)


def link(tree: Path, tests: bool) -> None:
    objects = [p.with_suffix(".o") for p in sources_of(tree, tests)]
    if tests:
        run(tree, *COMPILER, *objects, "-lm", "-o", "test_core")
    run(tree, *COMPILER, "-shared", *(p for p in objects if p.parts[0] != "tests"), "-o", "core.so")


def build_original(folder: Path, tests: bool) -> Path:
    """One state of the core, even if someone edits it meanwhile."""
    tree = folder / "original"
    shutil.copytree(CBITS, tree, ignore=shutil.ignore_patterns("numpy", "cffi"))
    short_table(tree / "include" / "nf_formats.def")
    for header, *script in GENERATED:
        (tree / "include" / header).write_text(run(tree, sys.executable, *script))
    compile_sources(tree, sources_of(tree, tests))
    link(tree, tests)
    return tree


def build(original: Path, mutant: Mutant, tests: bool) -> Path:
    """The library core.so of a copy with one line changed, and perhaps the program of its C tests."""
    tree = original.parent / mutant.name
    shutil.copytree(original, tree)
    path = tree / mutant.file
    source = path.read_text()
    if mutant.original not in source:
        msg = f"mutant {mutant.name}: its line is not in {mutant.file} any more"
        raise SystemExit(msg)
    path.write_text(source.replace(mutant.original, mutant.mutated, 1))
    compile_sources(tree, [p for p in sources_of(tree, tests) if includes(tree, p, mutant.file)])
    link(tree, tests)
    return tree
