(* SPDX-License-Identifier: BSD-3-Clause *)
(* Does target.c keep every step of the stages finite, so that doubles without an upper end model them?

   A step whose result, rounded without an upper end, is below 2^1024 does not overflow. *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Require Import Doubles Odd Sums Quotients Fma.
Open Scope R_scope.

(* C cbits/routes/target.c nf_goes_through_doubles:
   ... bool products = 2 * x.top <= 1022 && ... bool quotients = x.top - x.lsb <= 1022 && ...
   case NF_OP_sub: ... return x.top <= 1022 && sums_fit(f); ... *)
Definition finite (x : R) : Prop := below 1024 x.

Lemma rounded_within : forall rnd {V : Valid_rnd rnd} k e x, (-1074 <= e)%Z -> (0 < k < 2 ^ 53)%Z ->
  Rabs x <= IZR k * bpow radix2 e -> Rabs (rounded rnd x) <= IZR k * bpow radix2 e.
Proof.
intros rnd V k e x E K B. apply abs_round_le_generic; try typeclasses eauto; [| exact B].
apply (multiple_double e); [exact E | exists k; reflexivity |].
rewrite Rabs_mult, (Rabs_pos_eq (bpow _ _)), Z.add_comm, bpow_plus by apply bpow_ge_0.
apply Rmult_le_compat_r; [apply bpow_ge_0 |]. rewrite Rabs_pos_eq by (apply IZR_le; lia).
change (bpow radix2 53) with (IZR (2 ^ 53)). apply IZR_le. lia.
Qed.
Lemma abs_minus : forall x y, Rabs (x - y) <= Rabs x + Rabs y.
Proof. intros x y. rewrite <- (Rabs_Ropp y). apply Rabs_triang. Qed.
Lemma small_error : forall x, multiple (-1074) x -> Rabs (RN x) <= 16 * bpow radix2 1020 -> Rabs (x - RN x) <= bpow radix2 971.
Proof.
intros x M B. apply Rle_trans with (1 := error_below x M).
apply Rle_trans with (bpow radix2 (-53) * (16 * bpow radix2 1020)); [apply Rmult_le_compat_l; [apply bpow_ge_0 | exact B] |].
change 16 with (bpow radix2 4). rewrite <- !bpow_plus. apply bpow_le. lia.
Qed.

(* nf_residual_of_sum in cbits/levels/round_to_odd.h: operands of at most 1.5 * 2^1022; target.c has top <= 1022. *)
Theorem sum_is_finite : forall a b, double a -> double b -> Rabs a <= 6 * bpow radix2 1020 -> Rabs b <= 6 * bpow radix2 1020 ->
  let z := RN (a + b) in let from_b := RN (z - a) in
  finite z /\ finite from_b /\ finite (RN (z - from_b)) /\ finite (RN (a - RN (z - from_b))) /\ finite (RN (b - from_b)) /\
  finite (residual_of_sum a b z) /\ Rabs (residual_of_sum a b z) <= bpow radix2 971.
Proof.
intros a b Da Db A B. cbv zeta. pose proof (residual_of_sum_exact a b Da Db) as E. set (z := RN (a + b)) in *.
set (u := bpow radix2 1020) in *. assert (U0 : 0 < u) by apply bpow_gt_0.
assert (T : bpow radix2 1024 = 16 * u) by (change 16 with (bpow radix2 4); unfold u; rewrite <- bpow_plus; reflexivity).
assert (S : bpow radix2 971 <= / 16 * u) by (change (/ 16) with (bpow radix2 (-4)); unfold u; rewrite <- bpow_plus; apply bpow_le; lia).
assert (W : forall k x, (0 < k < 2 ^ 53)%Z -> Rabs x <= IZR k * u -> Rabs (RN x) <= IZR k * u).
{ intros k x K H. apply rounded_within; [typeclasses eauto | lia | exact K | exact H]. }
assert (Dz : double z) by (apply rounded_double; typeclasses eauto).
assert (Z1 : Rabs z <= 12 * u) by (apply W; [lia |]; apply Rle_trans with (1 := Rabs_triang a b); lra).
assert (R : Rabs (residual_of_sum a b z) <= bpow radix2 971).
{ replace (residual_of_sum a b z) with (a + b - z) by lra. apply small_error; [apply sum_multiple; assumption | fold z u; lra]. }
set (f := RN (z - a)).
assert (F1 : Rabs (z - a) <= 7 * u).
{ replace (z - a) with (b + - residual_of_sum a b z) by lra. apply Rle_trans with (1 := Rabs_triang _ _). rewrite Rabs_Ropp. lra. }
assert (F : Rabs f <= 7 * u) by (apply W; [lia | exact F1]).
assert (G : Rabs (z - a - f) <= bpow radix2 971).
{ apply small_error; [apply multiple_minus; apply double_multiple; assumption | fold f u; lra]. }
assert (V1 : Rabs (z - f) <= 7 * u).
{ replace (z - f) with (a + (z - a - f)) by ring. apply Rle_trans with (1 := Rabs_triang _ _). lra. }
assert (V : Rabs (RN (z - f)) <= 7 * u) by (apply W; [lia | exact V1]).
assert (X : Rabs (RN (a - RN (z - f))) <= 13 * u).
{ apply W; [lia |]. apply Rle_trans with (1 := abs_minus _ _). lra. }
assert (Y : Rabs (RN (b - f)) <= 13 * u).
{ apply W; [lia |]. apply Rle_trans with (1 := abs_minus _ _). lra. }
unfold finite, below. rewrite T. repeat split; lra.
Qed.

(* nf_odd_fma in cbits/levels/double_operations.h: target.c has 2 top <= 1022 and 2 lsb >= -1074. *)
Theorem fma_is_finite : forall lsb top a b c, (-1074 <= 2 * lsb)%Z -> (2 * top <= 1022)%Z ->
  double a -> double b -> double c -> multiple lsb a -> multiple lsb b -> below top a -> below top b -> below top c ->
  let p := RN (a * b) in let q := RN (a * b - p) in
  let t := RN (c + q) in let u := residual_of_sum c q t in
  let v := RN (p + t) in let w := residual_of_sum p t v in
  let o := odd_sum u w in
  finite p /\ finite q /\ finite t /\ finite u /\ finite v /\ finite w /\ finite (RN (u + w)) /\ finite o /\
  finite (RN (v + o)) /\ finite (odd_sum v o).
Proof.
intros lsb top a b c L H Da Db Dc Ma Mb Ba Bb Bc p q t u v w o.
set (k := bpow radix2 1020). assert (K0 : 0 < k) by apply bpow_gt_0.
assert (T : bpow radix2 1024 = 16 * k) by (change 16 with (bpow radix2 4); unfold k; rewrite <- bpow_plus; reflexivity).
assert (S : bpow radix2 971 <= / 16 * k) by (change (/ 16) with (bpow radix2 (-4)); unfold k; rewrite <- bpow_plus; apply bpow_le; lia).
assert (W : forall rnd {V : Valid_rnd rnd} n x, (0 < n < 2 ^ 53)%Z -> Rabs x <= IZR n * k -> Rabs (rounded rnd x) <= IZR n * k).
{ intros rnd V n x N B. apply rounded_within; [exact V | lia | exact N | exact B]. }
pose proof (product_multiple lsb a b L Ma Mb) as M.
assert (P1 : Rabs (a * b) <= 4 * k).
{ rewrite Rabs_mult. apply Rle_trans with (bpow radix2 top * bpow radix2 top).
  - apply Rmult_le_compat; try apply Rabs_pos; apply Rlt_le; assumption.
  - change 4 with (bpow radix2 2). unfold k. rewrite <- !bpow_plus. apply bpow_le. lia. }
assert (P : Rabs p <= 4 * k) by (apply (W ZnearestE); [typeclasses eauto | lia | exact P1]).
assert (Eq : q = a * b - p) by (apply (residual_of_product_exact lsb); assumption).
assert (Q : Rabs q <= bpow radix2 971) by (rewrite Eq; apply small_error; [exact M | fold p k; lra]).
assert (C : Rabs c <= / 16 * k).
{ apply Rlt_le, Rlt_le_trans with (1 := Bc). change (/ 16) with (bpow radix2 (-4)). unfold k. rewrite <- bpow_plus. apply bpow_le. lia. }
assert (Dp : double p) by (apply rounded_double; typeclasses eauto). assert (Dq : double q) by (apply rounded_double; typeclasses eauto).
assert (Dt : double t) by (apply rounded_double; typeclasses eauto). assert (Dv : double v) by (apply rounded_double; typeclasses eauto).
assert (T1 : Rabs t <= 1 * k) by (apply (W ZnearestE); [typeclasses eauto | lia |]; apply Rle_trans with (1 := Rabs_triang _ _); lra).
assert (V1 : Rabs v <= 5 * k) by (apply (W ZnearestE); [typeclasses eauto | lia |]; apply Rle_trans with (1 := Rabs_triang _ _); lra).
destruct (sum_is_finite c q Dc Dq ltac:(fold k; lra) ltac:(fold k; lra)) as (_ & _ & _ & _ & _ & Fu & U). fold t u in Fu, U.
destruct (sum_is_finite p t Dp Dt ltac:(fold k; lra) ltac:(fold k; lra)) as (_ & _ & _ & _ & _ & Fw & Bw). fold v w in Fw, Bw.
assert (Uw : Rabs (u + w) <= 1 * k) by (apply Rle_trans with (1 := Rabs_triang _ _); lra).
assert (Eo : o = odd (u + w)) by (apply odd_sum_correct; apply residual_double).
assert (O : Rabs o <= 1 * k) by (rewrite Eo; apply (W Round_odd.Zrnd_odd); [typeclasses eauto | lia | exact Uw]).
assert (Do : double o) by (rewrite Eo; apply rounded_double; typeclasses eauto).
assert (Vo : Rabs (v + o) <= 6 * k) by (apply Rle_trans with (1 := Rabs_triang _ _); lra).
assert (N1 : Rabs (RN (u + w)) <= 1 * k) by (apply (W ZnearestE); [typeclasses eauto | lia | exact Uw]).
assert (N2 : Rabs (RN (v + o)) <= 6 * k) by (apply (W ZnearestE); [typeclasses eauto | lia | exact Vo]).
assert (N3 : Rabs (odd_sum v o) <= 6 * k).
{ rewrite (odd_sum_correct v o Dv Do). apply (W Round_odd.Zrnd_odd); [typeclasses eauto | lia | exact Vo]. }
unfold finite, below in *. rewrite T in *. repeat split; lra.
Qed.

(* near_div, nf_odd_div: target.c has top - lsb <= 1022. *)
Theorem quotient_is_finite : forall lsb top a b, (top - lsb <= 1022)%Z -> multiple lsb b -> below top a -> b <> 0 ->
  finite (RN (a / b)) /\ finite (odd (a / b)).
Proof.
intros lsb top a b R Mb A B0. pose proof (multiple_apart lsb b Mb B0) as B.
assert (P : 0 < bpow radix2 lsb) by apply bpow_gt_0.
assert (Q : Rabs (a / b) <= 1 * bpow radix2 1022).
{ unfold Rdiv. rewrite Rabs_mult, Rabs_inv. apply Rmult_le_reg_r with (Rabs b); [lra |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  apply Rle_trans with (bpow radix2 1022 * bpow radix2 lsb).
  - apply Rlt_le, Rlt_le_trans with (1 := A). rewrite <- bpow_plus. apply bpow_le. lia.
  - rewrite Rmult_1_l. apply Rmult_le_compat_l; [apply bpow_ge_0 | exact B]. }
assert (S : bpow radix2 1022 < bpow radix2 1024) by (apply bpow_lt; lia).
split; unfold finite, below; apply Rle_lt_trans with (1 * bpow radix2 1022); try lra;
  apply rounded_within; try typeclasses eauto; lia || exact Q.
Qed.
Example sums_near_the_end : exists a, double a /\ Rabs a <= 6 * bpow radix2 1020 /\ bpow radix2 1022 < a.
Proof.
exists (IZR 5 * bpow radix2 1020). pose proof (bpow_gt_0 radix2 1020) as P.
assert (T : bpow radix2 1022 = 4 * bpow radix2 1020) by (change 4 with (bpow radix2 2); rewrite <- bpow_plus; reflexivity).
split; [| rewrite Rabs_pos_eq by lra; rewrite T; lra].
apply (multiple_double 1020); [lia | exists 5%Z; reflexivity |]. rewrite Rabs_pos_eq by lra.
apply Rle_trans with (bpow radix2 3 * bpow radix2 1020); [simpl (bpow radix2 3); lra | rewrite <- bpow_plus; apply bpow_le; lia].
Qed.
