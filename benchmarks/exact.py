# SPDX-License-Identifier: BSD-3-Clause
"""How fast is exactness?  Sums and products of numformats beside BLAS and peers, in one run.

    python benchmarks/exact.py                 all lines: a table, benchmarks/exact.json, docs/explanation/exact.svg
    python benchmarks/exact.py --only matmul   lines whose name contains a word; only the table
    python benchmarks/exact.py --docs          rewrite the table of docs/ from the JSON

One thread.  Every round times ours and the other side once, one after the other; a line is the
median of the rounds' ratios.  Peers that are not installed are reported and left out.
"""

# ruff: noqa: E402 - threads are set before NumPy starts

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import json
import math
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from exact_peers import PEERS, exact_parts
from rich.console import Console
from rich.table import Table

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs" / "explanation" / "exact-accumulation.md"
BEGIN, END = "<!-- begin figures -->", "<!-- end figures -->"
LENGTH = 10**6
SMALL_FLOATS = ["float8_e3m4", "float8_e4m3", "float8_e4m3fn", "float8_e5m2", "float8_e5m2fnuz"]


@dataclass
class Line:
    """What is measured: `ratio` is ours by theirs in time (or theirs by ours: "times faster")."""

    name: str
    peer: str
    target: float
    faster: bool = False  # the ratio is a speed-up, and the target the least one
    ratio: float = math.nan
    ours: float = math.nan  # milliseconds, or mebibytes
    theirs: float = math.nan
    stretch: float | None = None

    @property
    def met(self) -> bool:
        """Is the target reached?"""
        return self.ratio >= self.target if self.faster else self.ratio <= self.target


Side = "tuple[Callable[[], object], float]"  # a call, and the work that it does


def measure(line: Line, ours: Side, theirs: Side, rounds: int = 9, *, warm: bool = False) -> Line:
    """Time both sides in turn; work makes calls of different sizes comparable.

    warm: each timed call follows one of its own, which leaves its operands in the cache.
    """
    ours[0](), theirs[0]()
    pairs = []
    for _ in range(rounds):
        times = []
        for call, _work in (ours, theirs):
            if warm:
                call()
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        pairs.append(times)
    scale = theirs[1] / ours[1]
    ratios = [t / o / scale if line.faster else o * scale / t for o, t in pairs]
    line.ratio = statistics.median(ratios)
    line.ours, line.theirs = (1e3 * statistics.median(p[i] for p in pairs) for i in (0, 1))
    return line


# ---- the lines -----------------------------------------------------------------------------------


def dots(rng: np.random.Generator) -> Iterator[Line]:
    """Exact dot products of 10**6 pairs."""
    x, y = rng.standard_normal(LENGTH), rng.standard_normal(LENGTH)
    for T in (nf.posit32, nf.bposit32):
        a, b = x.astype(T), y.astype(T)
        yield measure(
            Line(f"dot {T.__name__} 10^6", "np.dot float64", 6, stretch=3),
            (lambda a=a, b=b: np.vecdot(a, b), 1), (lambda: np.dot(x, y), 1), 31, warm=True,
        )  # fmt: skip
    yield measure(
        Line("dot float64 10^6", "np.dot float64", 8),
        (lambda: nf.fdot(x, y), 1), (lambda: np.dot(x, y), 1), 31, warm=True,
    )  # fmt: skip
    n = 20_000
    yield measure(
        Line("dot float64", "math.fsum of the products' exact parts", 20, faster=True),
        (lambda: nf.fdot(x, y), LENGTH), (lambda: math.fsum(exact_parts(x[:n], y[:n])), n), 7,
    )  # fmt: skip
    if "mtl5" in PEERS:
        a, b = x.astype(nf.posit32), y.astype(nf.posit32)
        yield measure(
            Line("dot posit32", "mtl5 quire dot", 100, faster=True),
            (lambda: np.vecdot(a, b), LENGTH), (PEERS["mtl5"].dot(x[:n], y[:n]), n), 7,
        )  # fmt: skip


