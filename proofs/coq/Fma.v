(* SPDX-License-Identifier: BSD-3-Clause *)
(* Is a fused multiply-add of doubles rounded to odd?  The algorithm is Boldo and Melquiond's (Emulation of
   FMA and correctly rounded sums: proved algorithms using rounding to odd, 2008), with a last step to odd.

       a*b = p + q      c + q = t + u      p + t = v + w      v + odd(u + w)

   Where u + w is no double, v is so much larger that rounding u + w to odd happens far to the right:

       v        xxxxxxxx000000000000000
       u + w           yyyyyyyy|yyyyyy        its last bit is odd, and far below the unit of v + u + w *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Relative Sterbenz Round_odd.
Require Import Doubles Odd Sums.
Open Scope R_scope.

(* The error of a rounded multiple of the least double is small against the result, at any scale. *)
Lemma error_below : forall x, multiple (-1074) x -> Rabs (x - RN x) <= bpow radix2 (-53) * Rabs (RN x).
Proof.
intros x [k ->].
pose proof (relative_error_N_FLT_round_F2R_emin radix2 (-1074) 53 eq_refl (fun x => negb (Z.even x)) k) as E.
rewrite Rabs_minus_sym. change (bpow radix2 (-53)) with (bpow radix2 (-1 + (- 53 + 1))). rewrite bpow_plus.
exact E.
Qed.

(* odd(v + s) may take odd(s) for s: where v is 0, or at least eight times s. *)
Lemma odd_of_tail : forall v s, double v -> multiple (-1074) s -> double s \/ 8 * Rabs s <= Rabs v ->
  odd (v + odd s) = odd (v + s).
Proof.
intros v s V M [D | L].
{ replace (odd s) with s; [reflexivity |]. symmetry. apply rounded_of_double; [typeclasses eauto | exact D]. }
destruct (Req_dec s 0) as [-> | S0].
{ replace (odd 0) with 0; [reflexivity |]. symmetry. apply rounded_of_double; [typeclasses eauto | apply generic_format_0]. }
destruct (Rle_or_lt (Rabs s) (bpow radix2 (-1021))) as [Small | Large].
{ replace (odd s) with s; [reflexivity |]. symmetry. apply rounded_of_double; [typeclasses eauto |].
  apply (multiple_double (-1074)); [lia | exact M | exact Small]. }
set (c := cexp radix2 double_exp s).
assert (Ms : (-1021 < mag radix2 s)%Z) by (apply mag_gt_bpow; lra).
assert (C : c = (mag radix2 s - 53)%Z) by (unfold c, cexp, double_exp, FLT_exp; lia).
pose proof (bpow_mag_le radix2 s S0) as Ls. set (h := bpow radix2 (mag radix2 s - 1)) in *.
assert (H : 0 < h) by apply bpow_gt_0.
(* v is an even multiple of the unit of s *)
assert (Mv : multiple (c + 1) v).
{ apply multiple_weaken with (2 := multiple_cexp _ _ V).
  assert (mag radix2 s < mag radix2 v)%Z.
  { apply mag_gt_bpow. apply Rle_trans with (2 := L). replace (bpow radix2 (mag radix2 s)) with (2 * h); [lra |].
    unfold h. change 2 with (bpow radix2 1). rewrite <- bpow_plus. f_equal. ring. }
  unfold cexp, double_exp, FLT_exp. lia. }
(* and v + s has two bits less to the right *)
assert (B : (mag radix2 s + 1 < mag radix2 (v + s))%Z).
{ apply mag_gt_bpow. replace (bpow radix2 (mag radix2 s + 1)) with (4 * h).
  - pose proof (Rabs_triang_inv v (- s)) as T. rewrite Rabs_Ropp in T. replace (v - - s) with (v + s) in T by ring. lra.
  - unfold h. change 4 with (bpow radix2 2). rewrite <- bpow_plus. f_equal. ring. }
