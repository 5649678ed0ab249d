# SPDX-License-Identifier: BSD-3-Clause
"""How fast do numbers become blocks, numbers again, and exact products?  Beside peers, in the same run.

    python benchmarks/blocks.py                   all sections, to the terminal
    python benchmarks/blocks.py --quick           small arrays, few rounds
    python benchmarks/blocks.py --json FILE       keeps the figures
    python benchmarks/blocks.py --docs            writes docs/explanation/block-formats.md from the kept ones

Times are the least of the rounds, in turn, of one thread's processor time.  ml_dtypes' cast of the same
elements is a lower bound of the work, for it has no scales; gfloat's block functions are Python.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gfloat.block
import gfloat.formats
import ml_dtypes
import numpy as np

import numformats as nf

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "benchmarks" / "blocks.json"
PAGE = ROOT / "docs" / "explanation" / "block-formats.md"
GFLOAT_ELEMENTS = 32 * 64


def least(calls, rounds):
    """Seconds of each call, by name: the least of the rounds, after one that does not count."""
    times = {name: [] for name in calls}
    for i in range(rounds + 1):
        for name, call in calls.items():
            start = time.process_time()
            call()
            if i:
                times[name].append(time.process_time() - start)
    return {name: min(taken) for name, taken in times.items()}


def with_nan(x):
    y = x.copy()
    y[:, ::128] = np.nan
    return y


def inputs(n):
    """What is quantized: the same count of float32 numbers, of several kinds and shapes."""
    x = np.random.default_rng(1).normal(size=(n // 4096, 4096)).astype(np.float32)
    odd = x.reshape(-1)[: n // 4099 * 4099].reshape(-1, 4099)
    return {
        "normal": x,
        "every fourth block NaN": with_nan(x),
        "zeros": np.zeros_like(x),
        "subnormal": x * np.float32(1e-40),
        "rows of 4099": odd,
        "rows of 33": x.reshape(-1)[: n // 33 * 33].reshape(-1, 33),
        "float64": x.astype(np.float64),
        "along the first axis": x,
    }


def quantizing(n, rounds):
    """Millions of elements a second."""
    found = {}
    for name, x in inputs(n).items():
        axis = 0 if name == "along the first axis" else -1
        calls = {
            kind: lambda x=x, kind=kind, axis=axis: nf.blocks.quantize(x, kind, axis)
            for kind in nf.blocks.KINDS
        }
        if name == "normal":
            calls["ml_dtypes cast to float8_e4m3fn"] = lambda x=x: x.astype(ml_dtypes.float8_e4m3fn)
            calls["ml_dtypes cast to float4_e2m1fn"] = lambda x=x: x.astype(ml_dtypes.float4_e2m1fn)
            calls["NumPy cast to float16"] = lambda x=x: x.astype(np.float16)
        with np.errstate(all="ignore"):
            found[name] = {k: x.size / s / 1e6 for k, s in least(calls, rounds).items()}
    info = gfloat.formats.format_info_mxfp8_e4m3
    few = np.random.default_rng(1).normal(size=(GFLOAT_ELEMENTS // 32, 32))
    taken = least(
        {"gfloat quantize_block": lambda: [
            gfloat.block.quantize_block(info, row, gfloat.block.compute_scale_amax) for row in few
        ]}, 1,
    )  # fmt: skip
    found["normal"] |= {k: few.size / s / 1e6 for k, s in taken.items()}
    return found


def dequantizing(n, rounds):
    x = inputs(n)["normal"]
    blocks = {kind: nf.blocks.quantize(x, kind) for kind in nf.blocks.KINDS}
    calls = {kind: a.dequantize for kind, a in blocks.items()}
    calls["mxfp8_e4m3 to float64"] = lambda: blocks["mxfp8_e4m3"].dequantize(np.float64)
    elements = x.astype(ml_dtypes.float8_e4m3fn)
    calls["ml_dtypes cast from float8_e4m3fn"] = lambda: elements.astype(np.float32)
    return {k: x.size / s / 1e6 for k, s in least(calls, rounds).items()}


def products(n, rounds):
    """Milliseconds of an exact n x n product, with scales and of the elements without."""
    rng = np.random.default_rng(2)
    x, found = rng.normal(size=(n, n)).astype(np.float32), {}
    for kind in nf.blocks.KINDS:
        a, b = nf.blocks.quantize(x, kind), nf.blocks.quantize(x.T, kind, axis=0)
        e, f = a.elements, b.elements
        calls = {
            "blocks": lambda a=a, b=b: a @ b,
            "elements": lambda e=e, f=f: nf.matmul(e, f, dtype=np.float32),
            "blocks times float32": lambda a=a: a @ x,
        }
        found[kind] = {k: 1e3 * s for k, s in least(calls, rounds).items()}
    return found


def measured(quick):
    n, rounds = (1 << 16, 2) if quick else (1 << 22, 9)
    return {
        "machine": f"{os.cpu_count()}-core {platform.machine().replace('_', '-')}",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "level": nf.build_info()["level"],
        "elements": n,
        "matrix": 128 if quick else 512,
        "quantize": quantizing(n, rounds),
        "dequantize": dequantizing(n, rounds),
        "products": products(128 if quick else 512, rounds),
    }


def table(headings, rows):
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figure(x):
    return f"{x:.3g}" if x < 100 else f"{x:.0f}"


def markdown(record):
    kinds, normal = list(nf.blocks.KINDS), record["quantize"]["normal"]
    peers = [name for name in normal if name not in kinds]
    command = "python benchmarks/blocks.py --json benchmarks/blocks.json"
    text = [
        f"Measured by `{command}` on {record['machine']}, {record['date']}, level {record['level']}, one thread.",
        f"Quantizing {record['elements']} numbers, float32 where nothing else is said; millions a second:",
        table(["numbers", *kinds], [[name, *(figure(line[k]) for k in kinds)]
                                    for name, line in record["quantize"].items()]),
        "Peers on the normal numbers: " + ", ".join(f"{p} {figure(normal[p])}" for p in peers) + ".",
        "Dequantizing to float32, millions a second: "
        + ", ".join(f"{k} {figure(x)}" for k, x in record["dequantize"].items()) + ".",
        f"Exact products of {record['matrix']} x {record['matrix']} matrices into float32, milliseconds:",
        table(["kind", "blocks", "elements alone", "ratio", "blocks times float32"],
              [[k, figure(t["blocks"]), figure(t["elements"]), f"{t['blocks'] / t['elements']:.2f}",
                figure(t["blocks times float32"])] for k, t in record["products"].items()]),
    ]  # fmt: skip
    return "\n\n".join(text)


def write_docs(record):
    begin, end = "<!-- begin figures -->\n\n", "\n\n<!-- end figures -->"
    page = PAGE.read_text("utf-8")
    head, rest = page.split(begin)
    PAGE.write_text(head + begin + markdown(record) + end + rest.split(end)[1], "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small arrays, few rounds")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--docs", action="store_true", help="write the page from the kept figures")
    chosen = parser.parse_args()
    if chosen.docs:
        write_docs(json.loads(KEPT.read_text("utf-8")))
        return
    nf.set_num_threads(1)
    record = measured(chosen.quick)
    print(markdown(record))
    if chosen.json:
        chosen.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
