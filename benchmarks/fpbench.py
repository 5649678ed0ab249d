# SPDX-License-Identifier: BSD-3-Clause
"""Static bounds of FPBench's expressions, beside those that Daisy and FPTaylor publish.

    python benchmarks/fpbench.py [--boxes 128] [--formats float64,posit32] [--json PATH] [NAME ...]

Prints a Markdown table: the certificate of numformats.analysis.bound for |computed - exact|, inputs
rounded to the format (as Daisy and FPTaylor have them), and the CPU seconds that all formats took.  Formulas and
published bounds, which are for binary64, stand with their sources in fpbench_formulas.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from numformats.analysis import bound

FORMULAS = Path(__file__).with_name("fpbench_formulas.json")
FORMATS = "float64,float32,posit32,bposit32,mlu32"
PUBLISHED = ("daisy interval", "daisy subdivision", "daisy taylor", "fptaylor")


def function_of(expression, numpy=np):
    """The expression as a Python function, of NumPy or of what stands for it."""
    names = {"np": numpy}
    lines = "\n".join(f"    {line}" for line in expression["body"])
    text = f"def formula({', '.join(expression['ranges'])}):\n{lines}\n"
    exec(compile(text, f"<FPBench {expression['name']}>", "exec"), names)  # noqa: S102 - our own file
    return names["formula"]


def expressions(names=()):
    """The expressions of the file, or those of these names."""
    found = json.loads(FORMULAS.read_text("utf-8"))["expressions"]
    return [e for e in found if not names or e["name"] in names]


def number(text):
    """An end of a range, which may be a quotient."""
    return Fraction(text)


def measure(expression, formats, boxes):
    """Of each format the certificate, the estimate and the seconds."""
    fn = function_of(expression)
    ranges = {k: tuple(v) for k, v in expression["ranges"].items()}
    result = {}
    for name in formats:
        begun = time.process_time()
        found = bound(fn, ranges, name, inputs="rounded", subdivide=boxes)
        seconds = time.process_time() - begun
        result[name] = {
            "absolute": found.absolute if np.isfinite(found.absolute) else "inf",
            "estimate": found.estimate if np.isfinite(found.estimate) else "inf",
            "seconds": round(seconds, 3),
        }
    return result


def row(expression, found):
    """One line of the table."""
    published = [expression["published"].get(k) for k in PUBLISHED]
    cells = [expression["name"], *(f"{float(found[f]['absolute']):.3g}" for f in found)]
    cells += ["" if p is None else f"{p:.3g}" for p in published]
    seconds = sum(f["seconds"] for f in found.values())
    return "| " + " | ".join([*cells, f"{seconds:.1f}"]) + " |"


def main(arguments=None):
    """Print the table; write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--boxes", type=int, default=128)
    parser.add_argument("--formats", default=FORMATS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    formats = options.formats.split(",")
    heads = ["expression", *formats, *PUBLISHED, "s"]
    print("| " + " | ".join(heads) + " |")
    print("|---" + "|---:" * (len(heads) - 1) + "|")
    figures = {}
    for expression in expressions(options.names):
        found = figures[expression["name"]] = measure(expression, formats, options.boxes)
        print(row(expression, found), flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