assert (A : v + odd s = odd_at c (v + s)).
{ rewrite odd_is_odd_at. fold c. unfold odd_at. rewrite Rmult_plus_distr_r. destruct Mv as [k Ev].
  assert (K : v * bpow radix2 (- c) = IZR (2 * k)).
  { rewrite Ev, mult_IZR, Rmult_assoc, <- bpow_plus. replace (c + 1 + - c)%Z with 1%Z by ring. change (bpow radix2 1) with 2. ring. }
  rewrite K. rewrite Round_odd.Zrnd_odd_plus by (rewrite Zfloor_IZR; [reflexivity || (rewrite Z.even_mul; reflexivity)]).
  rewrite Rmult_plus_distr_r, <- K, Rmult_assoc, <- bpow_plus. replace (- c + c)%Z with 0%Z by ring. simpl. ring. }
rewrite A. unfold odd at 1, rounded. apply through_odd_at; [typeclasses eauto | exact odd_by_halves |].
intros _. unfold double_exp, FLT_exp. lia.
Qed.

(* Where a sum is not exact, its operands are not much larger than the sum (Sterbenz). *)
Lemma no_cancellation : forall p t, double p -> double t -> ~ double (p + t) -> Rabs t <= 2 * Rabs (p + t).
Proof.
intros p t P T N. apply Rnot_lt_le. intro L. apply N.
replace (p + t) with (p - - t) by ring.
assert (O : forall y x, double x -> double y -> 0 < x -> Rabs (y - x) * 2 < x -> double (y - x)).
{ intros y x X Y X0 H. apply sterbenz; try typeclasses eauto; try assumption.
  destruct (Rcase_abs (y - x)) as [C | C]; [rewrite Rabs_left in H by exact C | rewrite Rabs_right in H by exact C]; lra. }
destruct (Rtotal_order t 0) as [S | [-> | S]].
- apply O; try assumption; [apply double_opp; exact T | lra |]. replace (p - - t) with (p + t) by ring.
  rewrite (Rabs_left t) in L by exact S. lra.
- replace (p - - 0) with p by ring. exact P.
- replace (p - - t) with (- (- p - t)) by ring. apply double_opp. apply O; [exact T | apply double_opp; exact P | exact S |].
  replace (- p - t) with (- (p + t)) by ring. rewrite Rabs_Ropp. rewrite (Rabs_pos_eq t) in L by lra. lra.
Qed.

(* The steps after the product, for any three doubles. *)
Definition odd_sum_of_three (p q c : R) : R :=
  let t := RN (c + q) in let u := residual_of_sum c q t in
  let v := RN (p + t) in let w := residual_of_sum p t v in
  odd_sum v (odd_sum u w).

Theorem odd_sum_of_three_correct : forall p q c, double p -> double q -> double c ->
  odd_sum_of_three p q c = odd (p + q + c).