def sums(rng: np.random.Generator) -> Iterator[Line]:
    """Exact sums of 10**6 doubles."""
    x = rng.standard_normal(LENGTH)
    if "xsum" in PEERS:
        yield measure(
            Line("fsum float64 10^6", "xsum large accumulator", 1, faster=True),
            (lambda: nf.fsum(x), 1), (PEERS["xsum"].sum(x), 1), 21, warm=True,
        )  # fmt: skip


def products(rng: np.random.Generator) -> Iterator[Line]:
    """Exact matrix products of normal data."""
    for n, target, names in ((512, 12, ["posit32", "bposit32", "binary32"]),
                             (1024, 20, ["posit32", "bposit32", "binary32"]),
                             (512, 4, ["bfloat16", "posit16", "binary16", *SMALL_FLOATS])):  # fmt: skip
        x, y = rng.standard_normal((n, n)), rng.standard_normal((n, n))
        for name in names:
            T = nf.formats()[name]
            with np.errstate(over="ignore"):
                a, b = x.astype(T), y.astype(T)
            stretch = 8 if target == 12 else None
            yield measure(
                Line(f"matmul {name} {n}", "dgemm", target, stretch=stretch),
                (lambda a=a, b=b: a @ b, 1), (lambda x=x, y=y: x @ y, 1), 9 if n < 1000 else 7,
            )  # fmt: skip
    if "mtl5" in PEERS:
        x, y = rng.standard_normal((512, 512)), rng.standard_normal((512, 512))
        a, b = x.astype(nf.posit32), y.astype(nf.posit32)
        yield measure(
            Line("matmul posit32 512", "mtl5 quire matmul 64", 1000, faster=True),
            (lambda: a @ b, 512**3), (PEERS["mtl5"].matmul(x[:64, :64], y[:64, :64]), 64**3), 3,
        )  # fmt: skip


def models(rng: np.random.Generator) -> Iterator[Line]:
    """Accumulator models at 256, in multiply-adds."""
    if "apytypes" not in PEERS:
        return
    n = 256
    x, y = rng.standard_normal((n, n)), rng.standard_normal((n, n))
    for name, spec in (("bfloat16", "sequential"), ("binary16", "sequential"),
                       ("bfloat16", nf.binary32), ("float8_e4m3", nf.binary32),
                       ("bfloat16", ("aligned", 24)), ("binary32", "sequential"),
                       ("posit16", "sequential")):  # fmt: skip
        a, b = (v.astype(nf.formats()[name]) for v in (x, y))
        word = getattr(spec, "__name__", None) or str(spec)
        yield measure(
            Line(f"matmul {name} 256, {word}", "apytypes, quantised accumulator", 10, faster=True),
            (lambda a=a, b=b, s=spec: nf.matmul(a, b, accumulate=s), n**3),
            (PEERS["apytypes"].matmul(x[:96, :96], y[:96, :96]), 96**3), 7,
        )  # fmt: skip


MEMORY = """
import sys
import numpy as np
import numformats as nf
T, n = nf.formats()[sys.argv[1]], int(sys.argv[2])
rng = np.random.default_rng(1)
x = rng.standard_normal((64, 64)).astype(T)
x @ x
a, b = (np.empty((n, n), T) for _ in "ab")
for m in (a, b):
    for i in range(n):
        m[i] = rng.standard_normal(n).astype(T)
out = np.zeros((n, n), T)
def kilobytes(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key))
with open("/proc/self/clear_refs", "w") as reset:
    reset.write("5")  # the peak of the resident set starts anew
before = kilobytes("VmRSS:")
np.matmul(a, b, out=out)
print((kilobytes("VmHWM:") - before) / 1024)
"""


