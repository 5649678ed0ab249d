# SPDX-License-Identifier: BSD-3-Clause
"""Which mistakes in encoding must the claims about it see?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant

ROUND, TAPERED, IEEE, FIXED = (f"cbits/core/{n}.h" for n in ("round", "tapered", "ieee", "fixed"))
EVEN = "case NF_NEAREST_EVEN: return (dropped > half) | ((dropped == half) & odd);"
CLAMP = "m = m == 0 ? 1 : m > maxpos ? maxpos : m;"


def even_to_away(instance):
    away = "case NF_NEAREST_EVEN: return dropped >= half;"
    return Mutant(f"ties away in {instance.row}", ROUND, EVEN, away, instance)


def sticky(instance):
    return Mutant(
        "bits behind the string are forgotten",
        TAPERED,
        "dropped |= lost; /*",
        "/*",
        instance,
    )


def to_odd(instance):
    return Mutant(
        "to odd is upward", ROUND, "return dropped && !odd;", "return dropped != 0;", instance
    )


def downward(instance):
    return Mutant(
        "downward is toward zero",
        ROUND,
        "case NF_TOWARD_NEGATIVE: return sign && dropped;",
        "case NF_TOWARD_NEGATIVE: return false;",
        instance,
    )


def drawn(instance):
    return Mutant(
        "a word equal to the fraction goes up",
        ROUND,
        "nf_random(env->seed, env->stream, env->index) < dropped;",
        "nf_random(env->seed, env->stream, env->index) <= dropped;",
        instance,
    )


NEAREST = (
    even_to_away(Instance("posit32", 64)),
    sticky(Instance("posit32", 64)),
    even_to_away(Instance("every takum", 64, "rounding 0")),
    Mutant("to zero", TAPERED, CLAMP, "m = m > maxpos ? maxpos : m;", Instance("posit16", 64)),
    Mutant("to NaR", TAPERED, CLAMP, "m = m == 0 ? 1 : m;", Instance("bposit16", 64)),
    Mutant(
        "no end of the regime",
        TAPERED,
        "int length = run + (run < f->rs);\n    NF_SIG regime",
        "int length = run + 1;\n    NF_SIG regime",
        Instance("bposit16", 64),
    ),
    Mutant(
        "no end of the regime of a standard posit",
        TAPERED,
        "int length = run + (run < f->rs);\n    NF_SIG regime",
        "int length = run + 1;\n    NF_SIG regime",
        Instance("posit32", 64),
        equivalent="the regime of a standard posit reaches rs only where it fills the word",
    ),
    to_odd(Instance("float<exp=4,man=3,rounding=to_odd>", 64)),
    downward(Instance("float<exp=4,man=3,rounding=toward_negative>", 64)),
    drawn(Instance("float<exp=4,man=3,rounding=stochastic>", 128)),
    Mutant(
        "subnormals without a sticky bit",
        IEEE,
        "NF_SIG sig = NF_N(nf_shr_jam)(x.sig, below);",
        "NF_SIG sig = below < NF_W ? x.sig >> below : 0;",
        Instance("binary16", 64),
    ),
    Mutant(
        "no flag of overflow",
        IEEE,
        "    env->flags |= pole ? 0 : NF_OVERFLOW;\n    return f->overflow == NF_OVERFLOW_INF",
        "    return f->overflow == NF_OVERFLOW_INF",
        Instance("float8_e4m3", 64),
    ),
    Mutant(
        "the end is never passed by a carry",
        FIXED,
        "if (steps > end || (up && q == end))",
        "if (steps > end)",
        Instance("q15", 64),
    ),
    Mutant(
        "wrapping forgets the carry",
        FIXED,
        "return NF_N(nf_overflow_fixed)(f, x.sign, q + up, wrap, false, env);",
        "return NF_N(nf_overflow_fixed)(f, x.sign, q, wrap, false, env);",
        Instance("fixed<8,frac=4,overflow=wrap>", 64),
    ),
)
CELL = (
    even_to_away(Instance("posit16", 64, "8 units")),
    sticky(Instance("posit16", 64, "8 units")),
    downward(Instance("float<exp=4,man=3,rounding=toward_negative>", 64, "8 units")),
)
