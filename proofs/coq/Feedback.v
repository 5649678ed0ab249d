(* SPDX-License-Identifier: BSD-3-Clause *)
(* What does error feedback, y = Q(x + e), e <- x + e - y, leave of T roundings? *)
From Coq Require Import ZArith Reals Lra Lia List.
From Flocq Require Import Core.
Require Import Truncated.
Open Scope R_scope.

Fixpoint acc (f : nat -> R) (n : nat) : R := match n with O => 0 | S n => acc f n + f n end.

Lemma acc_below : forall f g n, (forall t, (t < n)%nat -> Rabs (f t) <= g t) -> Rabs (acc f n) <= acc g n.
Proof.
intros f g n H. induction n as [| n IH]; simpl; [rewrite Rabs_R0; lra |].
eapply Rle_trans; [apply Rabs_triang |]. pose proof (H n ltac:(lia)).
assert (forall t, (t < n)%nat -> Rabs (f t) <= g t) by (intros; apply H; lia). specialize (IH H1). lra.
Qed.

Section Feedback.
(* Q is whatever rounds: to nearest, down, stochastically (then every outcome of the draws). *)
Variables (Q : R -> R) (x : nat -> R) (e0 : R).
Fixpoint e (t : nat) : R := match t with O => e0 | S t => x t + e t - Q (x t + e t) end.
Definition y (t : nat) : R := Q (x t + e t).

(* Errors do not add up: one residual is left of them. *)
Theorem telescopes : forall n, acc y n - acc x n = e0 - e n.
Proof.
induction n as [| n IH]; [simpl; lra |].
change (acc y n + y n - (acc x n + x n) = e0 - (x n + e n - Q (x n + e n))). unfold y at 2. lra.
Qed.

Lemma residual_bound : forall q n, Rabs e0 <= q ->
  (forall t, (t < n)%nat -> Rabs (x t + e t - Q (x t + e t)) <= q) -> Rabs (e n) <= q.
Proof. intros q n H0 H. destruct n as [| n]; [exact H0 | exact (H n ltac:(lia))]. Qed.

Theorem feedback_bound : forall q, Rabs e0 <= q -> (forall v, Rabs (v - Q v) <= q) ->
  forall n, Rabs (acc y n - acc x n) <= 2 * q.
Proof.
intros q H0 H n. rewrite telescopes.
assert (Rabs (e n) <= q) by (apply residual_bound; [exact H0 | intros; apply H]).
eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra.
Qed.

(* From no residual, one quantum, at every n; only the roundings that were made need to be bounded. *)
Theorem feedback_bound_from_zero : forall q n, e0 = 0 -> 0 <= q ->
  (forall t, (t < n)%nat -> Rabs (x t + e t - Q (x t + e t)) <= q) -> Rabs (acc y n - acc x n) <= q.
Proof.
intros q n H0 Hq H. rewrite telescopes, H0, Rminus_0_l, Rabs_Ropp.
apply residual_bound; [rewrite H0, Rabs_R0; exact Hq | exact H].
Qed.

(* A reader that weighs the y: summation by parts. *)
Theorem weighted : forall w n, acc (fun t => w t * (y t - x t)) n =
  w O * e0 - acc (fun t => (w t - w (S t)) * e (S t)) n - w n * e n.
Proof.
intros w n. induction n as [| n IH]; [simpl; lra |].
cbn [acc]. rewrite IH. unfold y. change (e (S n)) with (x n + e n - Q (x n + e n)). lra.
Qed.

(* n + 1 outputs: one quantum times the last weight and the total variation of the weights. *)
Theorem weighted_bound : forall w q n, e0 = 0 -> (forall t, Rabs (e t) <= q) ->
  Rabs (acc (fun t => w t * (y t - x t)) (S n)) <=
  q * (Rabs (w n) + acc (fun t => Rabs (w t - w (S t))) n).
Proof.
intros w q n H0 H. cbn [acc]. rewrite weighted, H0.
replace (w 0%nat * 0 - acc (fun t => (w t - w (S t)) * e (S t)) n - w n * e n + w n * (y n - x n))
  with (- (acc (fun t => (w t - w (S t)) * e (S t)) n) + - (w n * e (S n)))
  by (unfold y; change (e (S n)) with (x n + e n - Q (x n + e n)); ring).
