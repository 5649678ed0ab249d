(* SPDX-License-Identifier: BSD-3-Clause *)
(* Is the linear drift of a truncating accumulator real?  Yes: both terms of the bound are reached, to any factor below 1. *)
From Coq Require Import ZArith Reals Lra Lia List.
From Flocq Require Import Core.
Require Import Truncated.
Import ListNotations.
Open Scope R_scope.

Section Drift.
Variables (p m : Z).
Hypothesis Hp : (0 < p)%Z.
Hypothesis Hm : (m <= 0)%Z.

Lemma sum_repeat : forall x n s, sum (repeat x n) s = s + INR n * x.
Proof.
intros x n. induction n as [| n IH]; intro s; [simpl; ring |].
change (sum (repeat x (S n)) s) with (sum (repeat x n) (s + x)). rewrite IH, S_INR. ring.
Qed.

Lemma stays : forall x s, fl p m (s + x) = s -> forall n, sum_fl p m (repeat x n) s = s.
Proof.
intros x s H n. induction n as [| n IH]; [reflexivity |].
change (sum_fl p m (repeat x (S n)) s) with (sum_fl p m (repeat x n) (fl p m (s + x))). rewrite H. exact IH.
Qed.

(* 1 + x with 0 <= x < u lies below the next value, 1 + u. *)
Lemma one_absorbs : forall x, 0 <= x < u p -> fl p m (1 + x) = 1.
Proof.
intros x [L H].
assert (U : u p <= 1) by (unfold u; change 1 with (bpow radix2 0); apply bpow_le; lia).
assert (C : cut p (1 + x) = 1).
{ unfold cut. rewrite round_ZR_DN by lra.
  assert (M : (mag radix2 (1 + x) = 1 :> Z)%Z).
  { apply mag_unique. rewrite Rabs_pos_eq by lra. change (bpow radix2 (1 - 1)) with 1. change (bpow radix2 1) with 2. lra. }
  unfold round, scaled_mantissa, cexp, FLX_exp. rewrite M.
  assert (B : bpow radix2 (- (1 - p)) * u p = 1).
  { unfold u. rewrite <- bpow_plus. replace (- (1 - p) + (1 - p))%Z with 0%Z by ring. reflexivity. }
  assert (P : IZR (2 ^ (p - 1)) = bpow radix2 (- (1 - p))).
  { change 2%Z with (radix_val radix2). rewrite IZR_Zpower by lia. f_equal. ring. }
  rewrite (Zfloor_imp (2 ^ (p - 1))).
  - unfold F2R. simpl Fnum. simpl Fexp. rewrite P. fold (u p). exact B.
  - rewrite plus_IZR, P. pose proof (bpow_gt_0 radix2 (- (1 - p))). nra. }
unfold fl, flush. rewrite C, Rabs_R1. case Rlt_bool_spec; intro B; [| reflexivity].
assert (mu m <= 1) by (unfold mu; change 1 with (bpow radix2 0); apply bpow_le; exact Hm). lra.
Qed.

(* The term with u: n additions to 1 lose n (1 - d) u, all that was added; the computed sum is 1. *)
Theorem drift_is_attained : forall n d, 0 < d <= 1 ->
  let l := repeat ((1 - d) * u p) n in
  sum_fl p m l 1 = 1 /\ sum l 1 - sum_fl p m l 1 = INR n * ((1 - d) * u p).
Proof.
intros n d Hd l. pose proof (u_pos p).
assert (A : sum_fl p m l 1 = 1).
{ apply stays. apply one_absorbs. nra. }
split; [exact A |]. rewrite A. unfold l. rewrite sum_repeat. ring.
Qed.

(* The term with mu: n terms below the least normal number are all flushed. *)
Theorem flush_is_attained : forall n d, 0 < d <= 1 ->
  let l := repeat ((1 - d) * mu m) n in
  sum_fl p m l 0 = 0 /\ sum l 0 - sum_fl p m l 0 = INR n * ((1 - d) * mu m).
Proof.
intros n d Hd l. pose proof (mu_pos m).
assert (A : sum_fl p m l 0 = 0).
{ apply stays. rewrite Rplus_0_l. set (x := (1 - d) * mu m).
  assert (X : 0 <= x < mu m) by (unfold x; nra).
  pose proof (cut_toward_zero p Hp x ltac:(lra)). unfold fl, flush. rewrite Rabs_pos_eq by lra.
  rewrite Rlt_bool_true by lra. reflexivity. }
split; [exact A |]. rewrite A. unfold l. rewrite sum_repeat. ring.
Qed.

(* So weakened bounds are false, whatever the format: half of u, no mu, no n. *)
Theorem not_half_u : exists l, List.Forall (fun x => 0 <= x) l /\
  ~ sum l 1 - sum_fl p m l 1 <= INR (length l) * (u p / 2 * sum_fl p m l 1).
Proof.
pose proof (u_pos p) as U.
destruct (drift_is_attained 1 (1/4) ltac:(lra)) as [A B]. exists (repeat ((1 - 1/4) * u p) 1). split.
- constructor; [nra | constructor].
- rewrite B, A. simpl. lra.
Qed.

Theorem not_without_mu : (2 <= p)%Z -> exists l, List.Forall (fun x => 0 <= x) l /\
  ~ sum l 0 - sum_fl p m l 0 <= INR (length l) * (u p * sum l 0).
Proof.
intro P2. pose proof (mu_pos m) as M. pose proof (u_pos p) as U0.
assert (U : u p <= /2) by (unfold u; change (/2) with (bpow radix2 (-1)); apply bpow_le; lia).
destruct (flush_is_attained 1 (1/2) ltac:(lra)) as [A B]. exists (repeat ((1 - 1/2) * mu m) 1). split.
- constructor; [nra | constructor].
- rewrite B. rewrite sum_repeat. simpl. nra.
Qed.

Theorem not_without_n : forall c, exists l, List.Forall (fun x => 0 <= x) l /\
  ~ sum l 1 - sum_fl p m l 1 <= c * (u p * sum_fl p m l 1).
Proof.
intro c. pose proof (u_pos p) as U.
destruct (archimed (2 * Rabs c)) as [N _]. set (n := Z.to_nat (up (2 * Rabs c))).
assert (H : 2 * Rabs c < INR n).
{ unfold n. rewrite INR_IZR_INZ, Z2Nat.id; [exact N |].
  apply le_IZR. pose proof (Rabs_pos c). lra. }
destruct (drift_is_attained n (1/2) ltac:(lra)) as [A B]. exists (repeat ((1 - 1/2) * u p) n). split.
- apply List.Forall_forall. intros x X. apply repeat_spec in X. subst x. nra.
- rewrite B, A. pose proof (Rle_abs c). intro Q. nra.
Qed.
End Drift.
