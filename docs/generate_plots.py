# SPDX-License-Identifier: BSD-3-Clause
"""Which pictures has the page on drawing?  ``python docs/generate_plots.py`` draws them.

Numbers are those that the library computes; needs the extra ``numformats[plot]``.  With a folder as
argument it writes them there.
"""

import sys
from pathlib import Path

import numpy as np

import numformats as nf
from numformats.analysis import plots

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS / "examples"))
import truncated_drift  # noqa: E402 - a script beside the pages

PICTURES = {
    "accuracy-32.svg": lambda: plots.plot_accuracy(
        ["posit32", "bposit32", "takum_linear32", "binary32", "q31"], 2.0**-140, 2.0**140
    ),
    "drift.svg": truncated_drift.draw,
    "posit8-add.svg": lambda: plots.plot_operation(nf.posit8, np.add),
    "float8_e4m3-multiply.svg": lambda: plots.plot_operation(nf.float8_e4m3, np.multiply),
}


def main(folder=DOCS / "pictures"):
    for name, draw in PICTURES.items():
        plots.save(draw(), Path(folder) / name)


if __name__ == "__main__":
    main(*sys.argv[1:2])
