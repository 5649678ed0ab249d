# SPDX-License-Identifier: BSD-3-Clause
"""Which weaker constants of the error bounds, and of the chain from the core, does Coq refuse?

As in mutants.py, of each file: (name, file, theorem, text, other text).  Values for which the
weakened statements are false are in test_weakened_bounds.py.
"""

MUTANTS = {
    "Precision": (
        (
            "half of u",
            "Precision.v",
            "relative_error_at",
            "Definition unit_roundoff (p : Z) : R := bpow radix2 (- p).",
            "Definition unit_roundoff (p : Z) : R := bpow radix2 (- p - 1).",
        ),
    ),
    "Tapered": (
        (
            "half of u",
            "Tapered.v",
            "relative_error_every_scale",
            "Definition u : R := bpow radix2 (- (n - 1 - es - rs) - 1).",
            "Definition u : R := bpow radix2 (- (n - 1 - es - rs) - 2).",
        ),
        (
            "a regime without its end",
            "Tapered.v",
            "relative_error_every_scale",
            "Z.min (k + 2) rs else Z.min (1 - k) rs.",
            "(k + 2)%Z else (1 - k)%Z.",
        ),
    ),
    "Takums": (
        (
            "half of u",
            "Takums.v",
            "takum32_u",
            "relative_error_is (takum_fexp 32) (bpow radix2 (-21)).",
            "relative_error_is (takum_fexp 32) (bpow radix2 (-22)).",
        ),
    ),
    "Ends": (
        (
            "code 1 is the power of two",
            "Ends.v",
            "bposit32_inside",
            "IZR (2 ^ 20 + 1) * bpow radix2 (-212) <= Rabs x <= IZR (2 ^ 21 - 1) * bpow radix2 171 ->\n",
            "IZR (2 ^ 20) * bpow radix2 (-212) <= Rabs x <= IZR (2 ^ 21 - 1) * bpow radix2 171 ->\n",
        ),
    ),
    "Truncated": (
        (
            "mu dropped",
            "Truncated.v",
            "error_bound",
            "Theorem error_bound : forall x, Rabs (fl x - x) <= u * Rabs x + mu.",
            "Theorem error_bound : forall x, Rabs (fl x - x) <= u * Rabs x.",
        ),
        (
            "half of u",
            "Truncated.v",
            "error_bound",
            "Definition u : R := bpow radix2 (1 - p).",
            "Definition u : R := bpow radix2 (- p).",
        ),
        (
            "drift without n",
            "Truncated.v",
            "sum_drift",
            "sum l s - sum_fl l s <= INR (length l) * (u * sum l s + mu).\nProof.\ninduction",
            "sum l s - sum_fl l s <= u * sum l s + mu.\nProof.\ninduction",
        ),
    ),
    "Drift": (
        (
            "terms of a whole step",
            "Drift.v",
            "drift_is_attained",
            "Theorem drift_is_attained : forall n d, 0 < d <= 1 ->",
            "Theorem drift_is_attained : forall n d, 0 <= d <= 1 ->",
        ),
    ),
    "Growth": (
        (
            "one factor fewer",
            "Growth.v",
            "product_bound",
            "Rabs (product l - 1) <= (1 + u) ^ length l - 1.",
            "Rabs (product l - 1) <= (1 + u) ^ (length l - 1) - 1.",
        ),
        (
            "steps without errors of their own",
            "Growth.v",
            "recurrence",
            "forall n, d n <= (1 + eps) ^ n * (1 + d O) - 1.\n",
            "forall n, d n <= (1 + eps) ^ n * d O.\n",
        ),
    ),
    "Additions": (
        (
            "errors of products dropped",
            "Additions.v",
            "product_form",
            "<= ((1 + u_mul) * (1 + u_add) ^ k - 1) * size t + absolute t * (1 + u_add) ^ k.\n",
            "<= ((1 + u_add) ^ k - 1) * size t + absolute t * (1 + u_add) ^ k.\n",
        ),
        (
            "linear without nearest",
            "Additions.v",
            "linear_sum",
            "Hypothesis nearest_left : forall a b z, add a b z -> Rabs (z - (a + b)) <= Rabs b.",
            "Hypothesis nearest_left : forall a b z, add a b z -> Rabs (z - (a + b)) <= 2 * Rabs b.",
        ),
        (
            "linear with one product fewer",
            "Additions.v",
            "linear_dot",
            "Rabs (z - exact t) <= INR (terms t) * u * size t.\n",
            "Rabs (z - exact t) <= (INR (terms t) - 1) * u * size t.\n",
        ),
    ),
    "Dots": (
        (
            "half of u for bposit32",
            "Dots.v",
            "bposit32_dot",
            "Rabs (z - exact t) <= INR (terms t) * bpow radix2 (-21) * size t.\nProof. dot_of_bposits bposit32_fexp",
            "Rabs (z - exact t) <= INR (terms t) * bpow radix2 (-22) * size t.\nProof. dot_of_bposits bposit32_fexp",
        ),
        (
            "underflow dropped",
            "Dots.v",
            "linear_dot_with_underflow",
            "(size t + INR (terms t) * eta) + INR (terms t) * eta.\n",
            "(size t + INR (terms t) * eta).\n",
        ),
    ),
    "Horner": (
        (
            "additions only",
            "Horner.v",
            "horner_bound",
            "Let G : R := (1 + u_mul) * (1 + u_add).",
            "Let G : R := 1 + u_add.",
        ),
    ),
    "Quire": (
        (
            "one bit narrower",
            "Quire.v",
            "bposit32_quire",
            "/\\ in_word 840 k.",
            "/\\ in_word 839 k.",
        ),
        (
            "last bit of 1",
            "Quire.v",
            "bposit_multiple",
            "Let last : Z := (- scales es rs - (n - 1 - es - rs))%Z.",
            "Let last : Z := (- scales es rs)%Z.",
        ),
        (
            "839 bits would do",
            "Quire.v",
            "bposit32_first_bit_is_used",
            "-> ~ in_word 839 k.",
            "-> ~ in_word 840 k.",
        ),
    ),
    "Feedback": (
        (
            "half a quantum",
            "Feedback.v",
            "feedback_bound_from_zero",
            "Rabs (x t + e t - Q (x t + e t)) <= q) -> Rabs (acc y n - acc x n) <= q.\n",
            "Rabs (x t + e t - Q (x t + e t)) <= q) -> Rabs (acc y n - acc x n) <= q / 2.\n",
        ),
        (
            "variation without the last weight",
            "Feedback.v",
            "weighted_bound",
            "q * (Rabs (w n) + acc (fun t => Rabs (w t - w (S t))) n).",
            "q * acc (fun t => Rabs (w t - w (S t))) n.",
        ),
    ),
    "Stochastic": (
        (
            "a draw that may be equal",
            "Stochastic.v",
            "mean_is",
            "if Nat.ltb r d then hi else lo.",
            "if Nat.leb r d then hi else lo.",
        ),
    ),
    "Cells": (
        (
            "sums in cells of 2 units",
            "Cells.v",
            "add_correct",
            "Theorem add_correct : codec_encode_cell 8 ->",
            "Theorem add_correct : codec_encode_cell 2 ->",
        ),
        (
            "one leading bit more",
            "Cells.v",
            "add_correct",
            "Z.odd (significand s) = true /\\ (2 ^ (W - 3) <= significand s)%Z).",
            "Z.odd (significand s) = true /\\ (2 ^ (W - 4) <= significand s)%Z).",
        ),
        (
            "exponent of a sum",
            "Cells.v",
            "add_correct",
            "exponent s = (exponent (large a b) + 1)%Z /\\ negative s = negative (large a b) /\\\n  (2",
            "exponent s = exponent (large a b) /\\ negative s = negative (large a b) /\\\n  (2",
        ),
    ),
    "Roots": (
        (
            "cells of 2 units",
            "Roots.v",
            "sqrt_correct",
            "Theorem sqrt_correct : codec_encode_cell W Code encode right (2 ^ (W - Z.of_nat digits)) ->",
            "Theorem sqrt_correct : codec_encode_cell W Code encode right 2 ->",
        ),
        (
            "remainder > trial",
            "Roots.v",
            "step_of_c_keeps",
            "if (trial <=? remainder)%Z then",
            "if (trial <? remainder)%Z then",
        ),
    ),
    "Thresholds": (
        (
            "cells four times as wide",
            "Thresholds.v",
            "encode_cell",
            "Hypothesis precision : forall e, (e - fexp e + 1 + g <= W)%Z.",
            "Hypothesis precision : forall e, (e - fexp e + g - 1 <= W)%Z.",
        ),
        (
            "cells of 2^39 units for bposit32",
            "Thresholds.v",
            "bposit32_cells",
            "encode, (0 <= g <= 37)%Z ->",
            "encode, (0 <= g <= 39)%Z ->",
        ),
    ),
    "Model": (
        (
            "operands of all but one bit",
            "Model.v",
            "sum_holds",
            "Hypothesis Hbits : (1 <= bits <= W - 2)%Z.",
            "Hypothesis Hbits : (1 <= bits <= W - 1)%Z.",
        ),
    ),
}
