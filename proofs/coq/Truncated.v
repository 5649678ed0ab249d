(* SPDX-License-Identifier: BSD-3-Clause *)
(* What is the error of one truncation to p bits with a flush below 2^m, and of a sum whose additions all truncate? *)
From Coq Require Import ZArith Reals Lra Lia List.
From Flocq Require Import Core Relative.
Import ListNotations.
Open Scope R_scope.

Section Truncated.
Variables (p m : Z).
Hypothesis Hp : (0 < p)%Z.
Definition u : R := bpow radix2 (1 - p).
Definition mu : R := bpow radix2 m.
Instance Pp : Prec_gt_0 p := Hp.

(* Truncation to p bits; then what is below 2^m becomes 0. *)
Definition cut (x : R) : R := round radix2 (FLX_exp p) Ztrunc x.
Definition flush (x : R) : R := if Rlt_bool (Rabs x) mu then 0 else x.
Definition fl (x : R) : R := flush (cut x).

Lemma mu_pos : 0 < mu. Proof. apply bpow_gt_0. Qed.
Lemma u_pos : 0 < u. Proof. apply bpow_gt_0. Qed.

Lemma cut_relative : forall x, Rabs (cut x - x) <= u * Rabs x.
Proof.
intro x. destruct (Req_dec x 0) as [-> | H].
- unfold cut. rewrite round_0; [| apply valid_rnd_ZR]. rewrite Rminus_0_r, Rabs_R0. lra.
- apply Rlt_le. unfold cut, u. replace (1 - p)%Z with (- p + 1)%Z by ring.
  apply relative_error_FLX; [exact Hp | apply valid_rnd_ZR | exact H].
Qed.

Lemma cut_toward_zero : forall x, 0 <= x -> 0 <= cut x <= x.
Proof.
intros x Hx. unfold cut. split.
- rewrite <- (round_0 radix2 (FLX_exp p) Ztrunc).
  apply round_le; [apply FLX_exp_valid; exact Hp | apply valid_rnd_ZR | exact Hx].
- rewrite round_ZR_DN by exact Hx. apply round_DN_pt. apply FLX_exp_valid. exact Hp.
Qed.

(* One-sided for either sign, by symmetry. *)
Lemma fl_opp : forall x, fl (- x) = - fl x.
Proof.
intro x. unfold fl, cut, flush. rewrite round_ZR_opp, Rabs_Ropp. destruct Rlt_bool; ring.
Qed.

Theorem one_sided : forall x, 0 <= x -> 0 <= fl x <= x.
Proof.
intros x Hx. pose proof (cut_toward_zero x Hx). unfold fl, flush. destruct Rlt_bool; lra.
Qed.

Theorem error_bound : forall x, Rabs (fl x - x) <= u * Rabs x + mu.
Proof.
intro x. unfold fl, flush. pose proof (cut_relative x). pose proof mu_pos.
case Rlt_bool_spec; intro H1.
- replace (0 - x) with ((cut x - x) - cut x) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra.
- lra.
Qed.

(* No flush where the exact result is of normal size: 2^m is a value, so that truncation does not pass it. *)
Theorem relative_error : forall x, mu <= Rabs x -> Rabs (fl x - x) <= u * Rabs x.
Proof.
assert (Positive : forall x, mu <= x -> mu <= cut x).
{ intros x H. unfold cut. rewrite <- (round_generic radix2 (FLX_exp p) Ztrunc mu).
  - apply round_le; [apply FLX_exp_valid; exact Hp | apply valid_rnd_ZR | exact H].
  - apply generic_format_bpow. unfold FLX_exp. lia. }
intros x H. unfold fl, flush. case Rlt_bool_spec; intro L; [exfalso | apply cut_relative].
destruct (Rle_or_lt 0 x) as [P | N].
- rewrite (Rabs_pos_eq x P) in H. pose proof (Positive x H). pose proof (Rle_abs (cut x)). lra.
- rewrite (Rabs_left x N) in H. pose proof (Positive (- x) H) as Q.
  unfold cut in Q. rewrite round_ZR_opp in Q. fold (cut x) in Q.
  pose proof (Rle_abs (- cut x)) as A. rewrite Rabs_Ropp in A. lra.
Qed.

(* Sums of nonnegative terms from left to right. *)
Fixpoint sum_fl (l : list R) (s : R) : R := match l with [] => s | x :: l => sum_fl l (fl (s + x)) end.
Fixpoint sum (l : list R) (s : R) : R := match l with [] => s | x :: l => sum l (s + x) end.

