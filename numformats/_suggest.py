# SPDX-License-Identifier: BSD-3-Clause
"""What did somebody mean who asked for a name that is not there?"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from numformats._rules import MAX_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["suggestion"]

# What a name with a width at its end asks for: the least width, and the call that makes it.
_BY_WIDTH = {
    "posit": (2, "Posit({0})"),
    "bposit": (2, "BPosit({0})"),
    "takum": (8, "TakumLinear({0})"),
    "takum_linear": (8, "TakumLinear({0})"),
    "q": (1, "Fixed({1}, {0})"),
    "fixed": (2, "Fixed({0}, frac)"),
    "int": (2, "Fixed({0}, 0)"),
    "uint": (2, "Fixed({0}, 0, signed=False)"),
}
# Names that other libraries and vendors give to formats.
_ALIASES = {
    **dict.fromkeys(("float16", "fp16", "half"), "binary16"),
    **dict.fromkeys(("float32", "fp32", "single"), "binary32"),
    **dict.fromkeys(("float64", "fp64", "double"), "binary64"),
    "bf16": "bfloat16",
    "tensorfloat32": "tf32",
    "takum": "TakumLinear",
}
_SMALL_FLOAT = re.compile(r"(?:float|fp|f|binary)?\d*_?e(\d+)m(\d+)")


def suggestion(name: str, known: Sequence[str]) -> str:
    """The end of an error message: what exists, or "" where nothing looks like the name.

    >>> suggestion("posit24", ["posit16", "Posit"])
    ': nf.Posit(24) makes it'
    >>> suggestion("Positt", ["posit16", "Posit"])
    '; did you mean nf.Posit or nf.posit16?'
    """
    word = name.lower()
    made = _made_by_width(word, known) or _made_by_layout(word, known)
    if made:
        return f": nf.{made} makes it"
    near = _near(word, known)
    return f"; did you mean {' or '.join(f'nf.{n}' for n in near)}?" if near else ""


def _made_by_width(word: str, known: Sequence[str]) -> str:
    """The call for a family and a width, unless a named format has them."""
    match = re.fullmatch(r"([a-z_]+?)_?(\d+)", word)
    family, width = (match[1], int(match[2])) if match else ("", 0)
    least, call = _BY_WIDTH.get(family, (MAX_BITS, ""))
    top = MAX_BITS - (family == "q")
    if not least <= width <= top or _taken(word, known):
        return ""
    return call.format(width, width + 1)


def _made_by_layout(word: str, known: Sequence[str]) -> str:
    match = _SMALL_FLOAT.fullmatch(word)
    if match is None or any(f"e{match[1]}m{match[2]}" in other for other in known):
        return ""
    return f"Float({match[1]}, {match[2]})"


def _taken(word: str, known: Sequence[str]) -> bool:
    """Is there a named format of another spelling: posit_16, takum16, Posit16?"""
    return bool(_spelled(word, known))


def _spelled(word: str, known: Sequence[str]) -> list[str]:
    plain = word.replace("_", "").replace("linear", "")
    return [k for k in known if k.lower().replace("_", "").replace("linear", "") == plain]


def _near(word: str, known: Sequence[str]) -> list[str]:
    """At most four names: the same in other letters, an alias, then those like it."""
    same = _spelled(word, known)
    alias = [_ALIASES[word]] if _ALIASES.get(word) in known else []
    layout = _SMALL_FLOAT.fullmatch(word)
    part = f"e{layout[1]}m{layout[2]}" if layout else word
    within = [k for k in known if len(part) > 2 and part in k.lower() and not alias]
    within.sort(key=lambda k: (not k.lower().startswith(part), len(k)))
    spelling = {k.lower(): k for k in reversed(known)}
    alike = [spelling[k] for k in difflib.get_close_matches(word, spelling, n=4, cutoff=0.75)]
    return list(dict.fromkeys([*same, *alias, *within, *alike]))[:4]
