# SPDX-License-Identifier: BSD-3-Clause
"""What do the tables of the documentation, _named.pyi and _ufuncs.pyi say?  Written from the package.

``generate_tables.py`` rewrites every table between its ``<!-- begin NAME -->`` and
``<!-- end NAME -->`` marks; ``--check`` only says, by its exit status, whether one is out of date.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats._atomic_file import write_text
from numformats._dtypes import ufuncs
from numformats._special_table import NAMES
from numformats.function_cases import _rows
from numformats.tracing.listing import not_traced, traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent

# family -> its factory, and what the formats' names begin with
FAMILIES = {
    "Standard posits": ("nf.Posit(n, es=2)", ("posit",)),
    "B-posits": ("nf.BPosit(n, rs=6, es=5)", ("bposit",)),
    "Linear takums": ("nf.TakumLinear(n)", ("takum_linear",)),
    "IEEE 754 and relatives": ("nf.Float(exp, man, ...)", ("binary", "bfloat", "tf")),
    "Small floats": ("nf.Float(exp, man, ...)`, `nf.P3109(K, P, ...)", ("float",)),
    "Truncated floats": ("nf.TruncatedFloat(exp, man, compute_man, ...)", ("mlu",)),
    "Fixed point": ("nf.Fixed(bits, frac, ...)", ("q",)),
}
PROMOTED = [
    *("posit8", "posit16", "posit32", "posit64", "bposit16", "bposit32"),
    *("takum_linear16", "takum_linear32", "bfloat16", "binary16", "float8_e4m3fn", "q15"),
]
NUMPY_FLOATS = (np.float16, np.float32, np.float64)
NUMPY_INTEGERS = (np.int8, np.int16, np.int32, np.int64, np.uint64)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def number(x: Any) -> str:
    """Return a value to three digits, but nothing below 1 as 1."""
    text = f"{float(x):.3g}"
    return f"1 - {1 - float(x):.3g}" if text == "1" and x < 1 else text


def overview() -> str:
    """Return one row per family: the README's table."""
    rows = []
    for family, (factory, heads) in FAMILIES.items():
        names = [f"`{name}`" for name in nf.formats() if name.startswith(heads)]
        rows.append((family, ", ".join(names), f"`{factory}`"))
    if sum(len(row[1].split(", ")) for row in rows) != len(nf.formats()):
        raise AssertionError("a named format belongs to no family of this table, or to two")
    return table(["family", "named formats", "make your own"], rows)


def limits() -> str:
    """Return one row per named format: range and precision."""
    return table(
        ["name", "text", "bits", "least > 0", "largest", "eps", "integers up to", "exact in"],
        [limits_row(name, T) for name, T in nf.formats().items()],
    )


def limits_row(name: str, T: Any) -> tuple[object, ...]:
    """Return the row of one format."""
    info = nf.finfo(T)
    home = "float32" if info.lossless_in_float32 else "float64" if info.lossless_in_float64 else "-"
    return (
        f"`{name}`",
        f"`{T.format}`",
        info.bits,
        number(info.minpos),
        number(info.maxpos),
        number(info.exact_eps),
        power(info.contiguous_integers),
        home,
    )


def power(n: int) -> str:
    """Return a large power of two as one."""
    return f"2^{n.bit_length() - 1}" if n > 1 << 12 and n & (n - 1) == 0 else str(n)


def specials() -> str:
    """Return one row per named format: its exceptional values, rounding and overflow."""
    rows = []
    for name, T in nf.formats().items():
        f, info = T.format, nf.finfo(T)
        nan = "NaR" if f.is_tapered else info.nan_count or "-"
        sub = "yes" if f.subnormals else "-"
        zero = "no zero" if not f.zero else "±0" if f.signed_zero else "one"
        rows.append((f"`{name}`", nan, info.inf_count or "-", zero, sub, f.rounding, f.overflow))
    return table(["name", "NaNs", "infinities", "zero", "subnormals", "rounding", "overflow"], rows)


def promotion() -> str:
    """Return the table of promotion; the dtype of a sum; a dash where there is none."""
    return meetings([*(nf.formats()[name] for name in PROMOTED), *NUMPY_FLOATS], sum_of)


def joined() -> str:
    """Return the dtype in which a format and NumPy's integers are joined; a dash: none."""
    return meetings(NUMPY_INTEGERS, np.result_type)


def sum_of(one: Any, other: Any) -> np.dtype[Any]:
    """Return the dtype of the sum of two arrays."""
    return np.add(np.zeros(1, one), np.zeros(1, other)).dtype


def meetings(others: Iterable[Any], meet: Callable[[Any, Any], np.dtype[Any]]) -> str:
    """Return a table of what the promoted formats and others meet in, a dash for nothing."""
    rows = []
    for other in others:
        row = [f"`{np.dtype(other).type.__name__}`"]
        for name in PROMOTED:
            try:
                row.append(meet(nf.formats()[name], other).type.__name__)
            except TypeError:
                row.append("-")
        rows.append(row)
    return table(["", *(f"`{name}`" for name in PROMOTED)], rows)


def operations() -> str:
    """Return one row per operation of the core's table, by its shape."""
    return rows_by_shape("nf_ops.def", "NF_OP", "operations of the core")


def functions() -> str:
    """Return one row per elementary function of the core's table, by its shape."""
    return rows_by_shape("nf_functions.def", "NF_FUNCTION", "elementary functions")


def own_ufuncs() -> str:
    """Return the names of the ufuncs that NumPy has not."""
    return ",\n".join(f"`numformats.{name}`" for name in ufuncs) + "."


