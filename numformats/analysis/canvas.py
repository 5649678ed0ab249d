# SPDX-License-Identifier: BSD-3-Clause
"""How do all pictures look, and why has the same picture the same bytes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["COLOURS", "FAMILIES", "MARKERS", "new_figure", "save"]

# Okabe and Ito's colours, told apart by colour-blind readers too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "osDv^Px"
FAMILIES = {
    "posit": ("posit, b-posit", "#0072B2", "o"),
    "takum_linear": ("linear takum", "#009E73", "D"),
    "float": ("float", "#D55E00", "s"),
    "truncated": ("truncated float", "#CC79A7", "v"),
    "fixed": ("fixed point", "#E69F00", "^"),
}
_STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "numformats", "font.size": 10}


def new_figure(width: float, height: float) -> Any:
    """An empty matplotlib Figure, in inches; ImportError naming the extra without it."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ImportError:
        raise ImportError("pictures need matplotlib: pip install 'numformats[plot]'") from None
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, target: Path | str | BinaryIO, **options: Any) -> None:
    """Writes a figure: `savefig` without a date and with fixed names inside, texts as texts."""
    from matplotlib import rc_context  # noqa: PLC0415 - a figure comes from it

    style: Any = _STYLE  # matplotlib types each key
    with rc_context(style):
        figure.savefig(target, **{"metadata": {"Date": None}, **options})
