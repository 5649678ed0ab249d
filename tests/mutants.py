# SPDX-License-Identifier: BSD-3-Clause
"""Which bugs does mutate.py plant?  One line of the C core each; none may survive the tests.

Not here, because no format can show them (the width rule of field.h: operands fill at most half the
field): the sticky bit of the 64-bit product, and the carry out of the middle words of the 128-bit
product, which needs two factors of more than 64 bits.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["MUTANTS", "Mutant"]


class Mutant(NamedTuple):
    """A change of one piece of text, which must occur in the file exactly once."""

    name: str
    file: str
    original: str
    mutated: str


MUTANTS = [
    # ---- sticky bits
    Mutant("shr_jam drops sticky", "core/field.h",
           "return (x >> n) | ((x << (NF_W - n)) != 0);", "return x >> n;"),
    Mutant("shr_jam far drops sticky", "core/field.h", "return x != 0;", "return 0;"),
    Mutant("fmm drops sticky", "core/mul.h", "high | (low != 0)", "high"),
    Mutant("product loses a cross term", "core/mul.h", " + (lh >> 64)", ""),
    Mutant("div drops sticky", "core/div.h", " | (r0 != 0)", ""),
    Mutant("sqrt drops sticky", "core/sqrt.h", " | (remainder != 0)", ""),
    Mutant("addend drops sticky", "core/ops.h", "NF_N(nf_shr_jam)(small, distance + 1)",
           "(distance + 1 < NF_W ? small >> (distance + 1) : 0)"),
    Mutant("fma drops sticky", "core/fma.h", "hi | (s.lo != 0)", "hi"),
    Mutant("fma difference drops sticky", "core/fma.h", "hi | (lo != 0)", "hi"),
    Mutant("fma far addend drops sticky", "core/fma.h", "r.lo = (x.hi | x.lo) != 0;", "r.lo = 0;"),
    Mutant("encode tapered drops sticky", "core/tapered.h",
           "dropped |= (uint64_t)below != 0;", ";"),
    Mutant("encode ieee drops sticky", "core/ieee.h", "dropped |= (uint64_t)rest != 0;", ";"),
    Mutant("encode fixed drops sticky", "core/fixed.h", "dropped |= (uint64_t)rest != 0;", ";"),
    Mutant("regime drops sticky", "core/tapered.h",
           "*lost = (rest << (NF_W - length) | below) != 0;", "*lost = below != 0;"),
    Mutant("exponent bits drop sticky", "core/tapered.h",
           "*lost = (rest << (NF_W - length) | below) != 0;", "*lost = rest << (NF_W - length) != 0;"),
    Mutant("takum drops sticky", "core/tapered.h",
           "*lost = rest << (NF_W - 4 - r) != 0;", "*lost = false;"),
    # ---- ties and directions
    Mutant("tie goes up", "core/round.h", "((dropped == half) & odd)", "(dropped == half)"),
    Mutant("tie goes to odd", "core/round.h", "((dropped == half) & odd)",
           "((dropped == half) & !odd)"),
    Mutant("tie is cut", "core/round.h", "return dropped >= half;", "return dropped > half;"),
    Mutant("toward positive ignores sign", "core/round.h", "return !sign && dropped;",
           "return dropped != 0;"),
    Mutant("toward negative turned", "core/round.h", "return sign && dropped;",
           "return !sign && dropped;"),
    Mutant("to odd always up", "core/round.h", "return dropped && !odd;", "return dropped != 0;"),
    Mutant("stochastic off by one", "core/round.h", "env->index) < dropped",
           "env->index + 1) < dropped"),
    Mutant("to odd overflows", "core/round.h", "mode == NF_TO_ODD ||", "0 ||"),
    # ---- ends of the range
    Mutant("no clamp to minpos", "core/tapered.h", "m = 1;", "m = 0;"),
    Mutant("no clamp of a zero", "core/tapered.h", "m = m == 0 ? 1", "m = m == 0 ? 0"),
    Mutant("no clamp to maxpos", "core/tapered.h", "m > maxpos ? maxpos", "m > maxpos ? maxpos + 1"),
    Mutant("overflow threshold", "core/ieee.h", "if (m > nf_max_finite(f))\n        return NF_N(nf_overflow",
           "if (m > nf_max_finite(f) + 1)\n        return NF_N(nf_overflow"),
    Mutant("fixed end off by one", "core/fixed.h", "(up && q == end)", "(up && q == end + 1)"),
    Mutant("fixed saturates to the wrong end", "core/fixed.h", "f->is_signed ? top + 1 : 0",
           "f->is_signed ? top : 0"),
    Mutant("subnormals are normal", "core/ieee.h", "if (!below) /*", "if (true) /*"),
    Mutant("no flush", "core/codec.h", "if (f->ftz && m >> f->man == 0)", "if (false)"),
    Mutant("no subnormal operands flushed", "core/codec.h", "if (f->daz && ", "if (false && "),
    Mutant("cut one bit late", "core/codec.h", "int keep = f->compute_man + 1;",
           "int keep = f->compute_man + 2;"),
    Mutant("operands not cut", "core/codec.h", "if (f->cut == NF_CUT_OPERAND)", "if (false)"),
    Mutant("mask forgotten", "core/codec.h", "f->cut == NF_CUT_ROUNDED && ", "false && "),
    Mutant("align cuts a bit too many", "core/arith.h",
           "*b = NF_N(nf_keep)(*b, f->compute_man + 1 -", "*b = NF_N(nf_keep)(*b, f->compute_man -"),
    # ---- signs
    Mutant("sub forgets to negate", "core/arith.h", "b.sign ^= 1;", "b.sign ^= 0;"),
    Mutant("tapered forgets to negate", "core/tapered.h",
           "((m ^ negate) - negate)", "m"),
    Mutant("product sign", "core/mul.h",
           "return nf_finite_128(a.sign ^ b.sign,", "return nf_finite_128(a.sign | b.sign,"),
    Mutant("quotient sign", "core/div.h", "return NF_N(nf_finite)(a.sign ^ b.sign,",
           "return NF_N(nf_finite)(a.sign,"),
    Mutant("negative zero sum", "core/ops.h", "a.sign == b.sign ? a.sign : down",
           "a.sign"),
    Mutant("remainder keeps its sign", "core/integer.c", "return r.sign == b.sign ? r :",
           "return true ? r :"),
    Mutant("odd power loses sign", "core/power.c", "r.sign = x.sign & count;", "r.sign = 0;"),
    Mutant("key ignores the sign", "core/order.h", "? -(int64_t)m : (int64_t)m",
           "? (int64_t)m : (int64_t)m"),
    # ---- fields
    Mutant("regime limit off by one", "core/tapered.h", "int length = run + (run < f->rs); /*",
           "int length = run + 1; /*"),
    Mutant("regime written too long", "core/tapered.h",
           "int length = run + (run < f->rs);\n    NF_SIG", "int length = run + 1;\n    NF_SIG"),
    Mutant("takum offset", "core/tapered.h", "c += direction ? (1 << r) - 1 : 1 - (2 << r);",
           "c += direction ? (1 << r) - 1 : 2 - (2 << r);"),
    Mutant("quotient exponent", "core/div.h", "a.exp - b.exp - less, q1", "a.exp - b.exp, q1"),
    Mutant("root of odd exponents", "core/sqrt.h", "int odd = a.exp & 1;\n    NF_SIG root", "int odd = 0;\n    NF_SIG root"),
    Mutant("long quotient drops sticky", "core/div.h", "q | (r != 0)", "q"),
    Mutant("long root drops sticky", "core/sqrt.h", "root | !exact", "root"),
    Mutant("long root not counted off", "core/sqrt.h", "        root--;", "        break;"),
    Mutant("sums of long numbers in 64 bits", "core/core.h", "nf_significand_bits(f) <= 60", "nf_significand_bits(f) <= 64"),
    Mutant("swap by exponent only", "core/ops.h",
           "(a.exp < b.exp) | ((a.exp == b.exp) & (a.sig < b.sig))", "(a.exp < b.exp)"),
    Mutant("posit top", "core/tapered.h", "f->rs * (1 << f->es) : 255", "f->rs * (1 << f->es) - 1 : 255"),
    # ---- flags, order, integers, promotion
    Mutant("no invalid flag", "core/field.h", "env->flags |= NF_INVALID;", ";"),
    Mutant("overflow is silent", "core/fixed.h", "pole ? 0 : NF_OVERFLOW", "0"),
    Mutant("NaN equals itself", "core/order.h", "return nf_is_float(f) && (nf_el_isnan(f, a)",
           "return false && (nf_el_isnan(f, a)"),
    Mutant("zeros unordered by sign", "core/order.h", "x != y ? x > y : !nf_el_signbit(f, a)",
           "x > y"),
    Mutant("floor rounds to nearest", "core/integer.c", "whole + (sign && !exact)", "whole"),
    Mutant("long floor ignores the rest", "core/integer.c", "return nf_finite_128(sign, d.exp, d.q | low);",
           "return nf_finite_128(sign, d.exp, d.q);"),
    Mutant("promotion swaps", "core/limits.c", "precision(to, &t, e) < need",
           "precision(to, &t, e) + 1 < need"),
    Mutant("promotion forgets infinities", "core/limits.c", "(s->has_inf && !t->has_inf)", "false"),
    Mutant("step stops too early", "core/order.h", "return m >= end ? end :", "return m >= end - 1 ? end :"),
    # ---- exact sums and products
    Mutant("accumulator loses a carry", "core/accumulate.c", "carry = t >> PIECE;", "carry = 0;"),
    Mutant("exact sum drops sticky", "core/accumulate.c", "sticky |= chunk[i] != 0;", ";"),
    Mutant("level too fine", "exact/extract.h", "nf_power_of_two(-LEVEL_BITS - 1)",
           "nf_power_of_two(-LEVEL_BITS - 12)"),
    Mutant("residuals forgotten", "exact/exact_kernels.c", "t.short_half = true;", "t.count /= 2;"),
    Mutant("rest forgotten", "exact/extract.h", "more && i < t.count", "false && i < t.count"),
    Mutant("regime decoded too long", "stages/decode.h", "after = nf_least(after, nf_all(rs));", ";"),
    Mutant("subnormals decoded as zero", "stages/decode.h",
           "f->subnormals && !f->daz ? small & ~nan & m : nf_all(0)", "nf_all(0)"),
    # ---- stages
    Mutant("odd sum drops its error", "stages/odd.h", "return nf_double_of((u - (past & inexact)) | inexact);",
           "return z;"),
    Mutant("odd sum on the wrong side", "stages/odd.h", "(u - (past & inexact)) | inexact", "u | inexact"),
    Mutant("exact sums believed", "stages/arith.h", "        if (inexact)", "        if (0)"),
    Mutant("product drops its error", "stages/arith.h", "(nf_magnitude_of(e) > 0 ? 1 : 0)", "0"),
    Mutant("quotient through nearest", "stages/target.c", "*way = way_of(innocuous); return quotients;",
           "*way = NF_NEAR; return quotients;"),
    Mutant("root through nearest", "stages/target.c", "*way = way_of(innocuous); return x.lsb",
           "*way = NF_NEAR; return x.lsb"),
    Mutant("double rounding believed innocuous", "stages/target.c", "2 * x.p + 2 <= 53", "2 * x.p <= 60"),
    Mutant("string drops sticky", "stages/tapered.h", "nf_shift_left(body, 32 - run) | sticky",
           "nf_shift_left(body, 32 - run)"),
    Mutant("string rounds ties up", "stages/tapered.h", "(dropped | (m & 1))", "(dropped | 1)"),
    Mutant("open regime is ended", "stages/tapered.h", "nf_words open = (nf_words)(run == rs)",
           "nf_words open = (nf_words)(run == 0)"),
    Mutant("takum string drops sticky", "stages/tapered.h", " | nf_least(lo << 12, one)", ""),
    Mutant("subnormal result drops sticky", "stages/floats.h", " | inexact);", ");"),
    Mutant("float result of the wrong sign rounds up", "stages/floats.h", "(negative & t->negative)", "0"),
    Mutant("fixed point saturates one early", "stages/target.c", "t.end[0] + 1 : 0", "t.end[0] : 0"),
    Mutant("digits one bit too long", "exact/cut.c", "return (53 - count + 2) / 2;",
           "return (53 - count + 6) / 2;"),
    Mutant("leftovers of a forgotten", "exact/slices.c", "add_row_leftovers(t, i, left, count);", ";"),
    Mutant("leftovers of b forgotten", "exact/slices.c", "add_column_leftovers(t, i, j, left, count);",
           ";"),
    Mutant("diagonal shifted", "exact/slices.c", "shift + (last - d) * t->a.width",
           "shift + (last - d) * t->a.width - (d == 1)"),
]  # fmt: skip
