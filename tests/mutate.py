# SPDX-License-Identifier: BSD-3-Clause
"""Can the tests fail?  Plants one bug at a time in the C core and looks whether a test sees it.

    python tests/mutate.py               all mutants: a table, exit status 1 if one survives
    python tests/mutate.py jam sticky    only those whose name contains a word
    python tests/mutate.py --list

Each mutant is a copy of the core, compiled to a shared library by $CC (default: cc) and driven through
ctypes by the operands of constructed.py against the oracle.  Sticky bits are tried on 64-bit
formats and directed roundings: with up to 32 bits in a 64-bit field many are never needed.
"""

from __future__ import annotations

import argparse
import os
import pickle
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numformats as nf
from constructed import edges, generate, hardest_triples
from core_driver import CBITS, Core, Job, first_difference
from mutants import MUTANTS, Mutant
from numformats import _native
from numformats.oracle import for_format, philox4x64

COUNT = 60  # solved operands for each operation and format
FORMATS = [
    "posit8", "posit16", "posit32", "posit64", "bposit64", "takum_linear8", "takum_linear64",
    "binary16", "binary32", "binary64", "float8_e4m3fn", "float8_e5m2fnuz", "float8_e8m0fnu",
    "float6_e2m3fn", "mlu32", "q15", "posit<64,es=0>",
    "float<exp=11,man=52,rounding=toward_positive>", "float<exp=11,man=52,rounding=to_odd>",
    "float<exp=8,man=23,rounding=toward_negative>", "float<exp=8,man=23,rounding=nearest_away>",
    "float<exp=1,man=62,inf=none,nan=none>", "float<exp=4,man=3,subnormals=false>",
    "truncated<exp=8,man=23,compute_man=20,truncate=align>",
    "truncated<exp=8,man=23,compute_man=20,truncate=operand,ftz=false>",
    "truncated<exp=8,man=23,compute_man=20,truncate=product>",
    "truncated<exp=8,man=23,compute_man=20,truncate=rounded>",
    "fixed<64,frac=63,signed=false>", "fixed<16,frac=8,overflow=wrap>",
    "fixed<64,frac=40,rounding=toward_negative>", "float<exp=8,man=7,rounding=stochastic>",
    "bposit32", "takum_linear32", "bfloat16", "posit<24,es=3>", "float<exp=8,man=23,rounding=to_odd>",
    "q31", "fixed<24,frac=20,rounding=nearest_away>",
]  # fmt: skip
UNARY = ("neg", "abs", "sqrt", "square", "reciprocal", "rint", "floor", "ceil", "trunc", "spacing",
         "sign", "isnan", "isinf", "signbit", "nonzero")  # fmt: skip
POWERS = (-64, -3, -2, -1, 0, 1, 2, 3, 7, 64)
BINARY = ("powi", "add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "copysign", "nextafter",
          "maximum", "minimum", "fmax", "less", "equal", "less_equal")  # fmt: skip
TERNARY = ("fma", "fmm")
# what a level needs that computes in stages; elsewhere only the scalar core is tried
STAGES = ("-mavx2", "-mfma", "-mf16c", "-fno-math-errno") if platform.machine() == "x86_64" else ()
CONSTANT_ROWS = r"\((posit8|posit32|posit64|binary32|binary64|q15),"
FLAG_BITS = {"invalid": 1, "divide": 2, "overflow": 4}


# ---- what is expected --------------------------------------------------------------------------------


def row_bytes(T: Any) -> bytes:
    return bytes(_native.ffi.buffer(_native.row(T.format)))


