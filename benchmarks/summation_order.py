# SPDX-License-Identifier: BSD-3-Clause
"""What does the order of additions change, in each accumulator, beside the exact sum?  On layers of trained networks.

    python benchmarks/summation_order.py                       100 orders, six formats, two layers; minutes
    python benchmarks/summation_order.py --quick --json a.json      seconds
    python benchmarks/summation_order.py --docs                     table and picture of the docs

The products are those of 8 test images with 8 units of a first layer: of the 64-16-10 network of docs/examples
(scikit-learn's digits, 64 terms), and of a 784-32-10 network that is trained here on Fashion-MNIST (784 terms).
Images and weights are rounded into the format, the terms then permuted, and each accumulator of `nf.matmul` adds
them.  Errors are in ulps of the format at the exact result (`numformats.analysis`).  What the JSON file has is
not measured again.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from exact_report import HERE
from recorded import Recorded, names, options_of, path_of
from report_parts import markdown_table, save_figure, write_page

import numformats as nf
from numformats.analysis import find_candidate
from numformats.analysis.element_errors import element_errors
from numformats.analysis.reference_numbers import number
from numformats.training import (
    SGD,
    Linear,
    ReLU,
    Sequential,
    fit,
    load_images,
    softmax_cross_entropy,
)

RECORD = HERE / "summation_order.json"
DOCS = HERE.parent / "docs" / "explanation" / "summation-order.md"
PICTURE = HERE.parent / "docs" / "pictures" / "summation-order.svg"
WEIGHTS = HERE.parent / "docs" / "examples" / "digits_weights.npz"
FORMATS = ("binary32", "posit16", "bposit16", "binary16", "bfloat16", "float8_e4m3fn")
DATA = {"digits": "digits, 64 terms", "fashion": "Fashion-MNIST, 784 terms"}
IMAGES = UNITS = 8


def models(form: str) -> dict[str, Any]:
    """Each accumulator by the name that the table has; T is the format of terms and result."""
    T, single = nf.parse_format(form), nf.binary32
    found = {
        "exact": "exact",
        "sequential in T": "sequential",
        "fused in T": T,
        "pairwise in T": "pairwise",
        "systolic in T, 16 rows": ("systolic", T, 16),
        "blocks of 16 in T, then binary32": ("blocked", T, 16),
        "fused in binary32": single,
        "systolic in binary32, 128 rows": ("systolic", single, 128),
        "aligned groups of 16, 12 bits": ("aligned", 12, 16),
        "aligned groups of 16, 24 bits": ("aligned", 24, 16),
    }
    if form == "binary32":  # where T is binary32 these are rows above
        del found["fused in binary32"], found["blocks of 16 in T, then binary32"]
    return found


@cache
def layer(data: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of inputs and the matrix of weights."""
    images = load_images(data)
    if data == "digits":
        with np.load(WEIGHTS, allow_pickle=False) as weights:
            return images.test_x[:IMAGES], weights["w1"][:, :UNITS]
    net = Sequential(
        Linear(784, 32, dtype="float32", seed=1), ReLU(), Linear(32, 10, dtype="float32", seed=2)
    )
    fit(
        net,
        images.x[:6000],
        images.y[:6000],
        loss=softmax_cross_entropy,
        optimizer=SGD(0.1),
        epochs=2,
        batch=64,
        seed=1,
    )
    return images.test_x[:IMAGES], net.parameters()["0.weight"][:, :UNITS].astype(float)


