(* SPDX-License-Identifier: BSD-3-Clause *)
(* Are posits and b-posits a format in Flocq's sense, and what is the error of one rounding at every scale? *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Require Import Precision.
Open Scope R_scope.

(* posit<n, rs, es>:   | sign 1 | regime, at most rs | exponent es | fraction, the rest |
   A regime of length r leaves n - 1 - es - r fraction bits; r grows by at most 1 with the scale. *)
Section Tapered.
Variables (n es rs : Z).
Hypothesis Hes : (0 <= es)%Z.
Hypothesis Hrs : (2 <= rs)%Z.
Hypothesis Hn : (rs + es + 1 < n)%Z.

(* The regime and the fraction, in bits, of the values in [2^s, 2^(s+1)). *)
Definition regime (s : Z) : Z :=
  let k := (s / 2 ^ es)%Z in
  if (0 <=? k)%Z then Z.min (k + 2) rs else Z.min (1 - k) rs.
Definition fraction (s : Z) : Z := (n - 1 - es - regime s)%Z.
Definition fexp (e : Z) : Z := (e - 1 - fraction (e - 1))%Z.

Lemma regime_bounds : forall s, (2 <= regime s <= rs)%Z.
Proof. intro s. unfold regime. destruct (Z.leb_spec 0 (s / 2 ^ es)); lia. Qed.

(* Regimes of neighbouring scales differ by one bit at the most. *)
Lemma regime_near : forall s, (-1 <= regime (s + 1) - regime s <= 1)%Z.
Proof.
intro s. unfold regime.
assert (P : (0 < 2 ^ es)%Z) by (apply Z.pow_pos_nonneg; lia).
assert (M1 : (s / 2 ^ es <= (s + 1) / 2 ^ es)%Z) by (apply Z.div_le_mono; lia).
assert (M2 : ((s + 1) / 2 ^ es <= s / 2 ^ es + 1)%Z).
{ replace (s / 2 ^ es + 1)%Z with ((s + 1 * 2 ^ es) / 2 ^ es)%Z by (rewrite Z.div_add; lia).
  apply Z.div_le_mono; nia. }
destruct (Z.leb_spec 0 (s / 2 ^ es)); destruct (Z.leb_spec 0 ((s + 1) / 2 ^ es)); lia.
Qed.

Lemma regime_step : forall s, (regime (s + 1) <= regime s + 1)%Z.
Proof. intro s. pose proof (regime_near s). lia. Qed.

Global Instance fexp_valid : Valid_exp fexp.
Proof.
intro k. unfold fexp, fraction.
pose proof (regime_bounds (k - 1)) as B.
split; intro H.
- pose proof (regime_bounds (k + 1 - 1)). pose proof (regime_step (k - 1)).
  replace (k - 1 + 1)%Z with (k + 1 - 1)%Z in * by ring. lia.
- lia.
Qed.

(* Significant bits, the leading 1 among them. *)
Lemma precision_bounds : forall e, (n - es - rs <= e - fexp e <= n - es - 2)%Z.
Proof. intro e. unfold fexp, fraction. pose proof (regime_bounds (e - 1)). lia. Qed.

Definition u : R := bpow radix2 (- (n - 1 - es - rs) - 1).

Lemma u_is_unit_roundoff : u = unit_roundoff (n - es - rs).
Proof. unfold u, unit_roundoff. f_equal. ring. Qed.

Theorem relative_error_every_scale : forall choice x,
  Rabs (round radix2 fexp (Znearest choice) x - x) <= u / (1 + u) * Rabs x.
Proof.
intros choice x. rewrite u_is_unit_roundoff.
apply (relative_error_everywhere fexp (n - es - rs)); [lia |]. intro e. apply precision_bounds.
Qed.

Theorem relative_error_below_u : forall choice x, x <> 0 ->
  Rabs (round radix2 fexp (Znearest choice) x - x) < u * Rabs x.
Proof.
intros choice x Hx. eapply Rle_lt_trans; [apply relative_error_every_scale |].
apply Rmult_lt_compat_r; [apply Rabs_pos_lt; exact Hx |].
rewrite u_is_unit_roundoff. apply least_u_below_unit_roundoff.
Qed.

(* Between 2^lo and 2^hi the longest regime is at one of the ends. *)
Lemma regime_within : forall lo hi s, (lo <= s <= hi)%Z -> (regime s <= Z.max (regime lo) (regime hi))%Z.
Proof.
intros lo hi s H. unfold regime.
assert (P : (0 < 2 ^ es)%Z) by (apply Z.pow_pos_nonneg; lia).
assert (lo / 2 ^ es <= s / 2 ^ es)%Z by (apply Z.div_le_mono; lia).
assert (s / 2 ^ es <= hi / 2 ^ es)%Z by (apply Z.div_le_mono; lia).
destruct (Z.leb_spec 0 (lo / 2 ^ es)); destruct (Z.leb_spec 0 (s / 2 ^ es));
  destruct (Z.leb_spec 0 (hi / 2 ^ es)); lia.
Qed.

Theorem relative_error_of_scales : forall lo hi choice x, (lo < hi)%Z ->
  bpow radix2 lo <= Rabs x < bpow radix2 hi ->
  Rabs (round radix2 fexp (Znearest choice) x - x) <=
  least_u (n - es - Z.max (regime lo) (regime (hi - 1))) * Rabs x.
Proof.
intros lo hi choice x H X. pose proof (regime_bounds lo). pose proof (regime_bounds (hi - 1)).
apply (relative_error_of_range fexp _ lo hi); [lia | | exact X].
intros e E. pose proof (regime_within lo (hi - 1) (e - 1) ltac:(lia)). unfold fexp, fraction. lia.
Qed.
End Tapered.

(* A standard posit has rs = n - 1.  This model of it has the longest regime that leaves a fraction bit,
   n - 2 - es; its precision is that of the posit at all scales s with |s| <= (n - 4 - es) 2^es. *)
Definition standard_rs (n es : Z) : Z := (n - 2 - es)%Z.
Theorem standard_regime : forall n es s, (0 <= es)%Z -> (4 + es <= n)%Z ->
  (- (n - 4 - es) * 2 ^ es <= s <= (n - 4 - es) * 2 ^ es)%Z ->
  regime es (standard_rs n es) s = regime es (n - 1) s.
Proof.
intros n es s He Hn [L H]. unfold regime, standard_rs.
assert (P : (0 < 2 ^ es)%Z) by (apply Z.pow_pos_nonneg; lia).
assert (s / 2 ^ es <= n - 4 - es)%Z.
{ rewrite <- (Z.div_mul (n - 4 - es) (2 ^ es)) by lia. apply Z.div_le_mono; lia. }
assert (- (n - 4 - es) <= s / 2 ^ es)%Z.
{ rewrite <- (Z.div_mul (- (n - 4 - es)) (2 ^ es)) by lia. apply Z.div_le_mono; lia. }
destruct (Z.leb_spec 0 (s / 2 ^ es)); lia.
Qed.

(* The named formats.  |round x - x| <= v / (1 + v) |x|, v the unit roundoff, every x, every rule for ties. *)
Definition relative_error_is (f : Z -> Z) (v : R) : Prop := forall choice x,
  Rabs (round radix2 f (Znearest choice) x - x) <= v / (1 + v) * Rabs x.

Definition bposit16_fexp := fexp 16 5 6.
Definition bposit32_fexp := fexp 32 5 6.
Definition bposit64_fexp := fexp 64 5 6.
Definition bposit8q_fexp := fexp 8 2 2.
Definition bposit16q_fexp := fexp 16 4 8.
Definition bposit32q_fexp := fexp 32 4 14.
Definition bposit64q_fexp := fexp 64 4 20.

Ltac by_every_scale n es rs :=
  intros choice x; exact (relative_error_every_scale n es rs ltac:(lia) ltac:(lia) ltac:(lia) choice x).

Theorem bposit16_u : relative_error_is bposit16_fexp (bpow radix2 (-5)).
Proof. by_every_scale 16%Z 5%Z 6%Z. Qed.
Theorem bposit32_u : relative_error_is bposit32_fexp (bpow radix2 (-21)).
Proof. by_every_scale 32%Z 5%Z 6%Z. Qed.
Theorem bposit64_u : relative_error_is bposit64_fexp (bpow radix2 (-53)).
Proof. by_every_scale 64%Z 5%Z 6%Z. Qed.
Theorem bposit8q_u : relative_error_is bposit8q_fexp (bpow radix2 (-4)).
Proof. by_every_scale 8%Z 2%Z 2%Z. Qed.
Theorem bposit16q_u : relative_error_is bposit16q_fexp (bpow radix2 (-4)).
Proof. by_every_scale 16%Z 4%Z 8%Z. Qed.
Theorem bposit32q_u : relative_error_is bposit32q_fexp (bpow radix2 (-14)).
Proof. by_every_scale 32%Z 4%Z 14%Z. Qed.
Theorem bposit64q_u : relative_error_is bposit64q_fexp (bpow radix2 (-40)).
Proof. by_every_scale 64%Z 4%Z 20%Z. Qed.

(* No smaller one: (1 + 2^-21) 2^191 lies halfway between two values of bposit32 (regime 111111). *)
Theorem bposit32_u_is_attained : forall choice, exists x, 0 < x /\
  Rabs (round radix2 bposit32_fexp (Znearest choice) x - x) =
  bpow radix2 (-21) / (1 + bpow radix2 (-21)) * Rabs x.
Proof.
intro choice. exists (bpow radix2 191 * (1 + unit_roundoff 21)). split.
- pose proof (unit_roundoff_pos 21). pose proof (bpow_gt_0 radix2 191). nra.
- exact (least_u_is_attained bposit32_fexp 21 191 choice ltac:(lia) ltac:(reflexivity)).
Qed.

(* Standard posits have no unit roundoff at every scale; near 1 they have this one. *)
Definition standard_fexp (n : Z) := fexp n 2 (standard_rs n 2).
Theorem posit32_u_near_one : forall choice x, bpow radix2 (-4) <= Rabs x < bpow radix2 4 ->
  Rabs (round radix2 (standard_fexp 32) (Znearest choice) x - x) <=
  bpow radix2 (-28) / (1 + bpow radix2 (-28)) * Rabs x.
Proof.
intros choice x X.
exact (relative_error_of_scales 32 2 28 ltac:(lia) ltac:(lia) ltac:(lia) (-4) 4 choice x ltac:(lia) X).
Qed.

(* A row that has no name, bposit<20, rs=5, es=3>: any row that keeps a fraction bit. *)
Example bposit20_u : relative_error_is (fexp 20 3 5) (bpow radix2 (-12)).
Proof. by_every_scale 20%Z 3%Z 5%Z. Qed.
