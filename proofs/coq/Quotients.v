(* SPDX-License-Identifier: BSD-3-Clause *)
(* Are quotients and roots rounded to odd by the sign of their remainders? *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Require Import Doubles Odd Sums.
Open Scope R_scope.

(* C cbits/routes/target.c nf_goes_through_doubles:
   ... bool quotients = x.top - x.lsb <= 1022 && 2 * x.lsb >= -1021;
   ... case NF_OP_reciprocal: *way = way_of(innocuous); return quotients;
   ... case NF_OP_sqrt: *way = way_of(innocuous); return x.lsb >= -968; ... *)

(* ---- quotients ---- *)

(* bits(remainder) ^ (bits(b) & NF_SIGN) *)
Definition signed_as_divided (b r : R) : R := if Rlt_bool b 0 then - r else r.
(* C cbits/levels/double_operations.h nf_odd_div:
   double z = a / b, remainder = __builtin_fma(-z, b, a);
   return nf_cut_to_odd(z, nf_double_of(nf_bits_of(remainder) ^ (nf_bits_of(b) & NF_SIGN))); *)
Definition odd_div_cut (a b : R) : R := let z := RZ (a / b) in cut_to_odd z (signed_as_divided b (RZ (a - z * b))).
Definition odd_div (a b : R) : R := let z := RN (a / b) in to_odd z (signed_as_divided b (RN (a - z * b))).

Lemma same_sign_divided : forall a b z r, b <> 0 -> same_sign r (a - z * b) -> same_sign (signed_as_divided b r) (a / b - z).
Proof.
intros a b z r B [S0 S1].
assert (E : a - z * b = (a / b - z) * b) by (field; exact B). rewrite E in S0, S1. set (d := a / b - z) in *.
assert (P : 0 < r <-> 0 < d * b).
{ split; intro H; [destruct (Rtotal_order (d * b) 0) as [T | [T | T]] | destruct (Rtotal_order r 0) as [T | [T | T]]];
    try apply S1 in T; try apply S0 in T; lra. }
unfold signed_as_divided. destruct (Rlt_bool_spec b 0) as [N | N].
- split; split; intro H.
  + assert (r = 0) as T by lra. apply S0 in T. apply Rmult_integral in T. lra.
  + rewrite H in S0. assert (r = 0) by (apply S0; ring). lra.
  + assert (0 < r) as T by lra. apply P in T. apply Rnot_le_lt. intro. nra.
  + assert (0 < d * b) as T by nra. apply P in T. lra.
- split; split; intro H.
  + apply S0, Rmult_integral in H. lra.
  + apply S0. rewrite H. ring.
  + apply S1 in H. apply Rnot_le_lt. intro. nra.
  + apply S1. nra.
Qed.

(* A word one off a multiple stays between 0 and a power of two. *)
Lemma word_of_power : forall k, (-1021 <= k)%Z -> Z.even (word (bpow radix2 k)) = true /\ (1 <= word (bpow radix2 k))%Z.
Proof.
intros k K. destruct (word_spec (bpow radix2 k) (bpow_gt_0 radix2 k)) as (W & _ & F).
assert (C : cexp radix2 double_exp (bpow radix2 k) = (k - 52)%Z).
{ unfold cexp, double_exp, FLT_exp. rewrite mag_bpow. lia. }
assert (S : significand (word (bpow radix2 k)) = (2 ^ 52)%Z).
{ rewrite F. unfold scaled_mantissa. rewrite C, <- bpow_plus. replace (k + - (k - 52))%Z with 52%Z by ring.
  apply (Zfloor_IZR (2 ^ 52)). }
rewrite <- significand_even, S. split; [reflexivity |].
unfold significand in S. assert (0 <= scale (word (bpow radix2 k)))%Z by (unfold scale; lia). lia.
Qed.
Lemma near_word : forall z k past inexact, (-1021 <= k)%Z -> double z -> z <> 0 -> Rabs z < bpow radix2 k ->
  (past = 0 \/ past = 1)%Z -> (inexact = 0 \/ inexact = 1)%Z ->
  0 < value (Z.lor (word (Rabs z) - Z.land past inexact) inexact) < bpow radix2 k.
Proof.
intros z k past inexact K D N B P I.
destruct (value_of_word (Rabs z) (Rabs_pos z)) as [W V]; [apply generic_format_abs; exact D |].
set (w := word (Rabs z)) in *.
destruct (value_of_word (bpow radix2 k) (bpow_ge_0 radix2 k)) as [Wk Vk]; [apply double_bpow; lia |].
destruct (word_of_power k K) as [Ek _]. set (wk := word (bpow radix2 k)) in *.
assert (V0 : value 0 = 0) by (unfold value, significand, scale; simpl; lra).
assert (W1 : (1 <= w)%Z).
{ assert (w <> 0%Z); [| lia]. intro H. rewrite H, V0 in V. symmetry in V. apply Rabs_eq_R0 in V. contradiction. }
assert (L : (w < wk)%Z).
{ apply Z.nle_gt. intro H. destruct (Z.eq_dec w wk) as [Q | Q]; [rewrite Q, Vk in V; lra |].
  pose proof (value_less wk w ltac:(lia)). lra. }
assert (R : (1 <= Z.lor (w - Z.land past inexact) inexact < wk)%Z).
{ destruct I as [-> | ->]; [rewrite Z.land_0_r, Z.sub_0_r, Z.lor_0_r; lia |].
  destruct P as [-> | ->]; simpl (Z.land _ 1).
  - rewrite Z.sub_0_r, lor_one by lia. destruct (Z.even w) eqn:E; [| lia].
    assert (w + 1 <> wk)%Z; [| lia]. intro H. rewrite <- H, Z.even_add, E in Ek. discriminate.
  - rewrite lor_one by lia. destruct (Z.even (w - 1)) eqn:E; [lia |].
    assert (w <> 1)%Z; [| lia]. intro H. rewrite H in E. discriminate. }
rewrite <- V0 at 1. rewrite <- Vk. split; apply value_less; lia.
Qed.

Definition same_side (y x t : R) : Prop := (y < t <-> x < t) /\ (y = t <-> x = t).

(* Two numbers of one sign, smaller than all thresholds but 0, lie on the same side of each. *)
Lemma same_side_small : forall k y x t, multiple k t -> Rabs y < bpow radix2 k -> Rabs x < bpow radix2 k -> same_sign y x -> same_side y x t.
Proof.
intros k y x t M Y X [S0 S1]. destruct (Req_dec t 0) as [-> | T]; [split; assumption |].
pose proof (multiple_apart k t M T) as A. apply Rabs_def2 in Y. apply Rabs_def2 in X.
destruct (Rle_or_lt 0 t) as [P | P]; [rewrite Rabs_pos_eq in A by exact P | rewrite Rabs_left in A by exact P]; split; split; intro; lra.
Qed.

Section Quotient.
Variables (lsb top : Z) (a b : R).
Hypothesis range : (top - lsb <= 1022)%Z.     (* target.c: top - lsb <= 1022, 2 lsb >= -1021 *)
Hypothesis least : (-1021 <= 2 * lsb)%Z.
Hypothesis Ma : multiple lsb a.
Hypothesis Mb : multiple lsb b.
Hypothesis Tb : below top b.
Hypothesis B0 : b <> 0.

Lemma quotient_fits : fits (a / b).
Proof.
destruct (Req_dec a 0) as [-> | A0].
{ left. unfold Rdiv. rewrite Rmult_0_l. apply generic_format_0. }
right. pose proof (multiple_apart lsb a Ma A0) as A. unfold Rdiv. rewrite Rabs_mult, Rabs_inv.
assert (0 < Rabs b) by (apply Rabs_pos_lt; exact B0).
apply Rmult_le_reg_r with (Rabs b); [assumption |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
apply Rle_trans with (2 := A). apply Rle_trans with (bpow radix2 (-1022) * bpow radix2 top).
- apply Rmult_le_compat_l; [apply bpow_ge_0 |]. apply Rlt_le. exact Tb.
- rewrite <- bpow_plus. apply bpow_le. lia.
Qed.

(* "(1) is the remainder of a quotient of at least 2^(lsb - 1)": a multiple of 2^-1074. *)
Lemma remainder_multiple : forall z, double z -> bpow radix2 (lsb - 1) <= Rabs z -> multiple (-1074) (a - z * b).
Proof.
intros z D L. apply multiple_minus; [apply multiple_weaken with (2 := Ma); lia |].
apply multiple_weaken with (lsb - 53 + lsb)%Z; [lia |]. apply multiple_mult; [| exact Mb].
apply multiple_weaken with (2 := multiple_cexp _ _ D).
assert (lsb - 1 < mag radix2 z)%Z by (apply mag_gt_bpow; exact L). unfold cexp, double_exp, FLT_exp. lia.
Qed.

Lemma rounded_sign : forall rnd {V : Valid_rnd rnd} x, fits x -> same_sign (rounded rnd x) x.
Proof.
intros rnd V x [D | L].
- rewrite rounded_of_double by assumption. split; tauto.
- assert (Z0 : rounded rnd 0 = 0) by (apply round_0; exact V).
  pose proof (bpow_gt_0 radix2 (-1022)) as P.
  assert (H : bpow radix2 (-1022) <= Rabs (rounded rnd x)).
  { apply abs_round_ge_generic; try typeclasses eauto; [apply double_bpow; lia | exact L]. }
  assert (x <> 0) by (intros ->; rewrite Rabs_R0 in L; lra).
  assert (rounded rnd x <> 0) by (intros E; rewrite E, Rabs_R0 in H; lra).
  assert (x <= 0 -> rounded rnd x <= 0) by (intro; rewrite <- Z0; apply round_le; typeclasses eauto || assumption).
  assert (0 <= x -> 0 <= rounded rnd x) by (intro; rewrite <- Z0; apply round_le; typeclasses eauto || assumption).
  split; split; intro; lra.
Qed.

Lemma below_of_rounded : forall rnd {V : Valid_rnd rnd} x k, (-1074 <= k)%Z -> Rabs (rounded rnd x) < bpow radix2 k -> Rabs x < bpow radix2 k.
Proof.
intros rnd V x k K H. apply Rnot_le_lt. intro L. apply (Rlt_irrefl (bpow radix2 k)).
apply Rle_lt_trans with (2 := H). apply abs_round_ge_generic; try typeclasses eauto; [apply double_bpow; lia | exact L].
Qed.

(* A quotient below half of the least value: its remainder may have been lost, but the result lies between
   0 and 2^(lsb - 1), as the exact one. *)
Lemma small_quotient : forall rnd {V : Valid_rnd rnd} past inexact, let z := rounded rnd (a / b) in
  Rabs z < bpow radix2 (lsb - 1) -> (past = 0 \/ past = 1)%Z -> (inexact = 0 \/ inexact = 1)%Z -> (a = 0 -> inexact = 0%Z) ->
  forall t, multiple (lsb - 1) t -> same_side (signed z (Z.lor (word (Rabs z) - Z.land past inexact) inexact)) (a / b) t.
Proof.
intros rnd V past inexact z L P I A0 t T.
assert (X : Rabs (a / b) < bpow radix2 (lsb - 1)) by (apply (below_of_rounded rnd); [lia | exact L]).
pose proof (rounded_sign rnd (a / b) quotient_fits) as S. fold z in S.
assert (D : double z) by (apply rounded_double; exact V).
apply (same_side_small (lsb - 1)); [exact T | | exact X |].
all: destruct (Req_dec z 0) as [Z0 | Z0].
1, 3: assert (A : a = 0) by (apply S in Z0; unfold Rdiv in Z0; apply Rmult_integral in Z0; destruct Z0 as [Z0 | Z0];
  [exact Z0 | exfalso; revert Z0; apply Rinv_neq_0_compat; exact B0]).
1, 2: rewrite (A0 A), Z.land_0_r, Z.sub_0_r, Z.lor_0_r, signed_exact by exact D; assumption.
all: pose proof (near_word z (lsb - 1) past inexact ltac:(lia) D Z0 L P I) as [W0 W1]; unfold signed; destruct (Rlt_bool_spec z 0) as [N | N].
- rewrite Rabs_Ropp, Rabs_pos_eq; lra.
- rewrite Rabs_pos_eq; lra.
- destruct S as [S0 S1]. apply S1 in N. split; split; intro; lra.
- destruct S as [S0 S1]. assert (a / b <> 0) by (intro H; apply S0 in H; contradiction).
  assert (~ a / b < 0) by (intro H'; apply S1 in H'; lra). split; split; intro; lra.
Qed.

(* nf_odd_div in cbits/levels/double_operations.h, toward zero and to nearest: to odd where the quotient is at
   least half of the row's least value ... *)
Theorem odd_div_correct :
  (bpow radix2 (lsb - 1) <= Rabs (RZ (a / b)) -> odd_div_cut a b = odd (a / b)) /\
  (bpow radix2 (lsb - 1) <= Rabs (RN (a / b)) -> odd_div a b = odd (a / b)).
Proof.
split; intro L.
- apply odd_by_cut_residual; [exact quotient_fits |]. apply (same_sign_divided a b (RZ (a / b))); [exact B0 |].
  apply (sign_kept Ztrunc). apply remainder_multiple; [apply rounded_double; typeclasses eauto | exact L].
- apply odd_by_residual; [exact quotient_fits |]. apply same_sign_divided; [exact B0 |].
  apply (sign_kept ZnearestE). apply remainder_multiple; [apply rounded_double; typeclasses eauto | exact L].
Qed.

(* ... and everywhere on the same side as the quotient of every threshold of the row: multiples of half of its
   least value with at most 52 bits. *)
Theorem odd_div_decides : forall t, multiple (lsb - 1) t -> generic_format radix2 (FLX_exp 52) t ->
  same_side (odd_div_cut a b) (a / b) t /\ same_side (odd_div a b) (a / b) t.
Proof.
intros t M G. assert (M' : multiple (-1073) t) by (apply multiple_weaken with (2 := M); lia).
assert (E : a = 0 -> forall rnd, Valid_rnd rnd -> rounded rnd (a - rounded rnd (a / b) * b) = 0).
{ intros A rnd V. assert (Q : a / b = 0) by (rewrite A; unfold Rdiv; ring). rewrite Q.
  assert (Z0 : rounded rnd 0 = 0) by (apply round_0; exact V). rewrite Z0, A, Rmult_0_l, Rminus_0_r. exact Z0. }
assert (E' : forall r, r = 0 -> signed_as_divided b r = 0) by (intros r ->; unfold signed_as_divided; destruct Rlt_bool; lra).
split.
- destruct (Rle_or_lt (bpow radix2 (lsb - 1)) (Rabs (RZ (a / b)))) as [L | L].
  { rewrite (proj1 odd_div_correct L). apply odd_keeps_thresholds; assumption. }
  unfold odd_div_cut, cut_to_odd. cbv zeta. set (i := if Req_bool _ 0 then 0%Z else 1%Z).
  replace (word (Rabs (RZ (a / b)))) with (word (Rabs (RZ (a / b))) - Z.land 0 i)%Z by (rewrite Z.land_0_l; ring).
  apply (small_quotient Ztrunc); [exact L | left; reflexivity | | | exact M].
  + unfold i. destruct Req_bool; [left | right]; reflexivity.
  + intro A. unfold i. rewrite Req_bool_true; [reflexivity |]. apply E', E; [exact A | typeclasses eauto].
- destruct (Rle_or_lt (bpow radix2 (lsb - 1)) (Rabs (RN (a / b)))) as [L | L].
  { rewrite (proj2 odd_div_correct L). apply odd_keeps_thresholds; assumption. }
  unfold odd_div, to_odd. cbv zeta. apply (small_quotient ZnearestE); [exact L | | | | exact M].
  + destruct xorb; [right | left]; reflexivity.
  + destruct Req_bool; [left | right]; reflexivity.
  + intro A. rewrite Req_bool_true; [reflexivity |]. apply E', E; [exact A | typeclasses eauto].
Qed.
End Quotient.

(* ---- roots ---- *)

(* C cbits/levels/double_operations.h nf_odd_sqrt:
   double z = __builtin_sqrt(a);
   return nf_cut_to_odd(z, __builtin_fma(-z, z, a)); *)
Definition odd_sqrt_cut (a : R) : R := let z := RZ (sqrt a) in cut_to_odd z (RZ (a - z * z)).
Definition odd_sqrt (a : R) : R := let z := RN (sqrt a) in to_odd z (RN (a - z * z)).

(* target.c: lsb >= -968; "a - z*z is a multiple of 2^(lsb - 106)". *)
Section Root.
Variables (lsb : Z) (a : R).
Hypothesis least : (-968 <= lsb)%Z.
Hypothesis Ma : multiple lsb a.
Hypothesis Pa : 0 < a.

Lemma root_least : bpow radix2 (lsb / 2) <= sqrt a.
Proof.
apply Rsqr_incr_0_var; [| apply sqrt_pos]. rewrite Rsqr_sqrt by lra. unfold Rsqr. rewrite <- bpow_plus.
rewrite <- (Rabs_pos_eq a) by lra. apply Rle_trans with (bpow radix2 lsb); [apply bpow_le | apply multiple_apart; [exact Ma | lra]].
pose proof (Z.mul_div_le lsb 2 eq_refl). lia.
Qed.
Lemma root_of_half : (-484 <= lsb / 2)%Z.
Proof. apply Z.div_le_lower_bound; lia. Qed.
Lemma root_fits : fits (sqrt a).
Proof.
right. rewrite Rabs_pos_eq by apply sqrt_pos. apply Rle_trans with (2 := root_least). apply bpow_le. pose proof root_of_half. lia.
Qed.
Lemma root_remainder : forall rnd {V : Valid_rnd rnd}, let z := rounded rnd (sqrt a) in
  same_sign (rounded rnd (a - z * z)) (sqrt a - z).
Proof.
intros rnd V z. pose proof root_of_half as H.
assert (D : double z) by (apply rounded_double; exact V).
assert (L : bpow radix2 (lsb / 2) <= z).
{ apply round_ge_generic; try typeclasses eauto; [apply double_bpow; lia | exact root_least]. }
pose proof (bpow_gt_0 radix2 (lsb / 2)) as P0.
assert (M : multiple (-1074) (a - z * z)).
{ apply multiple_minus; [apply multiple_weaken with (2 := Ma); lia |].
  assert (G : (lsb / 2 < mag radix2 z)%Z) by (apply mag_gt_bpow; rewrite Rabs_pos_eq by lra; exact L).
  assert (C : multiple (lsb / 2 - 52) z).
  { apply multiple_weaken with (2 := multiple_cexp _ _ D). unfold cexp, double_exp, FLT_exp. lia. }
  apply multiple_weaken with (lsb / 2 - 52 + (lsb / 2 - 52))%Z; [| apply multiple_mult; exact C].
  lia. }
destruct (sign_kept rnd (a - z * z) M) as [S0 S1].
pose proof root_least. set (s := sqrt a) in *.
assert (Q : a - z * z = (s - z) * (s + z)) by (rewrite <- (sqrt_sqrt a) by lra; fold s; ring).
assert (P : 0 < s + z) by lra. rewrite Q in S0, S1. rewrite Q.
split; [rewrite S0 | rewrite S1]; split; intro T.
- apply Rmult_integral in T. lra.
- rewrite T. ring.
- apply Rnot_le_lt. intro. nra.
- nra.
Qed.

(* nf_odd_sqrt in cbits/levels/double_operations.h, toward zero and to nearest. *)
Theorem odd_sqrt_correct : odd_sqrt_cut a = odd (sqrt a) /\ odd_sqrt a = odd (sqrt a).
Proof.
split.
- apply odd_by_cut_residual; [exact root_fits |]. apply (root_remainder Ztrunc).
- apply odd_by_residual; [exact root_fits |]. apply (root_remainder ZnearestE).
Qed.
End Root.

(* 1/3 and the root of 2 with the range of bposit32. *)
Example quotients_and_roots_take_part : exists lsb top a b,
  (top - lsb <= 1022)%Z /\ (-1021 <= 2 * lsb)%Z /\ (-968 <= lsb)%Z /\ multiple lsb a /\ multiple lsb b /\ below top b /\ b <> 0 /\ 0 < a /\
  RN (a / b) * b <> a.
Proof.
exists (-212)%Z, 192%Z, 1, 3.
assert (M : forall k, multiple (-212) (IZR k)).
{ intro k. apply multiple_weaken with 0%Z; [lia |]. exists k. simpl. ring. }
split; [lia |]. split; [lia |]. split; [lia |]. split; [apply M |]. split; [apply M |]. split; [| split; [lra |]; split; [lra |]].
- unfold below. rewrite Rabs_pos_eq by lra. apply Rlt_trans with (bpow radix2 2); [simpl; lra | apply bpow_lt; lia].
- assert (D : double (RN (1 / 3))) by (apply rounded_double; typeclasses eauto).
  destruct (double_multiple _ D) as [k ->]. intro E.
  assert (Q : (k * 3 = 2 ^ 1074)%Z).
  { apply eq_IZR. rewrite mult_IZR, (IZR_Zpower radix2) by lia. apply Rmult_eq_reg_r with (bpow radix2 (-1074)).
    - rewrite <- bpow_plus. change (bpow radix2 (1074 + -1074)) with 1. lra.
    - pose proof (bpow_gt_0 radix2 (-1074)). lra. }
  assert (R : (2 ^ 1074 mod 3 = 1)%Z) by (vm_compute; reflexivity).
  rewrite <- Q, Z.mod_mul in R by lia. discriminate.
Qed.