def operand_tuples(oracle, op, arity):
    special = edges(oracle)
    if op == "powi":
        step = max(1, len(special) // 25)
        return [(code, k) for code in special[::step] for k in POWERS]
    found = list(generate(oracle, op, COUNT))
    if op == "fmm" and oracle.row.man == 62:
        found += hardest_triples(oracle, 30, 500)
    step = max(1, len(special) // 50)
    for i, code in enumerate(special[::step]):
        found.append(tuple(special[(i * 37 * (j + 1) + j) % len(special)] if j else code
                           for j in range(arity)))  # fmt: skip
        found.append(tuple([code] * arity))
    if arity == 1:
        found += [(c,) for c in special]
    return found


def jobs_of(text: str) -> list[Job]:
    T = nf.parse_format(text)
    oracle, row = for_format(T), row_bytes(T)
    stochastic = T.format.rounding == "stochastic"
    oracle.random = 0  # for the generators
    jobs = []
    for arity, ops in ((1, UNARY), (2, BINARY), (3, TERNARY)):
        for op in ops:
            if stochastic and op not in {"add", "mul", "div", "fma"}:
                continue
            operands = operand_tuples(oracle, op, arity)
            results, flags = [], []
            for i, codes in enumerate(operands):
                oracle.random = philox4x64(3, 5, i) if stochastic else None
                results.append(int(getattr(oracle, op)(*codes)))
                flags.append(sum(FLAG_BITS[f] for f in oracle.last_flags))
            columns = [list(c) for c in zip(*operands, strict=True)]
            jobs.append(Job(row, text, op, columns, results, flags))
    return jobs if stochastic else jobs + casts_of(T, oracle, row, text) + [contains_of(row, text)]


def casts_of(T, oracle, row, text):
    codes = [*edges(oracle), *(c for t in generate(oracle, "mul", COUNT) for c in t)]
    jobs = []
    for name in (
        "posit16",
        "binary64",
        "binary16",
        "float8_e4m3",
        "takum_linear32",
        "q15",
        "bposit64",
    ):
        target = nf.parse_format(name)
        if target is T:
            continue
        to = for_format(target)
        results, flags = [], []
        for c in codes:
            results.append(to.cast_from(oracle, c))
            flags.append(sum(FLAG_BITS[f] for f in to.last_flags))
        jobs.append(
            Job(row, f"{text} -> {name}", "cast", [codes], results, flags, row_bytes(target))
        )
    return jobs


def contains_of(row, text):
    """Promotion: which formats hold this one, decided by exact values (test_promotion)."""
    from test_promotion import holds

    me = for_format(nf.parse_format(text))
    others = [nf.parse_format(t) for t in FORMATS]
    results = [int(holds(for_format(T), me)) for T in others]
    return Job(row, text, "contains", [list(range(len(others)))], results, [0] * len(others))


# Formats whose products take every path, and shapes that do: (m, k, n).
PRODUCTS = ("posit8", "posit16", "posit32", "bposit32", "takum_linear32", "binary32", "bfloat16",
            "float8_e4m3fn", "float8_e5m2fnuz", "float<exp=5,man=26>", "q15", "mlu32", "binary64")  # fmt: skip
SHAPES = ((1, 600, 1), (2, 40, 3), (25, 30, 26))


def products_of(text: str) -> list[Job]:
    """Sums that cancel but for residuals and small products, on every path; see test_exact_paths."""
    T = nf.parse_format(text)
    oracle, row, rng = for_format(T), row_bytes(T), random.Random(text)
    jobs = []
    for m, k, n in SHAPES:
        for spread in (1, 12, 40):
            scale = 1 / 8 if T.format.family == "fixed" else 1

            ends = [oracle.codec.at_index(i) for i in (1, 2, oracle.codec.last_finite)]

            def draw(spread=spread, scale=scale, ends=ends):
                if rng.random() < 0.01:
                    return rng.choice(ends)
                x = rng.gauss(0, scale) * 2.0 ** rng.randint(-spread, spread // 3)
                return oracle.encode(x, overflow="saturate") if rng.random() < 0.98 else 0

            a = [[draw() for _ in range(k // 2)] for _ in range(m)]
            a = [[*r, *(oracle.neg(c) for c in r)] for r in a]
            b = [[draw() for _ in range(n)] for _ in range(k // 2)]
            b = [*b, *([c if rng.random() < 0.9 else oracle.next_up(c) for c in r] for r in b)]
            results, flags = [], []
            for r in a:
                for j in range(n):
                    results.append(oracle.dot(r, [c[j] for c in b]))
                    flags.append(sum(FLAG_BITS[f] for f in oracle.last_flags))
            columns = [[c for r in x for c in r] for x in (a, b)]
            jobs += [Job(row, text, f"product {path} {m} {k} {n}", columns, results, flags)
                     for path in ("loop", "extract", "slices")]  # fmt: skip
    return jobs + far_tie_of(oracle, row, text)


def far_tie_of(oracle, row, text):
    """1, half an ulp of it, and a product that lies more than 128 bits below."""
    if text not in {"binary32", "binary64"}:
        return []
    one, half = oracle.encode(1), oracle.encode(2.0 ** (-53 if text == "binary64" else -24))
    tiny = oracle.encode(2.0**-70)
    a, b = [one, one, tiny], [one, half, tiny]
    return [Job(row, text, f"product {path} 1 3 1", [a, b], [oracle.dot(a, b)], [0])
            for path in ("loop", "extract")]  # fmt: skip


def expectations() -> list[Job]:
    jobs = [job for text in FORMATS for job in jobs_of(text)]
    return jobs + [job for text in PRODUCTS for job in products_of(text)]


# ---- building and judging mutants ----------------------------------------------------------------------


def child(library: str, expected: str) -> int:
    """Compare one library; print the first difference."""
    jobs, rows = pickle.loads(Path(expected).read_bytes())
    found = first_difference(Core(Path(library)), jobs, rows)
    if found:
        print(found)
    return 3 if found else 0


def short_table(path: Path) -> None:
    """Few named formats: the others run through the loops of formats without a name."""
    kept = [line for line in path.read_text().splitlines()
            if "(" not in line or line.startswith(("/*", " *")) or re.search(CONSTANT_ROWS, line)]  # fmt: skip
    path.write_text("\n".join(kept) + "\n")


def build(folder: Path, mutant: Mutant | None) -> Path:
    """Compile a copy of the core with one line changed."""
    tree = folder / (mutant.name if mutant else "original")
    shutil.copytree(folder / "cbits", tree)
    if mutant is not None:
        path = tree / mutant.file
        source = path.read_text()
        if source.count(mutant.original) < 1:
            msg = f"mutant {mutant.name}: its line is not in {mutant.file} any more"
            raise SystemExit(msg)
        path.write_text(source.replace(mutant.original, mutant.mutated, 1))
    short_table(tree / "include" / "nf_formats.def")
    sources = sorted(
        p for part in ("core", "kernels", "exact", "stages") for p in (tree / part).glob("*.c")
    )
    library = tree / "core.so"
    command = [os.environ.get("CC", "cc"), "-std=c11", "-O1", "-w", "-fPIC", "-shared",
               *STAGES, "-DNF_LEVEL=portable", f"-I{tree / 'include'}", f"-I{tree / 'core'}",
               *map(str, sources), "-o", str(library)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"mutant {tree.name} does not compile:\n{done.stderr[:2000]}"
        raise SystemExit(msg)
    return library


def judge(folder: Path, expected: Path, mutant: Mutant | None) -> tuple[bool, str, float]:
    """(killed, by what, seconds)."""
    start = time.perf_counter()
    library = build(folder, mutant)
    command = [sys.executable, __file__, "--child", str(library), str(expected)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return True, "does not end", time.perf_counter() - start
    shutil.rmtree(library.parent)
    seconds = time.perf_counter() - start
    if done.returncode == 0:
        return False, "", seconds
    if done.returncode == 3:
        return True, done.stdout.strip(), seconds
    if done.returncode < 0:
        return True, f"signal {-done.returncode}", seconds
    msg = f"the comparison broke ({done.returncode}): {done.stderr}"
    raise SystemExit(msg)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("words", nargs="*", help="only mutants whose name contains one of these")
    parser.add_argument("--list", action="store_true", help="only name the mutants")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(*options.words)
    chosen = [m for m in MUTANTS if not options.words or any(w in m.name for w in options.words)]
    if options.list:
        for m in chosen:
            print(f"{m.name:28} {m.file}")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # one state of the core, even if someone edits it meanwhile
        ignored = shutil.ignore_patterns("numpy", "cffi", "tests")
        shutil.copytree(CBITS, folder / "cbits", ignore=ignored)
        expected = folder / "expected.pickle"
        jobs = expectations()
        rows = [row_bytes(nf.parse_format(t)) for t in FORMATS]
        expected.write_bytes(pickle.dumps((jobs, rows)))
        print(f"{sum(len(j.results) for j in jobs)} results in {len(jobs)} jobs")
        killed, why, _ = judge(folder, expected, None)
        if killed:
            print(f"the unchanged core fails: {why}")
            return 2
        with ThreadPoolExecutor(options.jobs) as pool:
            verdicts = pool.map(lambda m: (m, *judge(folder, expected, m)), chosen)
            survivors = 0
            for mutant, dead, by, seconds in verdicts:
                survivors += not dead
                print(
                    f"{'killed' if dead else 'SURVIVED':9}{mutant.name:28}{seconds:4.0f} s  {by}",
                    flush=True,
                )
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