Proof.
intros p q c P Q C. unfold odd_sum_of_three. cbv zeta.
pose proof (residual_of_sum_exact c q C Q) as E1. set (t := RN (c + q)) in *. set (u := residual_of_sum c q t) in *.
assert (T : double t) by (apply rounded_double; typeclasses eauto).
pose proof (residual_of_sum_exact p t P T) as E2. set (v := RN (p + t)) in *. set (w := residual_of_sum p t v) in *.
assert (V : double v) by (apply rounded_double; typeclasses eauto).
assert (U : double u) by (apply residual_double). assert (W : double w) by (apply residual_double).
rewrite (odd_sum_correct u w U W).
assert (O : double (odd (u + w))) by (apply rounded_double; typeclasses eauto).
rewrite (odd_sum_correct v _ V O).
rewrite odd_of_tail; [f_equal; lra | exact V | apply sum_multiple; assumption |].
(* u and w are far below v, or one of them is 0 *)
destruct (Req_dec w 0) as [-> | W0]; [left; rewrite Rplus_0_r; exact U | right].
assert (Eu : Rabs u <= bpow radix2 (-53) * Rabs t).
{ replace u with (c + q - t) by lra. apply error_below, sum_multiple; assumption. }
assert (Ew : Rabs w <= bpow radix2 (-53) * Rabs v).
{ replace w with (p + t - v) by lra. apply error_below, sum_multiple; assumption. }
assert (N : Rabs t <= 2 * Rabs (p + t)).
{ apply no_cancellation; try assumption. intro D. apply W0. assert (v = p + t) by (apply rounded_of_double; [typeclasses eauto | exact D]). lra. }
assert (B : Rabs (p + t) <= Rabs v + Rabs w) by (replace (p + t) with (v + w) by lra; apply Rabs_triang).
pose proof (Rabs_triang u w). pose proof (Rabs_pos v).
assert (S : bpow radix2 (-53) <= / 64) by (change (/ 64) with (bpow radix2 (-6)); apply bpow_le; lia).
assert (Rabs u <= / 64 * Rabs t) by (apply Rle_trans with (1 := Eu), Rmult_le_compat_r; [apply Rabs_pos | exact S]).
assert (Rabs w <= / 64 * Rabs v) by (apply Rle_trans with (1 := Ew), Rmult_le_compat_r; [apply Rabs_pos | exact S]).
lra.
Qed.

(* C cbits/levels/double_operations.h nf_odd_fma:
   double p = a * b, q = __builtin_fma(a, b, -p);
   double t = c + q, u = nf_residual_of_sum(c, q, t);
   double v = p + t, w = nf_residual_of_sum(p, t, v);
   double z = nf_odd_sum(v, nf_odd_sum(u, w));
   return ((nf_not_finite(v) != 0) | (z == 0)) ? p + c : z; *)
Definition odd_fma (a b c : R) : R :=
  let p := RN (a * b) in let q := RN (a * b - p) in
  let t := RN (c + q) in let u := residual_of_sum c q t in
  let v := RN (p + t) in let w := residual_of_sum p t v in
  let z := odd_sum v (odd_sum u w) in
  if Req_bool z 0 then RN (p + c) else z.

Lemma odd_zero : forall x, multiple (-1074) x -> odd x = 0 -> x = 0.
Proof. intros x M Z0. apply (rounded_0_of_multiple Zrnd_odd); assumption. Qed.

(* nf_odd_fma in cbits/levels/double_operations.h: target.c keeps 2 lsb >= -1074 (and 2 top <= 1022, so that
   all is finite). *)
Theorem odd_fma_correct : forall lsb a b c, (-1074 <= 2 * lsb)%Z -> double a -> double b -> double c ->
  multiple lsb a -> multiple lsb b -> odd_fma a b c = odd (a * b + c).
Proof.
intros lsb a b c L A B C Ma Mb. unfold odd_fma. cbv zeta.
pose proof (residual_of_product_exact lsb a b L A B Ma Mb) as E. pose proof (product_multiple lsb a b L Ma Mb) as M.
set (p := RN (a * b)) in *. set (q := RN (a * b - p)) in *.
assert (P : double p) by (apply rounded_double; typeclasses eauto).
assert (Q : double q) by (apply rounded_double; typeclasses eauto).
fold (odd_sum_of_three p q c). rewrite (odd_sum_of_three_correct p q c P Q C).
replace (p + q + c) with (a * b + c) by lra.
destruct (Req_bool_spec (odd (a * b + c)) 0) as [Z0 | _]; [| reflexivity].
(* an exact zero: p is -c *)
assert (X : a * b + c = 0) by (apply odd_zero; [apply multiple_plus; [exact M | apply double_multiple; exact C] | exact Z0]).
rewrite Z0. assert (Ep : p = - c).
{ unfold p. replace (a * b) with (- c) by lra. apply rounded_of_double; [typeclasses eauto | apply double_opp; exact C]. }
rewrite Ep, Rplus_opp_l. apply rounded_of_double; [typeclasses eauto | apply generic_format_0].
Qed.

