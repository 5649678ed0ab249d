(* SPDX-License-Identifier: BSD-3-Clause *)
(* Is what an operation on doubles loses found exactly, and are sums, products, quotients and roots
   rounded to odd with it?

   RN is the CPU's rounding; where a stage works toward zero (NF_CUTS) it is RZ.  A fused multiply-add
   is one rounding. *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Operations Plus_error Mult_error Pff2Flocq.
Require Import Doubles Odd.
Open Scope R_scope.

Lemma even_is_symmetric : forall x : Z, negb (Z.even x) = negb (negb (Z.even (- (x + 1)))).
Proof. intro x. rewrite Z.even_opp, Z.even_add. destruct (Z.even x); reflexivity. Qed.
Lemma double_plus_small : forall x y, double x -> double y -> Rabs (x + y) <= bpow radix2 (-1021) -> double (x + y).
Proof. intros x y X Y B. apply FLT_format_plus_small; [exact prec53 | exact X | exact Y | exact B]. Qed.

(* ---- sums ---- *)

(* C cbits/levels/round_to_odd.h nf_residual_of_sum:
   double from_b = z - a;
   return (a - (z - from_b)) + (b - from_b); *)
Definition residual_of_sum (a b z : R) : R :=
  let from_b := RN (z - a) in RN (RN (a - RN (z - from_b)) + RN (b - from_b)).
(* C cbits/levels/round_to_odd.h nf_odd_sum:
   double z = a + b;
   return nf_to_odd(z, nf_residual_of_sum(a, b, z)); *)
Definition odd_sum (a b : R) : R := let z := RN (a + b) in to_odd z (residual_of_sum a b z).

(* nf_residual_of_sum in cbits/levels/round_to_odd.h (Knuth's TwoSum), for all doubles a and b. *)
Theorem residual_of_sum_exact : forall a b, double a -> double b ->
  RN (a + b) + residual_of_sum a b (RN (a + b)) = a + b.
Proof. intros a b A B. apply (TwoSum_correct (-1074) 53 (fun x => negb (Z.even x))); try assumption; try lia. exact even_is_symmetric. Qed.

Lemma residual_double : forall a b, double (residual_of_sum a b (RN (a + b))).
Proof. intros. apply rounded_double. typeclasses eauto. Qed.

Lemma same_sign_refl : forall x, same_sign x x.
Proof. intro x. split; tauto. Qed.
Lemma rounded_0_of_multiple : forall rnd {V : Valid_rnd rnd} x, multiple (-1074) x -> rounded rnd x = 0 -> x = 0.
Proof. intros rnd V x M Z0. apply (sign_kept rnd x M). exact Z0. Qed.
Lemma sum_multiple : forall a b, double a -> double b -> multiple (-1074) (a + b).
Proof. intros a b A B. apply multiple_plus; apply double_multiple; assumption. Qed.

(* nf_odd_sum in cbits/levels/round_to_odd.h: a + b rounded to odd, for all doubles a and b. *)
Theorem odd_sum_correct : forall a b, double a -> double b -> odd_sum a b = odd (a + b).
Proof.
intros a b A B. unfold odd_sum. apply (to_odd_correct ZnearestE).
- intros N Z0. apply N. rewrite Z0. apply (rounded_0_of_multiple ZnearestE); [apply sum_multiple; assumption | exact Z0].
- pose proof (residual_of_sum_exact a b A B) as E. unfold RN in *.
  replace (a + b - rounded ZnearestE (a + b)) with (residual_of_sum a b (rounded ZnearestE (a + b))) by lra.
  apply same_sign_refl.
Qed.

(* C cbits/levels/encode_floats.h nf_lifted:
   nf_doubles c = (nf_doubles)(small & (nf_signed_longs)nf_all_doubles(least));
   nf_doubles s = m + c, e = m - (s - c);
   nf_longs inexact = (nf_longs)(e != 0) & 1, past = ((nf_longs)e ^ (nf_longs)s) >> 63;
   return (nf_doubles)(((nf_longs)s - (past & inexact)) | inexact); *)
Definition lifted (m c : R) : R := let s := RN (m + c) in to_odd s (RN (m - RN (s - c))).

(* nf_lifted in cbits/levels/encode_floats.h (Fast2Sum): m + c rounded to odd; c is 2^least where m < 2^least,
   and 0 elsewhere. *)
Theorem lifted_correct : forall m c, double m -> double c -> 0 <= m -> m <= c \/ c = 0 -> lifted m c = odd (m + c).
Proof.
intros m c M C P L. unfold lifted.
assert (E : RN (m + c) + RN (m - RN (RN (m + c) - c)) = m + c).
{ destruct L as [L | ->].
  - replace (RN (m - RN (RN (m + c) - c))) with (RN (m + RN (c - RN (c + m)))).
    + rewrite (Rplus_comm m c). apply (Fast2Sum_correct (-1074) 53 (fun x => negb (Z.even x))); try assumption; try lia.
      * exact even_is_symmetric.
      * rewrite !Rabs_pos_eq; lra.
    + rewrite (Rplus_comm c m). replace (c - RN (m + c)) with (- (RN (m + c) - c)) by ring. rewrite RN_opp. reflexivity.
  - rewrite Rplus_0_r, Rminus_0_r. assert (R : RN m = m) by (apply rounded_of_double; [typeclasses eauto | exact M]).
    rewrite !R. unfold Rminus. rewrite Rplus_opp_r. unfold RN. rewrite rounded_of_double; [ring | typeclasses eauto | apply generic_format_0]. }
apply (to_odd_correct ZnearestE).
- intros N Z0. apply N. rewrite Z0. apply (rounded_0_of_multiple ZnearestE); [apply sum_multiple; assumption | exact Z0].
- unfold RN in *. match goal with |- same_sign ?e ?y => replace y with e by lra end. apply same_sign_refl.
Qed.

(* C cbits/levels/double_operations.h NF_SUM_STAGE:
   ... double y = negated b[i], sum = a[i] + y;
   inexact |= (sum - a[i] == y ? 0 : 1) | (sum - y == a[i] ? 0 : 1);
   z[i] = sum; ... *)
Definition sum_looks_exact (a y : R) : Prop := let sum := RN (a + y) in RN (sum - a) = y /\ RN (sum - y) = a.

(* NF_SUM_STAGE in cbits/levels/double_operations.h: where both comparisons hold, the sum is exact, hence the
   sum rounded to odd as well. *)
Theorem exact_sum_is_exact : forall a y, double a -> double y -> sum_looks_exact a y -> RN (a + y) = a + y.
Proof.
assert (F : forall a y, double a -> double y -> Rabs y <= Rabs a -> RN (RN (a + y) - a) = y -> RN (a + y) = a + y).
{ intros a y A Y L E.
  assert (C : RN (a + y) + RN (y + RN (a - RN (a + y))) = a + y).
  { apply (Fast2Sum_correct (-1074) 53 (fun x => negb (Z.even x))); try assumption; try lia. exact even_is_symmetric. }
  replace (a - RN (a + y)) with (- (RN (a + y) - a)) in C by ring. rewrite RN_opp, E, Rplus_opp_r in C.
  unfold RN at 2 in C. rewrite rounded_of_double in C; [lra | typeclasses eauto | apply generic_format_0]. }
intros a y A Y [E1 E2]. destruct (Rle_or_lt (Rabs y) (Rabs a)) as [L | L]; [apply F; assumption |].
rewrite Rplus_comm in *. apply F; try assumption. apply Rlt_le. exact L.
Qed.
Theorem exact_sum_is_odd : forall a y, double a -> double y -> sum_looks_exact a y -> RN (a + y) = odd (a + y).
Proof.
intros a y A Y H. pose proof (exact_sum_is_exact a y A Y H) as E. rewrite E. symmetry.
apply rounded_of_double; [typeclasses eauto |]. rewrite <- E. apply rounded_double. typeclasses eauto.
Qed.
(* No exact sum is sent to the slow loop: the comparisons hold where a + y is a double. *)
Theorem exact_sum_looks_exact : forall a y, double a -> double y -> double (a + y) -> sum_looks_exact a y.
Proof.
intros a y A Y S. unfold sum_looks_exact, RN. rewrite !(rounded_of_double ZnearestE (a + y)) by exact S.
replace (a + y - a) with y by ring. replace (a + y - y) with a by ring.
split; apply rounded_of_double; typeclasses eauto || assumption.
Qed.

(* ---- products ---- *)

(* Finite.v is about 2 top <= 1022.
   C cbits/routes/target.c nf_goes_through_doubles:
   ... exact = 2 * x.p <= 53;
   bool products = 2 * x.top <= 1022 && 2 * x.lsb >= -1074;
   ... case NF_OP_square: *way = way_of(exact); return products;
   ... case NF_OP_fma: *way = way_of(exact); return products && ... *)
Lemma product_multiple : forall lsb a b, (-1074 <= 2 * lsb)%Z -> multiple lsb a -> multiple lsb b -> multiple (-1074) (a * b).
Proof. intros lsb a b L A B. apply multiple_weaken with (lsb + lsb)%Z; [lia |]. apply multiple_mult; assumption. Qed.

(* The error of a product is a double: nf_odd_mul and nf_odd_fma in cbits/levels/double_operations.h. *)
Theorem residual_of_product_exact : forall lsb a b, (-1074 <= 2 * lsb)%Z -> double a -> double b -> multiple lsb a -> multiple lsb b ->
  RN (a * b - RN (a * b)) = a * b - RN (a * b).
Proof.
intros lsb a b L A B Ma Mb. apply rounded_of_double; [typeclasses eauto |].
pose proof (product_multiple lsb a b L Ma Mb) as M.
destruct (Rle_or_lt (bpow radix2 (-1022)) (Rabs (a * b))) as [N | N].
- (* normal: the error of the same product without a lower end has at most 53 bits *)
  assert (G : forall x, double x -> generic_format radix2 (FLX_exp 53) x) by (intros x D; apply generic_format_FLX_FLT with (1 := D)).
  assert (X : generic_format radix2 (FLX_exp 53) (a * b - RN (a * b))).
  { replace (a * b - RN (a * b)) with (- (RN (a * b) - a * b)) by ring. apply generic_format_opp.
    unfold RN, rounded, double_exp. rewrite round_FLT_FLX by exact N. apply mult_error_FLX; try typeclasses eauto; apply G; assumption. }
  assert (Q : multiple (-1074) (a * b - RN (a * b))).
  { apply multiple_minus; [exact M |]. apply double_multiple, rounded_double. typeclasses eauto. }
  destruct (Rle_or_lt (bpow radix2 (-1022)) (Rabs (a * b - RN (a * b)))) as [P | P].
  + apply generic_format_FLT_FLX; assumption.
  + apply (multiple_double (-1074)); [lia | exact Q |]. apply Rlt_le, Rlt_trans with (1 := P). apply bpow_lt. lia.
- assert (D : double (a * b)).
  { apply (multiple_double (-1074)); [lia | exact M |]. apply Rlt_le, Rlt_trans with (1 := N). apply bpow_lt. lia. }
  unfold RN. rewrite rounded_of_double by (typeclasses eauto || exact D). unfold Rminus. rewrite Rplus_opp_r. apply generic_format_0.
Qed.

(* C cbits/levels/double_operations.h nf_odd_mul:
   double z = a * b;
   return nf_cut_to_odd(z, __builtin_fma(a, b, -z)); *)
Definition odd_mul_cut (a b : R) : R := let z := RZ (a * b) in cut_to_odd z (RZ (a * b - z)).
Definition odd_mul (a b : R) : R := let z := RN (a * b) in to_odd z (RN (a * b - z)).

(* All that a quotient, product or root needs: z is not 0 where something was lost, and the residual,
   rounded in whatever direction, keeps the sign of x - z. *)
Lemma odd_by_residual : forall x e, fits x -> same_sign e (x - RN x) -> to_odd (RN x) e = odd x.
Proof.
intros x e F S. apply (to_odd_correct ZnearestE); [| exact S]. intros N Z0. destruct F as [D | L].
- apply N. symmetry. apply rounded_of_double; [typeclasses eauto | exact D].
- assert (H : bpow radix2 (-1022) <= Rabs (rounded ZnearestE x)).
  { apply abs_round_ge_generic; try typeclasses eauto; [apply double_bpow; lia | exact L]. }
  rewrite Z0, Rabs_R0 in H. pose proof (bpow_gt_0 radix2 (-1022)). lra.
Qed.
Lemma odd_by_cut_residual : forall x e, fits x -> (e = 0 <-> x - RZ x = 0) -> cut_to_odd (RZ x) e = odd x.
Proof.
intros x e F S. apply cut_to_odd_correct; [| exact S]. intros N Z0. destruct F as [D | L].
- apply N. symmetry. apply rounded_of_double; [typeclasses eauto | exact D].
- assert (H : bpow radix2 (-1022) <= Rabs (RZ x)).
  { apply abs_round_ge_generic; try typeclasses eauto; [apply double_bpow; lia | exact L]. }
  rewrite Z0, Rabs_R0 in H. pose proof (bpow_gt_0 radix2 (-1022)). lra.
Qed.

(* nf_odd_mul in cbits/levels/double_operations.h, toward zero and to nearest. *)
Theorem odd_mul_correct : forall lsb a b, (-1074 <= 2 * lsb)%Z -> multiple lsb a -> multiple lsb b ->
  odd_mul_cut a b = odd (a * b) /\ odd_mul a b = odd (a * b).
Proof.
intros lsb a b L A B. pose proof (product_multiple lsb a b L A B) as M.
assert (Q : forall rnd {V : Valid_rnd rnd}, multiple (-1074) (a * b - rounded rnd (a * b))).
{ intros rnd V. apply multiple_minus; [exact M |]. apply double_multiple, rounded_double. exact V. }
split.
- apply odd_by_cut_residual; [apply multiple_fits; exact M |]. apply (sign_kept Ztrunc), Q. typeclasses eauto.
- apply odd_by_residual; [apply multiple_fits; exact M |]. apply (sign_kept ZnearestE), Q. typeclasses eauto.
Qed.

(* NEAR products: with 2 p <= 53 significant bits they are doubles. *)
Theorem narrow_product_is_exact : forall p lsb a b, (0 < p)%Z -> (2 * p <= 53)%Z -> (-1074 <= 2 * lsb)%Z ->
  generic_format radix2 (FLX_exp p) a -> generic_format radix2 (FLX_exp p) b -> multiple lsb a -> multiple lsb b ->
  RN (a * b) = a * b.
Proof.
intros p lsb a b P P2 L Fa Fb A B. apply rounded_of_double; [typeclasses eauto |].
pose proof (product_multiple lsb a b L A B) as M.
destruct (Rle_or_lt (bpow radix2 (-1022)) (Rabs (a * b))) as [N | N].
- apply generic_format_FLT_FLX; [exact N |]. apply generic_format_FLX.
  apply FLX_format_generic in Fa; [| exact P]. apply FLX_format_generic in Fb; [| exact P].
  destruct Fa as [f Ef Hf], Fb as [g Eg Hg]. exists (Fmult f g); [rewrite F2R_mult, <- Ef, <- Eg; reflexivity |].
  destruct f as [m e], g as [k d]. simpl in Hf, Hg |- *. rewrite Z.abs_mul. apply Z.lt_le_trans with (2 ^ p * 2 ^ p)%Z.
  + apply Z.mul_lt_mono_nonneg; try assumption; apply Z.abs_nonneg.
  + rewrite <- Z.pow_add_r by lia. change (2 ^ (p + p) <= 2 ^ 53)%Z. apply Z.pow_le_mono_r; [reflexivity | lia].
- apply (multiple_double (-1074)); [lia | exact M |]. apply Rlt_le, Rlt_trans with (1 := N). apply bpow_lt. lia.
Qed.

(* Where the compiler has no fused multiply-add: Veltkamp's split and Dekker's product.
   C cbits/levels/round_to_odd.h nf_residual_of_product:
   #ifdef __FMA__
   return __builtin_fma(x, y, -p);
   #else
   const double factor = 134217729.0;
   double cx = factor * x, cy = factor * y;
   double xh = cx - (cx - x), xl = x - xh, yh = cy - (cy - y), yl = y - yh;
   return ((xh * yh - p) + xh * yl + xl * yh) + xl * yl;
   #endif *)
Definition residual_of_product (x y p : R) : R :=
  let cx := RN (134217729 * x) in let cy := RN (134217729 * y) in
  let xh := RN (cx - RN (cx - x)) in let xl := RN (x - xh) in
  let yh := RN (cy - RN (cy - y)) in let yl := RN (y - yh) in
  RN (RN (RN (RN (RN (xh * yh) - p) + RN (xh * yl)) + RN (xl * yh)) + RN (xl * yl)).

(* nf_residual_of_product in cbits/levels/round_to_odd.h, without FMA: where x*y is 0 or at least 2^-969. *)
Theorem dekker_exact : forall x y, double x -> double y -> x * y = 0 \/ bpow radix2 (-969) <= Rabs (x * y) ->
  RN (x * y) + residual_of_product x y (RN (x * y)) = x * y.
Proof.
intros x y X Y B.
destruct (Dekker radix2 (-1074) 53 (fun x => negb (Z.even x)) ltac:(lia) ltac:(lia) x y X Y (or_introl eq_refl)) as [D _].
assert (S : forall t, RN (RN (t - RN (134217729 * t)) + RN (134217729 * t)) = RN (RN (134217729 * t) - RN (RN (134217729 * t) - t))).
{ intro t. replace (t - RN (134217729 * t)) with (- (RN (134217729 * t) - t)) by ring. rewrite RN_opp. f_equal. ring. }
assert (F : bpow radix2 (53 - Z.div2 53) + 1 = 134217729) by (simpl; lra).
specialize (D B). change (round radix2 (FLT_exp (-1074) 53) (Znearest (fun x => negb (Z.even x)))) with RN in D.
rewrite F, !(Rmult_comm _ 134217729) in D.
symmetry. rewrite D at 1. f_equal.
rewrite (S x), (S y), (Rplus_comm (- RN (x * y))). unfold residual_of_product, Rminus. reflexivity.
Qed.

Lemma double_one : double 1.
Proof. change 1 with (bpow radix2 0). apply double_bpow. lia. Qed.
Example inexact_sums_take_part : exists m c, double m /\ double c /\ 0 <= m /\ m <= c /\ ~ double (m + c).
Proof.
exists (bpow radix2 (-60)), 1. repeat split.
- apply double_bpow. lia.
- exact double_one.
- apply bpow_ge_0.
- change 1 with (bpow radix2 0). apply bpow_le. lia.
- rewrite Rplus_comm, <- one_and_little. apply (wide_is_no_double _ 60); reflexivity || lia.
Qed.
