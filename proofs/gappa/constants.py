# SPDX-License-Identifier: BSD-3-Clause
"""Which constants does the C text compute with?  Its own expressions, folded by the translator.

A level of an extraction is (top, sigma): terms below 2^top, to which sigma is added and subtracted.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.loops import Invariant
from proofs.smt.c.operators import float_of
from proofs.smt.c.types import BOOL, DOUBLE, INT, LONG, Array, Pointer, Void
from proofs.smt.claims.sqrt_long import vector_core
from proofs.smt.core import Core
from proofs.smt.smt_claim import core_of

VECTORS = ("nf_vector", "nf_lanes", "nf_gemm_vector")
LEVELS = '#define NF_LEVEL portable\n#include "levels/exact_kernels.c"\n'


def levels_core(checkout):
    return Core(checkout, LEVELS, lanes=VECTORS)


def cut_core(checkout):
    return Core(checkout, '#include "exact/cut.c"\n')


def slices_core(checkout):
    return Core(checkout, '#include "exact/slices.c"\n', defines=("-D__SSE2__=1",))


class NoNumberError(ValueError):
    """A constant of the text that is no finite double."""


def exactly(word):
    """The value of a double that the translator has folded; an infinity is none."""
    if not t.is_const(word):
        raise NoNumberError("a sigma, or a factor, is no finite double")
    return Fraction(float_of(word))


def finish_core(checkout):
    return Core(checkout, '#include "exact/finish_wide.c"\n')


@dataclass(frozen=True)
class Level:
    """Terms below 2^top in magnitude; sigma is added to them and subtracted."""

    top: int
    sigma: Fraction


@dataclass(frozen=True)
class Extraction:
    """What nf_extract does with terms below 2^top: two levels, and the top of the next pass."""

    levels: tuple[Level, Level]
    next_top: int


def enumerators(checkout, make=levels_core):
    """Values of the enumerators of a text, signed."""
    return core_of(checkout, make).program.enums


def terms_below(run, top):
    """nf_terms with this top, of numbers that are no residuals."""
    fields = run.p.types["nf_terms"].fields
    return {
        name: t.bv({"top": top, "count": 8}.get(name, 0), 8 if of == BOOL else 32)
        for name, of in fields.items()
        if not isinstance(of, Pointer)
    } | {"term": ("terms", ())}


def extraction(checkout, top):
    """The two levels of a pass that begins with terms below 2^top."""
    run = core_of(checkout, levels_core).run()
    found = {}

    def levels(_p, _call, _st, args):
        found["both"] = args[2][0]
        found["sigma"] = tuple(exactly(args[i][0]) for i in (3, 4))
        return t.bv(0, 8), BOOL

    run.p.externals["nf_extract_levels"] = levels
    run.st.mem |= {"terms": Cells("terms", 64), "sum": Cells("sum", 64)}
    run.call("nf_extract_pass", (terms_below(run, top), None), (("sum", ()), None))
    first, second = found["sigma"]
    below = turned(run, top)
    return Extraction((Level(top, first), Level(top - (top - below) // 2, second)), below)


def turned(run, top):
    """The top after one turn of the loop of nf_extract."""
    run.p.externals |= {
        "nf_extract_pass": lambda _p, _n, _st, _args: (t.bv(1, 8), BOOL),
        "nf_accumulate_double": lambda *_: (None, Void()),
    }
    run.turn(
        "nf_extract.0",
        t=(terms_below(run, top), run.p.types["nf_terms"]),
        sum=({"0": t.bv(0, 64), "1": t.bv(0, 64)}, Array(DOUBLE, 2)),
        more=(t.bv(1, 8), BOOL),
        q=(("accumulator", ()), Pointer(run.p.types["nf_accumulator"])),
    )
    return t.signed(run.variable("t")["top"].val, 32)


def digit_level(checkout, width, top, digit):
    """The level of one digit of a slice of a line below 2^top, and 2^-unit, by which q is scaled."""
    run = core_of(checkout, cut_core).run()
    line, work = Cells("top", 32), Cells("work", 64)
    line["c_0"] = t.bv(top, 32)
    run.st.mem["slices"] = {
        "top": ("top", ()),
        "work": ("work", ()),
        "width": t.bv(width, 32),
        "lines": t.bv(1, 32),
    }
    run.st.mem |= {"top": line, "work": work}
    number = {"s": t.bv(digit, 32), "i": t.bv(0, 32)}
    run.turn(
        "set_units.1",
        c=(("slices", ()), Pointer(run.p.types["nf_slices"])),
        **{k: (v, INT) for k, v in number.items()},
    )
    written = run.st.mem["work"]
    sigma, scale = (exactly(written[f"c_{1 + 2 * digit + j}"]) for j in (0, 1))
    return Level(top - digit * width, sigma), scale


def digit_bits(checkout, k):
    """nf_digit_bits of a number of products."""
    run = core_of(checkout, cut_core).run()
    return run.call("nf_digit_bits", (t.bv(k, 64), LONG)).val


def root_doubles(checkout):
    """The factor of the double's root in nf_sqrt_long, and the largest double that becomes an estimate."""
    run, found = core_of(checkout, vector_core).run(), []

    def lane(p, _n, _st, args):
        if args and t.is_const(args[0][0]):
            found.append(exactly(args[0][0]))
        return p.fresh(DOUBLE, "lane"), DOUBLE

    for name in ("_mm_set_sd", "_mm_mul_sd", "_mm_sqrt_sd", "_mm_min_sd"):
        run.p.externals[name] = lane
    run.p.externals["_mm_cvttsd_si64"] = lambda p, *_: (p.fresh(LONG, "half"), LONG)
    end = Invariant(lambda _: t.TRUE, measure=lambda value: value("root"))
    run.p.invariants |= {f"nf_sqrt_long.{i}": end for i in (0, 1)}
    run.call("nf_sqrt_long", (run.p.fresh(run.p.types["nf_number_64"], "a"), None))
    scale, most = found
    return scale, most