eapply Rle_trans; [apply Rabs_triang |]. rewrite 2!Rabs_Ropp, Rabs_mult.
assert (A : Rabs (acc (fun t => (w t - w (S t)) * e (S t)) n) <= acc (fun t => q * Rabs (w t - w (S t))) n).
{ apply acc_below. intros t _. rewrite Rabs_mult, Rmult_comm. apply Rmult_le_compat_r; [apply Rabs_pos | apply H]. }
assert (B : acc (fun t => q * Rabs (w t - w (S t))) n = q * acc (fun t => Rabs (w t - w (S t))) n).
{ clear A. induction n as [| n IH]; simpl; [ring |]. rewrite IH. ring. }
assert (Rabs (w n) * Rabs (e (S n)) <= q * Rabs (w n)).
{ rewrite Rmult_comm. apply Rmult_le_compat_r; [apply Rabs_pos | apply H]. }
lra.
Qed.

(* An accumulator that is kept narrow: s = Q(s + e + x) and its residual are together the exact sum. *)
Theorem compensated_sum : forall n (s r : nat -> R), (forall t, s (S t) + r (S t) = s t + r t + x t) ->
  s n + r n = s O + r O + acc x n.
Proof.
intros n s r H. induction n as [| n IH]; simpl; [ring |]. rewrite H, IH. ring.
Qed.
End Feedback.

(* A gain below 1 leaves its share of every residual: the drift is linear again. *)
Section Gain.
Variables (alpha : R) (Q : R -> R) (x : nat -> R).
Fixpoint left_over (t : nat) : R :=
  match t with O => 0 | S t => x t + alpha * left_over t - Q (x t + alpha * left_over t) end.
Definition given (t : nat) : R := Q (x t + alpha * left_over t).

Theorem gain_telescopes : forall n,
  acc given n - acc x n = - left_over n - (1 - alpha) * acc left_over n.
Proof.
induction n as [| n IH]; [simpl; ring |]. cbn [acc].
replace (acc given n + given n - (acc x n + x n)) with (acc given n - acc x n + (given n - x n)) by ring.
rewrite IH. unfold given at 1. cbn [left_over]. ring.
Qed.

Theorem gain_bound : forall q n, 0 <= alpha <= 1 -> (forall t, Rabs (left_over t) <= q) ->
  Rabs (acc given (S n) - acc x (S n)) <= q * (1 + (1 - alpha) * INR n).
Proof.
intros q n Ha H. rewrite gain_telescopes.
assert (A : Rabs (acc left_over (S n)) <= q * INR n).
{ induction n as [| n IH]; [simpl; rewrite Rplus_0_l, Rabs_R0; lra |].
  change (acc left_over (S (S n))) with (acc left_over (S n) + left_over (S n)).
  eapply Rle_trans; [apply Rabs_triang |]. rewrite S_INR. pose proof (H (S n)). lra. }
unfold Rminus at 1. eapply Rle_trans; [apply Rabs_triang |]. rewrite 2!Rabs_Ropp, Rabs_mult.
rewrite (Rabs_pos_eq (1 - alpha)) by lra. pose proof (H (S n)).
assert ((1 - alpha) * Rabs (acc left_over (S n)) <= (1 - alpha) * (q * INR n)) by (apply Rmult_le_compat_l; lra).
lra.
Qed.
End Gain.

(* Flooring to a grid of step 1 shows that no smaller bound is true: 0.75 three times leaves three quarters. *)
Theorem feedback_is_attained : let Q v := IZR (Zfloor v) in let x := fun _ : nat => 3 / 4 in
  acc (y Q x 0) 1 - acc x 1 = - (3 / 4) /\ acc (fun t => IZR (Zfloor (x t))) 4 - acc x 4 = - 3.
Proof.
assert (F : Zfloor (3 / 4) = 0%Z) by (apply Zfloor_imp; change (0 <= 3 / 4 < 1); lra).
intros Q x. split.
- change (0 + IZR (Zfloor (3 / 4 + 0)) - (0 + 3 / 4) = - (3 / 4)). rewrite Rplus_0_r, F. lra.
- unfold x. cbn [acc]. rewrite F. lra.
Qed.

(* The truncating machine with feedback of what it drops: one step at the largest sum, whatever n. *)
Theorem truncated_feedback : forall p m x n top, (0 < p)%Z -> 0 <= top ->
  (forall t, (t < n)%nat -> Rabs (x t + e (fl p m) x 0 t) <= top) ->
  Rabs (acc (y (fl p m) x 0) n - acc x n) <= Truncated.u p * top + mu m.
Proof.
intros p m x n top Hp Ht H.
pose proof (u_pos p) as U. pose proof (mu_pos m) as M.
apply feedback_bound_from_zero; [reflexivity | |].
- assert (0 <= Truncated.u p * top) by (apply Rmult_le_pos; lra). lra.
- intros t T. rewrite Rabs_minus_sym. eapply Rle_trans; [apply (error_bound p m Hp) |].
  apply Rplus_le_compat_r, Rmult_le_compat_l; [lra | exact (H t T)].
Qed.
