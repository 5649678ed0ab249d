# SPDX-License-Identifier: BSD-3-Clause
"""Can the tests fail?  Plants one bug at a time in the C core and looks whether a test sees it.

    python tests/mutants/mutate.py                  all mutants: a table, exit status 1 if one survives
    python tests/mutants/mutate.py jam functions/   only those whose name or file contains a word
    python tests/mutants/mutate.py --list

Each mutant is a copy of the core, compiled to a shared library by $CC (default: cc) and driven through
ctypes by the operands of constructed.py against the oracle.  Sticky bits are tried on 64-bit
formats and directed roundings: with up to 32 bits in a 64-bit field many are never needed.
Mutants of the elementary functions have operands of their own, and then the C tests of functions:
a radius too small gives a wrong code once in 2^60 times, but is seen beside a ball of more limbs.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import numformats as nf
from core_driver import Core, first_difference
from mutant_build import Mutant, build, build_original
from mutant_exact_jobs import exact_expectations
from mutant_function_jobs import function_expectations
from mutant_jobs import FORMATS, expectations, row_bytes
from mutants import MUTANTS
from mutants_functions import FUNCTION_MUTANTS

DIFFERS, FAILS = 3, 1  # exit status of the comparison, and of the C tests


def child(library: str, expected: str) -> int:
    """Compare one library; print the first difference."""
    jobs, rows = pickle.loads(Path(expected).read_bytes())
    found = first_difference(Core(Path(library)), jobs, rows)
    if found:
        print(found)
    return DIFFERS if found else 0


def try_tree(tree: Path, expected: Path, tests: bool) -> tuple[bool, str]:
    """(killed, by what)."""
    compare = [sys.executable, __file__, "--child", tree / "core.so", expected]
    commands = [(compare, DIFFERS)] + [([tree / "test_core", "functions"], FAILS)] * tests
    for command, differs in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return True, "does not end"
        if done.returncode == differs:
            return True, done.stdout.splitlines()[0]
        if done.returncode < 0:
            return True, f"signal {-done.returncode}"
        if done.returncode:
            msg = f"the comparison broke ({done.returncode}): {done.stdout}{done.stderr}"
            raise SystemExit(msg)
    return False, ""


def judge(original: Path, expected: Path, mutant: Mutant, tests: bool) -> tuple[bool, str, float]:
    """(killed, by what, seconds)."""
    start = time.perf_counter()
    tree = build(original, mutant, tests)
    verdict = try_tree(tree, expected, tests)
    shutil.rmtree(tree)
    return *verdict, time.perf_counter() - start


def survivors_of(folder: Path, mutants: list[Mutant], functions: bool, threads: int) -> int:
    """How many survive; prints a line for each mutant."""
    expected = folder / "expected.pickle"
    jobs = function_expectations() if functions else [*expectations(), *exact_expectations()]
    rows = [row_bytes(nf.parse_format(t)) for t in FORMATS]
    expected.write_bytes(pickle.dumps((jobs, rows)))
    print(f"{sum(len(j.results) for j in jobs)} results in {len(jobs)} jobs")
    original = build_original(folder, functions)
    killed, why = try_tree(original, expected, functions)
    if killed:
        msg = f"the unchanged core fails: {why}"
        raise SystemExit(msg)
    survivors = 0
    with ThreadPoolExecutor(threads) as pool:
        verdicts = pool.map(lambda m: judge(original, expected, m, functions), mutants)
        for mutant, (dead, by, seconds) in zip(mutants, verdicts, strict=True):
            survivors += not dead
            word = "killed" if dead else "SURVIVED"
            print(f"{word:9}{mutant.name:36}{seconds:4.0f} s  {by}", flush=True)
    return survivors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "words", nargs="*", help="only mutants whose name or file contains one of these"
    )
    parser.add_argument("--list", action="store_true", help="only name the mutants")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(*options.words)
    words = options.words or [""]
    chosen = [m for m in MUTANTS if any(w in m.name or w in m.file for w in words)]
    if options.list:
        for m in chosen:
            print(f"{m.name:36} {m.file}")
        return 0
    survivors = 0
    for functions in (False, True):
        mutants = [m for m in chosen if (m in FUNCTION_MUTANTS) == functions]
        if mutants:
            with tempfile.TemporaryDirectory() as folder:
                survivors += survivors_of(Path(folder), mutants, functions, options.jobs)
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
