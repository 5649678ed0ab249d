# SPDX-License-Identifier: BSD-3-Clause
"""How large are the errors of Strassen's and Winograd's products and convolutions, beside the direct ones?

    python benchmarks/fast_products.py                       a minute or two
    python benchmarks/fast_products.py --quick --json a.json      seconds
    python benchmarks/fast_products.py --docs                     tables and picture of the docs

Every operation is rounded in the format (numformats.linalg.strassen, winograd_convolution); the direct product adds
its terms one after the other in the same format.  Constants are max |C' - C| / (u max |A| max |B|) with u = half
the distance from 1 to the next number: what the published bounds bound.  Convolutions: 3 x 3 filters on images of
Fashion-MNIST and on their features.  What the JSON file has is not measured again.
"""

from __future__ import annotations

import statistics
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from exact_report import HERE
from recorded import Recorded, names, options_of, path_of
from report_parts import markdown_table, save_figure, write_page

import numformats as nf
from numformats import linalg
from numformats.training import load_images

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

RECORD = HERE / "fast_products.json"
DOCS = HERE.parent / "docs" / "explanation" / "fast-products.md"
PICTURE = HERE.parent / "docs" / "pictures" / "fast-products.svg"
FORMATS = ("binary32", "posit32", "binary16", "posit16", "bfloat16", "float8_e4m3fn")
VARIANTS = ("strassen", "winograd")
TILES = {1: "direct", 2: "F(2x2, 3x3)", 4: "F(4x4, 3x3)"}


def unit(form: str) -> float:
    return float(nf.finfo(nf.parse_format(form)).exact_eps) / 2


def product(form: str, variant: str, depth: int, n: int, seed: int) -> dict[str, float]:
    """One product of uniform matrices of [-1, 1): its constant, and the mean error in units of u."""
    rng = np.random.default_rng(seed)
    a, b = (rng.uniform(-1, 1, (n, n)).astype(nf.parse_format(form)) for _ in "ab")
    found = linalg.strassen(a, b, depth, variant=variant).astype(np.float64)
    error = np.abs(found - nf.matmul(a, b, dtype=np.float64))
    size = float(np.abs(a.astype(float)).max() * np.abs(b.astype(float)).max())
    return {
        "constant": float(error.max()) / size / unit(form),
        "mean": float(error.mean()) / size / unit(form),
    }


