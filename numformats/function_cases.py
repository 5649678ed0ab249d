# SPDX-License-Identifier: BSD-3-Clause
"""What are the special cases of an elementary function in a format?  Printed as a table."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats._special_table import CASES, CLAUSES, INTEGER_SECOND, TableRow
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats._dtypes import Scalar
    from numformats.number_format import Format
    from numformats.oracle import Oracle
    from numformats.oracle.values import Value
    from numformats.parse import FormatLike

__all__ = ["Case", "special_cases"]

# NumPy's names of functions that nf_functions.def calls otherwise.
_ALIASES = {"power": "pow", "radians": "deg2rad", "degrees": "rad2deg"}
_FLAGS = {"divide": "divide by zero"}
_BITS = 600  # of pi and log 2: far more than a rounding looks at


class Case(NamedTuple):
    """One row: what the function must give in the format."""

    name: str
    row: TableRow
    arguments: tuple[Scalar | int, ...]
    """Scalars of the format; the second one of `compound` and `rootn` is an integer."""
    result: Scalar
    flags: frozenset[str]
    """Of "invalid", "divide" and "overflow"."""
    source: str

    def told(self) -> tuple[str, str, str, str]:
        """The call, its result, the flags and the source, as they are printed."""
        call = f"{self.name}({', '.join(map(_text, self.arguments))})"
        flags = ", ".join(_FLAGS.get(flag, flag) for flag in sorted(self.flags))
        return call, _text(self.result), flags or "-", self.source


def special_cases(fn: np.ufunc | str, T: FormatLike) -> None:  # noqa: N803 - a type's name
    """Print the special cases of an elementary function in a format: result, flags, source.

    Parameters
    ----------
    fn : ufunc or str
        An elementary function (`np.exp`, `nf.rootn`), or its name; `np.sqrt`, too.
    T : scalar class, dtype, Format or text
        Rows whose arguments T has not are left out: infinities of posits, NaN of fixed point.

    The source is the clause of IEEE 754-2019, C23 or the Posit Standard (2022), which b-posits and
    takums follow; "exact" where the value is known in closed form (it is rounded as every result
    is), "limit" where no standard has the function.  The table does not come from the code that
    computes: the tests compare both, and the oracle.

    Raises TypeError for an fn that is neither a ufunc nor a string and for a T that is no format;
    ValueError for another function; UnknownFormatError and FormatError for a wrong text.

    >>> import numformats as nf
    >>> nf.special_cases(nf.rsqrt, nf.posit16)
    call           result  flags           source
    rsqrt(NaR)     NaR     -               Posit Standard 2022, 5.1
    rsqrt(0)       NaR     divide by zero  Posit Standard 2022, 5.5
    rsqrt(-1)      NaR     invalid         Posit Standard 2022, 5.5
    rsqrt(4)       0.5     -               exact
    rsqrt(0.0625)  4       -               exact
    """
    rows = [("call", "result", "flags", "source"), *(case.told() for case in _rows(fn, T))]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for *cells, source in rows:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        print("  ".join([*padded, source]))  # noqa: T201 - what the function is for


def _rows(fn: np.ufunc | str, T: FormatLike) -> list[Case]:  # noqa: N803
    """The special cases of fn that the format T has."""
    from numformats import oracle  # noqa: PLC0415 - mpmath is slow to import

    f = as_format(T)
    of_f = oracle.for_format(f)
    cases = (_case(row, f, of_f) for row in CASES[_name(fn)])
    return [case for case in cases if case is not None]


def _name(fn: np.ufunc | str) -> str:
    """The function's name in the table."""
    if not isinstance(fn, str | np.ufunc):
        msg = f"fn={fn!r}: must be a ufunc or the name of one"
        raise TypeError(msg)
    name = fn if isinstance(fn, str) else fn.__name__
    name = _ALIASES.get(name, name)
    if name not in CASES:
        msg = f"fn={name!r} is no elementary function; allowed: {', '.join(CASES)}"
        raise ValueError(msg)
    return name


def _case(row: TableRow, f: Format, of_f: Oracle) -> Case | None:
    """The row in this format, or None if the format has not all of its arguments."""
    arguments: list[Scalar | int] = []
    for place, word in enumerate(row.arguments):
        if place == 1 and row.name in INTEGER_SECOND:
            arguments.append(int(word))
            continue
        value = _value(word)
        code = of_f.encode(value, "toward_zero")
        if of_f.decode(code) != value:
            return None
        arguments.append(f.type.from_bits(code))
    tapered = f.is_tapered
    word, flags = (row.tapered_result, row.tapered_flags) if tapered else (row.result, row.flags)
    stored = _stored(row, _value(word), flags, f, of_f)
    if stored is None:
        return None
    code, raised = stored
    rule = row.source
    if tapered:
        known = word not in {"nan", "inf", "-inf"} and not flags
        clause = "5.1" if "nan" in row.arguments else CLAUSES[row.name]
        rule = "exact" if known else f"Posit Standard 2022, {clause}"
    return Case(row.name, row, tuple(arguments), f.type.from_bits(code), raised, rule)


def _stored(
    row: TableRow, value: Value, flags: frozenset[str], f: Format, of_f: Oracle
) -> tuple[int, frozenset[str]] | None:
    """Code and flags of a result; None if chance decides it.

    The rules of docs/explanation/nar-and-nan.md: NaN, poles and what is too large, by format.
    """
    from numformats.oracle import Special  # noqa: PLC0415

    one_zero = f.family in {"float", "truncated"} and not f.signed_zero
    if "zero" in flags and one_zero and f.has_nan:
        value = Special.NAN  # the sign of the infinity is lost with that of zero
    flags -= {"zero"}
    codec = of_f.codec
    if f.overflow == "wrap" and row.name != "pow":  # whole powers wrap, other functions saturate
        code, raised = codec.encode(value, codec.rounding, "saturate", 0)
    else:
        code, raised = codec.store(value, 0)
    if f.rounding == "stochastic" and of_f.decode(code) != value:
        return None
    return code, flags if "divide" in flags else flags | raised


def _value(word: str) -> Value:
    """The number that a word of the table is: 3/2, -0, nan, 3pi/4, log2."""
    from mpmath import libmp  # noqa: PLC0415 - slow to import

    from numformats.oracle import Special  # noqa: PLC0415

    specials = {special.value: special for special in Special}
    if word in specials:
        return specials[word]
    if word == "log2":
        return Fraction(*libmp.to_rational(libmp.mpf_ln2(_BITS)))
    times, pi, parts = word.partition("pi")
    if not pi:
        return Fraction(word)
    quarters = Fraction({"": "1", "-": "-1"}.get(times, times) + parts)
    return quarters * Fraction(*libmp.to_rational(libmp.mpf_pi(_BITS)))


def _text(x: Any) -> str:
    """A scalar of a format, or an integer, as the table shows it: 3, -0, 1.571, inf, NaR."""
    if isinstance(x, int) or not np.isnan(x):
        return str(x).removesuffix(".0")
    return "NaR" if type(x).format.is_tapered else "NaN"
