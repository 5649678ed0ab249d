(* SPDX-License-Identifier: BSD-3-Clause *)
(* Where target.c says NEAR, is rounding to a double first innocuous?

   innocuous: 2 p + 2 <= 53 for p significant bits.  Twice: as target.c argues, for every row by its
   thresholds, which have at most p + 1 bits and are no values; and as one rounding after another, for rows
   that are formats in Flocq's sense.  Products need 2 p <= 53 only: they are exact (Sums.v). *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Double_rounding.
Require Import Doubles Odd Sums Quotients Tapered Takums.
Open Scope R_scope.

(* C cbits/routes/target.c nf_goes_through_doubles:
   ... bool innocuous = is_nearest(f) && 2 * x.p + 2 <= 53, exact = 2 * x.p <= 53;
   ... case NF_OP_sub: *way = way_of(innocuous || f->family == NF_FIXED);
   ... case NF_OP_reciprocal: *way = way_of(innocuous); return quotients;
   case NF_OP_sqrt: *way = way_of(innocuous); ... *)

(* ---- thresholds ---- *)

Definition bits (p : Z) (x : R) : Prop := generic_format radix2 (FLX_exp p) x.

Lemma bits_multiple : forall p x, bits p x -> multiple (mag radix2 x - p) x.
Proof. intros p x F. exact (multiple_cexp _ _ F). Qed.
Lemma half_ulp : forall x, fits x -> x <> RN x -> RN x <> 0 /\ Rabs (x - RN x) <= bpow radix2 (mag radix2 (RN x) - 54).
Proof.
intros x [D | L] N; [exfalso; apply N; symmetry; apply rounded_of_double; [typeclasses eauto | exact D] |].
assert (T : bpow radix2 (-1022) <= Rabs (RN x)).
{ apply abs_round_ge_generic; try typeclasses eauto; [apply double_bpow; lia | exact L]. }
assert (T0 : RN x <> 0) by (intro Z0; rewrite Z0, Rabs_R0 in T; pose proof (bpow_gt_0 radix2 (-1022)); lra).
split; [exact T0 |]. rewrite Rabs_minus_sym.
apply Rle_trans with (1 := error_le_half_ulp_round radix2 double_exp (fun x => negb (Z.even x)) x).
fold (RN x). change (round radix2 double_exp (Znearest (fun x => negb (Z.even x))) x) with (RN x).
rewrite ulp_neq_0 by exact T0. change (/ 2) with (bpow radix2 (-1)). rewrite <- bpow_plus. apply bpow_le.
assert (-1022 < mag radix2 (RN x))%Z by (apply mag_gt_bpow; exact T). unfold cexp, double_exp, FLT_exp. lia.
Qed.

(* Rounding keeps the order: only a threshold that is met wrongly can go wrong. *)
Lemma sides_of_nearest : forall x t, double t -> (RN x = t -> x = t) -> same_side (RN x) x t.
Proof.
intros x t D M.
assert (L : x <= t -> RN x <= t) by (intro; apply round_le_generic; typeclasses eauto || assumption).
assert (G : t <= x -> t <= RN x) by (intro; apply round_ge_generic; typeclasses eauto || assumption).
assert (E : x = t -> RN x = t) by (intros ->; apply rounded_of_double; [typeclasses eauto | exact D]).
split; split; intro H.
- apply Rnot_le_lt. intro. apply Rle_not_lt in H; [exact H |]. apply G. assumption.
- destruct (Req_dec (RN x) t) as [Q | Q]; [apply M in Q; lra |]. assert (RN x <= t) by (apply L; lra). lra.
- exact (M H).
- exact (E H).
Qed.
Lemma threshold_double : forall p t, (p + 1 <= 53)%Z -> bits (p + 1) t -> multiple (-1074) t -> double t.
Proof.
intros p t P B M. destruct (Rle_or_lt (bpow radix2 (-1022)) (Rabs t)) as [L | L].
- apply generic_format_FLT_FLX; [exact L |]. apply generic_inclusion_mag with (2 := B). intros _. unfold FLX_exp. lia.
- apply (multiple_double (-1074)); [lia | exact M |]. apply Rlt_le, Rlt_trans with (1 := L). apply bpow_lt. lia.
Qed.
Ltac power k := rewrite <- ?bpow_plus; apply bpow_le; lia.

Section Thresholds.
Variable p : Z.
Hypothesis Pp : (0 < p)%Z.
Hypothesis innocuous : (2 * p + 2 <= 53)%Z.
Variables (a b t : R).
Hypothesis Fa : bits p a.
Hypothesis Ft : bits (p + 1) t.
Hypothesis Mt : multiple (-1074) t.

(* nf_near_add and nf_near_sub in cbits/levels/double_operations.h: a and b are values, t is none. *)
Theorem near_sum_decides : bits p b -> double a -> double b -> a <> t -> b <> t -> same_side (RN (a + b)) (a + b) t.
Proof.
intros Fb Da Db Na Nb. apply sides_of_nearest; [apply (threshold_double p); try assumption; lia |].
assert (W : forall x y, bits p x -> bits p y -> double x -> double y -> x <> t -> Rabs y <= Rabs x -> RN (x + y) = t -> x + y = t).
{ clear a b Fa Fb Da Db Na Nb. intros x y Fx Fy Dx Dy N L E.
  destruct (Req_dec (x + y) (RN (x + y))) as [Q | Q]; [lra | exfalso].
  destruct (half_ulp (x + y) (multiple_fits _ (sum_multiple _ _ Dx Dy)) Q) as [T0 H]. rewrite E in *.
  pose proof (bits_multiple _ _ Fx) as Mx. pose proof (bits_multiple _ _ Fy) as My. pose proof (bits_multiple _ _ Ft) as Mt'.
  destruct (Req_dec y 0) as [-> | Y0].
  { apply Q. rewrite Rplus_0_r in *. rewrite <- E at 1. symmetry. apply rounded_of_double; [typeclasses eauto | exact Dx]. }
  assert (X0 : x <> 0) by (intros ->; rewrite Rabs_R0 in L; apply Rabs_pos_lt in Y0; lra).
  set (mt := mag radix2 t : Z) in *. set (mx := mag radix2 x : Z) in *. set (my := mag radix2 y : Z) in *.
  assert (Lm : (my <= mx)%Z) by (apply mag_le_abs; assumption).
  (* the error is a multiple of the last place of y, so y is small *)
  assert (S : (my <= mt - 54 + p)%Z).
  { apply Z.nlt_ge. intro C. apply (Rlt_irrefl (bpow radix2 (mt - 54))). apply Rlt_le_trans with (2 := H).
    apply Rlt_le_trans with (bpow radix2 (mt - 53)); [apply bpow_lt; lia |]. apply multiple_apart; [| lra].
    apply multiple_minus; [apply multiple_plus |]; eapply multiple_weaken; try eassumption; lia. }
  pose proof (bpow_mag_gt radix2 y) as By. pose proof (bpow_mag_le radix2 t T0) as Bt. fold my in By. fold mt in Bt.
  assert (D : Rabs (x - t) < bpow radix2 (mt - 53 + p)).
  { replace (x - t) with ((x + y - t) + - y) by ring. apply Rle_lt_trans with (1 := Rabs_triang _ _). rewrite Rabs_Ropp.
    apply Rlt_le_trans with (bpow radix2 (mt - 54 + p) + bpow radix2 (mt - 54 + p)).
    - apply Rplus_le_lt_compat; [apply Rle_trans with (1 := H); apply bpow_le; lia |].
      apply Rlt_le_trans with (1 := By). apply bpow_le. lia.
    - replace (mt - 53 + p)%Z with (1 + (mt - 54 + p))%Z by ring. rewrite (bpow_plus radix2 1). change (bpow radix2 1) with 2. lra. }
  assert (Gx : (mt - 1 <= mx)%Z).
  { assert (mt - 2 < mx)%Z; [| lia]. apply mag_gt_bpow. pose proof (Rabs_triang_inv t (t - x)) as T.
    replace (t - (t - x)) with x in T by ring. rewrite (Rabs_minus_sym t x) in T.
    assert (bpow radix2 (mt - 53 + p) <= bpow radix2 (mt - 2)) by (apply bpow_le; lia).
    replace (bpow radix2 (mt - 1)) with (2 * bpow radix2 (mt - 2)) in Bt; [lra |].
    change 2 with (bpow radix2 1). rewrite <- bpow_plus. f_equal. ring. }
  apply (Rlt_irrefl (bpow radix2 (mt - p - 1))). apply Rle_lt_trans with (Rabs (x - t)).
  - apply multiple_apart; [| lra]. apply multiple_minus; eapply multiple_weaken; try eassumption; lia.
  - apply Rlt_le_trans with (1 := D). apply bpow_le. lia. }
destruct (Rle_or_lt (Rabs b) (Rabs a)) as [L | L]; [apply W; assumption |].
rewrite Rplus_comm. apply W; try assumption. apply Rlt_le. exact L.
Qed.

(* nf_near_div in cbits/levels/double_operations.h *)
Theorem near_quotient_decides : bits p b -> b <> 0 -> fits (a / b) -> same_side (RN (a / b)) (a / b) t.
Proof.
intros Fb B0 F. apply sides_of_nearest; [apply (threshold_double p); try assumption; lia |]. intro E.
destruct (Req_dec (a / b) (RN (a / b))) as [Q | Q]; [lra | exfalso].
destruct (half_ulp _ F Q) as [T0 H]. rewrite E in *.
pose proof (bits_multiple _ _ Fa) as Ma. pose proof (bits_multiple _ _ Fb) as Mb. pose proof (bits_multiple _ _ Ft) as Mt'.
pose proof (bpow_mag_gt radix2 b) as Bb. pose proof (bpow_mag_le radix2 b B0) as Lb. pose proof (bpow_mag_le radix2 t T0) as Lt.
set (mt := mag radix2 t : Z) in *. set (mb := mag radix2 b : Z) in *.
assert (R : a - t * b = (a / b - t) * b) by (field; exact B0).
assert (D : Rabs (a - t * b) < bpow radix2 (mt + mb - 54)).
{ rewrite R, Rabs_mult. replace (mt + mb - 54)%Z with (mt - 54 + mb)%Z by ring. rewrite bpow_plus.
  apply Rle_lt_trans with (bpow radix2 (mt - 54) * Rabs b); [apply Rmult_le_compat_r; [apply Rabs_pos | exact H] |].
  apply Rmult_lt_compat_l; [apply bpow_gt_0 | exact Bb]. }
assert (Ga : (mt + mb - 2 <= mag radix2 a)%Z).
{ assert (mt + mb - 3 < mag radix2 a)%Z; [| lia]. apply mag_gt_bpow.
  assert (G : bpow radix2 (mt + mb - 2) <= Rabs (t * b)).
  { rewrite Rabs_mult. replace (mt + mb - 2)%Z with (mt - 1 + (mb - 1))%Z by ring. rewrite bpow_plus.
    apply Rmult_le_compat; try apply bpow_ge_0; assumption. }
  pose proof (Rabs_triang_inv (t * b) (t * b - a)) as T. replace (t * b - (t * b - a)) with a in T by ring.
  rewrite (Rabs_minus_sym (t * b) a) in T.
  assert (bpow radix2 (mt + mb - 54) <= bpow radix2 (mt + mb - 3)) by (apply bpow_le; lia).
  replace (bpow radix2 (mt + mb - 2)) with (2 * bpow radix2 (mt + mb - 3)) in G; [lra |].
  change 2 with (bpow radix2 1). rewrite <- bpow_plus. f_equal. ring. }
apply (Rlt_irrefl (bpow radix2 (mt + mb - 54))). apply Rle_lt_trans with (2 := D).
apply Rle_trans with (bpow radix2 (mt + mb - 2 * p - 1)); [apply bpow_le; lia |]. apply multiple_apart.
- apply multiple_minus; [apply multiple_weaken with (2 := Ma); lia |].
  apply multiple_weaken with (2 := multiple_mult _ _ _ _ Mt' Mb). lia.
- rewrite R. intro Z0. apply Rmult_integral in Z0. lra.
Qed.

(* nf_near_sqrt in cbits/levels/double_operations.h *)
Theorem near_root_decides : 0 < a -> fits (sqrt a) -> same_side (RN (sqrt a)) (sqrt a) t.
Proof.
intros A0 F. apply sides_of_nearest; [apply (threshold_double p); try assumption; lia |]. intro E.
destruct (Req_dec (sqrt a) (RN (sqrt a))) as [Q | Q]; [lra | exfalso].
destruct (half_ulp _ F Q) as [T0 H].
assert (Pt : 0 < t).
{ assert (0 <= RN (sqrt a)); [| lra]. unfold RN, rounded. rewrite <- (round_0 radix2 double_exp ZnearestE).
  apply round_le; try typeclasses eauto. apply sqrt_pos. }
rewrite E in *. pose proof (bits_multiple _ _ Fa) as Ma. pose proof (bits_multiple _ _ Ft) as Mt'.
pose proof (bpow_mag_gt radix2 t) as Bt. pose proof (bpow_mag_le radix2 t T0) as Lt. rewrite Rabs_pos_eq in Bt, Lt by lra.
set (mt := mag radix2 t : Z) in *. set (s := sqrt a) in *.
assert (S0 : 0 <= s) by apply sqrt_pos.
assert (R : a - t * t = (s - t) * (s + t)) by (rewrite <- (sqrt_sqrt a) by lra; fold s; ring).
(* t has p + 1 bits: it is that far below the next power of two *)
assert (U : t <= bpow radix2 mt - bpow radix2 (mt - p - 1)).
{ assert (M : multiple (mt - p - 1) (bpow radix2 mt - t)).
  { apply multiple_minus; [apply multiple_bpow; lia | apply multiple_weaken with (2 := Mt'); lia]. }
  pose proof (multiple_apart _ _ M ltac:(lra)) as G. rewrite Rabs_pos_eq in G by lra. lra. }
set (d := bpow radix2 (mt - 54)) in *. assert (D0 : 0 < d) by apply bpow_gt_0.
assert (Dp : d <= bpow radix2 (mt - p - 1)) by (apply bpow_le; lia).
assert (Sm : s + t < 2 * bpow radix2 mt).
{ pose proof (Rle_abs (s - t)). lra. }
assert (D : Rabs (a - t * t) < bpow radix2 (mt + mt - 53)).
{ rewrite R, Rabs_mult, (Rabs_pos_eq (s + t)) by lra. apply Rle_lt_trans with (d * (s + t)).
  - apply Rmult_le_compat_r; [lra | exact H].
  - replace (bpow radix2 (mt + mt - 53)) with (d * (2 * bpow radix2 mt)); [apply Rmult_lt_compat_l; assumption |].
    unfold d. change 2 with (bpow radix2 1). rewrite <- !bpow_plus. f_equal. ring. }
assert (Ga : (mt + mt - 2 <= mag radix2 a)%Z).
{ assert (mt + mt - 3 < mag radix2 a)%Z; [| lia]. apply mag_gt_bpow. rewrite (Rabs_pos_eq a) by lra.
  assert (G : bpow radix2 (mt + mt - 2) <= t * t).
  { replace (mt + mt - 2)%Z with (mt - 1 + (mt - 1))%Z by ring. rewrite bpow_plus. apply Rmult_le_compat; try apply bpow_ge_0; assumption. }
  assert (bpow radix2 (mt + mt - 53) <= bpow radix2 (mt + mt - 3)) by (apply bpow_le; lia).
  replace (bpow radix2 (mt + mt - 2)) with (2 * bpow radix2 (mt + mt - 3)) in G.
  - apply Rabs_def2 in D. lra.
  - change 2 with (bpow radix2 1). rewrite <- bpow_plus. f_equal. ring. }
apply (Rlt_irrefl (bpow radix2 (mt + mt - 53))). apply Rle_lt_trans with (2 := D).
apply Rle_trans with (bpow radix2 (mt + mt - 2 * p - 2)); [apply bpow_le; lia |]. apply multiple_apart.
- apply multiple_minus; [apply multiple_weaken with (2 := Ma); lia |].
  apply multiple_weaken with (2 := multiple_mult _ _ _ _ Mt' Mt'). lia.
- rewrite R. intro Z0. apply Rmult_integral in Z0. lra.
Qed.
End Thresholds.

(* 1 + 2^-60 below the threshold 1 + 2^-25 of rows of 25 bits. *)
Example thresholds_take_part : exists a b t,
  bits 25 a /\ bits 25 b /\ bits 26 t /\ multiple (-1074) t /\ double a /\ double b /\ a <> t /\ b <> t /\ ~ double (a + b).
Proof.
exists 1, (bpow radix2 (-60)), (1 + bpow radix2 (-25)).
assert (B : forall p e, (0 < p)%Z -> bits p (bpow radix2 e)) by (intros p e P; apply generic_format_bpow; unfold FLX_exp; lia).
assert (M : multiple (-25) (1 + bpow radix2 (-25))).
{ apply multiple_plus; [change 1 with (bpow radix2 0) |]; apply multiple_bpow; lia. }
assert (L : bpow radix2 (-60) < bpow radix2 (-25)) by (apply bpow_lt; lia).
assert (P : 0 < bpow radix2 (-60)) by apply bpow_gt_0.
assert (U : bpow radix2 (-25) < 1) by (change 1 with (bpow radix2 0); apply bpow_lt; lia).
split; [change 1 with (bpow radix2 0); apply B; lia |]. split; [apply B; lia |]. split.
{ destruct M as [k E]. apply (generic_format_F2R' radix2 _ _ (Float radix2 k (-25))); [symmetry; exact E |].
  intros _. unfold cexp, FLX_exp. simpl Fexp.
  assert (mag radix2 (1 + bpow radix2 (-25)) <= 1)%Z; [| lia].
  apply mag_le_bpow; [lra |]. rewrite Rabs_pos_eq by lra. change (bpow radix2 1) with 2. lra. }
split; [apply multiple_weaken with (2 := M); lia |]. split; [exact double_one |]. split; [apply double_bpow; lia |].
split; [lra |]. split; [lra |]. rewrite <- one_and_little. apply (wide_is_no_double _ 60); reflexivity || lia.
Qed.

(* ---- one rounding after another ---- *)

Lemma nearest_of_fitting : forall (f : Z -> Z) c x, fits x ->
  round radix2 f (Znearest c) (round radix2 (FLX_exp 53) ZnearestE x) = round radix2 f (Znearest c) x ->
  round radix2 f (Znearest c) (RN x) = round radix2 f (Znearest c) x.
Proof.
intros f c x [D | L] E.
- unfold RN. rewrite rounded_of_double by (typeclasses eauto || exact D). reflexivity.
- unfold RN, rounded, double_exp. rewrite round_FLT_FLX by exact L. exact E.
Qed.

(* Between least and p significant bits, and never more than twice as many at twice the scale. *)
Definition tapers (f : Z -> Z) (least p : Z) : Prop :=
  (0 < least)%Z /\ (forall e, least <= e - f e <= p)%Z /\
  (forall e, 2 * f e <= f (2 * e))%Z /\ (forall e, 2 * f e <= f (2 * e - 1))%Z.

Section Near.
Variables (f : Z -> Z) (least p : Z).
Context {valid : Valid_exp f}.
Hypothesis T : tapers f least p.
Hypothesis innocuous : (2 * p + 2 <= 53)%Z.
Let value (x : R) := generic_format radix2 f x.

Ltac bounds := destruct T as (P0 & B & R0 & R1); unfold FLX_exp; repeat split; intros;
  repeat match goal with
  | |- context [f ?e] => lazymatch goal with H : (_ <= _ - f e <= _)%Z |- _ => fail | _ => pose proof (B e) end
  | H : context [f ?e] |- _ => lazymatch goal with H : (_ <= _ - f e <= _)%Z |- _ => fail | _ => pose proof (B e) end
  end; try lia.

Theorem sum_through_nearest : forall c x y, value x -> value y -> double x -> double y ->
  round radix2 f (Znearest c) (RN (x + y)) = round radix2 f (Znearest c) (x + y).
Proof.
intros c x y Fx Fy Dx Dy. apply nearest_of_fitting; [apply multiple_fits, sum_multiple; assumption |].
apply round_round_plus; try assumption; try typeclasses eauto. unfold round_round_plus_hyp. bounds.
Qed.
Theorem quotient_through_nearest : forall c x y, y <> 0 -> value x -> value y -> fits (x / y) ->
  round radix2 f (Znearest c) (RN (x / y)) = round radix2 f (Znearest c) (x / y).
Proof.
intros c x y Y0 Fx Fy F. apply nearest_of_fitting; [exact F |].
apply round_round_div; try assumption; try typeclasses eauto; [exists 1%Z; reflexivity |]. unfold round_round_div_hyp. bounds.
Qed.
Theorem root_through_nearest : forall c x, value x -> fits (sqrt x) ->
  round radix2 f (Znearest c) (RN (sqrt x)) = round radix2 f (Znearest c) (sqrt x).
Proof.
intros c x Fx F. apply nearest_of_fitting; [exact F |].
apply round_round_sqrt; try assumption; try typeclasses eauto. unfold round_round_sqrt_hyp. bounds; auto.
Qed.
End Near.

(* ---- rows ---- *)

Theorem tapered_tapers : forall n es rs, (0 <= es)%Z -> (2 <= rs)%Z -> (rs + es + 1 < n)%Z ->
  tapers (fexp n es rs) (n - es - rs) (n - es - 2).
Proof.
intros n es rs He Hr Hn.
assert (P : (0 < 2 ^ es)%Z) by (apply Z.pow_pos_nonneg; lia).
(* the regime of twice the scale is no shorter *)
assert (R : forall s, (regime es rs s <= regime es rs (2 * s) /\ regime es rs s <= regime es rs (2 * s + 1))%Z).
{ intro s. unfold regime. destruct (Z.leb_spec 0 (s / 2 ^ es)) as [S | S].
  - assert (0 <= s)%Z by (apply Z.nlt_ge; intro; assert (s / 2 ^ es < 0)%Z by (apply Z.div_lt_upper_bound; lia); lia).
    assert (s / 2 ^ es <= 2 * s / 2 ^ es)%Z by (apply Z.div_le_mono; lia).
    assert (s / 2 ^ es <= (2 * s + 1) / 2 ^ es)%Z by (apply Z.div_le_mono; lia).
    destruct (Z.leb_spec 0 (2 * s / 2 ^ es)), (Z.leb_spec 0 ((2 * s + 1) / 2 ^ es)); lia.
  - assert (s < 0)%Z by (apply Z.nle_gt; intro; assert (0 <= s / 2 ^ es)%Z by (apply Z.div_pos; lia); lia).
    assert (2 * s / 2 ^ es <= s / 2 ^ es)%Z by (apply Z.div_le_mono; lia).
    assert ((2 * s + 1) / 2 ^ es <= s / 2 ^ es)%Z by (apply Z.div_le_mono; lia).
    destruct (Z.leb_spec 0 (2 * s / 2 ^ es)), (Z.leb_spec 0 ((2 * s + 1) / 2 ^ es)); lia. }
assert (B : forall s, (2 <= regime es rs s <= rs)%Z) by (intro s; unfold regime; destruct (Z.leb_spec 0 (s / 2 ^ es)); lia).
unfold tapers, fexp, fraction. repeat split; intros; try lia.
- specialize (B (e - 1)%Z). lia.
- specialize (B (e - 1)%Z). lia.
- specialize (B (e - 1)%Z). destruct (R (e - 1)%Z) as [_ Q]. replace (2 * (e - 1) + 1)%Z with (2 * e - 1)%Z in Q by ring. lia.
- specialize (B (e - 1)%Z). destruct (R (e - 1)%Z) as [Q _]. replace (2 * (e - 1))%Z with (2 * e - 1 - 1)%Z in Q by ring. lia.
Qed.
Theorem takum_tapers : forall n, (12 <= n)%Z -> tapers (takum_fexp n) (n - 11) (n - 4).
Proof.
intros n Hn.
assert (R : forall s, (characteristic_bits s <= characteristic_bits (2 * s) /\ characteristic_bits s <= characteristic_bits (2 * s + 1))%Z).
{ intro s. unfold characteristic_bits. destruct (Z.leb_spec 0 s) as [S | S].
  - destruct (Z.leb_spec 0 (2 * s)), (Z.leb_spec 0 (2 * s + 1)); try lia.
    assert (Z.log2 (s + 1) <= Z.log2 (2 * s + 1))%Z by (apply Z.log2_le_mono; lia).
    assert (Z.log2 (s + 1) <= Z.log2 (2 * s + 1 + 1))%Z by (apply Z.log2_le_mono; lia). lia.
  - destruct (Z.leb_spec 0 (2 * s)), (Z.leb_spec 0 (2 * s + 1)); try lia.
    assert (Z.log2 (- s) <= Z.log2 (- (2 * s)))%Z by (apply Z.log2_le_mono; lia).
    assert (Z.log2 (- s) <= Z.log2 (- (2 * s + 1)))%Z by (apply Z.log2_le_mono; lia). lia. }
assert (B : forall s, (0 <= characteristic_bits s <= 7)%Z).
{ intro s. unfold characteristic_bits. pose proof (Z.log2_nonneg (if (0 <=? s)%Z then s + 1 else - s)). lia. }
unfold tapers, takum_fexp, takum_fraction. repeat split; intros; try lia.
- specialize (B (e - 1)%Z). lia.
- specialize (B (e - 1)%Z). lia.
- specialize (B (e - 1)%Z). destruct (R (e - 1)%Z) as [_ Q]. replace (2 * (e - 1) + 1)%Z with (2 * e - 1)%Z in Q by ring. lia.
- specialize (B (e - 1)%Z). destruct (R (e - 1)%Z) as [Q _]. replace (2 * (e - 1))%Z with (2 * e - 1 - 1)%Z in Q by ring. lia.
Qed.

(* What target.c asks of a row, and what it gets: sums, quotients and roots of values. *)
Definition innocuous_for (f : Z -> Z) (lsb top : Z) : Prop := forall c x y,
  generic_format radix2 f x -> generic_format radix2 f y -> double x -> double y ->
  multiple lsb x -> multiple lsb y -> below top x -> below top y ->
  let once z := round radix2 f (Znearest c) z in
  once (RN (x + y)) = once (x + y) /\ (y <> 0 -> once (RN (x / y)) = once (x / y)) /\ (0 < x -> once (RN (sqrt x)) = once (sqrt x)).

Theorem tapering_is_innocuous : forall f {V : Valid_exp f} least p lsb top, tapers f least p -> (2 * p + 2 <= 53)%Z ->
  (top - lsb <= 1022)%Z -> (-1021 <= 2 * lsb)%Z -> innocuous_for f lsb top.
Proof.
intros f V least p lsb top T P R L c x y Fx Fy Dx Dy Mx My Tx Ty. cbv zeta. split; [| split].
- apply (sum_through_nearest f least p); assumption.
- intro Y0. apply (quotient_through_nearest f least p); try assumption. apply (quotient_fits lsb top); assumption.
- intro X0. apply (root_through_nearest f least p); try assumption. apply (root_fits lsb); [lia | assumption | assumption].
Qed.
(* Floats of p bits with subnormals, whose lsb is their least value. *)
Theorem float_is_innocuous : forall p lsb top, (0 < p)%Z -> (2 * p + 2 <= 53)%Z -> (lsb <= 0)%Z ->
  (top - lsb <= 1022)%Z -> (-1021 <= 2 * lsb)%Z -> innocuous_for (FLT_exp lsb p) lsb top.
Proof.
intros p lsb top Pp P L0 R L c x y Fx Fy Dx Dy Mx My Tx Ty. cbv zeta.
assert (Vp : Prec_gt_0 p) by exact Pp.
assert (Gx : FLT_format radix2 lsb p x) by (apply FLT_format_generic; [exact Vp | exact Fx]).
assert (Gy : FLT_format radix2 lsb p y) by (apply FLT_format_generic; [exact Vp | exact Fy]).
unfold RN, rounded, double_exp. split; [| split].
- apply round_round_plus_FLT; try assumption; try exact prec53; lia.
- intro Y0. apply round_round_div_FLT; try assumption; try exact prec53; try lia. exists 1%Z. reflexivity.
- intro X0. apply round_round_sqrt_FLT; try assumption; try exact prec53; try lia.
Qed.

Ltac by_tapering n es rs :=
  apply (tapering_is_innocuous (fexp n es rs) (n - es - rs) (n - es - 2)); [apply tapered_tapers; lia | lia | lia | lia].
(* lsb and top are those of nf_exponent_range. *)
Theorem bposit32_is_innocuous : innocuous_for bposit32_fexp (-212) 192.
Proof. apply (@tapering_is_innocuous (fexp 32 5 6) (fexp_valid 32 5 6 ltac:(lia) ltac:(lia) ltac:(lia)) 21 25); [apply (tapered_tapers 32 5 6); lia | lia | lia | lia]. Qed.
Theorem bposit16_is_innocuous : innocuous_for bposit16_fexp (-196) 192.
Proof. apply (@tapering_is_innocuous (fexp 16 5 6) (fexp_valid 16 5 6 ltac:(lia) ltac:(lia) ltac:(lia)) 5 9); [apply (tapered_tapers 16 5 6); lia | lia | lia | lia]. Qed.
(* posit16 where its regime leaves a fraction bit; everywhere by its thresholds. *)
Theorem posit16_is_innocuous : innocuous_for (standard_fexp 16) (-56) 60.
Proof. apply (@tapering_is_innocuous (fexp 16 2 12) (fexp_valid 16 2 12 ltac:(lia) ltac:(lia) ltac:(lia)) 2 12); [apply (tapered_tapers 16 2 12); lia | lia | lia | lia]. Qed.
Theorem takum16_is_innocuous : innocuous_for (takum_fexp 16) (-259) 255.
Proof. apply (@tapering_is_innocuous (takum_fexp 16) (takum_valid 16 ltac:(lia)) 5 12); [apply (takum_tapers 16); lia | lia | lia | lia]. Qed.
Theorem binary32_is_innocuous : innocuous_for (FLT_exp (-149) 24) (-149) 130.
Proof. apply float_is_innocuous; lia. Qed.
Theorem bfloat16_is_innocuous : innocuous_for (FLT_exp (-133) 8) (-133) 130.
Proof. apply float_is_innocuous; lia. Qed.
Theorem tf32_is_innocuous : innocuous_for (FLT_exp (-136) 11) (-136) 130.
Proof. apply float_is_innocuous; lia. Qed.
Theorem binary16_is_innocuous : innocuous_for (FLT_exp (-24) 11) (-24) 18.
Proof. apply float_is_innocuous; lia. Qed.
