# SPDX-License-Identifier: BSD-3-Clause
"""How does a user ask for a number format?  One factory per family, each returns a scalar class.

A factory returns the same class for the same parameters, as if it were a global like `np.float32`:
call it for a scalar, pass it as a dtype.  The class is made at the first request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from numformats import _rules
from numformats.number_format import Format

if TYPE_CHECKING:
    from numformats._dtypes import Scalar
    from numformats.number_format import Cut, Inf, Nan, Overflow, Rounding

__all__ = ["P3109", "BPosit", "Fixed", "Float", "Posit", "TakumLinear", "TruncatedFloat"]


def Posit(n: SupportsIndex, es: SupportsIndex = 2) -> type[Scalar]:  # noqa: N802 - makes a class
    """Posit of n bits (2..64) with es exponent bits (0..5); es=2 is the Posit Standard (2022).

    Raises FormatError for anything else.  `nf.Posit(32)` is `nf.posit32`.
    Source: Posit Working Group, Standard for Posit Arithmetic (2022).

    >>> import numformats as nf
    >>> nf.Posit(24).format, nf.Posit(32) is nf.posit32
    (Posit(24, es=2), True)
    """
    width = _rules.integer("n", n, 2, _rules.MAX_BITS)
    return Format("posit", width, rs=width - 1, es=_rules.integer("es", es, 0, 5)).type


def BPosit(  # noqa: N802
    n: SupportsIndex, *, rs: SupportsIndex = 6, es: SupportsIndex = 5
) -> type[Scalar]:
    """B-posit ("bounded posit") of n bits: regimes of at most rs bits, then es exponent bits.

    n 2..64, rs 2..63, es 0..5; with rs >= n - 1 nothing is bounded and it is `Posit(n, es)`.
    Keywords only, because the order of rs and es differs between projects.
    Raises FormatError for anything else.
    Source: Gustafson, Jonnalagadda and Thotli, arXiv 2603.01615 (rs=6, es=5).

    >>> import numformats as nf
    >>> nf.BPosit(16) is nf.bposit16, nf.BPosit(24, rs=8, es=4).format
    (True, BPosit(24, rs=8, es=4))
    """
    width = _rules.integer("n", n, 2, _rules.MAX_BITS)
    longest = min(_rules.integer("rs", rs, 2, _rules.MAX_BITS - 1), width - 1)
    return Format("posit", width, rs=longest, es=_rules.integer("es", es, 0, 5)).type


def TakumLinear(n: SupportsIndex) -> type[Scalar]:  # noqa: N802
    """Linear takum of n bits (8..64); below 12 bits the missing low bits read as zero.

    Raises FormatError for anything else.  Source: Hunhold, arXiv 2404.18603, definition 8.

    >>> import numformats as nf
    >>> nf.TakumLinear(32) is nf.takum_linear32
    True
    """
    return Format("takum_linear", _rules.integer("n", n, 8, _rules.MAX_BITS)).type


def Float(  # noqa: N802, PLR0913 - a float has that many parameters
    exp: SupportsIndex,
    man: SupportsIndex,
    *,
    bias: SupportsIndex | None = None,
    inf: Inf = "ieee",
    nan: Nan = "ieee",
    signed: bool = True,
    zero: bool = True,
    signed_zero: bool | None = None,
    subnormals: bool = True,
    rounding: Rounding = "nearest_even",
    overflow: Overflow | None = None,
) -> type[Scalar]:
    """Binary float of exp exponent bits (1..15) and man fraction bits (0..62), 2..64 bits in all.

    * bias: value = 1.fraction * 2**(exponent field - bias); None is 2**(exp-1) - 1, or 1 if exp=1
    * inf: "none", "ieee" (exponent all ones, fraction 0), "top" (the largest codes but NaN)
    * nan: "none", "ieee", "all_ones" (all bits below the sign), "negative_zero" (the code of -0)
    * signed=False: no sign bit, no negative numbers; at most 63 bits
    * zero=False: the code 0 is the least power of two (unsigned, without subnormals)
    * signed_zero: None follows from the rest (signed and NaN not in the place of -0)
    * rounding: to nearest with ties to the even code ("nearest_even"), away from zero
      ("nearest_away"), toward it ("nearest_zero"), upward ("nearest_positive") or downward
      ("nearest_negative"); "toward_zero", "toward_positive", "toward_negative", "to_odd",
      "stochastic"
    * overflow: "inf"; "nan"; "saturate": the last finite value, but an infinity stays one;
      "saturate_finite": the last finite value for infinities, too, which without them is the
      same; None is the first of "inf", "nan", "saturate" it can

    "ieee" infinities and NaNs come together and need exp >= 2 and man >= 1.
    Raises FormatError for anything else.

    >>> import numformats as nf
    >>> nf.Float(5, 10) is nf.binary16
    True
    >>> nf.Float(4, 3, inf="none", nan="all_ones") is nf.float8_e4m3fn
    True
    >>> nf.Float(3, 4, inf="none", nan="none", rounding="toward_zero").format
    Float(exp=3, man=4, inf='none', nan='none', rounding='toward_zero', overflow='saturate')
    """
    e = _rules.integer("exp", exp, 1, 15)
    sign = _rules.boolean("signed", signed)
    m = _rules.integer("man", man, 0, min(62, 63 - e))
    if overflow is None:
        overflow = "inf" if inf != "none" else "nan" if nan != "none" else "saturate"
    overflow = _rules.same_overflow(overflow, has_inf=inf != "none")
    return Format(
        "float",
        sign + e + m,
        exp=e,
        man=m,
        bias=_rules.default_bias(e) if bias is None else bias,  # type: ignore[arg-type] # checked
        is_signed=sign,
        zero=zero,
        signed_zero=sign and nan != "negative_zero" if signed_zero is None else signed_zero,
        subnormals=subnormals,
        inf=inf,
        nan=nan,
        rounding=rounding,
        overflow=overflow,
    ).type


def P3109(  # noqa: N802
    K: SupportsIndex,  # noqa: N803 - the report's own letters
    P: SupportsIndex,  # noqa: N803
    signed: bool = True,
    extended: bool = True,
    *,
    overflow: Overflow | None = None,
) -> type[Scalar]:
    """IEEE P3109 float Binary{K}p{P}: K bits (3..64), precision P (P - 1 stored bits).

    * signed: P 1..K-1; unsigned (K <= 63): P 1..K; at most 15 exponent bits
    * extended: with infinities; else (finite) large results saturate
    * overflow: the report's saturation mode: "inf" is SatNone, "saturate" SatPropagate (finite
      numbers saturate, an infinity stays), "saturate_finite" SatFinite (infinities saturate, too);
      None is SatNone, and in finite formats, which know only "saturate", that

    A number below 0 is rounded first and, if it is not 0 then, is NaN in an unsigned format, but 0
    in a mode that saturates or, finite, in one that rounds toward zero or upward.
    Formats too small to hold a positive number, and anything else, raise FormatError.
    Source: IEEE P3109 Interim Report v4.0 (26 June 2026), 4.7.

    >>> import numformats as nf
    >>> nf.P3109(8, 3).format  # Binary8p3se
    Float(exp=5, man=2, bias=16, inf='top', nan='negative_zero')
    >>> nf.P3109(8, 3, overflow="saturate_finite").format
    Float(exp=5, man=2, bias=16, inf='top', nan='negative_zero', overflow='saturate_finite')
    """
    is_signed = _rules.boolean("signed", signed)
    with_inf = _rules.boolean("extended", extended)
    width = _rules.integer("K", K, 3, _rules.MAX_BITS - (not is_signed))
    low, high = max(1, width - is_signed - 14), width - is_signed
    precision = _rules.integer("P", P, max(1, low), high)
    exp = width - is_signed - precision + 1
    return Float(
        exp,
        precision - 1,
        bias=2 ** (exp - 1),
        inf="top" if with_inf else "none",
        nan="negative_zero" if is_signed else "all_ones",
        signed=is_signed,
        overflow=overflow or ("inf" if with_inf else "saturate"),
    )


def TruncatedFloat(  # noqa: N802, PLR0913
    exp: SupportsIndex = 8,
    man: SupportsIndex = 23,
    compute_man: SupportsIndex = 20,
    *,
    ftz: bool = True,
    daz: bool = True,
    truncate: Cut = "result",
) -> type[Scalar]:
    """IEEE-like float that stores man fraction bits and computes with compute_man of them.

    Models an accelerator that truncates toward zero; known from an article, not from vendor
    documentation.  Conversions into it round to nearest even at full width.

    * exp 2..15, man 1..62, 64 bits at most; compute_man 0..man
    * ftz: results below the smallest normal become zero; daz: subnormal operands count as zero
    * truncate: what is cut: "result" (the exact result), "operand" (operands when loaded),
      "align" (in a sum, the aligned smaller operand), "product" (products only), "rounded"
      (the low bits of the result rounded to nearest at full width)

    Raises FormatError for anything else.

    >>> import numformats as nf
    >>> nf.TruncatedFloat() is nf.mlu32
    True
    >>> nf.TruncatedFloat(compute_man=16, truncate="align").format
    TruncatedFloat(exp=8, man=23, compute_man=16, truncate='align')
    """
    e = _rules.integer("exp", exp, 2, 15)
    m = _rules.integer("man", man, 1, min(62, 63 - e))
    return Format(
        "truncated",
        1 + e + m,
        exp=e,
        man=m,
        bias=_rules.default_bias(e),
        is_signed=True,
        signed_zero=True,
        subnormals=True,
        inf="ieee",
        nan="ieee",
        overflow="inf",
        compute_man=_rules.integer("compute_man", compute_man, 0, m),
        ftz=ftz,
        daz=daz,
        cut=truncate,
    ).type


def Fixed(  # noqa: N802
    bits: SupportsIndex,
    frac: SupportsIndex,
    *,
    signed: bool = True,
    rounding: Rounding = "nearest_even",
    overflow: Overflow = "saturate",
) -> type[Scalar]:
    """Fixed point: value = code * 2**-frac, the code an integer of `bits` bits (2..64).

    * frac -64..128: it may be negative, or larger than bits
    * signed: two's complement
    * rounding: as for Float
    * overflow: "saturate"; "saturate_symmetric": the lowest code, -2**(bits-1), is not used, as if
      it were too large (without a sign it is "saturate"); "zero": 0; "wrap": modulo 2**bits

    No NaN, no infinity, one zero.  Raises FormatError for anything else.

    >>> import numformats as nf
    >>> nf.Fixed(16, 15) is nf.q15, str(nf.Fixed(8, 4, overflow="wrap").format)
    (True, 'fixed<8,frac=4,overflow=wrap>')
    """
    sign = _rules.boolean("signed", signed)
    return Format(
        "fixed",
        _rules.integer("bits", bits, 2, _rules.MAX_BITS),
        frac=_rules.integer("frac", frac, -64, 128),
        is_signed=sign,
        rounding=rounding,
        overflow=_rules.same_overflow(overflow, signed=sign),
    ).type