def memory(_: np.random.Generator) -> Iterator[Line]:
    """Peak memory of a product beyond operands and result (growth of the resident set)."""
    for name, n in (
        ("posit32", 512),
        ("posit32", 1024),
        ("float8_e4m3", 1024),
        ("float8_e5m2", 1024),
    ):
        done = subprocess.run([sys.executable, "-c", MEMORY, name, str(n)], check=True,
                              capture_output=True, text=True)  # fmt: skip
        arrays = 3 * n * n * nf.formats()[name].format.storage_bytes / 2**20
        used = float(done.stdout) + arrays
        yield Line(f"memory of matmul {name} {n}", "operands and result, MiB", 12,
                   ratio=used / arrays, ours=used, theirs=arrays)  # fmt: skip


GROUPS = (dots, sums, products, models, memory)


# ---- what becomes of them ------------------------------------------------------------------------


def show(lines: list[Line]) -> None:
    """Print the table."""
    table = Table(title="exact sums and products, one thread, medians")
    for column in ("what", "beside", "ours ms", "theirs ms", "ratio", "target", ""):
        table.add_column(column, justify="left" if column in {"what", "beside"} else "right")
    for x in lines:
        sign = ">=" if x.faster else "<="
        table.add_row(x.name, x.peer, f"{x.ours:.3g}", f"{x.theirs:.3g}", f"{x.ratio:.2f}",
                      f"{sign} {x.target:g}", "met" if x.met else "MISSED")  # fmt: skip
    Console(width=130).print(table)


def plot(lines: list[Line], path: Path) -> None:
    """Draw every ratio against its target: right of the line is better."""
    import matplotlib.pyplot as plt

    ratios = [x.ratio / x.target if x.faster else x.target / x.ratio for x in lines]
    figure, axes = plt.subplots(figsize=(9, 0.27 * len(lines) + 1.2))
    places = range(len(lines), 0, -1)
    axes.barh(list(places), ratios, color=["#2a7" if r >= 1 else "#c54" for r in ratios])
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks(list(places), [f"{x.name} | {x.peer}" for x in lines], fontsize=7)
    axes.set_xlabel("how far beyond the target (1: just met), one thread")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def markdown(record: dict) -> str:
    """The table for the docs."""
    rows = [f"Measured by `python benchmarks/exact.py` on a {record['machine']}, {record['date']}:", "",
            "| what | beside | ratio | target |", "|---|---|---|---|"]  # fmt: skip
    for x in record["lines"]:
        kind = "times faster" if x["faster"] else "times as long"
        if x["name"].startswith("memory"):
            kind = "times as much"
        sign = "at least" if x["faster"] else "at most"
        rows.append(
            f"| {x['name']} | {x['peer']} | {x['ratio']:.3g} {kind} | {sign} {x['target']:g} |"
        )
    return "\n".join(rows)


def write_docs() -> None:
    """Replace the table between the markers."""
    record = json.loads((HERE / "exact.json").read_text())
    head, rest = DOCS.read_text().split(BEGIN)
    tail = rest.split(END)[1]
    temporary = DOCS.with_suffix(".new")
    temporary.write_text(f"{head}{BEGIN}\n\n{markdown(record)}\n\n{END}{tail}")
    temporary.replace(DOCS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", default="", help="lines whose name contains this word")
    parser.add_argument("--docs", action="store_true", help="rewrite the table of docs/")
    options = parser.parse_args()
    if options.docs:
        write_docs()
        return
    nf.set_num_threads(1)
    rng = np.random.default_rng(1)
    lines = []
    for group in GROUPS:
        if options.only and options.only not in group.__name__ + group.__doc__:
            continue
        lines += group(rng)
    show(lines)
    missing = {"mtl5", "apytypes", "xsum"} - set(PEERS)
    if missing:
        print("not installed, left out:", *sorted(missing))
    if not options.only:
        record = {"machine": "2-core x86-64", "date": time.strftime("%Y-%m-%d"),
                  "lines": [asdict(x) for x in lines]}  # fmt: skip
        (HERE / "exact.json").write_text(json.dumps(record, indent=1) + "\n")
        plot(lines, DOCS.parent / "exact.svg")


if __name__ == "__main__":
    main()
