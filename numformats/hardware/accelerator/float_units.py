# SPDX-License-Identifier: BSD-3-Clause
"""The accelerator's adder, multiplier and VCOMP: which stages have they, and what do those hold?

    adder        unpack  align     add        normalise  cut  pack
    multiplier   unpack  multiply  normalise  cut        pack
    VCOMP fused  unpack  multiply  scale      align      add  normalise  cut  pack
    VCOMP twice  the multiplier, then the adder

All take operands at every edge: the initiation interval is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.hardware.accelerator.bits import ones
from numformats.hardware.accelerator.datapath import BELOW, FINITE, ZERO, FloatPath, Term
from numformats.hardware.accelerator.pipeline import Pipeline, Stage

if TYPE_CHECKING:
    from numformats.hardware.accelerator.pipeline import Registers
    from numformats.parse import FormatLike

__all__ = ["adder", "multiplier", "vcomp"]


def _named(prefix: str, term: Term) -> Registers:
    return {f"{prefix}_{k}": v for k, v in term._asdict().items()}


def _term(prefix: str, registers: Registers) -> Term:
    return Term(*(registers[f"{prefix}_{k}"] for k in Term._fields))


def _unpack(p: FloatPath, *operands: str) -> Stage:
    def work(**codes: int) -> Registers:
        return {k: v for o in operands for k, v in _named(o, p.unpack(codes[o])).items()}

    widths = {f"{o}_{k}": w for o in operands for k, w in p.term_widths.items()}
    return Stage("unpack", widths, work)


def _multiply(p: FloatPath, x: str, y: str) -> Stage:
    def work(**r: int) -> Registers:
        t = p.multiply(_term(x, r), _term(y, r))
        return {"sign": t.sign, "exp": t.exp, "product": t.sig, "kind": t.kind}

    widths = {"sign": 1, "exp": p.exp_bits, "product": 2 * p.man + 2, "kind": 2}
    return Stage("multiply", widths, work)


def _scale(p: FloatPath, addend: str) -> Stage:
    """A fused product with its leading one at the top, cut where products are."""
    width = 2 * p.man + 2

    def work(sign: int, exp: int, product: int, kind: int, **r: int) -> Registers:
        places = width - product.bit_length() if kind == FINITE else 0
        sig = product << places
        if p.cut == "product":
            sig &= ~ones(width - 1 - p.keep)
        exp = exp + 1 - places & ones(p.exp_bits) if kind == FINITE else 0
        return _named("product", Term(sign, exp, sig, kind)) | {k: r[k] for k in kept}

    kept = {f"{addend}_{k}": w for k, w in p.term_widths.items()}
    widths = {f"product_{k}": w for k, w in p.term_widths.items()} | {"product_sig": width}
    return Stage("scale", widths | kept, work)


def _align(p: FloatPath, x: str, y: str, width: int) -> Stage:
    def work(**r: int) -> Registers:
        # A significand that is narrower is the same number with zeros below.
        a, b = _term(x, r), _term(y, r)
        b = b._replace(sig=b.sig << (width - p.man - 1))
        return p.align(a, b, width)

    wide = width + BELOW
    widths = {"sign": 1, "exp": p.exp_bits, "big": wide, "small": wide, "subtract": 1, "kind": 2}
    return Stage("align", widths, work)


def _add(p: FloatPath, width: int) -> Stage:
    def work(**r: int) -> Registers:
        total = p.add(r["big"], r["small"], r["subtract"]) if r["kind"] == FINITE else 0
        vanished = r["kind"] == FINITE and not total
        return {
            "sign": 0 if vanished else r["sign"],
            "exp": r["exp"],
            "total": total,
            "kind": ZERO if vanished else r["kind"],
        }

    return Stage("add", {"sign": 1, "exp": p.exp_bits, "total": width + 4, "kind": 2}, work)


def _normalise(p: FloatPath, source: str, one: int) -> Stage:
    def work(**r: int) -> Registers:
        exp, sig = 0, 0
        if r["kind"] == FINITE:
            exp, sig = p.normalise(r["exp"], r[source], one)
        return {"sign": r["sign"], "exp": exp, "sig": sig, "kind": r["kind"]}

    return Stage("normalise", p.term_widths | {"sig": p.man + 1 + BELOW}, work)


def _cut(p: FloatPath, *, is_product: bool) -> Stage:
    def work(sign: int, exp: int, sig: int, kind: int) -> Registers:
        magnitude = p.cut_result(exp, sig, is_product=is_product) if kind == FINITE else 0
        return {"sign": sign, "magnitude": magnitude, "kind": kind}

    return Stage("cut", {"sign": 1, "magnitude": p.exp_bits + p.man, "kind": 2}, work)


def _pack(p: FloatPath) -> Stage:
    def work(sign: int, magnitude: int, kind: int) -> Registers:
        return {"code": p.pack(sign, magnitude, kind)}

    return Stage("pack", {"code": p.bits}, work)


def _carrying(stage: Stage, widths: Registers) -> Stage:
    """The stage with registers that only pass through."""

    def work(**r: int) -> Registers:
        kept = {name: r[name] for name in widths}
        return stage.work(**{k: v for k, v in r.items() if k not in widths}) | kept

    return Stage(stage.name, {**stage.widths, **widths}, work)


def _addition(p: FloatPath, x: str, y: str, width: int) -> list[Stage]:
    """From unpacked terms to a normalised sum; significands of x have `width` bits."""
    one = width - 1 + BELOW
    return [_align(p, x, y, width), _add(p, width), _normalise(p, "total", one)]


def adder(format: FormatLike = "mlu32") -> Pipeline:  # noqa: A002 - as everywhere in this room
    """The adder of a truncated float, or of an IEEE float: a and b to code, in six edges.

    Raises ValueError for other formats.

    >>> unit = adder("mlu32")
    >>> unit.run([{"a": 0x3F800000, "b": 0x33800000}]), unit.latency  # 1 + 2^-24 is cut to 1
    ([{'code': 1065353216}], 6)
    """
    p = FloatPath.of(format)
    stages = [_unpack(p, "a", "b"), *_addition(p, "a", "b", p.man + 1)]
    return Pipeline({"a": p.bits, "b": p.bits}, [*stages, _cut(p, is_product=False), _pack(p)])


def multiplier(format: FormatLike = "mlu32") -> Pipeline:  # noqa: A002
    """The multiplier of a truncated float, or of an IEEE float: a and b to code, in five edges.

    Raises ValueError for other formats.

    >>> multiplier("mlu32").run([{"a": 0x40400000, "b": 0x40000000}])  # 3 * 2
    [{'code': 1086324736}]
    """
    p = FloatPath.of(format)
    stages = [_unpack(p, "a", "b"), _multiply(p, "a", "b"), _normalise(p, "product", 2 * p.man)]
    return Pipeline({"a": p.bits, "b": p.bits}, [*stages, _cut(p, is_product=True), _pack(p)])


def vcomp(format: FormatLike = "binary32", *, fused: bool = True) -> Pipeline:  # noqa: A002
    """VCOMP: n + m * alpha, of codes n, m and alpha; fused in 8 edges, or rounded twice in 11.

    The article's implicit register alpha is an operand here: what it holds when n and m go in.
    Raises ValueError for formats that are neither truncated nor of IEEE 754.

    >>> codes = {"n": 0xBF800000, "m": 0x3F800400, "alpha": 0x3F7FF800}
    >>> hex(vcomp().run([codes])[0]["code"]), hex(vcomp(fused=False).run([codes])[0]["code"])
    ('0xb2800000', '0x0')
    """
    p = FloatPath.of(format)
    operands = {"n": p.bits, "m": p.bits, "alpha": p.bits}
    if fused:
        addend = {f"n_{k}": w for k, w in p.term_widths.items()}
        width = 2 * p.man + 2
        multiply = _carrying(_multiply(p, "m", "alpha"), addend)
        stages = [_unpack(p, "n", "m", "alpha"), multiply, _scale(p, "n")]
        stages += [*_addition(p, "product", "n", width), _cut(p, is_product=False), _pack(p)]
        return Pipeline(operands, stages)
    product = [_unpack(p, "m", "alpha"), _multiply(p, "m", "alpha")]
    product += [_normalise(p, "product", 2 * p.man), _cut(p, is_product=True), _pack(p)]
    total = [_unpack(p, "n", "code"), *_addition(p, "n", "code", p.man + 1)]
    total += [_cut(p, is_product=False), _pack(p)]
    waiting = [_carrying(s, {"n": p.bits}) for s in product]  # the addend goes along
    return Pipeline(operands, [*_tagged("product", waiting), *_tagged("sum", total)])


def _tagged(word: str, stages: list[Stage]) -> list[Stage]:
    """The stages with a word before their names."""
    return [Stage(f"{word}_{s.name}", s.widths, s.work) for s in stages]