def rows_by_shape(file: str, macro: str, heading: str) -> str:
    """Return the names of a table of the core, by their shape."""
    source = (ROOT / "cbits" / "include" / file).read_text("utf-8")
    by_kind: dict[str, list[str]] = {}
    for name, kind in re.findall(rf"^{macro}\((\w+),\s*(\w+),", source, re.MULTILINE):
        by_kind.setdefault(kind, []).append(name)
    return table(
        ["operands → results", heading],
        [(SHAPES[kind], ", ".join(f"`{n}`" for n in names)) for kind, names in by_kind.items()],
    )


def special_cases() -> str:
    """Return one row per special case of a function, in floats of two zeros and one, in a posit."""
    rows = [row for name in NAMES for row in special_cases_of(name)]
    return table(["call", "binary32", "P3109(8, 3)", "posit32", "rule"], rows)


def special_cases_of(name: str) -> Iterable[tuple[str, ...]]:
    """Yield the rows of one function."""
    in_posit = {case.row: case.told() for case in _rows(name, nf.posit32)}
    one_zero = {case.row: case.told() for case in _rows(name, nf.P3109(8, 3))}
    for case in _rows(name, nf.binary32):
        call, result, flags, rule = case.told()
        _, posit_result, posit_flags, posit_rule = in_posit.get(case.row, ("", "", "-", rule))
        rules = rule if posit_rule in {rule, "exact"} else f"{rule}; {posit_rule}"
        _, other, other_flags, _ = one_zero.get(case.row, ("", "", "-", ""))
        cells = ((result, flags), (other, other_flags), (posit_result, posit_flags))
        yield (f"`{call}`", *(", ".join(p for p in cell if p != "-") for cell in cells), rules)


def counts() -> str:
    """Return one row per function and format of tests/sweep/functions.json."""
    kept = json.loads((ROOT / "tests" / "sweep" / "functions.json").read_text("utf-8"))
    columns = ("arguments", "decided by MPFR", "wrong", "digest of results", "level", "date")
    rows = [(f"`{run}`", *(found[c] for c in columns)) for run, found in kept["runs"].items()]
    return table(["function, format", *columns], rows)


def sweeps() -> str:
    """Return one row per sweep of tests/sweep/pairs.json, which `sweep pairs --json` wrote."""
    kept = json.loads((ROOT / "tests" / "sweep" / "pairs.json").read_text("utf-8"))
    columns = ("items", "wrong", "asked", "digest", "level")
    rows = [(s["title"], *(s[c] for c in columns)) for s in kept["sweeps"]]
    return table(["sweep", "pairs", "wrong", "by the oracle", "digest of results", "level"], rows)


SHAPES = {
    "T_T": "x → x",
    "T_B": "x → bool",
    "TT_T": "x, y → x",
    "TT_B": "x, y → bool",
    "TT_TT": "x, y → x, x",
    "T_TT": "x → x, x",
    "T_TI": "x → x, int",
    "TI_T": "x, int → x",
    "TTT_T": "x, y, z → x",
}

TABLES: dict[str, Callable[[], str]] = {
    "overview": overview,
    "limits": limits,
    "specials": specials,
    "promotion": promotion,
    "joined": joined,
    "operations": operations,
    "functions": functions,
    "own_ufuncs": own_ufuncs,
    "special_cases": special_cases,
    "counts": counts,
    "not_traced": lambda: table(["functions", "reason"], not_traced()),
    "traced": lambda: table(["kind", "meaning", "functions"], traced()),
    "sweeps": sweeps,
}


def filled(text: str) -> str:
    """Return the text with every marked table made anew."""
    for name, make in TABLES.items():
        marks = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        if marks.search(text):
            body = f"\n{make()}\n\n"
            text = marks.sub(lambda m, body=body: m[1] + body + m[2], text)
    return text


FORMATS_STUB = ROOT / "numformats" / "_named.pyi"
FORMATS_HEAD = """\
# SPDX-License-Identifier: BSD-3-Clause
# Which named formats are there, for type checkers?  Written by docs/generate_tables.py.
# ruff: noqa: N801 - formats are called as NumPy's types are

from typing import ClassVar

import numpy as np

from numformats._dtypes import FixedScalar, FormatScalar
"""
UFUNCS_STUB = ROOT / "numformats" / "_ufuncs.pyi"
UFUNCS_HEAD = """\
# SPDX-License-Identifier: BSD-3-Clause
# Which ufuncs are there that NumPy has not, for type checkers?  Written by docs/generate_tables.py.

import numpy as np

"""


def formats_stub() -> str:
    """Return the classes of the named formats for type checkers."""
    classes = [
        f"\nclass {name}({T.__base__.__name__}):\n    dtype: ClassVar[np.dtype[{name}]]\n"
        for name, T in nf.formats().items()
    ]
    return FORMATS_HEAD + "".join(classes)


def ufuncs_stub() -> str:
    """Return the ufuncs for type checkers."""
    return UFUNCS_HEAD + "".join(f"{name}: np.ufunc\n" for name in ufuncs)


STUBS = {FORMATS_STUB: formats_stub, UFUNCS_STUB: ufuncs_stub}


def main(arguments: list[str]) -> int:
    """Rewrite the pages and the stubs, or with --check tell which ones are out of date."""
    stale = 0
    for page in [*STUBS, ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]:
        old = page.read_text("utf-8")
        new = STUBS[page]() if page in STUBS else filled(old)
        if new == old:
            continue
        stale += 1
        if "--check" in arguments:
            print(f"{page.relative_to(ROOT)}: tables are out of date", file=sys.stderr)
        else:
            write_text(page, new)
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
