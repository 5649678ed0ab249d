# SPDX-License-Identifier: BSD-3-Clause
"""How fast is exactness?  Sums and products of numformats beside BLAS and peers, in one run.

    python benchmarks/exact.py                 all lines: a table, benchmarks/exact.json, docs/explanation/exact.svg
    python benchmarks/exact.py --only models   some of dots, sums, products, training, models, memory; only the table
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
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from exact_peers import PEERS, exact_parts
from exact_report import DOCS, HERE, Line, machine, plot, show, write_docs

import numformats as nf
from numformats._atomic_file import write_text
from numformats.exact.core_calls import multiply

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH = 10**6
# every 8-bit float that has normal data: float8_e8m0fnu has neither zero nor signs
SMALL_FLOATS = [
    name for name in nf.formats() if name.startswith("float8_") and name != "float8_e8m0fnu"
]


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
            stretch = 8 if target == 12 else None
            with np.errstate(over="ignore"):  # 512 products leave the range of float8_e4m3b11fnuz
                a, b = x.astype(T), y.astype(T)
                line = measure(
                    Line(f"matmul {name} {n}", "dgemm", target, stretch=stretch),
                    (lambda a=a, b=b: a @ b, 1), (lambda x=x, y=y: x @ y, 1), 9 if n < 1000 else 7,
                )  # fmt: skip
            yield line
    if "mtl5" in PEERS:
        x, y = rng.standard_normal((512, 512)), rng.standard_normal((512, 512))
        a, b = x.astype(nf.posit32), y.astype(nf.posit32)
        yield measure(
            Line("matmul posit32 512", "mtl5 quire matmul 64", 1000, faster=True),
            (lambda: a @ b, 512**3), (PEERS["mtl5"].matmul(x[:64, :64], y[:64, :64]), 64**3), 3,
        )  # fmt: skip


def training(rng: np.random.Generator) -> Iterator[Line]:
    """The products of a layer of 784 inputs and 128 units on a batch of 64, and its update in place."""
    x, d = rng.random((64, 784)), rng.standard_normal((64, 128)) * 2.0**-8
    w = rng.standard_normal((784, 128)) * 0.05
    for name, target in (("posit16", 6), ("bfloat16", 6), ("posit32", 12)):
        T = nf.formats()[name]
        a, b, c = x.astype(T), d.astype(T), w.astype(T)
        # the same start in every call, so that sums stay of one size
        W, V = np.empty_like(c), np.empty_like(w)
        calls = (
            ("x @ w (64,784)x(784,128)", lambda a=a, c=c: a @ c, lambda: x @ w),
            ("x.T @ d (784,64)x(64,128)", lambda a=a, b=b: a.T @ b, lambda: x.T @ d),
            ("w -= x.T @ d, in place",
             lambda a=a, b=b, c=c, W=W: update(a, b, c, W), lambda V=V: update(x, d, w, V)),
        )  # fmt: skip
        for what, ours, theirs in calls:
            yield measure(Line(f"{what} {name}", "dgemm", target), (ours, 1), (theirs, 1), 51)


def update(x: np.ndarray, d: np.ndarray, start: np.ndarray, w: np.ndarray) -> None:
    """Subtract x.T @ d from start, into w: rounded once where w is of a format."""
    w[...] = start
    if w.dtype == np.float64:
        w -= x.T @ d
    else:
        multiply(x.T, d, w, addend=w, subtract=True)


def models(rng: np.random.Generator) -> Iterator[Line]:
    """Accumulator models at 256, in multiply-adds."""
    if "apytypes" not in PEERS:
        return
    n, part = 256, 96
    x, y = rng.standard_normal((n, n)), rng.standard_normal((n, n))
    # (format, model, exponent and fraction bits of the peer's operands and of its accumulator);
    # the peer has no posits, and no aligned sums
    for name, spec, operands, accumulator in (
        ("bfloat16", "sequential", (8, 7), (8, 7)),
        ("binary16", "sequential", (5, 10), (5, 10)),
        ("binary32", "sequential", (8, 23), (8, 23)),
        ("bfloat16", nf.binary32, (8, 7), (8, 23)),
        ("float8_e4m3", nf.binary32, (4, 3), (8, 23)),
        ("bfloat16", ("aligned", 24), (8, 7), (8, 23)),
        ("posit16", "sequential", (5, 10), (5, 10)),
    ):
        a, b = (v.astype(nf.formats()[name]) for v in (x, y))
        peer = PEERS["apytypes"].matmul(
            *(v[:part, :part].astype(float) for v in (a, b)), operands, accumulator
        )
        if spec != ("aligned", 24) and name != "posit16":
            mine = nf.matmul(a[:part, :part], b[:part, :part], accumulate=spec)
            same = (peer().to_numpy().astype(a.dtype) == mine).all()
            assert same, f"{name}, {spec}: another model than apytypes'"
        word = getattr(spec, "__name__", None) or str(spec)
        e, m = accumulator
        yield measure(
            Line(f"matmul {name} 256, {word}", f"apytypes, accumulator e{e}m{m}", 10, faster=True),
            (lambda a=a, b=b, s=spec: nf.matmul(a, b, accumulate=s), n**3), (peer, part**3), 7,
        )  # fmt: skip


MEMORY = """
import sys
import numpy as np
import numformats as nf
nf.set_num_threads(1)
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
        ("float8_e4m3", 512),
        ("float8_e4m3", 1024),
        ("float8_e5m2", 1024),
    ):
        # -P: in a checkout, the sources in the working directory are not what is installed
        done = subprocess.run([sys.executable, "-P", "-c", MEMORY, name, str(n)], check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
        arrays = 3 * n * n * nf.formats()[name].format.storage_bytes / 2**20
        used = float(done.stdout) + arrays
        yield Line(f"memory of matmul {name} {n}", "operands and result, MiB", 12,
                   ratio=used / arrays, ours=used, theirs=arrays)  # fmt: skip


GROUPS = (dots, sums, products, training, models, memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--only", nargs="+", choices=[g.__name__ for g in GROUPS], help="these groups"
    )
    parser.add_argument("--docs", action="store_true", help="rewrite the table of docs/")
    options = parser.parse_args()
    if options.docs:
        write_docs()
        return
    nf.set_num_threads(1)
    rng = np.random.default_rng(1)
    lines = []
    for group in GROUPS:
        if not options.only or group.__name__ in options.only:
            lines += group(rng)
    show(lines)
    missing = {"mtl5", "apytypes", "xsum"} - set(PEERS)
    if missing:
        print("not installed, left out:", *sorted(missing))
    if not options.only:
        record = {"machine": machine(), "date": time.strftime("%Y-%m-%d"),
                  "lines": [asdict(x) for x in lines]}  # fmt: skip
        write_text(HERE / "exact.json", json.dumps(record, indent=1) + "\n")
        plot(lines, DOCS.parent / "exact.svg")


if __name__ == "__main__":
    main()
