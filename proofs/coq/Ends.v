(* SPDX-License-Identifier: BSD-3-Clause *)
(* What becomes of a bound where codes end: results beyond the largest value saturate, and none becomes 0? *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Require Import Precision Tapered Takums.
Open Scope R_scope.

(* A magnitude below `least` becomes least, one above `most` becomes most; 0 is 0, and signs are kept. *)
Definition clamp (least most t : R) : R := Rmin most (Rmax least t).
Definition saturate (least most : R) (rounding : R -> R) (x : R) : R :=
  match total_order_T x 0 with
  | inleft (left _) => - clamp least most (- rounding x)
  | inleft (right _) => 0
  | inright _ => clamp least most (rounding x)
  end.

Section Ends.
Variable fexp : Z -> Z.
Context {valid : Valid_exp fexp}.
Variable choice : Z -> bool.
Let rounding := round radix2 fexp (Znearest choice).
Variables least most : R.
Hypothesis Hleast : 0 < least.
Hypothesis Hends : least <= most.
Hypothesis least_is_value : generic_format radix2 fexp least.
Hypothesis most_is_value : generic_format radix2 fexp most.
Let result := saturate least most rounding.

Lemma within_ends : forall x, least <= x <= most -> least <= rounding x <= most.
Proof.
intros x [L H]. split.
- rewrite <- (round_generic radix2 fexp (Znearest choice) least least_is_value).
  apply round_le; [exact valid | apply valid_rnd_N | exact L].
- rewrite <- (round_generic radix2 fexp (Znearest choice) most most_is_value).
  apply round_le; [exact valid | apply valid_rnd_N | exact H].
Qed.

Lemma within_ends_opp : forall x, least <= - x <= most -> least <= - rounding x <= most.
Proof.
intros x [L H].
assert (A : rounding x <= - least).
{ rewrite <- (round_generic radix2 fexp (Znearest choice) (- least) (generic_format_opp _ _ _ least_is_value)).
  apply round_le; [exact valid | apply valid_rnd_N | lra]. }
assert (B : - most <= rounding x).
{ rewrite <- (round_generic radix2 fexp (Znearest choice) (- most) (generic_format_opp _ _ _ most_is_value)).
  apply round_le; [exact valid | apply valid_rnd_N | lra]. }
lra.
Qed.

(* Between the ends saturation changes nothing: bounds of the format without ends hold. *)
Theorem inside : forall x, least <= Rabs x <= most -> result x = rounding x.
Proof.
intros x H. unfold result, saturate, clamp. destruct (total_order_T x 0) as [[N | Z0] | P].
- rewrite Rabs_left in H by exact N. pose proof (within_ends_opp x H).
  rewrite Rmax_right, Rmin_right by lra. ring.
- subst x. rewrite Rabs_R0 in H. lra.
- rewrite Rabs_pos_eq in H by lra. pose proof (within_ends x H). rewrite Rmax_right, Rmin_right by lra. reflexivity.
Qed.

Theorem zero_stays : result 0 = 0.
Proof. unfold result, saturate. destruct (total_order_T 0 0) as [[N | _] | P]; [lra | reflexivity | lra]. Qed.

(* Beyond the ends the results are the ends; there is no relative bound any more. *)
Theorem above : forall x, most <= x -> result x = most.
Proof.
intros x H. unfold result, saturate, clamp. destruct (total_order_T x 0) as [[N | Z0] | P]; try lra.
assert (most <= rounding x).
{ rewrite <- (round_generic radix2 fexp (Znearest choice) most most_is_value).
  apply round_le; [exact valid | apply valid_rnd_N | exact H]. }
rewrite Rmax_right, Rmin_left by lra. reflexivity.
Qed.

Theorem below : forall x, 0 < x <= least -> result x = least.
Proof.
intros x [P H]. unfold result, saturate, clamp. destruct (total_order_T x 0) as [[N | Z0] | _]; try lra.
assert (rounding x <= least).
{ rewrite <- (round_generic radix2 fexp (Znearest choice) least least_is_value) by assumption.
  apply round_le; [exact valid | apply valid_rnd_N | exact H]. }
rewrite Rmax_left, Rmin_right by lra. reflexivity.
Qed.

Theorem relative_error_inside : forall v x, relative_error_is fexp v -> least <= Rabs x <= most ->
  Rabs (result x - x) <= v / (1 + v) * Rabs x.
Proof. intros v x E H. rewrite inside by exact H. apply E. Qed.

(* With the absolute term that analysis.steps gives tapered formats, eta = least, only the upper end matters. *)
Theorem error_up_to_most : forall v x, 0 <= v -> relative_error_is fexp v -> 0 <= x <= most ->
  Rabs (result x - x) <= v / (1 + v) * Rabs x + least.
Proof.
intros v x Hv E [P H].
assert (Q : 0 <= v / (1 + v) * Rabs x).
{ apply Rmult_le_pos; [| apply Rabs_pos]. apply Rmult_le_pos; [exact Hv |]. apply Rlt_le, Rinv_0_lt_compat. lra. }
destruct (Rle_or_lt least x) as [L | L].
- eapply Rle_trans; [apply (relative_error_inside v); [exact E | rewrite Rabs_pos_eq; lra] | lra].
- destruct P as [P | <-].
  + rewrite below by lra. rewrite (Rabs_pos_eq (least - x)) by lra. lra.
  + rewrite zero_stays, Rminus_0_r, Rabs_R0. rewrite Rabs_R0 in Q. lra.
Qed.
End Ends.

(* A value of an exponent function, from its significand: m 2^e with |m| < 2^(s+1-e), e at least that of the format. *)
Lemma value_of : forall f (m e s : Z), (f (s + 1) <= e)%Z -> (2 ^ (s - e) <= m < 2 ^ (s + 1 - e))%Z -> (e <= s)%Z ->
  generic_format radix2 f (IZR m * bpow radix2 e).
Proof.
intros f m e s F [L H] E.
change (IZR m * bpow radix2 e) with (F2R (Float radix2 m e)).
apply generic_format_F2R. intro M. unfold cexp.
rewrite (mag_unique radix2 (F2R (Float radix2 m e)) (s + 1)); [exact F |].
unfold F2R. simpl Fnum. simpl Fexp.
assert (0 < m)%Z by (pose proof (Z.pow_pos_nonneg 2 (s - e) ltac:(lia) ltac:(lia)); lia).
rewrite Rabs_pos_eq by (apply Rmult_le_pos; [apply IZR_le; lia | apply bpow_ge_0]).
assert (A : bpow radix2 (s + 1 - 1) = IZR (2 ^ (s - e)) * bpow radix2 e).
{ change 2%Z with (radix_val radix2). rewrite IZR_Zpower by lia. rewrite <- bpow_plus. f_equal. ring. }
assert (B : bpow radix2 (s + 1) = IZR (2 ^ (s + 1 - e)) * bpow radix2 e).
{ change 2%Z with (radix_val radix2). rewrite IZR_Zpower by lia. rewrite <- bpow_plus. f_equal. ring. }
rewrite A, B.
split; [apply Rmult_le_compat_r | apply Rmult_lt_compat_r];
  try apply bpow_ge_0; try apply bpow_gt_0; [apply IZR_le | apply IZR_lt]; assumption.
Qed.

(* The ends of a b-posit: its scales are -rs 2^es to rs 2^es - 1, all with f = n - 1 - es - rs fraction bits at the
   ends; the least code is 1, because all zeros is the number 0. *)
Section Scales.
Variables es rs : Z.
Hypothesis Hes : (0 <= es)%Z.
Hypothesis Hrs : (2 <= rs)%Z.
Definition scales : Z := (rs * 2 ^ es)%Z.

Lemma regime_of_ends : regime es rs (- scales) = rs /\ regime es rs (scales - 1) = rs.
Proof.
assert (P : (0 < 2 ^ es)%Z) by (apply Z.pow_pos_nonneg; lia).
unfold regime, scales. split.
- replace (- (rs * 2 ^ es))%Z with (- rs * 2 ^ es)%Z by ring. rewrite Z.div_mul by lia.
  destruct (Z.leb_spec 0 (- rs)); lia.
- replace (rs * 2 ^ es - 1)%Z with ((rs - 1) * 2 ^ es + (2 ^ es - 1))%Z by ring.
  rewrite Z.div_add_l, Z.div_small by lia. destruct (Z.leb_spec 0 (rs - 1 + 0)); lia.
Qed.

End Scales.

Section BPosit.
Variables n es rs : Z.
Hypothesis Hes : (0 <= es)%Z.
Hypothesis Hrs : (2 <= rs)%Z.
Hypothesis Hn : (rs + es + 1 < n)%Z.
Let f := (n - 1 - es - rs)%Z.
Definition bposit_least : R := IZR (2 ^ (n - 1 - es - rs) + 1) * bpow radix2 (- scales es rs - (n - 1 - es - rs)).
Definition bposit_most : R := IZR (2 ^ (n - 1 - es - rs + 1) - 1) * bpow radix2 (scales es rs - 1 - (n - 1 - es - rs)).

Lemma bposit_least_is_value : generic_format radix2 (fexp n es rs) bposit_least.
Proof.
destruct (regime_of_ends es rs Hes Hrs) as [L _].
assert (P : (2 <= 2 ^ f)%Z) by (change 2%Z with (2 ^ 1)%Z at 1; apply Z.pow_le_mono_r; unfold f; lia).
unfold bposit_least. apply (value_of _ _ _ (- scales es rs)).
- unfold fexp, fraction. replace (- scales es rs + 1 - 1)%Z with (- scales es rs)%Z by ring. rewrite L. lia.
- replace (- scales es rs - (- scales es rs - (n - 1 - es - rs)))%Z with f by (unfold f; ring).
  replace (- scales es rs + 1 - (- scales es rs - (n - 1 - es - rs)))%Z with (Z.succ f) by (unfold f; ring).
  fold f. rewrite Z.pow_succ_r by (unfold f; lia). lia.
- lia.
Qed.

Lemma bposit_most_is_value : generic_format radix2 (fexp n es rs) bposit_most.
Proof.
destruct (regime_of_ends es rs Hes Hrs) as [_ H].
assert (P : (2 <= 2 ^ f)%Z) by (change 2%Z with (2 ^ 1)%Z at 1; apply Z.pow_le_mono_r; unfold f; lia).
unfold bposit_most. apply (value_of _ _ _ (scales es rs - 1)).
- unfold fexp, fraction. replace (scales es rs - 1 + 1 - 1)%Z with (scales es rs - 1)%Z by ring. rewrite H. lia.
- replace (scales es rs - 1 - (scales es rs - 1 - (n - 1 - es - rs)))%Z with f by (unfold f; ring).
  replace (scales es rs - 1 + 1 - (scales es rs - 1 - (n - 1 - es - rs)))%Z with (Z.succ f) by (unfold f; ring).
  replace (n - 1 - es - rs + 1)%Z with (Z.succ f) by (unfold f; ring).
  rewrite Z.pow_succ_r by (unfold f; lia). lia.
- lia.
Qed.

Lemma bposit_ends_in_order : 0 < bposit_least <= bposit_most.
Proof.
assert (S : (2 <= scales es rs)%Z).
{ unfold scales. pose proof (Z.pow_pos_nonneg 2 es ltac:(lia) Hes). nia. }
assert (P : (2 <= 2 ^ f)%Z) by (change 2%Z with (2 ^ 1)%Z at 1; apply Z.pow_le_mono_r; unfold f; lia).
unfold bposit_least, bposit_most. fold f. replace (f + 1)%Z with (Z.succ f) by ring.
rewrite (Z.pow_succ_r 2 f) by (unfold f; lia). split.
- apply Rmult_lt_0_compat; [apply IZR_lt; lia | apply bpow_gt_0].
- apply Rmult_le_compat; [apply IZR_le; lia | apply bpow_ge_0 | apply IZR_le; lia | apply bpow_le; lia].
Qed.

Theorem bposit_relative_error_inside : forall choice x, bposit_least <= Rabs x <= bposit_most ->
  Rabs (saturate bposit_least bposit_most (round radix2 (fexp n es rs) (Znearest choice)) x - x) <=
  u n es rs / (1 + u n es rs) * Rabs x.
Proof.
intros choice x H. destruct bposit_ends_in_order as [P _].
refine (relative_error_inside (fexp n es rs) choice bposit_least bposit_most P
  bposit_least_is_value bposit_most_is_value _ x _ H).
- exact (fexp_valid n es rs Hes Hrs Hn).
- intros c y. exact (relative_error_every_scale n es rs Hes Hrs Hn c y).
Qed.
End BPosit.

(* (2^20 + 1) 2^-212 and (2^21 - 1) 2^171: what the package calls minpos and maxpos of bposit32. *)
Theorem bposit32_inside : forall choice x,
  IZR (2 ^ 20 + 1) * bpow radix2 (-212) <= Rabs x <= IZR (2 ^ 21 - 1) * bpow radix2 171 ->
  Rabs (saturate (IZR (2 ^ 20 + 1) * bpow radix2 (-212)) (IZR (2 ^ 21 - 1) * bpow radix2 171)
    (round radix2 bposit32_fexp (Znearest choice)) x - x) <= bpow radix2 (-21) / (1 + bpow radix2 (-21)) * Rabs x.
Proof. exact (bposit_relative_error_inside 32 5 6 ltac:(lia) ltac:(lia) ltac:(lia)). Qed.

(* The ends of a takum: characteristics -255 and 254, both with n - 12 fraction bits. *)
Theorem takum32_inside : forall choice x,
  IZR (2 ^ 20 + 1) * bpow radix2 (-275) <= Rabs x <= IZR (2 ^ 21 - 1) * bpow radix2 234 ->
  Rabs (saturate (IZR (2 ^ 20 + 1) * bpow radix2 (-275)) (IZR (2 ^ 21 - 1) * bpow radix2 234)
    (round radix2 (takum_fexp 32) (Znearest choice)) x - x) <= bpow radix2 (-21) / (1 + bpow radix2 (-21)) * Rabs x.
Proof.
intros choice x H.
refine (relative_error_inside (takum_fexp 32) choice _ _ _ _ _ _ x takum32_u H).
- exact (takum_valid 32 ltac:(lia)).
- apply Rmult_lt_0_compat; [apply IZR_lt; reflexivity | apply bpow_gt_0].
- apply (value_of _ _ _ (-255)); [discriminate | split; reflexivity || discriminate | discriminate].
- apply (value_of _ _ _ 254); [discriminate | split; reflexivity || discriminate | discriminate].
Qed.
