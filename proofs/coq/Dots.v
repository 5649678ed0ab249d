(* SPDX-License-Identifier: BSD-3-Clause *)
(* Which bounds do dot products of tapered formats have, and what do underflow and flushed operands add? *)
From Coq Require Import ZArith Reals Lra Lia List.
From Flocq Require Import Core.
Require Import Precision Tapered Takums Growth Additions.
Open Scope R_scope.

(* A product that underflows, or that counts as 0, is a term of its own: the sum is that of changed terms,
   and the change of each is at most eta. *)
Section Changed.
Variable eta : R.
Hypothesis He : 0 <= eta.
Variables (term : R -> R -> Prop) (add : R -> R -> R -> Prop).
Definition changed_term (x z : R) : Prop := exists y, term y z /\ Rabs (y - x) <= eta.

Theorem changed_terms : forall t z, gives changed_term add t z ->
  exists s, gives term add s z /\ terms s = terms t /\ depth s = depth t /\
  Rabs (exact s - exact t) <= INR (terms t) * eta /\ size s <= size t + INR (terms t) * eta.
Proof.
intros t z G. induction G as [x z [y [Y D]] | l r a b z Gl [s [Gs [Ts [Ds [Es Ss]]]]] Gr [q [Gq [Tq [Dq [Eq Sq]]]]] A].
- exists (Term y). split; [constructor; exact Y |]. split; [reflexivity |]. split; [reflexivity |].
  cbn [exact size terms]. simpl INR. rewrite Rmult_1_l. split; [exact D |].
  replace y with (x + (y - x)) at 1 by ring. eapply Rle_trans; [apply Rabs_triang |]. lra.
- exists (Add s q). split; [exact (gives_add term add s q a b z Gs Gq A) |].
  cbn [exact size terms depth]. rewrite Ts, Tq, Ds, Dq. split; [reflexivity |]. split; [reflexivity |].
  rewrite plus_INR. split; [| lra].
  replace (exact s + exact q - (exact l + exact r)) with ((exact s - exact l) + (exact q - exact r)) by ring.
  eapply Rle_trans; [apply Rabs_triang | lra].
Qed.

Theorem linear_dot_with_underflow : forall u, 0 <= u <= 1 ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= Rabs b) ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= Rabs a) ->
  (forall x z, term x z -> Rabs (z - x) <= u * Rabs x) ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= u / (1 + u) * Rabs (a + b)) ->
  forall t z, gives changed_term add t z ->
  Rabs (z - exact t) <= INR (terms t) * u * (size t + INR (terms t) * eta) + INR (terms t) * eta.
Proof.
intros u Hu L R T A t z G. destruct (changed_terms t z G) as [s [Gs [Ts [_ [Es Ss]]]]].
pose proof (linear_dot u Hu term add L R T A s z Gs) as B. rewrite Ts in B.
replace (z - exact t) with ((z - exact s) + (exact s - exact t)) by ring.
eapply Rle_trans; [apply Rabs_triang |].
assert (INR (terms t) * u * size s <= INR (terms t) * u * (size t + INR (terms t) * eta)).
{ apply Rmult_le_compat_l; [apply Rmult_le_pos; [apply pos_INR | lra] | exact Ss]. }
lra.
Qed.
End Changed.

(* Tapered formats: u is the unit roundoff at every scale. *)
Section Tapered.
Variable f : Z -> Z.
Context {valid : Valid_exp f}.
Variable p : Z.
Hypothesis Hp : (0 < p)%Z.
Hypothesis precision : forall e, (p <= e - f e)%Z.
Variable choice : Z -> bool.
Let v := unit_roundoff p.

Lemma v_pos : 0 < v. Proof. apply unit_roundoff_pos. Qed.
Lemma v_small : v <= 1.
Proof. unfold v, unit_roundoff. change 1 with (bpow radix2 0). apply bpow_le. lia. Qed.

Lemma v_within : 0 <= v <= 1.
Proof. pose proof v_pos. pose proof v_small. lra. Qed.

Lemma one_rounding : forall x, Rabs (round radix2 f (Znearest choice) x - x) <= v / (1 + v) * Rabs x.
Proof. intro x. exact (relative_error_everywhere f p Hp precision choice x). Qed.

Lemma below_v : forall x, v / (1 + v) * Rabs x <= v * Rabs x.
Proof.
intro x. apply Rmult_le_compat_r; [apply Rabs_pos |]. apply Rlt_le, (least_u_below_unit_roundoff p).
Qed.

