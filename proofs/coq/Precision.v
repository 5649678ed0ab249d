(* SPDX-License-Identifier: BSD-3-Clause *)
(* Which relative error has one rounding to nearest, where a format has at least p significant bits? *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Open Scope R_scope.

(* Rounding to nearest with every rule for ties: `choice` says for each integer z which way z + 1/2 goes. *)
Section Precision.
Variable fexp : Z -> Z.
Context {valid : Valid_exp fexp}.

(* The unit roundoff of p significant bits, and the least u with |round x - x| <= u |x|. *)
Definition unit_roundoff (p : Z) : R := bpow radix2 (- p).
Definition least_u (p : Z) : R := unit_roundoff p / (1 + unit_roundoff p).

Lemma unit_roundoff_pos : forall p, 0 < unit_roundoff p.
Proof. intro p. apply bpow_gt_0. Qed.

Lemma least_u_below_unit_roundoff : forall p, least_u p < unit_roundoff p.
Proof.
intro p. unfold least_u. pose proof (unit_roundoff_pos p) as V. set (v := unit_roundoff p) in *.
apply Rmult_lt_reg_r with (1 + v); [lra |].
replace (v / (1 + v) * (1 + v)) with v by (field; lra). nra.
Qed.

(* Only the binade of x matters.  x is b (1 + t) for its power of two b: the error is at most v b, and at
   most x - b, as b is a value of the format; t = v is the worst case. *)
Theorem relative_error_at : forall p choice x, (0 < p)%Z -> (p <= mag radix2 x - fexp (mag radix2 x))%Z ->
  Rabs (round radix2 fexp (Znearest choice) x - x) <= least_u p * Rabs x.
Proof.
intros p choice x Hp F. unfold least_u.
destruct (Req_dec x 0) as [-> | Hx].
{ rewrite round_0; [ | apply valid_rnd_N ]. rewrite Rminus_0_r, Rabs_R0, Rmult_0_r. apply Rle_refl. }
pose proof (unit_roundoff_pos p) as V.
assert (E : Rabs (round radix2 fexp (Znearest choice) x - x) <= /2 * ulp radix2 fexp x)
  by (apply error_le_half_ulp; exact valid).
set (b := bpow radix2 (mag radix2 x - 1)).
assert (B : 0 < b) by apply bpow_gt_0.
assert (U : /2 * ulp radix2 fexp x <= unit_roundoff p * b).
{ rewrite ulp_neq_0 by assumption. unfold cexp, unit_roundoff, b. change (/2) with (bpow radix2 (-1)).
  rewrite <- 2!bpow_plus. apply bpow_le. lia. }
assert (L : b <= Rabs x) by (apply bpow_mag_le; assumption).
assert (G : generic_format radix2 fexp b).
{ apply generic_format_bpow. replace (mag radix2 x - 1 + 1)%Z with (mag radix2 x + 0)%Z by ring.
  rewrite Z.add_0_r. lia. }
set (v := unit_roundoff p) in *.
apply Rmult_le_reg_r with (1 + v); [lra |].
replace (v / (1 + v) * Rabs x * (1 + v)) with (v * Rabs x) by (field; lra).
destruct (Rle_or_lt (Rabs x) ((1 + v) * b)) as [Small | Large]; [| nra].
assert (N : Rabs (round radix2 fexp (Znearest choice) x - x) <= Rabs x - b).
{ destruct (Rle_or_lt 0 x) as [Px | Nx].
  - rewrite (Rabs_pos_eq x Px) in *. apply Rle_trans with (Rabs (b - x)).
    + apply (round_N_pt radix2 fexp choice x). exact G.
    + rewrite Rabs_left1; lra.
  - rewrite (Rabs_left x Nx) in *. apply Rle_trans with (Rabs (- b - x)).
    + apply (round_N_pt radix2 fexp choice x). apply generic_format_opp. exact G.
    + rewrite Rabs_pos_eq; lra. }
nra.
Qed.

Theorem relative_error_everywhere : forall p, (0 < p)%Z -> (forall e, p <= e - fexp e)%Z -> forall choice x,
  Rabs (round radix2 fexp (Znearest choice) x - x) <= least_u p * Rabs x.
Proof. intros p Hp F choice x. apply relative_error_at; [exact Hp | apply F]. Qed.

(* A range of magnitudes: its exponents are those between the exponents of its ends. *)
Theorem relative_error_of_range : forall p lo hi, (0 < p)%Z ->
  (forall e, lo < e <= hi -> p <= e - fexp e)%Z -> forall choice x,
  bpow radix2 lo <= Rabs x < bpow radix2 hi ->
  Rabs (round radix2 fexp (Znearest choice) x - x) <= least_u p * Rabs x.
Proof.
intros p lo hi Hp F choice x [L H]. apply relative_error_at; [exact Hp |]. apply F. split.
- apply mag_gt_bpow. exact L.
- apply mag_le_bpow; [| exact H]. intro Z0. rewrite Z0, Rabs_R0 in L. pose proof (bpow_gt_0 radix2 lo). lra.
Qed.

(* No smaller u is true: the midpoint above a power of two has this error. *)
Theorem least_u_is_attained : forall p e choice, (0 < p)%Z -> (fexp (e + 1) = e + 1 - p)%Z ->
  let x := bpow radix2 e * (1 + unit_roundoff p) in
  Rabs (round radix2 fexp (Znearest choice) x - x) = least_u p * Rabs x.
Proof.
intros p e choice Hp F x.
pose proof (unit_roundoff_pos p) as V. pose proof (bpow_gt_0 radix2 e) as B.
assert (V1 : unit_roundoff p < 1).
{ unfold unit_roundoff. change 1 with (bpow radix2 0). apply bpow_lt. lia. }
assert (Px : 0 < x) by (unfold x; nra).
assert (M : (mag radix2 x = e + 1 :> Z)%Z).
{ apply mag_unique. rewrite Rabs_pos_eq by lra. unfold x. rewrite bpow_plus.
  replace (e + 1 - 1)%Z with e by ring. change (bpow radix2 1) with 2. split; nra. }
assert (X : Rabs (round radix2 fexp (Znearest choice) x - x) = bpow radix2 e * unit_roundoff p).
{ unfold round, scaled_mantissa, cexp. rewrite M, F.
  set (s := x * bpow radix2 (- (e + 1 - p))).
  assert (S : s = IZR (2 ^ (p - 1)) + /2).
  { unfold s, x, unit_roundoff. change 2%Z with (radix_val radix2) at 1. rewrite IZR_Zpower by lia.
    change (/2) with (bpow radix2 (-1)). rewrite Rmult_plus_distr_l, Rmult_1_r, Rmult_plus_distr_r.
    rewrite <- !bpow_plus. f_equal; f_equal; ring. }
  assert (K : x = s * bpow radix2 (e + 1 - p)).
  { unfold s. rewrite Rmult_assoc, <- bpow_plus. replace (- (e + 1 - p) + (e + 1 - p))%Z with 0%Z by ring.
    simpl. ring. }
  assert (H : Rabs (IZR (Znearest choice s) - s) = /2).
  { assert (Fl : Zfloor s = (2 ^ (p - 1))%Z) by (apply Zfloor_imp; rewrite plus_IZR; lra).
    assert (Ce : Zceil s = (2 ^ (p - 1) + 1)%Z) by (apply Zceil_imp; rewrite minus_IZR, plus_IZR; lra).
    destruct (Znearest_DN_or_UP choice s) as [-> | ->].
    - rewrite Fl, Rabs_left1; lra.
    - rewrite Ce, plus_IZR, Rabs_pos_eq; lra. }
  unfold F2R. simpl Fnum. simpl Fexp. rewrite K, <- Rmult_minus_distr_r, Rabs_mult, H.
  rewrite (Rabs_pos_eq (bpow _ _)) by apply bpow_ge_0. unfold unit_roundoff.
  change (/2) with (bpow radix2 (-1)). rewrite <- 2!bpow_plus. f_equal. ring. }
rewrite X, Rabs_pos_eq by lra. unfold least_u, x. field. lra.
Qed.
End Precision.

(* 24 bits at every scale, as binary32 has between its ends. *)
Example precision_24 : forall choice x,
  Rabs (round radix2 (FLX_exp 24) (Znearest choice) x - x) <= least_u 24 * Rabs x.
Proof.
assert (P : Prec_gt_0 24) by reflexivity.
apply (relative_error_everywhere (FLX_exp 24) 24 ltac:(lia)). intro e. unfold FLX_exp. lia.
Qed.
