(* SPDX-License-Identifier: BSD-3-Clause *)
(* Are linear takums a format in Flocq's sense, and what is the error of one rounding at every scale? *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Require Import Precision Tapered.
Open Scope R_scope.

(* takum<n>:   | sign 1 | direction 1 | regime 3 | characteristic r <= 7 | fraction n - 5 - r |
   The characteristic c of 2^c is 2^r - 1 + C with C < 2^r, or -2^(r+1) + 1 + C: r is the floor of the binary
   logarithm of c + 1, or of -c.  Codes end at r = 7; so does this model, beyond -255 <= c <= 254 (see Ends.v). *)
Section Takums.
Variable n : Z.
Hypothesis Hn : (12 <= n)%Z.

Definition characteristic_bits (c : Z) : Z := Z.min 7 (Z.log2 (if (0 <=? c)%Z then c + 1 else - c)).
Definition takum_fraction (c : Z) : Z := (n - 5 - characteristic_bits c)%Z.
Definition takum_fexp (e : Z) : Z := (e - 1 - takum_fraction (e - 1))%Z.

Lemma characteristic_bounds : forall c, (0 <= characteristic_bits c <= 7)%Z.
Proof. intro c. unfold characteristic_bits. pose proof (Z.log2_nonneg (if (0 <=? c)%Z then c + 1 else - c)). lia. Qed.

Lemma log2_step : forall a, (Z.log2 (a + 1) <= Z.log2 a + 1)%Z.
Proof. intro a. replace (a + 1)%Z with (Z.succ a) by ring. pose proof (Z.log2_succ_le a). lia. Qed.

Lemma characteristic_step : forall c, (characteristic_bits (c + 1) <= characteristic_bits c + 1)%Z.
Proof.
intro c. unfold characteristic_bits.
destruct (Z.leb_spec 0 c); destruct (Z.leb_spec 0 (c + 1)); try lia.
- pose proof (log2_step (c + 1)). lia.
- replace (c + 1)%Z with 0%Z by lia. simpl. pose proof (Z.log2_nonneg (- c)). lia.
- assert (Z.log2 (- (c + 1)) <= Z.log2 (- c))%Z by (apply Z.log2_le_mono; lia). lia.
Qed.

Global Instance takum_valid : Valid_exp takum_fexp.
Proof.
intro k. unfold takum_fexp, takum_fraction.
pose proof (characteristic_bounds (k - 1)) as B.
split; intro H.
- pose proof (characteristic_bounds (k + 1 - 1)). pose proof (characteristic_step (k - 1)).
  replace (k - 1 + 1)%Z with (k + 1 - 1)%Z in * by ring. lia.
- lia.
Qed.

Lemma takum_precision_bounds : forall e, (n - 11 <= e - takum_fexp e <= n - 4)%Z.
Proof. intro e. unfold takum_fexp, takum_fraction. pose proof (characteristic_bounds (e - 1)). lia. Qed.

Theorem takum_relative_error : relative_error_is takum_fexp (bpow radix2 (- (n - 11))).
Proof.
intros choice x. change (bpow radix2 (- (n - 11))) with (unit_roundoff (n - 11)).
apply (relative_error_everywhere takum_fexp (n - 11)); [lia |]. intro e. apply takum_precision_bounds.
Qed.
End Takums.

Theorem takum16_u : relative_error_is (takum_fexp 16) (bpow radix2 (-5)).
Proof. exact (takum_relative_error 16 ltac:(lia)). Qed.
Theorem takum32_u : relative_error_is (takum_fexp 32) (bpow radix2 (-21)).
Proof. exact (takum_relative_error 32 ltac:(lia)). Qed.
Theorem takum64_u : relative_error_is (takum_fexp 64) (bpow radix2 (-53)).
Proof. exact (takum_relative_error 64 ltac:(lia)). Qed.