Lemma sum_mono : forall l s t, s <= t -> sum l s <= sum l t.
Proof. induction l as [| x l IH]; simpl; intros; [assumption | apply IH; lra]. Qed.
Lemma sum_shift : forall l s d, sum l (s + d) = sum l s + d.
Proof.
induction l as [| x l IH]; simpl; intros; [reflexivity |].
replace (s + d + x) with (s + x + d) by ring. apply IH.
Qed.
Lemma sum_above : forall l s, List.Forall (fun x => 0 <= x) l -> s <= sum l s.
Proof.
induction l as [| x l IH]; simpl; intros s F; [lra |].
inversion F; subst. eapply Rle_trans; [| apply IH; assumption]. lra.
Qed.

Theorem sum_one_sided : forall l s, 0 <= s -> List.Forall (fun x => 0 <= x) l -> 0 <= sum_fl l s <= sum l s.
Proof.
induction l as [| x l IH]; simpl; intros s Hs F; [lra |].
inversion F; subst. pose proof (one_sided (s + x) ltac:(lra)).
destruct (IH (fl (s + x)) ltac:(lra) ltac:(assumption)) as [A B]. split; [exact A |].
eapply Rle_trans; [exact B |]. apply sum_mono. lra.
Qed.

(* What additions lose adds up, and nothing of it cancels: each loss is nonnegative (one_sided). *)
Fixpoint losses (l : list R) (s : R) : R :=
  match l with [] => 0 | x :: l => (s + x - fl (s + x)) + losses l (fl (s + x)) end.

Theorem losses_add_up : forall l s, sum l s - sum_fl l s = losses l s.
Proof.
induction l as [| x l IH]; intro s; simpl; [ring |].
rewrite <- IH. replace (s + x) with (fl (s + x) + (s + x - fl (s + x))) at 1 by ring. rewrite sum_shift. ring.
Qed.

(* Linear drift: n additions lose at most n (u T + mu), T the exact total. *)
Theorem sum_drift : forall l s, 0 <= s -> List.Forall (fun x => 0 <= x) l ->
  sum l s - sum_fl l s <= INR (length l) * (u * sum l s + mu).
Proof.
induction l as [| x l IH]; intros s Hs F.
- simpl. lra.
- inversion F; subst. pose proof (one_sided (s + x) ltac:(lra)) as O.
  pose proof (error_bound (s + x)) as E. rewrite (Rabs_pos_eq (s + x)) in E by lra.
  rewrite Rabs_left1 in E by lra.
  specialize (IH (fl (s + x)) ltac:(lra) ltac:(assumption)).
  assert (M : sum l (fl (s + x)) <= sum l (s + x)) by (apply sum_mono; lra).
  assert (D : sum l (s + x) - sum l (fl (s + x)) = (s + x) - fl (s + x)).
  { replace (s + x) with (fl (s + x) + ((s + x) - fl (s + x))) at 1 by ring. rewrite sum_shift. ring. }
  pose proof (sum_above l (s + x) ltac:(assumption)) as T.
  change (sum (x :: l) s) with (sum l (s + x)). change (sum_fl (x :: l) s) with (sum_fl l (fl (s + x))).
  change (length (x :: l)) with (S (length l)). rewrite S_INR.
  pose proof u_pos. pose proof mu_pos. pose proof (pos_INR (length l)).
  assert (INR (length l) * (u * sum l (fl (s + x)) + mu) <= INR (length l) * (u * sum l (s + x) + mu)).
  { apply Rmult_le_compat_l; [assumption |]. apply Rplus_le_compat_r. apply Rmult_le_compat_l; lra. }
  assert (u * (s + x) <= u * sum l (s + x)) by (apply Rmult_le_compat_l; lra).
  lra.
Qed.
End Truncated.

(* The 20-bit machine mlu32: 21 significant bits, flush below 2^-126. *)
Theorem mlu32_one : forall x, Rabs (fl 21 (-126) x - x) <= bpow radix2 (-20) * Rabs x + bpow radix2 (-126).
Proof. exact (error_bound 21 (-126) ltac:(lia)). Qed.
Theorem mlu32_relative : forall x, bpow radix2 (-126) <= Rabs x ->
  Rabs (fl 21 (-126) x - x) <= bpow radix2 (-20) * Rabs x.
Proof. exact (relative_error 21 (-126) ltac:(lia)). Qed.
Theorem mlu32_drift : forall l s, 0 <= s -> List.Forall (fun x => 0 <= x) l ->
  0 <= sum l s - sum_fl 21 (-126) l s <= INR (length l) * (bpow radix2 (-20) * sum l s + bpow radix2 (-126)).
Proof.
intros l s Hs F. pose proof (sum_one_sided 21 (-126) ltac:(lia) l s Hs F).
split; [lra | exact (sum_drift 21 (-126) ltac:(lia) l s Hs F)].
Qed.

Example mlu32_ones : 0 <= sum [1; 1] 1 - sum_fl 21 (-126) [1; 1] 1 <= INR 2 * (bpow radix2 (-20) * sum [1; 1] 1 + bpow radix2 (-126)).
Proof. apply (mlu32_drift [1; 1]); [lra | repeat constructor; lra]. Qed.