def exact(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The exact products of the rounded operands, as the analysis takes its reference."""
    fractions = [[[Fraction(*v.as_integer_ratio()) for v in line] for line in m] for m in (x, w.T)]
    result = np.empty((len(x), w.shape[1]), object)
    for i, row in enumerate(fractions[0]):
        for j, column in enumerate(fractions[1]):
            result[i, j] = number(
                sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0))
            )
    return result


def measured(data: str, form: str, orders: int) -> list[dict[str, Any]]:
    """A row for each accumulator."""
    dtype = np.dtype(nf.parse_format(form))
    x, w = (a.astype(dtype) for a in layer(data))
    truth, rng = exact(x, w), np.random.default_rng(1)
    permutations = [np.arange(len(w))] + [rng.permutation(len(w)) for _ in range(orders - 1)]
    rows = []
    for name, model in models(form).items():
        results = np.stack([nf.matmul(x[:, p], w[p], accumulate=model) for p in permutations])
        codes = nf.to_bits(results).reshape(orders, -1)
        distinct = [len(np.unique(column)) for column in codes.T]
        reference = np.broadcast_to(truth, results.shape)
        ulps = element_errors(results, reference, find_candidate(form)).ulps.reshape(orders, -1)
        rows.append({
            "model": name,
            "mean_ulps": float(np.nanmean(ulps)),
            "max_ulps": float(np.nanmax(ulps)),
            "natural_ulps": float(np.nanmean(ulps[0])),
            "mean_distinct": float(np.mean(distinct)),
            "max_distinct": int(max(distinct)),
            "outputs": len(distinct),
        })  # fmt: skip
    return rows


def short(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def markdown(record: dict[str, Any]) -> str:
    """A table for each layer: mean and largest error, and how many results."""
    parts = [
        f"{record['machine']}, {record['date']}, {record['orders']} orders, CPU level {record['level']}."
    ]
    for data, title in DATA.items():
        forms = [f for f in FORMATS if f in record["rows"].get(data, {})]
        if not forms:
            continue
        table = {f: {r["model"]: r for r in record["rows"][data][f]} for f in forms}
        rows = []
        for name in models(forms[-1]):
            cells = []
            for form in forms:
                row = table[form].get(name)
                cells.append("" if row is None else
                             f"{short(row['mean_ulps'])}, {short(row['max_ulps'])}; {row['mean_distinct']:.1f}, {row['max_distinct']}")  # fmt: skip
            rows.append([name, *cells])
        parts.append(markdown_table([title, *forms], rows))
    return "\n\n".join(parts)


def picture(record: dict[str, Any], path: Path) -> None:
    """Mean errors by accumulator, a panel per layer."""
    import matplotlib.pyplot as plt

    found = [data for data in DATA if data in record["rows"]]
    figure, panels = plt.subplots(
        1, len(found), figsize=(5.2 * len(found), 3.9), squeeze=False, sharey=True
    )
    for panel, data in zip(panels[0], found, strict=True):
        forms = [f for f in FORMATS if f in record["rows"][data]]
        accumulators = list(models(forms[-1]))[::-1]
        for form, marker in zip(forms, "os^vDX", strict=False):
            rows = {r["model"]: r for r in record["rows"][data][form]}
            places = [i for i, n in enumerate(accumulators) if n in rows]
            panel.plot(
                [rows[accumulators[i]]["mean_ulps"] for i in places],
                places,
                marker,
                label=form,
                markersize=5,
                alpha=0.8,
            )
        panel.axvline(0.25, color="grey", linewidth=0.8, linestyle=":")
        panel.set_xscale("log")
        panel.set_yticks(range(len(accumulators)), accumulators, fontsize=8)
        panel.set_title(DATA[data], fontsize=9)
        panel.set_xlabel("mean error over all orders, ulps", fontsize=8)
        panel.grid(axis="x", alpha=0.3)
    panels[0][-1].legend(fontsize=7)
    save_figure(figure, path)


def main(arguments: list[str] | None = None) -> int:
    parser = options_of(__doc__, RECORD, "digits, two formats, 5 orders", seeds=None)
    parser.add_argument("--orders", type=int, default=None, help="default: 100")
    parser.add_argument("--data", type=names(DATA), help=f"of: {', '.join(DATA)}")
    parser.add_argument("--formats", type=names(FORMATS), help=f"of: {', '.join(FORMATS)}")
    parser.add_argument("--picture", type=Path, default=None, help="write a picture here")
    options = parser.parse_args(arguments)
    if options.docs:
        write_page(RECORD, DOCS, markdown, PICTURE, picture)
        return 0
    forms = options.formats or (["posit16", "float8_e4m3fn"] if options.quick else FORMATS)
    orders = options.orders or (5 if options.quick else 100)
    kept = Recorded(path_of(options, RECORD), {"orders": orders, "rows": {}}, level=True)
    if kept.record["orders"] != orders:
        parser.error(
            f"{kept.path} has {kept.record['orders']} orders, not {orders}: give another --json"
        )
    for data in options.data or (["digits"] if options.quick else DATA):
        found = kept.record["rows"].setdefault(data, {})
        for form in forms:
            if kept.once(found, form, partial(measured, data, form, orders)):
                print(f"{data} {form}", *(f"{r['model']}: {short(r['mean_ulps'])}" for r in found[form]),
                      sep="\n  ", flush=True)  # fmt: skip
    if options.picture is not None:
        picture(kept.record, options.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
