(* SPDX-License-Identifier: BSD-3-Clause *)
(* How much do n factors 1 + d, |d| <= u, change a number: forms "product" and "gamma", and recurrences? *)
From Coq Require Import ZArith Reals Lra Lia List Psatz.
Import ListNotations.
Open Scope R_scope.

Fixpoint product (l : list R) : R := match l with [] => 1 | d :: l => (1 + d) * product l end.

Theorem product_bound : forall u l, 0 <= u -> List.Forall (fun d => Rabs d <= u) l ->
  Rabs (product l - 1) <= (1 + u) ^ length l - 1.
Proof.
intros u l Hu. induction l as [| d l IH]; intro F; simpl.
- rewrite Rminus_eq_0, Rabs_R0. lra.
- inversion F; subst. specialize (IH ltac:(assumption)).
  replace ((1 + d) * product l - 1) with ((product l - 1) + d * ((product l - 1) + 1)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_mult.
  assert (Rabs (product l - 1 + 1) <= (1 + u) ^ length l).
  { eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_R1. lra. }
  assert (Rabs d * Rabs (product l - 1 + 1) <= u * (1 + u) ^ length l)
    by (apply Rmult_le_compat; try apply Rabs_pos; assumption).
  lra.
Qed.

Theorem gamma_bound : forall u n, 0 <= u -> INR n * u < 1 -> (1 + u) ^ n - 1 <= INR n * u / (1 - INR n * u).
Proof.
intros u n Hu Hn.
assert (G : (1 + u) ^ n * (1 - INR n * u) <= 1).
{ clear Hn. induction n as [| n IH]; [simpl; lra |].
  rewrite S_INR. simpl pow.
  assert (P : 0 < (1 + u) ^ n) by (apply pow_lt; lra). pose proof (pos_INR n).
  replace ((1 + u) * (1 + u) ^ n * (1 - (INR n + 1) * u))
    with ((1 + u) ^ n * (1 - INR n * u) - (1 + u) ^ n * ((INR n + 1) * u * u)) by ring.
  assert (0 <= (1 + u) ^ n * ((INR n + 1) * u * u)) by (repeat apply Rmult_le_pos; lra). lra. }
apply Rmult_le_reg_r with (1 - INR n * u); [lra |].
replace (INR n * u / (1 - INR n * u) * (1 - INR n * u)) with (INR n * u) by (field; lra). lra.
Qed.

(* No form is below n u, so that neither is too small by a factor of n. *)
Theorem product_at_least : forall u n, 0 <= u -> INR n * u <= (1 + u) ^ n - 1.
Proof.
intros u n Hu. induction n as [| n IH]; [simpl; lra |].
rewrite S_INR. simpl pow. pose proof (pos_INR n). nra.
Qed.

Lemma growth_pos : forall u n, 0 <= u -> 1 <= (1 + u) ^ n.
Proof. intros u n Hu. apply pow_R1_Rle. lra. Qed.

Lemma growth_mono : forall u k n, 0 <= u -> (k <= n)%nat -> (1 + u) ^ k <= (1 + u) ^ n.
Proof. intros u k n Hu H. apply Rle_pow; [lra | exact H]. Qed.

(* Each step multiplies by a factor within 1 +- e: what replaces "d_0 exp(n e)". *)
Theorem recurrence : forall eps (d : nat -> R), 0 <= eps -> (forall k, d (S k) <= (1 + eps) * d k + eps) ->
  forall n, d n <= (1 + eps) ^ n * (1 + d O) - 1.
Proof.
intros eps d He H n. induction n as [| n IH]; simpl; [lra |].
eapply Rle_trans; [apply H |].
assert ((1 + eps) * d n <= (1 + eps) * ((1 + eps) ^ n * (1 + d O) - 1)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(* It is attained, from no error at all: n steps of (1 + e) are wrong by (1 + e)^n - 1. *)
Theorem recurrence_is_attained : forall eps n, let d k := (1 + eps) ^ k - 1 in
  d O = 0 /\ (forall k, d (S k) = (1 + eps) * d k + eps) /\ d n = (1 + eps) ^ n * (1 + d O) - 1.
Proof.
intros eps n d. unfold d. simpl. repeat split; [ring | intro k; ring | ring].
Qed.

(* Each step carries an error on at most L-fold and adds at most e: discrete Gronwall. *)
Fixpoint geometric (L : R) (n : nat) : R := match n with O => 0 | S n => L * geometric L n + 1 end.

Lemma geometric_closed : forall L n, L <> 1 -> geometric L n = (L ^ n - 1) / (L - 1).
Proof.
intros L n H. induction n as [| n IH]; simpl; [field; lra |]. rewrite IH. field. lra.
Qed.

Lemma geometric_one : forall n, geometric 1 n = INR n.
Proof. induction n as [| n IH]; [reflexivity |]. rewrite S_INR. simpl geometric. rewrite IH. ring. Qed.

Theorem lipschitz_recurrence : forall L eps (d : nat -> R), 0 <= L ->
  (forall k, d (S k) <= L * d k + eps) -> forall n, d n <= L ^ n * d O + eps * geometric L n.
Proof.
intros L eps d HL H n. induction n as [| n IH]; simpl; [lra |].
eapply Rle_trans; [apply H |].
assert (L * d n <= L * (L ^ n * d O + eps * geometric L n)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(* Fixed point, x <- a x + b with |a| < 1: at most e / (1 - |a|) for ever. *)
Theorem contraction_stays : forall L eps (d : nat -> R), 0 <= L < 1 -> 0 <= eps -> d O <= eps / (1 - L) ->
  (forall k, d (S k) <= L * d k + eps) -> forall n, d n <= eps / (1 - L).
Proof.
intros L eps d HL He H0 H n. induction n as [| n IH]; [exact H0 |].
eapply Rle_trans; [apply H |].
assert (L * d n <= L * (eps / (1 - L))) by (apply Rmult_le_compat_l; lra).
replace (eps / (1 - L)) with (L * (eps / (1 - L)) + eps) by (field; lra). lra.
Qed.

Example ten_factors : (1 + / 100) ^ 10 - 1 <= INR 10 * / 100 / (1 - INR 10 * / 100).
Proof. apply gamma_bound; [lra |]. rewrite INR_IZR_INZ. simpl Z.of_nat. lra. Qed.