@cache
def layers(count: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs and filters: images, and eight features of them (ReLU of random filters)."""
    rng = np.random.default_rng(1)
    images = load_images("fashion").test_x[:count].reshape(-1, 1, 28, 28)
    first = rng.normal(0, np.sqrt(2 / 9), (8, 1, 3, 3))
    features = np.maximum(linalg.direct_convolution(images, first, accumulate="exact"), 0)
    return {
        "images, 1 channel": (images, first),
        "features, 8 channels": (features, rng.normal(0, np.sqrt(2 / 72), (8, 8, 3, 3))),
    }


def convolution(form: str, layer: str, tile: int, count: int) -> dict[str, float]:
    """Root mean square error by that of the exact outputs, and the most of the proved bound that was used."""
    x, w = (a.astype(nf.parse_format(form)) for a in layers(count)[layer])
    found = (
        linalg.direct_convolution(x, w) if tile == 1 else linalg.winograd_convolution(x, w, tile)
    )
    truth = linalg.direct_convolution(x.astype(float), w.astype(float), accumulate="exact")
    error = np.abs(found.astype(float) - truth)
    bound = linalg.convolution_error_bound(x, w, tile, unit(form))
    return {
        "relative": float(np.sqrt((error**2).mean() / (truth**2).mean())),
        "of_bound": float((error[bound > 0] / bound[bound > 0]).max()),
    }


def measured(kept: Recorded, options: argparse.Namespace) -> None:
    """Fill the record."""

    def once(part: str, key: str, measure: Any) -> None:
        if kept.once(kept.record[part], key, measure):
            print(key, kept.record[part][key], flush=True)

    for form in options.formats:
        for variant in VARIANTS:
            for depth in range(options.depth + 1):
                for seed in range(options.seeds):
                    once("products", f"{form}|{variant}|{depth}|{options.n}|{seed}",
                         lambda f=form, v=variant, d=depth, s=seed: product(f, v, d, options.n, s))  # fmt: skip
        for layer in layers(options.images):
            for tile in TILES:
                once("convolutions", f"{form}|{layer}|{tile}",
                     lambda f=form, name=layer, t=tile: convolution(f, name, t, options.images))  # fmt: skip


def constants(record: dict[str, Any], form: str, variant: str) -> dict[int, tuple[float, float]]:
    """By depth: the largest constant of all seeds, and the mean error."""
    found: dict[int, list[dict[str, float]]] = {}
    for key, entry in record["products"].items():
        f, v, depth, _, _ = key.split("|")
        if (f, v) == (form, variant):
            found.setdefault(int(depth), []).append(entry)
    return {
        d: (max(e["constant"] for e in es), statistics.fmean(e["mean"] for e in es))
        for d, es in sorted(found.items())
    }


def forms_of(record: dict[str, Any]) -> list[str]:
    return [f for f in FORMATS if any(key.startswith(f + "|") for key in record["products"])]


def markdown(record: dict[str, Any]) -> str:
    forms = forms_of(record)
    n = int(next(iter(record["products"])).split("|")[3])
    seeds = 1 + max(int(key.split("|")[4]) for key in record["products"])
    parts = [f"{record['machine']}, {record['date']}, CPU level {record['level']}."]
    for variant in VARIANTS:
        depths = sorted(constants(record, forms[0], variant))
        head = [
            f"{variant}, n = {n}, {seeds} seeds",
            *(f"depth {d}" if d else "direct" for d in depths),
        ]
        rows = []
        for form in forms:
            found = constants(record, form, variant)
            cells = [f"{found[d][0]:.0f} ({found[d][1] / found[0][1]:.2f})" for d in depths]
            rows.append([form, *cells])
        published = [
            f"{linalg.published_error_constant(n, d, variant=variant):,.0f}" for d in depths
        ]
        tiny = 2.0**-60
        proved = [
            f"{float(linalg.product_error_bound(n, d, tiny, variant=variant)) / tiny:,.0f}"
            for d in depths
        ]
        rows += [["Higham's bound", *published], ["ours, first order", *proved]]
        parts.append(markdown_table(head, rows))
    found_layers = list(dict.fromkeys(key.split("|")[1] for key in record["convolutions"]))
    head = [
        "convolution",
        *(f"{layer}: {title}" for layer in found_layers for title in TILES.values()),
    ]
    rows = []
    for form in forms:
        cells = []
        for layer in found_layers:
            base = record["convolutions"][f"{form}|{layer}|1"]["relative"]
            for tile in TILES:
                entry = record["convolutions"][f"{form}|{layer}|{tile}"]
                cells.append(f"{entry['relative']:.1e} ({entry['relative'] / base:.2f})")
        rows.append([form, *cells])
    return "\n\n".join([*parts, markdown_table(head, rows)])


def picture(record: dict[str, Any], path: Path) -> None:
    """Measured constants by depth beside the published bounds."""
    import matplotlib.pyplot as plt

    n = int(next(iter(record["products"])).split("|")[3])
    figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.9), sharey=True)
    for panel, variant in zip(panels, VARIANTS, strict=True):
        for form, marker in zip(forms_of(record), "os^vDX", strict=False):
            found = constants(record, form, variant)
            panel.plot(
                list(found),
                [c for c, _ in found.values()],
                marker + "-",
                label=form,
                markersize=4,
                linewidth=0.8,
            )
        depths = list(found)
        panel.plot(
            depths,
            [linalg.published_error_constant(n, d, variant=variant) for d in depths],
            "k--",
            label="Higham's bound",
        )
        panel.set_yscale("log")
        panel.set_xticks(depths)
        panel.set_title(f"{variant}, n = {n}", fontsize=9)
        panel.set_xlabel("depth of recursion (0: direct)", fontsize=8)
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("max |C' - C| / (u max |A| max |B|)", fontsize=8)
    panels[1].legend(fontsize=7)
    save_figure(figure, path)


def main(arguments: list[str] | None = None) -> int:
    few = "16 x 16, depth 2, one seed, two formats, two images"
    parser = options_of(__doc__, RECORD, few, seeds=None)
    parser.add_argument("--formats", type=names(FORMATS), help=f"of: {', '.join(FORMATS)}")
    parser.add_argument("--seeds", type=int, default=None, help="default: 5")
    options = parser.parse_args(arguments)
    if options.docs:
        write_page(RECORD, DOCS, markdown, PICTURE, picture)
        return 0
    options.formats = options.formats or (["posit16", "bfloat16"] if options.quick else FORMATS)
    options.seeds = options.seeds or (1 if options.quick else 5)
    options.n, options.depth, options.images = (16, 2, 2) if options.quick else (64, 4, 16)
    empty: dict[str, Any] = {"products": {}, "convolutions": {}}
    measured(Recorded(path_of(options, RECORD), empty, level=True), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
