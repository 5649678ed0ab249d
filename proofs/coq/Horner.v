(* SPDX-License-Identifier: BSD-3-Clause *)
(* How wrong is a polynomial by Horner's rule, s = s x + a, both operations rounded; and what is a bound while computing? *)
From Coq Require Import ZArith Reals Lra Lia List Psatz.
Require Import Growth.
Import ListNotations.
Open Scope R_scope.

Section Horner.
Variables (x u_add eta_add u_mul eta_mul : R).
Hypothesis Hu : 0 <= u_add.
Hypothesis He : 0 <= eta_add.
Hypothesis Hm : 0 <= u_mul.
Hypothesis Hn : 0 <= eta_mul.
Variables (multiply add : R -> R -> R -> Prop).
Hypothesis Hmultiply : forall a b z, multiply a b z -> Rabs (z - a * b) <= u_mul * Rabs (a * b) + eta_mul.
Hypothesis Hadd : forall a b z, add a b z -> Rabs (z - (a + b)) <= u_add * Rabs (a + b) + eta_add.

(* Coefficients after the first one, highest power first: value, sum of magnitudes, and sum of powers of |x|. *)
Fixpoint polynomial (l : list R) (s : R) : R := match l with [] => s | a :: l => polynomial l (s * x + a) end.
Fixpoint magnitudes (l : list R) (s : R) : R :=
  match l with [] => s | a :: l => magnitudes l (s * Rabs x + Rabs a) end.
Fixpoint powers (n : nat) : R := match n with O => 0 | S n => Rabs x * powers n + 1 end.
Inductive computes : list R -> R -> R -> Prop :=
| computes_nil : forall s, computes [] s s
| computes_cons : forall a l s t r z, multiply s x t -> add t a r -> computes l r z -> computes (a :: l) s z.

Let G : R := (1 + u_mul) * (1 + u_add).
Let c : R := eta_mul + eta_add.

Lemma powers_pos : forall n, 0 <= powers n.
Proof. induction n as [| n IH]; simpl; [lra |]. pose proof (Rabs_pos x). nra. Qed.

(* One step, from an error after k steps to the next. *)
Lemma step : forall k s h m a t r, Rabs s <= m -> Rabs (h - s) <= (G ^ k - 1) * m + c * G ^ k * powers k ->
  multiply h x t -> add t a r ->
  Rabs (r - (s * x + a)) <= (G ^ S k - 1) * (m * Rabs x + Rabs a) + c * G ^ S k * powers (S k).
Proof.
intros k s h m a t r M E T R. specialize (Hmultiply h x t T). specialize (Hadd t a r R).
pose proof (Rabs_pos x) as X. pose proof (Rabs_pos a) as A. pose proof (Rabs_pos s).
assert (G1 : 1 <= G) by (unfold G; nra).
assert (Gk : 1 <= G ^ k) by (apply pow_R1_Rle; exact G1).
pose proof (powers_pos k) as Pk.
set (e := Rabs (h - s)) in *.
assert (H1 : Rabs h <= m + e).
{ replace h with (s + (h - s)) by ring. pose proof (Rabs_triang s (h - s)). unfold e. lra. }
assert (T1 : Rabs (t - s * x) <= u_mul * Rabs x * (m + e) + eta_mul + Rabs x * e).
{ replace (t - s * x) with ((t - h * x) + (h - s) * x) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. rewrite (Rabs_mult (h - s)). fold e.
  rewrite Rabs_mult in Hmultiply.
  assert (Rabs h * Rabs x <= (m + e) * Rabs x) by (apply Rmult_le_compat_r; assumption).
  assert (u_mul * (Rabs h * Rabs x) <= u_mul * ((m + e) * Rabs x)) by (apply Rmult_le_compat_l; assumption).
  lra. }
set (d := Rabs (t - s * x)) in *.
assert (R1 : Rabs (t + a) <= m * Rabs x + d + Rabs a).
{ replace (t + a) with (s * x + (t - s * x) + a) by ring.
  pose proof (Rabs_triang (s * x + (t - s * x)) a). pose proof (Rabs_triang (s * x) (t - s * x)).
  rewrite (Rabs_mult s x) in *. unfold d.
  assert (Rabs s * Rabs x <= m * Rabs x) by (apply Rmult_le_compat_r; assumption). lra. }
assert (Z : Rabs (r - (s * x + a)) <= (1 + u_add) * d + u_add * (m * Rabs x + Rabs a) + eta_add).
{ replace (r - (s * x + a)) with ((r - (t + a)) + (t - s * x)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. fold d.
  assert (u_add * Rabs (t + a) <= u_add * (m * Rabs x + d + Rabs a)) by (apply Rmult_le_compat_l; assumption).
  lra. }
eapply Rle_trans; [exact Z |].
assert (D : (1 + u_add) * d <= (1 + u_add) * (u_mul * Rabs x * (m + e) + eta_mul + Rabs x * e))
  by (apply Rmult_le_compat_l; lra).
assert (W : G * Rabs x * e <= G * Rabs x * ((G ^ k - 1) * m + c * G ^ k * powers k))
  by (apply Rmult_le_compat_l; [nra | exact E]).
change (G ^ S k) with (G * G ^ k). simpl powers.
assert (m0 : 0 <= m) by lra.
assert (B : u_add * Rabs a <= (G * G ^ k - 1) * Rabs a).
{ apply Rmult_le_compat_r; [exact A |]. assert (1 + u_add <= G) by (unfold G; nra). nra. }
assert (C : (1 + u_add) * eta_mul + eta_add <= c * (G * G ^ k)).
{ assert (1 + u_add <= G * G ^ k) by (assert (1 + u_add <= G) by (unfold G; nra); nra).
  assert (1 <= G * G ^ k) by nra. unfold c. nra. }
assert (Q : (1 + u_add) * (u_mul * Rabs x * (m + e) + eta_mul + Rabs x * e) =
  G * Rabs x * e + (G - 1 - u_add) * (m * Rabs x) + (1 + u_add) * eta_mul) by (unfold G; ring).
lra.
Qed.

Theorem horner_from : forall l s h m k z, Rabs s <= m ->
  Rabs (h - s) <= (G ^ k - 1) * m + c * G ^ k * powers k -> computes l h z ->
  Rabs (z - polynomial l s) <= (G ^ (length l + k) - 1) * magnitudes l m + c * G ^ (length l + k) * powers (length l + k).
Proof.
induction l as [| a l IH]; intros s h m k z M E C.
{ inversion C; subst. exact E. }
inversion C as [| a' l' h' t r z' T Q D]; subst.
cbn [polynomial magnitudes length]. replace (S (length l) + k)%nat with (length l + S k)%nat by lia.
apply (IH (s * x + a) r (m * Rabs x + Rabs a) (S k) z); [| exact (step k s h m a t r M E T Q) | exact D].
pose proof (Rabs_triang (s * x) a). rewrite (Rabs_mult s x) in *.
assert (Rabs s * Rabs x <= m * Rabs x) by (apply Rmult_le_compat_r; [apply Rabs_pos | exact M]). lra.
Qed.

(* Degree n = length l: n products and n additions on the way of the first coefficient. *)
Theorem horner_bound : forall l s z, computes l s z ->
  Rabs (z - polynomial l s) <= (G ^ length l - 1) * magnitudes l (Rabs s) + c * G ^ length l * powers (length l).
Proof.
intros l s z C.
pose proof (horner_from l s s (Rabs s) 0 z ltac:(lra)
  ltac:(rewrite Rminus_eq_0, Rabs_R0; simpl; lra) C) as B.
rewrite Nat.add_0_r in B. exact B.
Qed.
End Horner.

(* Running error analysis: the bounds of single operations, at the operands they had, add up. *)
Theorem running_sum : forall (s : nat -> R) (x e : nat -> R), e O = 0 ->
  (forall k, Rabs (s (S k) - (s k + x k)) <= e (S k) - e k) ->
  forall n (exact : nat -> R), exact O = s O -> (forall k, exact (S k) = exact k + x k) ->
  Rabs (s n - exact n) <= e n.
Proof.
intros s x e E0 H n exact X0 X. induction n as [| n IH].
- rewrite X0, Rminus_eq_0, Rabs_R0, E0. lra.
- rewrite X. replace (s (S n) - (exact n + x n)) with ((s (S n) - (s n + x n)) + (s n - exact n)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. specialize (H n). lra.
Qed.

(* Of Horner's rule: error <- error |x| + made. *)
Theorem running_horner : forall x made h t r s error a,
  Rabs (h - s) <= error -> Rabs (t - h * x) + Rabs (r - (t + a)) <= made ->
  Rabs (r - (s * x + a)) <= error * Rabs x + made.
Proof.
intros x made h t r s error a E M.
replace (r - (s * x + a)) with ((r - (t + a)) + ((t - h * x) + (h - s) * x)) by ring.
eapply Rle_trans; [apply Rabs_triang |].
pose proof (Rabs_triang (t - h * x) ((h - s) * x)) as T. rewrite (Rabs_mult (h - s)) in T.
assert (Rabs (h - s) * Rabs x <= error * Rabs x) by (apply Rmult_le_compat_r; [apply Rabs_pos | exact E]). lra.
Qed.