Theorem tapered_dot : forall t z, gives (rounded_term f choice) (rounded_sum f choice) t z ->
  Rabs (z - exact t) <= INR (terms t) * v * size t.
Proof.
apply (linear_dot v v_within).
- exact (rounded_sum_left f choice).
- exact (rounded_sum_right f choice).
- intros x z ->. eapply Rle_trans; [apply one_rounding | apply below_v].
- intros a b z [_ [_ ->]]. apply one_rounding.
Qed.

Theorem tapered_sum : forall t z, gives as_is (rounded_sum f choice) t z ->
  Rabs (z - exact t) <= (INR (terms t) - 1) * v * size t.
Proof.
apply (linear_sum v v_within).
- exact (rounded_sum_left f choice).
- exact (rounded_sum_right f choice).
- intros x z ->. reflexivity.
- intros a b z [_ [_ ->]]. eapply Rle_trans; [apply one_rounding | apply below_v].
Qed.

Theorem tapered_dot_product_form : forall t z k, gives (rounded_term f choice) (rounded_sum f choice) t z ->
  (depth t <= k)%nat -> Rabs (z - exact t) <= ((1 + v) ^ S k - 1) * size t.
Proof.
intros t z k G D. pose proof v_pos.
pose proof (product_form v 0 v 0 ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)
  (rounded_term f choice) (rounded_sum f choice)) as P.
specialize (P ltac:(intros x y ->; pose proof (one_rounding x); pose proof (below_v x); lra)).
specialize (P ltac:(intros a b y [_ [_ ->]]; pose proof (one_rounding (a + b)); pose proof (below_v (a + b)); lra)).
specialize (P t z k G D). eapply Rle_trans; [exact P |]. simpl pow. lra.
Qed.
End Tapered.

Ltac dot_of_bposits f n p := intro choice;
  pose proof (fexp_valid n 5 6 ltac:(lia) ltac:(lia) ltac:(lia));
  apply (tapered_dot f p ltac:(lia)); intro e; apply (precision_bounds n 5 6); lia.

(* n products of bposit32 numbers: n 2^-21 times the sum of their magnitudes, in any order, at any scale. *)
Theorem bposit32_dot : forall choice t z,
  gives (rounded_term bposit32_fexp choice) (rounded_sum bposit32_fexp choice) t z ->
  Rabs (z - exact t) <= INR (terms t) * bpow radix2 (-21) * size t.
Proof. dot_of_bposits bposit32_fexp 32%Z 21%Z. Qed.
Theorem bposit16_dot : forall choice t z,
  gives (rounded_term bposit16_fexp choice) (rounded_sum bposit16_fexp choice) t z ->
  Rabs (z - exact t) <= INR (terms t) * bpow radix2 (-5) * size t.
Proof. dot_of_bposits bposit16_fexp 16%Z 5%Z. Qed.
Theorem bposit64_dot : forall choice t z,
  gives (rounded_term bposit64_fexp choice) (rounded_sum bposit64_fexp choice) t z ->
  Rabs (z - exact t) <= INR (terms t) * bpow radix2 (-53) * size t.
Proof. dot_of_bposits bposit64_fexp 64%Z 53%Z. Qed.
Theorem takum32_dot : forall choice t z,
  gives (rounded_term (takum_fexp 32) choice) (rounded_sum (takum_fexp 32) choice) t z ->
  Rabs (z - exact t) <= INR (terms t) * bpow radix2 (-21) * size t.
Proof.
intro choice. pose proof (takum_valid 32 ltac:(lia)).
apply (tapered_dot (takum_fexp 32) 21 ltac:(lia)). intro e. apply (takum_precision_bounds 32).
Qed.

(* Something is computed: 1 * 1 + 1 * 1, in any format that has these values. *)
Example two_products : exists z, gives (rounded_term bposit32_fexp (fun _ => true)) (rounded_sum bposit32_fexp (fun _ => true))
  (Add (Term 1) (Term 1)) z.
Proof.
pose proof (fexp_valid 32 5 6 ltac:(lia) ltac:(lia) ltac:(lia)) as V.
assert (G : forall x, generic_format radix2 bposit32_fexp (round radix2 bposit32_fexp (Znearest (fun _ => true)) x))
  by (intro x; apply generic_format_round; [exact V | apply valid_rnd_N]).
eexists. eapply gives_add; [constructor; reflexivity | constructor; reflexivity |].
repeat split; apply G.
Qed.
