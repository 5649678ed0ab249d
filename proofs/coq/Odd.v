(* SPDX-License-Identifier: BSD-3-Clause *)
(* Is a value that was rounded to odd first and then to a row as good as the exact one?

   Rounded to odd, a value lies on the same side of every even double as before, and is none where it
   was none.  Whoever asks only on which side of numbers of at most 52 bits a value lies gets the
   exact value's answer: any direction of rounding, any tapering, the ends of a row.

       even      odd       even      odd       even        doubles
        |---------|---------|---------|---------|
             x -->|         |<------------ t: 52 bits  *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Round_odd.
Require Import Doubles Tapered Takums.
Open Scope R_scope.

(* ---- on the same side ---- *)

Lemma Zrnd_odd_sides : forall x j, Z.even j = true ->
  (IZR (Zrnd_odd x) < IZR j <-> x < IZR j) /\ (IZR (Zrnd_odd x) = IZR j <-> x = IZR j).
Proof.
intros x j J. unfold Zrnd_odd. destruct (Req_EM_T x (IZR (Zfloor x))) as [E | N]; [rewrite <- E; tauto |].
pose proof (Zfloor_lb x) as L. pose proof (Zfloor_ub x) as U.
assert (C : Zceil x = (Zfloor x + 1)%Z) by (apply Zceil_floor_neq; intro H; apply N; symmetry; exact H).
assert (F : IZR (Zfloor x) < x) by lra.
assert (X : x <> IZR j) by (intro H; apply N; rewrite H, Zfloor_IZR; reflexivity).
assert (A : (x < IZR j) <-> (Zfloor x < j)%Z).
{ split; intro H; [apply lt_IZR; lra |]. apply Zlt_le_succ, IZR_le in H. unfold Z.succ in H. rewrite plus_IZR in H. lra. }
destruct (Z.even (Zfloor x)) eqn:P.
- rewrite C. assert (Q : Z.even (Zfloor x + 1) = false) by (rewrite Z.even_add, P; reflexivity).
  assert ((Zfloor x + 1)%Z <> j) by (intro K; rewrite K, J in Q; discriminate).
  assert (R : (Zfloor x + 1 < j <-> Zfloor x < j)%Z) by lia.
  split; [rewrite A; split; intro H0; [apply R, lt_IZR; exact H0 | apply IZR_lt, R; exact H0] |].
  split; intro H0; [apply eq_IZR in H0 |]; contradiction.
- assert (Zfloor x <> j) by (intro K; rewrite K, J in P; discriminate).
  split; [rewrite A; split; intro H0; [apply lt_IZR; exact H0 | apply IZR_lt; exact H0] |].
  split; intro H0; [apply eq_IZR in H0 |]; contradiction.
Qed.

(* x rounded to odd in units of 2^c. *)
Definition odd_at (c : Z) (x : R) : R := IZR (Zrnd_odd (x * bpow radix2 (- c))) * bpow radix2 c.

Lemma odd_is_odd_at : forall x, odd x = odd_at (cexp radix2 double_exp x) x.
Proof. reflexivity. Qed.
Lemma odd_at_opp : forall c x, odd_at c (- x) = - odd_at c x.
Proof.
intros c x. unfold odd_at. replace (- x * bpow radix2 (- c)) with (- (x * bpow radix2 (- c))) by ring.
generalize (x * bpow radix2 (- c)). intro y. rewrite Ropp_mult_distr_l, <- opp_IZR. do 2 f_equal.
pose proof (round_odd_opp radix2 (FIX_exp 0) y) as H. unfold round, scaled_mantissa, cexp, FIX_exp, F2R in H. simpl in H.
rewrite !Rmult_1_r, <- opp_IZR in H. apply eq_IZR in H. exact H.
Qed.

(* Multiples of twice the unit are met from the same side. *)
Theorem odd_sides : forall c x t, multiple (c + 1) t ->
  (odd_at c x < t <-> x < t) /\ (odd_at c x = t <-> x = t).
Proof.
intros c x t [k ->]. unfold odd_at. pose proof (bpow_gt_0 radix2 c) as B.
assert (T : IZR k * bpow radix2 (c + 1) = IZR (2 * k) * bpow radix2 c) by (rewrite bpow_plus, mult_IZR; change (bpow radix2 1) with 2; ring).
assert (X : x = x * bpow radix2 (- c) * bpow radix2 c).
{ rewrite Rmult_assoc, <- bpow_plus. replace (- c + c)%Z with 0%Z by ring. simpl. ring. }
rewrite T. rewrite X at 2 4. generalize (x * bpow radix2 (- c)). intro y.
destruct (Zrnd_odd_sides y (2 * k)) as [L E]; [rewrite Z.even_mul; reflexivity |].
split; split; intro H.
- apply Rmult_lt_compat_r; [exact B |]. apply L. apply Rmult_lt_reg_r with (1 := B). exact H.
- apply Rmult_lt_compat_r; [exact B |]. apply L. apply Rmult_lt_reg_r with (1 := B). exact H.
- f_equal. apply E. apply Rmult_eq_reg_r with (bpow radix2 c); [exact H | lra].
- f_equal. apply E. apply Rmult_eq_reg_r with (bpow radix2 c); [exact H | lra].
Qed.
Lemma odd_sides_gt : forall c x t, multiple (c + 1) t -> (t < odd_at c x <-> t < x).
Proof.
intros c x t M. destruct (odd_sides c x t M) as [L E]. split; intro H.
- destruct (Rtotal_order x t) as [T | [T | T]]; [apply L in T | apply E in T |]; lra.
- destruct (Rtotal_order (odd_at c x) t) as [T | [T | T]]; [apply L in T | apply E in T |]; lra.
Qed.

Lemma odd_at_mag : forall c x, x <> 0 -> (c <= mag radix2 x - 2)%Z -> mag radix2 (odd_at c x) = mag radix2 x :> Z.
Proof.
intros c.
assert (P : forall x, 0 < x -> (c <= mag radix2 x - 2)%Z -> mag radix2 (odd_at c x) = mag radix2 x :> Z).
{ intros x P C. pose proof (bpow_mag_gt radix2 x) as U. pose proof (bpow_mag_le radix2 x ltac:(lra)) as L.
  rewrite Rabs_pos_eq in U, L by lra.
  assert (L' : bpow radix2 (mag radix2 x - 1) <= odd_at c x).
  { apply Rnot_lt_le. intro H. apply odd_sides in H; [lra |]. apply multiple_bpow. lia. }
  pose proof (bpow_gt_0 radix2 (mag radix2 x - 1)).
  apply mag_unique. rewrite Rabs_pos_eq by lra. split; [exact L' |].
  apply odd_sides; [| exact U]. apply multiple_bpow. lia. }
intros x N C. destruct (Rtotal_order x 0) as [T | [T | T]]; [| lra | apply P; assumption].
rewrite <- (mag_opp _ (odd_at c x)), <- odd_at_opp, <- (mag_opp _ x). apply P; [lra |]. rewrite mag_opp. exact C.
Qed.

(* ---- roundings ---- *)

(* Whatever looks only at halves: all roundings of cbits/core/nf_rounding, but the stochastic one. *)
Definition by_halves (rnd : R -> Z) : Prop := forall x y,
  (forall k : Z, (2 * x < IZR k <-> 2 * y < IZR k) /\ (2 * x = IZR k <-> 2 * y = IZR k)) -> rnd x = rnd y.

Lemma floor_by_halves : by_halves Zfloor.
Proof.
intros x y H. symmetry. apply Zfloor_imp.
pose proof (Zfloor_lb x). pose proof (Zfloor_ub x).
destruct (H (2 * Zfloor x)%Z) as [A _]. destruct (H (2 * (Zfloor x + 1))%Z) as [B _].
rewrite !mult_IZR, plus_IZR in *. split.
{ apply Rnot_lt_le. intro C. assert (2 * y < 2 * IZR (Zfloor x)) as D by lra. apply A in D. lra. }
assert (2 * x < 2 * (IZR (Zfloor x) + 1)) as C by lra. apply B in C. lra.
Qed.
Lemma halves_opp : forall x y,
  (forall k : Z, (2 * x < IZR k <-> 2 * y < IZR k) /\ (2 * x = IZR k <-> 2 * y = IZR k)) ->
  forall k : Z, (2 * - x < IZR k <-> 2 * - y < IZR k) /\ (2 * - x = IZR k <-> 2 * - y = IZR k).
Proof.
intros x y H k. destruct (H (- k)%Z) as [L E]. rewrite opp_IZR in *.
split; split; intro A.
- destruct (Rtotal_order (2 * y) (- IZR k)) as [T | [T | T]]; [apply L in T | apply E in T |]; lra.
- destruct (Rtotal_order (2 * x) (- IZR k)) as [T | [T | T]]; [apply L in T | apply E in T |]; lra.
- assert (2 * x = - IZR k) as T by lra. apply E in T. lra.
- assert (2 * y = - IZR k) as T by lra. apply E in T. lra.
Qed.
Lemma ceil_by_halves : by_halves Zceil.
Proof. intros x y H. unfold Zceil. f_equal. apply floor_by_halves, halves_opp. exact H. Qed.
Lemma sign_by_halves : forall x y, (forall k : Z, (2 * x < IZR k <-> 2 * y < IZR k) /\ (2 * x = IZR k <-> 2 * y = IZR k)) ->
  Rlt_bool x 0 = Rlt_bool y 0.
Proof.
intros x y H. destruct (H 0%Z) as [L _].
destruct (Rlt_bool_spec x 0), (Rlt_bool_spec y 0); try reflexivity; exfalso.
- assert (2 * x < 0) as T by lra. apply L in T. lra.
- assert (2 * y < 0) as T by lra. apply L in T. lra.
Qed.
Lemma trunc_by_halves : by_halves Ztrunc.
Proof.
intros x y H. unfold Ztrunc. rewrite (sign_by_halves x y H), (floor_by_halves x y H), (ceil_by_halves x y H). reflexivity.
Qed.
Lemma nearest_by_halves : forall choice, by_halves (Znearest choice).
Proof.
intros choice x y H. unfold Znearest. rewrite (floor_by_halves x y H), (ceil_by_halves x y H).
replace (Rcompare (x - IZR (Zfloor y)) (/ 2)) with (Rcompare (y - IZR (Zfloor y)) (/ 2)); [reflexivity |].
destruct (H (2 * Zfloor y + 1)%Z) as [L E]. rewrite plus_IZR, mult_IZR in L, E.
destruct (Rcompare_spec (y - IZR (Zfloor y)) (/ 2)) as [T | T | T]; symmetry.
- apply Rcompare_Lt. assert (2 * y < 2 * IZR (Zfloor y) + 1) as U by lra. apply L in U. lra.
- apply Rcompare_Eq. assert (2 * y = 2 * IZR (Zfloor y) + 1) as U by lra. apply E in U. lra.
- apply Rcompare_Gt. destruct (Rtotal_order (2 * x) (2 * IZR (Zfloor y) + 1)) as [U | [U | U]]; [apply L in U | apply E in U |]; lra.
Qed.
Lemma odd_by_halves : by_halves Zrnd_odd.
Proof.
intros x y H. unfold Zrnd_odd. rewrite <- (floor_by_halves x y H), (ceil_by_halves x y H).
destruct (H (2 * Zfloor x)%Z) as [_ E]. rewrite mult_IZR in E.
destruct (Req_EM_T x (IZR (Zfloor x))) as [T | T], (Req_EM_T y (IZR (Zfloor x))) as [U | U]; try reflexivity; exfalso.
- assert (2 * x = 2 * IZR (Zfloor x)) as V by lra. apply E in V. lra.
- assert (2 * y = 2 * IZR (Zfloor x)) as V by lra. apply E in V. lra.
Qed.

(* A rounding by exponents f of a value rounded to odd, with two bits more, is that of the value. *)
Theorem through_odd_at : forall rnd {V : Valid_rnd rnd} (f : Z -> Z) c x, by_halves rnd ->
  (x <> 0 -> (c <= mag radix2 x - 2)%Z /\ (c <= f (mag radix2 x) - 2)%Z) ->
  round radix2 f rnd (odd_at c x) = round radix2 f rnd x.
Proof.
intros rnd V f c x H B. destruct (Req_dec x 0) as [-> | N].
{ destruct (odd_sides c 0 0) as [_ E]; [exists 0%Z; ring |].
  f_equal. apply E. reflexivity. }
destruct (B N) as [B1 B2]. pose proof (odd_at_mag c x N B1) as M.
unfold round, scaled_mantissa, cexp. rewrite M. f_equal. f_equal. apply H. intro k.
set (e := f (mag radix2 x)) in *. pose proof (bpow_gt_0 radix2 e) as E0.
assert (E : forall y, y = y * bpow radix2 (- e) * bpow radix2 e).
{ intro y. rewrite Rmult_assoc, <- bpow_plus. replace (- e + e)%Z with 0%Z by ring. simpl. ring. }
assert (M2 : multiple (c + 1) (IZR k * bpow radix2 (e - 1))).
{ apply multiple_weaken with (e - 1)%Z; [lia | exists k; reflexivity]. }
destruct (odd_sides c x _ M2) as [L Q].
assert (T : IZR k * bpow radix2 (e - 1) = IZR k / 2 * bpow radix2 e).
{ unfold Zminus. rewrite bpow_plus. simpl. unfold Rdiv. ring_simplify. lra. }
assert (S : forall y, y < IZR k * bpow radix2 (e - 1) <-> 2 * (y * bpow radix2 (- e)) < IZR k).
{ intro y. rewrite T, (E y) at 1. split; intro A; [apply Rmult_lt_reg_r in A; lra | apply Rmult_lt_compat_r; lra]. }
assert (S' : forall y, y = IZR k * bpow radix2 (e - 1) <-> 2 * (y * bpow radix2 (- e)) = IZR k).
{ intro y. rewrite T, (E y) at 1. split; intro A; [apply Rmult_eq_reg_r in A; lra | f_equal; lra]. }
rewrite <- !S, <- !S'. split; assumption.
Qed.

(* ---- doubles ---- *)

(* A result that is a double, or a normal one: target.c's conditions see to it (see Sums.v). *)
Definition fits (x : R) : Prop := double x \/ bpow radix2 (-1022) <= Rabs x.

Lemma multiple_fits : forall x, multiple (-1074) x -> fits x.
Proof.
intros x M. destruct (Rle_or_lt (bpow radix2 (-1022)) (Rabs x)) as [L | L]; [right; exact L | left].
apply (multiple_double (-1074)); [lia | exact M |]. apply Rlt_le, Rlt_trans with (1 := L). apply bpow_lt. lia.
Qed.

Theorem through_odd : forall rnd {V : Valid_rnd rnd} (f : Z -> Z) x, by_halves rnd -> fits x ->
  (bpow radix2 (-1022) <= Rabs x -> (mag radix2 x - 51 <= f (mag radix2 x))%Z) ->
  round radix2 f rnd (odd x) = round radix2 f rnd x.
Proof.
intros rnd V f x H [D | L] F; [unfold odd; rewrite rounded_of_double by (assumption || typeclasses eauto); reflexivity |].
specialize (F L). rewrite odd_is_odd_at. apply through_odd_at; try assumption.
intros _. assert (M : (-1022 < mag radix2 x)%Z) by (apply mag_gt_bpow; exact L).
unfold cexp, double_exp, FLT_exp. lia.
Qed.

(* posit<n, rs, es> and b-posits: all modes, sums, products, quotients and roots, for n - es <= 53. *)
Theorem tapered_through_odd : forall n es rs, (0 <= es)%Z -> (2 <= rs)%Z -> (rs + es + 1 < n)%Z -> (n - es <= 53)%Z ->
  forall rnd {V : Valid_rnd rnd} x, by_halves rnd -> fits x ->
  round radix2 (fexp n es rs) rnd (odd x) = round radix2 (fexp n es rs) rnd x.
Proof.
intros n es rs Hes Hrs Hn H53 rnd V x H F. apply through_odd; try assumption.
intros _. assert (B : forall e, (n - es - rs <= e - fexp n es rs e <= n - es - 2)%Z) by (apply precision_bounds; assumption).
specialize (B (mag radix2 x)). lia.
Qed.
Theorem takum_through_odd : forall n, (12 <= n)%Z -> (n <= 55)%Z ->
  forall rnd {V : Valid_rnd rnd} x, by_halves rnd -> fits x ->
  round radix2 (takum_fexp n) rnd (odd x) = round radix2 (takum_fexp n) rnd x.
Proof.
intros n Hn H53 rnd V x H F. apply through_odd; try assumption.
intros _. assert (B : forall e, (n - 11 <= e - takum_fexp n e <= n - 4)%Z) by (apply takum_precision_bounds; assumption).
specialize (B (mag radix2 x)). lia.
Qed.
(* Floats of p significant bits with subnormals: nf_encodes_doubles asks for man <= 30. *)
Theorem float_through_odd : forall lsb p, (p <= 51)%Z ->
  forall rnd {V : Valid_rnd rnd} x, by_halves rnd -> fits x ->
  round radix2 (FLT_exp lsb p) rnd (odd x) = round radix2 (FLT_exp lsb p) rnd x.
Proof. intros lsb p Hp rnd V x H F. apply through_odd; try assumption. intros _. unfold FLT_exp. lia. Qed.
(* Fixed point: in steps, |x| is below 2^51. *)
Theorem fixed_through_odd : forall lsb rnd {V : Valid_rnd rnd} x, by_halves rnd -> fits x -> below (lsb + 51) x ->
  round radix2 (FIX_exp lsb) rnd (odd x) = round radix2 (FIX_exp lsb) rnd x.
Proof.
intros lsb rnd V x H F B. apply through_odd; try assumption. intro L.
assert (mag radix2 x <= lsb + 51)%Z; [| unfold FIX_exp; lia].
apply mag_le_bpow; [| exact B]. intro Z0. rewrite Z0, Rabs_R0 in L. pose proof (bpow_gt_0 radix2 (-1022)). lra.
Qed.

(* The ends of a row, its flush, codes whose exponents are cut off: whatever is decided by comparing with
   numbers of at most 52 bits, none of them below the second double, is decided by odd(x). *)
Theorem odd_keeps_thresholds : forall x t, multiple (-1073) t -> generic_format radix2 (FLX_exp 52) t ->
  (odd x < t <-> x < t) /\ (odd x = t <-> x = t).
Proof.
intros x t M1 G. destruct (Req_dec x 0) as [-> | X].
{ unfold odd. rewrite rounded_of_double; [tauto | typeclasses eauto | apply generic_format_0]. }
rewrite odd_is_odd_at. set (c := cexp radix2 double_exp x).
destruct (Req_dec t 0) as [-> | T]; [apply odd_sides; exists 0%Z; ring |].
destruct (Z_le_gt_dec (c + 1) (Z.max (-1073) (mag radix2 t - 52))) as [C | C].
{ apply odd_sides. destruct (Z_le_gt_dec (mag radix2 t - 52) (-1073)) as [Q | Q].
  - apply multiple_weaken with (2 := M1). lia.
  - apply multiple_weaken with (2 := multiple_cexp _ _ G). unfold cexp, FLX_exp. lia. }
assert (E : (c = mag radix2 x - 53)%Z) by (unfold c, cexp, double_exp, FLT_exp in *; lia).
(* |t| is below the binade of x, and of odd(x) *)
set (b := bpow radix2 (mag radix2 x - 1)).
assert (B : Rabs t < b <= Rabs x).
{ split; [| apply bpow_mag_le; exact X]. apply Rlt_le_trans with (1 := bpow_mag_gt radix2 t). apply bpow_le. lia. }
assert (M : multiple (c + 1) b) by (apply multiple_bpow; lia).
destruct (odd_sides c x b M) as [P _]. pose proof (odd_sides_gt c x (- b) (multiple_opp _ _ M)) as N.
destruct (Rabs_def2 t b (proj1 B)) as [B1 B2]. destruct (Rle_or_lt 0 x) as [S | S].
- rewrite (Rabs_pos_eq x) in B by exact S. assert (b <= odd_at c x) by (apply Rnot_lt_le; intro H; apply P in H; lra).
  split; split; intro; lra.
- rewrite (Rabs_left x) in B by exact S. assert (odd_at c x <= - b) by (apply Rnot_lt_le; intro H; apply N in H; lra).
  split; split; intro; lra.
Qed.

(* Named rows.  posit32: the part whose regime is below 28 bits; all of it by odd_keeps_thresholds. *)
Definition exact_through_odd (f : Z -> Z) : Prop := forall choice x, fits x ->
  round radix2 f (Znearest choice) (odd x) = round radix2 f (Znearest choice) x.
Ltac by_tapered n es rs :=
  intros choice x F; apply (tapered_through_odd n es rs); try lia; [typeclasses eauto | apply nearest_by_halves | exact F].
Ltac by_float := intros choice x F; apply float_through_odd; [lia | typeclasses eauto | apply nearest_by_halves | exact F].
Theorem posit32_through_odd : exact_through_odd (standard_fexp 32).
Proof. by_tapered 32%Z 2%Z 28%Z. Qed.
Theorem bposit32_through_odd : exact_through_odd bposit32_fexp.
Proof. by_tapered 32%Z 5%Z 6%Z. Qed.
Theorem bposit32q_through_odd : exact_through_odd bposit32q_fexp.
Proof. by_tapered 32%Z 4%Z 14%Z. Qed.
Theorem takum32_through_odd : exact_through_odd (takum_fexp 32).
Proof. intros choice x F. apply takum_through_odd; try lia; [typeclasses eauto | apply nearest_by_halves | exact F]. Qed.
Theorem binary32_through_odd : exact_through_odd (FLT_exp (-149) 24).
Proof. by_float. Qed.
Theorem tf32_through_odd : exact_through_odd (FLT_exp (-136) 11).
Proof. by_float. Qed.
(* q31 in [-1, 1): 31 bits after the point *)
Theorem q31_through_odd : forall choice x, fits x -> below 20 x ->
  round radix2 (FIX_exp (-31)) (Znearest choice) (odd x) = round radix2 (FIX_exp (-31)) (Znearest choice) x.
Proof. intros choice x F B. apply fixed_through_odd; [typeclasses eauto | apply nearest_by_halves | exact F | exact B]. Qed.

(* 1 + 2^-60 takes part, and is no double. *)
Lemma wide_is_no_double : forall k e, (0 <= e)%Z -> Z.odd k = true -> (2 ^ 53 < k)%Z -> ~ double (IZR k * bpow radix2 (- e)).
Proof.
intros k e E O L D. assert (P : 0 < IZR k) by (apply IZR_lt; lia).
pose proof (bpow_gt_0 radix2 (- e)) as B. set (x := IZR k * bpow radix2 (- e)) in *.
assert (M : (53 - e < mag radix2 x)%Z).
{ apply mag_gt_bpow. rewrite Rabs_pos_eq by (unfold x; nra). unfold Zminus. rewrite bpow_plus. unfold x.
  apply Rmult_le_compat_r; [lra |]. change (bpow radix2 53) with (IZR (2 ^ 53)). apply IZR_le. lia. }
assert (C : multiple (1 - e) x).
{ apply multiple_weaken with (2 := multiple_cexp _ _ D). unfold cexp, double_exp, FLT_exp. lia. }
destruct C as [j F]. unfold x, Zminus in F. rewrite bpow_plus in F. change (bpow radix2 1) with 2 in F.
assert (k = 2 * j)%Z as K; [apply eq_IZR; rewrite mult_IZR; nra |].
rewrite K, Z.odd_mul in O. discriminate.
Qed.
Lemma one_and_little : IZR (2 ^ 60 + 1) * bpow radix2 (-60) = 1 + bpow radix2 (-60).
Proof.
rewrite plus_IZR, (IZR_Zpower radix2) by lia. rewrite Rmult_plus_distr_r, <- bpow_plus. simpl (bpow radix2 (60 + -60)). ring.
Qed.
Example inexact_values_take_part : exists x, fits x /\ ~ double x.
Proof.
exists (IZR (2 ^ 60 + 1) * bpow radix2 (-60)). split; [| apply (wide_is_no_double _ 60); reflexivity || lia].
apply multiple_fits. apply multiple_weaken with (-60)%Z; [lia |]. exists (2 ^ 60 + 1)%Z. reflexivity.
Qed.