(* C cbits/routes/elementwise.c multiply_add:
   ... c->stages->mul[NF_NEAR](x[0], x[1], n, product);
   c->stages->add[NF_ODD](product, x[2], n, z); ... *)
Definition narrow_fma (a b c : R) : R := odd_sum (RN (a * b)) c.

(* multiply_add in cbits/routes/elementwise.c: with 2 p <= 53 significant bits "exact products are summands". *)
Theorem narrow_fma_correct : forall p lsb a b c, (0 < p)%Z -> (2 * p <= 53)%Z -> (-1074 <= 2 * lsb)%Z ->
  generic_format radix2 (FLX_exp p) a -> generic_format radix2 (FLX_exp p) b -> multiple lsb a -> multiple lsb b ->
  double c -> narrow_fma a b c = odd (a * b + c).
Proof.
intros p lsb a b c P P2 L A B Ma Mb C. unfold narrow_fma.
rewrite odd_sum_correct; [| apply rounded_double; typeclasses eauto | exact C].
rewrite (narrow_product_is_exact p lsb) by assumption. reflexivity.
Qed.

(* Hence nearest, and every other rounding but the stochastic one, for the rows. *)
Theorem fma_of_row : forall lsb rnd {V : Valid_rnd rnd} (f : Z -> Z) a b c, by_halves rnd ->
  (forall e : Z, (e - 51 <= f e)%Z) -> (-1074 <= 2 * lsb)%Z -> double a -> double b -> double c -> multiple lsb a -> multiple lsb b ->
  round radix2 f rnd (odd_fma a b c) = round radix2 f rnd (a * b + c).
Proof.
intros lsb rnd V f a b c H F L A B C Ma Mb. rewrite (odd_fma_correct lsb) by assumption.
apply through_odd; try assumption; [| intros _; apply F].
apply multiple_fits, multiple_plus; [apply (product_multiple lsb); assumption | apply double_multiple; exact C].
Qed.
Theorem fma_decides : forall lsb a b c t, (-1074 <= 2 * lsb)%Z -> double a -> double b -> double c -> multiple lsb a -> multiple lsb b ->
  multiple (-1073) t -> generic_format radix2 (FLX_exp 52) t ->
  (odd_fma a b c < t <-> a * b + c < t) /\ (odd_fma a b c = t <-> a * b + c = t).
Proof. intros. rewrite (odd_fma_correct lsb) by assumption. apply odd_keeps_thresholds; assumption. Qed.

(* (1 + 2^-30)^2 is no double. *)
Example inexact_products_take_part : exists lsb a c,
  (-1074 <= 2 * lsb)%Z /\ double a /\ double c /\ multiple lsb a /\ ~ double (a * a) /\ a * a + c <> 0.
Proof.
set (a := IZR (2 ^ 30 + 1) * bpow radix2 (-30)). assert (A : 0 < a) by (apply Rmult_lt_0_compat; [apply IZR_lt; lia | apply bpow_gt_0]).
assert (M : multiple (-30) a) by (exists (2 ^ 30 + 1)%Z; reflexivity).
exists (-30)%Z, a, 1. split; [lia |]. split; [| split; [exact double_one |]; split; [exact M |]; split].
- apply (multiple_double (-30)); [lia | exact M |]. rewrite Rabs_pos_eq by lra. unfold a.
  apply Rle_trans with (bpow radix2 53 * bpow radix2 (-30)); [| rewrite <- bpow_plus; apply bpow_le; lia].
  apply Rmult_le_compat_r; [apply bpow_ge_0 |]. change (bpow radix2 53) with (IZR (2 ^ 53)). apply IZR_le. lia.
- replace (a * a) with (IZR ((2 ^ 30 + 1) * (2 ^ 30 + 1)) * bpow radix2 (- (60))).
  + apply wide_is_no_double; reflexivity || lia.
  + unfold a. rewrite mult_IZR. change (- (60))%Z with (-30 + -30)%Z. rewrite bpow_plus. ring.
- nra.
Qed.
