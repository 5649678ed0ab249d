# SPDX-License-Identifier: BSD-3-Clause
"""Which planted mistakes make Coq refuse a file?

Of each file: (name, file, theorem, text, other text).  The file is one here, in which a hypothesis
is weakened or a definition changed, or one of cbits/, which is no longer what the theorem models.
"""

DOUBLES = "cbits/levels/double_operations.h"
TARGET = "cbits/routes/target.c"
ODD = "cbits/levels/round_to_odd.h"

CHOICE = """Open Scope R_scope.
Require Coq.Logic.ClassicalEpsilon.
Theorem planted : forall (A : Type) (P : A -> Prop), (exists x, P x) -> {x : A | P x}.
Proof. exact ClassicalEpsilon.constructive_indefinite_description. Qed.
"""

MUTANTS = {
    "axioms": (("the axiom of choice", "Fma.v", "Fma", "Open Scope R_scope.\n", CHOICE),),
    "Doubles": (
        (
            "to odd never steps back",
            "Doubles.v",
            "to_odd_correct",
            "(word (Rabs z) - Z.land past inexact) inexact).",
            "(word (Rabs z)) inexact).",
        ),
        (
            "a proof is left out",
            "Doubles.v",
            "sign_kept",
            "- specialize (P L). split; split; intro; lra.\nQed.",
            "Admitted.",
        ),
        ("past is ignored", ODD, "to_odd_correct", "u - (past & inexact)", "u - inexact"),
        (
            "the last bit always",
            DOUBLES,
            "cut_to_odd_correct",
            "(nf_magnitude_of(e) > 0 ? 1 : 0)",
            "1",
        ),
    ),
    "Odd": (
        (
            "one bit more instead of two",
            "Odd.v",
            "through_odd_at",
            "(c <= f (mag radix2 x) - 2)%Z) ->",
            "(c <= f (mag radix2 x) - 1)%Z) ->",
        ),
        (
            "floats of 52 bits",
            "Odd.v",
            "float_through_odd",
            "forall lsb p, (p <= 51)%Z ->",
            "forall lsb p, (p <= 52)%Z ->",
        ),
        (
            "thresholds of 53 bits",
            "Odd.v",
            "odd_keeps_thresholds",
            "forall x t, multiple (-1073) t -> generic_format radix2 (FLX_exp 52) t ->",
            "forall x t, multiple (-1073) t -> generic_format radix2 (FLX_exp 53) t ->",
        ),
    ),
    "Sums": (
        (
            "errors of products below the least double",
            "Sums.v",
            "residual_of_product_exact",
            "forall lsb a b, (-1074 <= 2 * lsb)%Z -> multiple lsb a -> multiple lsb b -> multiple (-1074) (a * b).",
            "forall lsb a b, (-1076 <= 2 * lsb)%Z -> multiple lsb a -> multiple lsb b -> multiple (-1074) (a * b).",
        ),
        (
            "a lifted number above the power of two",
            "Sums.v",
            "lifted_correct",
            "0 <= m -> m <= c \\/ c = 0 ->",
            "0 <= m -> 0 <= c \\/ c = 0 ->",
        ),
        (
            "an axiom",
            "Sums.v",
            "residual_of_sum_exact",
            "Lemma residual_double :",
            "Axiom residual_double :",
        ),
        (
            "the other operand's error",
            ODD,
            "residual_of_sum_exact",
            "(a - (z - from_b)) + (b - from_b)",
            "(b - (z - from_b)) + (b - from_b)",
        ),
        (
            "one comparison",
            DOUBLES,
            "exact_sum_is_exact",
            "(sum - a[i] == y ? 0 : 1) | (sum - y == a[i] ? 0 : 1)",
            "(sum - a[i] == y ? 0 : 1)",
        ),
    ),
    "Quotients": (
        (
            "remainders below the least double",
            "Quotients.v",
            "odd_div_correct",
            "Hypothesis least : (-1021 <= 2 * lsb)%Z.",
            "Hypothesis least : (-1023 <= 2 * lsb)%Z.",
        ),
        (
            "roots of lesser numbers",
            "Quotients.v",
            "odd_sqrt_correct",
            "Hypothesis least : (-968 <= lsb)%Z.",
            "Hypothesis least : (-972 <= lsb)%Z.",
        ),
        (
            "roots of lesser numbers by the stage",
            TARGET,
            "odd_sqrt_correct",
            "return x.lsb >= -968;",
            "return x.lsb >= -1022;",
        ),
        (
            "the divisor's sign is forgotten",
            DOUBLES,
            "odd_div_correct",
            "nf_double_of(nf_bits_of(remainder) ^ (nf_bits_of(b) & NF_SIGN))",
            "remainder",
        ),
    ),
    "Near": (
        (
            "thresholds with one bit less to spare",
            "Near.v",
            "near_root_decides",
            "Hypothesis Pp : (0 < p)%Z.\nHypothesis innocuous : (2 * p + 2 <= 53)%Z.",
            "Hypothesis Pp : (0 < p)%Z.\nHypothesis innocuous : (2 * p + 2 <= 54)%Z.",
        ),
        (
            "a threshold that is a value",
            "Near.v",
            "near_sum_decides",
            "bits p b -> double a -> double b -> a <> t -> b <> t ->",
            "bits p b -> double a -> double b -> a <> t + 1 -> b <> t + 1 ->",
        ),
        (
            "doubles with one bit less to spare",
            TARGET,
            "near_sum_decides",
            "2 * x.p + 2 <= 53",
            "2 * x.p + 2 <= 54",
        ),
        (
            "floats of 26 bits",
            "Near.v",
            "tf32_is_innocuous",
            "innocuous_for (FLT_exp (-136) 11)",
            "innocuous_for (FLT_exp (-136) 26)",
        ),
    ),
    "Fma": (
        (
            "a tail as large as the head",
            "Fma.v",
            "odd_sum_of_three_correct",
            "double s \\/ 8 * Rabs s <= Rabs v ->",
            "double s \\/ Rabs s <= Rabs v ->",
        ),
        (
            "the tail to nearest",
            "Fma.v",
            "odd_sum_of_three_correct",
            "  odd_sum v (odd_sum u w).\n\nTheorem",
            "  odd_sum v (RN (u + w)).\n\nTheorem",
        ),
        (
            "the summand's error is dropped",
            DOUBLES,
            "odd_fma_correct",
            "double z = nf_odd_sum(v, nf_odd_sum(u, w));",
            "double z = nf_odd_sum(v, w);",
        ),
        (
            "products that are not exact",
            "cbits/routes/elementwise.c",
            "narrow_fma_correct",
            "c->stages->add[NF_ODD](product, x[2], n, z);",
            "c->stages->add[NF_NEAR](product, x[2], n, z);",
        ),
    ),
    "Finite": (
        (
            "operands up to 2^1023",
            "Finite.v",
            "sum_is_finite",
            "Rabs a <= 6 * bpow radix2 1020 -> Rabs b <= 6 * bpow radix2 1020 ->",
            "Rabs a <= 8 * bpow radix2 1020 -> Rabs b <= 8 * bpow radix2 1020 ->",
        ),
        (
            "products up to 2^1024",
            TARGET,
            "fma_is_finite",
            "bool products = 2 * x.top <= 1022",
            "bool products = 2 * x.top <= 1024",
        ),
    ),
}
