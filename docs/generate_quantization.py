# SPDX-License-Identifier: BSD-3-Clause
"""What do the published formulas of quantisation do?  The table and a picture of quantization.md.

``python docs/generate_quantization.py`` prints the table; ``--write`` puts it between the page's
marks, and draws docs/pictures/quantization.svg.
"""

import sys
from pathlib import Path

import numpy as np

from numformats._atomic_file import write_text
from numformats.quantization import Affine, Int128, fits_int64, integer_matmul

DOCS = Path(__file__).parent
PAGE, PICTURE = DOCS / "explanation" / "quantization.md", DOCS / "pictures" / "quantization.svg"
BEGIN, END = "<!-- begin formulas -->\n", "<!-- end formulas -->\n"
LENGTHS = (1, 2, 3, 16, 64, 256, 1024, 4096)
SIZES = 10.0 ** np.arange(-13, 4)


def published(x):
    """Codes of the source: scale = 2^31 / (max + 1e-7), round(x scale) in the dtype of x, to int32."""
    scale = x.dtype.type(2**31) / (np.abs(x).max() + x.dtype.type(1e-7))
    with np.errstate(invalid="ignore"):
        return np.round(x * scale).astype(np.int32)


def bits_used(codes):
    """How many bits of 31 the largest magnitude fills: log2 of the largest code, rounded up."""
    return int(np.abs(codes.astype(np.int64)).max()).bit_length()


def wrapped(k, data):
    """How many of 64 x 64 sums of k products of codes of 32 bits int64 gets wrong."""
    rng = np.random.default_rng(k)
    draw = {"normal": rng.standard_normal, "positive": lambda s: np.abs(rng.standard_normal(s))}[
        data
    ]
    a, b = draw((64, k)), draw((k, 64))
    a, b = Affine(32).fit(a).quantize(a), Affine(32).fit(b).quantize(b)
    exact = integer_matmul(a, b)
    if not isinstance(exact, Int128):
        return 0
    with np.errstate(over="ignore"):
        plain = a.astype(np.int64) @ b.astype(np.int64)
    return int((exact.to_object() != plain.astype(object)).sum())


def floor_and_nearest():
    """Mean error in steps, and mean square error in square steps, of floor and of the nearest code."""
    x = np.random.default_rng(0).standard_normal(1_000_000)
    q = Affine(6).fit(x)
    errors = (np.floor(x / q.scale) - x / q.scale, q.quantize(x) - x / q.scale)
    return [(float(e.mean()), float(np.mean(e * e))) for e in errors]


def table():
    """The rows: what, the published formula's result, and ours."""
    rows = [("what", "published", "here"), ("---",) * 3]
    x = np.array([8, 1, -8], np.float32)
    rows.append(("32-bit codes of 8, 1, -8 (float32)", f"`{published(x).tolist()}`",
                 f"`{Affine(32).fit(x).quantize(x).tolist()}`"))  # fmt: skip
    for size in (1.0, 1e-8, 1e-12):
        y = np.array([size, -size / 3])
        used = bits_used(published(y)), bits_used(Affine(32).fit(y).quantize(y))
        rows.append((f"bits of 31 that the largest of {size:g} fills", str(used[0]), str(used[1])))
    many = np.random.default_rng(1).standard_normal(10_000).astype(np.float32)
    theirs, ours = published(many), Affine(32).fit(many).quantize(many)
    low = [f"{100 * np.mean((c[np.abs(c) > 2**30] & 63) == 0):.0f} %" for c in (theirs, ours)]
    rows.append(("codes beyond 2^30 whose last 6 bits are 0 (float32, normal data)", *low))
    rows += [
        (f"wrong of 4096 sums, K = {k}, {data} data, 32 bits", str(wrapped(k, data)), "0")
        for data in ("normal", "positive")
        for k in (2, 64, 1024)
    ]
    (fm, fs), (nm, ns) = floor_and_nearest()
    rows.append(("mean error of 6-bit codes, in steps", f"{fm:+.4f} (floor)", f"{nm:+.4f}"))
    rows.append(("mean square error, in steps squared", f"{fs:.4f} (floor)", f"{ns:.4f}"))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def picture():
    """Where the published scale loses bits, and where its accumulator wraps."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - an extra

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.4))
    theirs, ours = [], []
    for size in SIZES:
        x = np.array([size, -size / 3])
        codes = published(x).astype(np.int64)
        # A sign that is not the element's: no bit of it is right.
        theirs.append(0 if codes[0] < 0 else bits_used(codes))
        ours.append(bits_used(Affine(32).fit(x).quantize(x)))
    left.semilogx(SIZES, ours, "s-", color="#1f6fb2", markersize=4, label="Affine(32)")
    left.semilogx(SIZES, theirs, "o-", color="#b2481f", markersize=4, label="2^31 / (max + 1e-7)")
    left.set_xlabel("largest magnitude", fontsize=9)
    left.set_ylabel("bits of 31 that it fills; 0: wrong sign", fontsize=9)
    left.legend(fontsize=8)
    for data, mark in (("normal", "o-"), ("positive", "^-")):
        shares = [100 * wrapped(k, data) / 4096 for k in LENGTHS]
        right.semilogx(
            LENGTHS, shares, mark, base=2, color="#b2481f", markersize=4, label=f"{data} data"
        )
    right.semilogx(LENGTHS, [0] * len(LENGTHS), "s-", base=2, color="#1f6fb2", markersize=4,
                   label="integer_matmul")  # fmt: skip
    right.set_xlabel("K, products of 32-bit codes in a sum", fontsize=9)
    right.set_ylabel("wrong sums in int64, per cent", fontsize=9)
    right.legend(fontsize=8)
    for panel in (left, right):
        panel.grid(alpha=0.3)
        panel.tick_params(labelsize=8)
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    assert fits_int64(2, 32)
    assert not fits_int64(3, 32)
    made = table()
    print(made)
    if "--write" in sys.argv:
        before, rest = PAGE.read_text("utf-8").split(BEGIN)
        write_text(PAGE, before + BEGIN + made + END + rest.split(END)[1])
        picture()
