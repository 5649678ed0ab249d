(* SPDX-License-Identifier: BSD-3-Clause *)
(* For which formats is codec.encode_cell true, and what error bound has an operation of the core then?

   Values of p significant bits, and the points halfway between them, have at most p + 1 bits: none of them lies
   strictly inside a cell of 2^g units of a field of W bits when p + 1 + g <= W.  So what is nearest to the field is
   nearest to everything in its cell.  Posits and takums of n bits have at most n - 4 of them (Tapered.v, Takums.v). *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Require Import Precision Tapered Ends Cells.
Open Scope R_scope.

Section Thresholds.
Variable fexp : Z -> Z.
Context {valid : Valid_exp fexp}.
Variables (choice : Z -> bool) (W g : Z).
Hypothesis HW : (4 <= W)%Z.
Hypothesis Hg : (0 <= g)%Z.
Hypothesis precision : forall e, (e - fexp e + 1 + g <= W)%Z.
Hypothesis Hroom : (g <= W - 1)%Z.
Let rounding := round radix2 fexp (Znearest choice).

(* Between two neighbouring halves of integers the nearest integer is known. *)
Lemma between_halves : forall m y, IZR m < 2 * y < IZR (m + 1) -> Znearest choice y = ((m + 1) / 2)%Z.
Proof.
intros m y [L H]. rewrite plus_IZR in H. apply Znearest_imp.
destruct (Z.Even_or_Odd m) as [[k ->] | [k ->]].
- replace ((2 * k + 1) / 2)%Z with k by (rewrite Z.mul_comm, Z.div_add_l by lia; change (1 / 2)%Z with 0%Z; ring).
  rewrite mult_IZR in L, H. apply Rabs_def1; lra.
- replace ((2 * k + 1 + 1) / 2)%Z with (k + 1)%Z
    by (replace (2 * k + 1 + 1)%Z with ((k + 1) * 2)%Z by ring; rewrite Z.div_mul; lia).
  rewrite plus_IZR, mult_IZR in L, H. rewrite plus_IZR. apply Rabs_def1; lra.
Qed.

Lemma mag_at_place : forall x v, IZR (2 ^ (W - 1)) <= v < IZR (2 ^ W) -> (mag radix2 (at_place W x v) = exponent x + 1 :> Z)%Z.
Proof.
intros x v [L H]. rewrite !power in L, H by lia. apply mag_unique.
assert (V : 0 < v) by (pose proof (bpow_gt_0 radix2 (W - 1)); lra).
assert (A : Rabs (at_place W x v) = v * bpow radix2 (exponent x - (W - 1))).
{ unfold at_place. rewrite 2!Rabs_mult, (Rabs_pos_eq v), (Rabs_pos_eq (bpow _ _)) by (lra || apply bpow_ge_0).
  replace (Rabs (sign (negative x))) with 1; [ring |]. destruct (negative x); simpl;
    [rewrite Rabs_left | rewrite Rabs_pos_eq]; lra. }
rewrite A. replace (exponent x + 1 - 1)%Z with (W - 1 + (exponent x - (W - 1)))%Z by ring.
replace (exponent x + 1)%Z with (W + (exponent x - (W - 1)))%Z by ring.
rewrite (bpow_plus radix2 (W - 1)), (bpow_plus radix2 W).
pose proof (bpow_gt_0 radix2 (exponent x - (W - 1))). split; [apply Rmult_le_compat_r | apply Rmult_lt_compat_r]; lra.
Qed.

Theorem same_in_cell : forall x v, leads W x -> together (2 ^ g) (significand x) v ->
  rounding (at_place W x v) = rounding (value W x).
Proof.
intros x v [L1 L2] [-> | [q [[Q1 Q2] [V1 V2]]]]; [reflexivity |].
assert (G : (0 < 2 ^ g)%Z) by (apply Z.pow_pos_nonneg; lia).
(* a cell does not pass a power of two *)
assert (P1 : (2 ^ (W - 1) = 2 ^ g * 2 ^ (W - 1 - g))%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
assert (P2 : (2 ^ W = 2 ^ g * 2 ^ (W - g))%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
assert (B1 : (2 ^ (W - 1 - g) <= q)%Z) by nia.
assert (B2 : (q + 1 <= 2 ^ (W - g))%Z) by nia.
assert (R1 : IZR (2 ^ (W - 1)) <= IZR (2 ^ g * q)) by (apply IZR_le; nia).
assert (R2 : IZR (2 ^ g * (q + 1)) <= IZR (2 ^ W)) by (apply IZR_le; nia).
assert (S1 : IZR (2 ^ g * q) < IZR (significand x)) by (apply IZR_lt; exact Q1).
assert (S2 : IZR (significand x) < IZR (2 ^ g * (q + 1))) by (apply IZR_lt; exact Q2).
unfold rounding, round, scaled_mantissa, cexp, value.
rewrite 2!mag_at_place by (split; lra). set (c := fexp (exponent x + 1)).
pose proof (precision (exponent x + 1)) as P. fold c in P.
f_equal. f_equal.
(* twice the scaled significands of both lie between the integers m and m + 1, or between their opposites *)
set (j := (c - 1 - (exponent x - (W - 1)) - g)%Z). assert (J : (0 <= j)%Z) by (unfold j; lia).
assert (PJ : (0 < 2 ^ j)%Z) by (apply Z.pow_pos_nonneg; lia).
set (m := (q / 2 ^ j)%Z).
assert (M1 : (m * 2 ^ j <= q)%Z) by (unfold m; rewrite Z.mul_comm; apply Z.mul_div_le; lia).
assert (M2 : (q + 1 <= (m + 1) * 2 ^ j)%Z).
{ pose proof (Z.mul_succ_div_gt q (2 ^ j) ltac:(lia)) as T. fold m in T. unfold Z.succ in T. nia. }
assert (Both : forall t, IZR (2 ^ g * q) < t < IZR (2 ^ g * (q + 1)) ->
  IZR m < 2 * (t * bpow radix2 (exponent x - (W - 1)) * bpow radix2 (- c)) < IZR (m + 1)).
{ intros t [T1 T2].
  assert (E : 2 * (t * bpow radix2 (exponent x - (W - 1)) * bpow radix2 (- c)) = t / (IZR (2 ^ g) * IZR (2 ^ j))).
  { rewrite 2!power by lia. rewrite <- bpow_plus. unfold Rdiv. rewrite <- bpow_opp.
    change 2 with (bpow radix2 1). rewrite Rmult_assoc, <- bpow_plus, Rmult_comm, Rmult_assoc, <- bpow_plus.
    f_equal. f_equal. unfold j. ring. }
  rewrite E. apply IZR_le in M1. apply IZR_le in M2. rewrite mult_IZR in *.
  assert (K1 : 0 < IZR (2 ^ g)) by (apply IZR_lt; exact G). assert (K2 : 0 < IZR (2 ^ j)) by (apply IZR_lt; exact PJ).
  assert (K : 0 < IZR (2 ^ g) * IZR (2 ^ j)) by (apply Rmult_lt_0_compat; assumption).
  split; apply Rmult_lt_reg_r with (1 := K); unfold Rdiv;
    rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  - apply Rle_lt_trans with (2 := T1). replace (IZR m * (IZR (2 ^ g) * IZR (2 ^ j))) with (IZR (2 ^ g) * (IZR m * IZR (2 ^ j))) by ring.
    apply Rmult_le_compat_l; lra.
  - apply Rlt_le_trans with (1 := T2).
    replace (IZR (m + 1) * (IZR (2 ^ g) * IZR (2 ^ j))) with (IZR (2 ^ g) * (IZR (m + 1) * IZR (2 ^ j))) by ring.
    apply Rmult_le_compat_l; lra. }
pose proof (Both v ltac:(split; assumption)) as Bv. pose proof (Both (IZR (significand x)) ltac:(split; assumption)) as Bs.
unfold at_place. destruct (negative x); simpl sign.
- rewrite (between_halves (- (m + 1))), (between_halves (- (m + 1))); [reflexivity | |];
    replace (- (m + 1) + 1)%Z with (- m)%Z by ring; rewrite !opp_IZR; lra.
- rewrite (between_halves m), (between_halves m); [reflexivity | |]; rewrite Rmult_1_l; assumption.
Qed.

(* With the ends of codes: what saturates is known from the rounded value and the sign. *)
Variables (Code : Type) (decode : Code -> R) (least most : R) (encode : number -> Code).
Definition nearest (x : R) (c : Code) : Prop := decode c = saturate least most rounding x.

Theorem encode_cell : (forall x, leads W x -> nearest (value W x) (encode x)) ->
  codec_encode_cell W Code encode nearest (2 ^ g).
Proof.
intros E x v L T. unfold nearest. rewrite (E x L).
assert (V : 0 < v /\ 0 < IZR (significand x)).
{ pose proof (significand_pos W HW x L) as S. split; [| apply IZR_lt; exact S].
  destruct T as [-> | [q [[Q1 Q2] [V1 V2]]]]; [apply IZR_lt; exact S |].
  assert (G : (0 < 2 ^ g)%Z) by (apply Z.pow_pos_nonneg; lia).
  assert (0 < q + 1)%Z by nia. assert (0 <= 2 ^ g * q)%Z by nia. apply Rle_lt_trans with (2 := V1). apply IZR_le. assumption. }
unfold saturate. rewrite <- (same_in_cell x v L T).
pose proof (bpow_gt_0 radix2 (exponent x - (W - 1))) as B.
assert (Same : forall t, 0 < t -> (0 < at_place W x t /\ negative x = false) \/ (at_place W x t < 0 /\ negative x = true)).
{ intros t Ht. unfold at_place. destruct (negative x); simpl; [right | left]; split; try reflexivity; nra. }
destruct V as [V1 V2]. unfold value.
destruct (Same v V1) as [[A1 N1] | [A1 N1]]; destruct (Same _ V2) as [[A2 N2] | [A2 N2]]; try congruence;
destruct (total_order_T (at_place W x v) 0) as [[X | X] | X]; try lra;
destruct (total_order_T (at_place W x (IZR (significand x))) 0) as [[Y | Y] | Y]; try lra; reflexivity.
Qed.

(* So an operation of the core that is right in this sense has the error of one rounding. *)
Theorem error_of_right : forall v exact c, 0 < least -> generic_format radix2 fexp least ->
  generic_format radix2 fexp most -> relative_error_is fexp v -> nearest exact c -> least <= Rabs exact <= most ->
  Rabs (decode c - exact) <= v / (1 + v) * Rabs exact.
Proof.
intros v exact c Pl Gl Gm E N R. rewrite N.
exact (relative_error_inside fexp choice least most Pl Gl Gm v exact E R).
Qed.
End Thresholds.

(* bposit32 in fields of 64 bits: cells of 8 units for sums, of 2 for products, of 2^30 for roots of 34 digits. *)
Theorem bposit32_cells : forall g choice Code (decode : Code -> R) least most encode, (0 <= g <= 37)%Z ->
  (forall x, leads 64 x -> nearest bposit32_fexp choice Code decode least most (value 64 x) (encode x)) ->
  codec_encode_cell 64 Code encode (nearest bposit32_fexp choice Code decode least most) (2 ^ g).
Proof.
intros g choice Code decode least most encode Hg. apply encode_cell; try lia.
intro e. pose proof (precision_bounds 32 5 6 ltac:(lia) ltac:(lia) e). unfold bposit32_fexp. lia.
Qed.
