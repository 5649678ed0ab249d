(* SPDX-License-Identifier: BSD-3-Clause *)
(* What is a double, as a real number and as a word, and which operations on words round to odd?

   Doubles have no upper end here: cbits/routes/target.c keeps everything below 2^1022.  Comments
   that begin with "C" and the name of a file quote the text that is modelled; claims.py compares. *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Round_odd.
Open Scope R_scope.

Definition double_exp := FLT_exp (-1074) 53.
Definition double (x : R) : Prop := generic_format radix2 double_exp x.
Definition rounded (rnd : R -> Z) (x : R) : R := round radix2 double_exp rnd x.
Definition RN : R -> R := rounded ZnearestE.
Definition RZ : R -> R := rounded Ztrunc.
Definition odd : R -> R := rounded Zrnd_odd.

(* target.c: "all values multiples of 2^lsb and below 2^top" *)
Definition multiple (lsb : Z) (x : R) : Prop := exists k : Z, x = IZR k * bpow radix2 lsb.
Definition below (top : Z) (x : R) : Prop := Rabs x < bpow radix2 top.
Definition same_sign (e x : R) : Prop := (e = 0 <-> x = 0) /\ (e < 0 <-> x < 0).

Global Instance prec53 : Prec_gt_0 53. Proof. reflexivity. Qed.
Global Instance double_exp_valid : Valid_exp double_exp.
Proof. apply FLT_exp_valid. exact prec53. Qed.
Global Instance double_exp_monotone : Monotone_exp double_exp.
Proof. apply FLT_exp_monotone. Qed.

(* ---- multiples of a power of two ---- *)

Lemma multiple_weaken : forall a b x, (b <= a)%Z -> multiple a x -> multiple b x.
Proof.
intros a b x L [k ->]. exists (k * 2 ^ (a - b))%Z.
rewrite mult_IZR, (IZR_Zpower radix2) by lia. rewrite Rmult_assoc, <- bpow_plus. f_equal. f_equal. lia.
Qed.
Lemma multiple_plus : forall a x y, multiple a x -> multiple a y -> multiple a (x + y).
Proof. intros a x y [k ->] [l ->]. exists (k + l)%Z. rewrite plus_IZR. ring. Qed.
Lemma multiple_opp : forall a x, multiple a x -> multiple a (- x).
Proof. intros a x [k ->]. exists (- k)%Z. rewrite opp_IZR. ring. Qed.
Lemma multiple_minus : forall a x y, multiple a x -> multiple a y -> multiple a (x - y).
Proof. intros. apply multiple_plus; [| apply multiple_opp]; assumption. Qed.
Lemma multiple_mult : forall a b x y, multiple a x -> multiple b y -> multiple (a + b) (x * y).
Proof. intros a b x y [k ->] [l ->]. exists (k * l)%Z. rewrite mult_IZR, bpow_plus. ring. Qed.
Lemma multiple_bpow : forall a e, (a <= e)%Z -> multiple a (bpow radix2 e).
Proof. intros a e L. apply multiple_weaken with (1 := L). exists 1%Z. ring. Qed.
(* Two different multiples are a unit apart. *)
Lemma multiple_apart : forall a x, multiple a x -> x <> 0 -> bpow radix2 a <= Rabs x.
Proof.
intros a x [k ->] H. rewrite Rabs_mult, (Rabs_pos_eq (bpow radix2 a)) by apply bpow_ge_0.
assert (k <> 0%Z) by (intros ->; apply H; ring).
rewrite <- (Rmult_1_l (bpow radix2 a)) at 1. apply Rmult_le_compat_r; [apply bpow_ge_0 |].
rewrite <- abs_IZR. apply IZR_le. lia.
Qed.
Lemma multiple_cexp : forall f x, generic_format radix2 f x -> multiple (cexp radix2 f x) x.
Proof. intros f x F. exists (Ztrunc (scaled_mantissa radix2 f x)). exact F. Qed.
Lemma double_multiple : forall x, double x -> multiple (-1074) x.
Proof.
intros x F. apply multiple_weaken with (2 := multiple_cexp _ _ F).
unfold cexp, double_exp, FLT_exp. lia.
Qed.
Lemma multiple_double : forall lsb x, (-1074 <= lsb)%Z -> multiple lsb x -> Rabs x <= bpow radix2 (lsb + 53) -> double x.
Proof.
intros lsb x L [k E] B. destruct (Req_dec x 0) as [-> | N]; [apply generic_format_0 |].
assert (G : generic_format radix2 (FLT_exp lsb 53) x).
{ apply generic_format_FLT_FIX; [exact prec53 | exact B |].
  rewrite E. apply (generic_format_F2R' radix2 _ _ (Float radix2 k lsb)); [reflexivity |].
  intros _. apply Z.le_refl. }
apply generic_inclusion_mag with (2 := G). intros _. unfold double_exp, FLT_exp. lia.
Qed.
Lemma double_opp : forall x, double x -> double (- x).
Proof. intros. apply generic_format_opp. assumption. Qed.
Lemma double_bpow : forall e, (-1074 <= e)%Z -> double (bpow radix2 e).
Proof. intros e L. apply generic_format_bpow. unfold double_exp, FLT_exp. lia. Qed.
Lemma rounded_double : forall rnd {V : Valid_rnd rnd} x, double (rounded rnd x).
Proof. intros. apply generic_format_round; [apply double_exp_valid | assumption]. Qed.
Lemma rounded_of_double : forall rnd {V : Valid_rnd rnd} x, double x -> rounded rnd x = x.
Proof. intros. apply round_generic; assumption. Qed.
Lemma RN_opp : forall x, RN (- x) = - RN x.
Proof. intro x. apply round_NE_opp. Qed.
Lemma odd_opp : forall x, odd (- x) = - odd x.
Proof. intro x. apply round_odd_opp. Qed.

Lemma same_sign_opp : forall e x, same_sign e x -> same_sign (- e) (- x).
Proof.
intros e x [A B]. destruct (Rtotal_order e 0) as [T | [T | T]], (Rtotal_order x 0) as [U | [U | U]];
  try (apply B in T; lra); try (apply A in T; lra); try (apply B in U; lra); try (apply A in U; lra);
  split; split; lra.
Qed.

(* What is no less than the least double keeps its sign, however it is rounded: the remainders of
   quotients and roots need no more than this. *)
Theorem sign_kept : forall rnd {V : Valid_rnd rnd} x, multiple (-1074) x -> same_sign (rounded rnd x) x.
Proof.
intros rnd V x M.
assert (Z0 : rounded rnd 0 = 0) by (apply round_0; exact V).
assert (P : 0 < x -> 0 < rounded rnd x).
{ intro P. apply Rlt_le_trans with (bpow radix2 (-1074)); [apply bpow_gt_0 |].
  apply round_ge_generic; [apply double_exp_valid | exact V | apply double_bpow; lia |].
  rewrite <- (Rabs_pos_eq x) by lra. apply multiple_apart; [exact M | lra]. }
assert (N : x < 0 -> rounded rnd x < 0).
{ intro N. apply Rle_lt_trans with (- bpow radix2 (-1074)).
  - apply round_le_generic; [apply double_exp_valid | exact V | apply double_opp, double_bpow; lia |].
    rewrite <- (Ropp_involutive x), <- (Rabs_left x) by lra. apply Ropp_le_contravar, multiple_apart; [exact M | lra].
  - pose proof (bpow_gt_0 radix2 (-1074)). lra. }
destruct (Rtotal_order x 0) as [L | [-> | L]].
- specialize (N L). split; split; intro; lra.
- rewrite Z0. split; split; intro; lra.
- specialize (P L). split; split; intro; lra.
Qed.

(* ---- words ----

   The word of a magnitude, without its sign, is eeeeeeeeeee ffff...f.  Subnormals (e = 0) have the
   exponent of e = 1, and no leading one:

       value = (word - 2^52 * scale) * 2^(scale - 1074),    scale = max(e - 1, 0)  *)
Definition scale (u : Z) : Z := Z.max 0 (u / 2 ^ 52 - 1).
Definition significand (u : Z) : Z := (u - 2 ^ 52 * scale u)%Z.
Definition value (u : Z) : R := IZR (significand u) * bpow radix2 (scale u - 1074).
Definition word (x : R) : Z :=
  if Req_bool x 0 then 0%Z else (Zfloor (scaled_mantissa radix2 double_exp x) + 2 ^ 52 * (cexp radix2 double_exp x + 1074))%Z.

Lemma value_next : forall u, (0 <= u)%Z -> value (u + 1) = value u + bpow radix2 (scale u - 1074).
Proof.
intros u U. unfold value, significand.
assert (C : scale (u + 1) = scale u \/ (scale (u + 1) = scale u + 1 /\ u + 1 - 2 ^ 52 * scale (u + 1) = 2 ^ 52)%Z).
{ unfold scale. pose proof (Z_div_mod_eq_full u (2 ^ 52)). pose proof (Z_div_mod_eq_full (u + 1) (2 ^ 52)).
  pose proof (Z.mod_pos_bound u (2 ^ 52) eq_refl). pose proof (Z.mod_pos_bound (u + 1) (2 ^ 52) eq_refl). lia. }
destruct C as [-> | [-> C]].
- rewrite !minus_IZR, plus_IZR. ring.
- replace (u + 1 - 2 ^ 52 * (scale u + 1))%Z with (u + 1 - 2 ^ 52 * scale u - 2 ^ 52)%Z in * by ring.
  assert (D : (u - 2 ^ 52 * scale u = 2 ^ 53 - 1)%Z) by lia. rewrite D.
  replace (u + 1 - 2 ^ 52 * scale u - 2 ^ 52)%Z with (2 ^ 52)%Z by lia.
  replace (scale u + 1 - 1074)%Z with (scale u - 1074 + 1)%Z by ring. rewrite bpow_plus.
  change (2 ^ 53 - 1)%Z with 9007199254740991%Z. change (2 ^ 52)%Z with 4503599627370496%Z. change (bpow radix2 1) with 2. ring.
Qed.
Lemma value_less : forall u v, (0 <= u < v)%Z -> value u < value v.
Proof.
intros u v [U L]. replace v with (u + 1 + (v - u - 1))%Z by ring.
assert (P : (0 <= v - u - 1)%Z) by lia. revert P. generalize (v - u - 1)%Z. apply natlike_ind.
- rewrite Z.add_0_r, value_next by exact U. pose proof (bpow_gt_0 radix2 (scale u - 1074)). lra.
- intros n N I. replace (u + 1 + Z.succ n)%Z with (u + 1 + n + 1)%Z by ring. rewrite value_next by lia.
  pose proof (bpow_gt_0 radix2 (scale (u + 1 + n) - 1074)). lra.
Qed.
Lemma value_injective : forall u v, (0 <= u)%Z -> (0 <= v)%Z -> value u = value v -> u = v.
Proof.
intros u v U V E. destruct (Z.lt_total u v) as [L | [L | L]]; [| exact L |].
- pose proof (value_less u v (conj U L)). lra.
- pose proof (value_less v u (conj V L)). lra.
Qed.

(* The word of a positive real number is that of the double at or below it. *)
Lemma word_spec : forall x, 0 < x ->
  (0 <= word x)%Z /\ scale (word x) = (cexp radix2 double_exp x + 1074)%Z /\ significand (word x) = Zfloor (scaled_mantissa radix2 double_exp x).
Proof.
intros x P. unfold word. rewrite Req_bool_false by lra. set (c := cexp radix2 double_exp x). set (s := scaled_mantissa radix2 double_exp x).
assert (C : (c = -1074 \/ (-1074 < c /\ c = mag radix2 x - 53))%Z) by (unfold c, cexp, double_exp, FLT_exp; lia).
assert (C2 : (mag radix2 x - 53 <= c)%Z) by (unfold c, cexp, double_exp, FLT_exp; lia).
assert (S : x = s * bpow radix2 c) by (symmetry; apply scaled_mantissa_mult_bpow).
assert (B := bpow_gt_0 radix2 c). pose proof (bpow_mag_gt radix2 x) as T. pose proof (bpow_mag_le radix2 x ltac:(lra)) as D.
rewrite Rabs_pos_eq in T, D by lra.
assert (S0 : 0 < s) by (apply Rmult_lt_reg_r with (1 := B); lra).
assert (F0 : (0 <= Zfloor s)%Z) by (apply Zfloor_lub; lra).
assert (F1 : (Zfloor s < 2 ^ 53)%Z).
{ apply lt_IZR. apply Rle_lt_trans with (1 := Zfloor_lb s). rewrite (IZR_Zpower radix2) by lia.
  apply Rmult_lt_reg_r with (1 := B). rewrite <- S, <- bpow_plus. apply Rlt_le_trans with (1 := T). apply bpow_le. lia. }
assert (F2 : (-1074 < c)%Z -> (2 ^ 52 <= Zfloor s)%Z).
{ intro Q. apply Zfloor_lub. rewrite (IZR_Zpower radix2) by lia.
  apply Rmult_le_reg_r with (1 := B). rewrite <- S, <- bpow_plus. apply Rle_trans with (2 := D). apply bpow_le. lia. }
assert (W : scale (Zfloor s + 2 ^ 52 * (c + 1074)) = (c + 1074)%Z).
{ unfold scale. rewrite Z.add_comm, Z.mul_comm, Z.div_add_l by lia.
  destruct C as [-> | [Q _]].
  - assert (Zfloor s / 2 ^ 52 < 2)%Z by (apply Z.div_lt_upper_bound; lia). lia.
  - specialize (F2 Q). assert (Zfloor s / 2 ^ 52 < 2)%Z by (apply Z.div_lt_upper_bound; lia).
    assert (1 <= Zfloor s / 2 ^ 52)%Z by (apply Z.div_le_lower_bound; lia). lia. }
split; [lia |]. split; [exact W |]. unfold significand. rewrite W. ring.
Qed.
Theorem value_of_word : forall x, 0 <= x -> double x -> (0 <= word x)%Z /\ value (word x) = x.
Proof.
intros x [P | <-] D.
- destruct (word_spec x P) as (W & S & F). split; [exact W |]. unfold value. rewrite S, F.
  replace (cexp radix2 double_exp x + 1074 - 1074)%Z with (cexp radix2 double_exp x) by ring.
  rewrite (scaled_mantissa_generic _ _ _ D), Zfloor_IZR. symmetry. exact D.
- unfold word. rewrite Req_bool_true by reflexivity. split; [lia |].
  unfold value, significand, scale. simpl. lra.
Qed.

Lemma lor_one : forall u, (0 <= u)%Z -> Z.lor u 1 = if Z.even u then (u + 1)%Z else u.
Proof. intros u U. destruct u as [| p | p]; [reflexivity | destruct p; reflexivity | lia]. Qed.
Lemma significand_even : forall u, Z.even (significand u) = Z.even u.
Proof. intro u. unfold significand. rewrite Z.even_sub, Z.even_mul. simpl (Z.even (2 ^ 52)). destruct (Z.even u); reflexivity. Qed.

(* A positive x between two doubles: their words follow each other, and the odd one is odd(x). *)
Lemma odd_between : forall x, 0 < x -> ~ double x ->
  (0 <= word x)%Z /\ value (word x) = rounded Zfloor x /\ value (word x + 1) = rounded Zceil x /\ odd x = value (Z.lor (word x) 1).
Proof.
intros x P D. destruct (word_spec x P) as (W & S & F).
set (c := cexp radix2 double_exp x) in *. set (s := scaled_mantissa radix2 double_exp x) in *.
assert (N : s <> IZR (Zfloor s)).
{ intro E. apply D. apply (generic_format_F2R' radix2 _ _ (Float radix2 (Zfloor s) c)).
  - unfold F2R. simpl. rewrite <- E. apply scaled_mantissa_mult_bpow.
  - intros _. apply Z.le_refl. }
assert (V : value (word x) = IZR (Zfloor s) * bpow radix2 c).
{ unfold value. rewrite S, F. f_equal. f_equal. ring. }
assert (V1 : value (word x + 1) = IZR (Zfloor s + 1) * bpow radix2 c).
{ rewrite value_next by exact W. rewrite V, S, plus_IZR. replace (c + 1074 - 1074)%Z with c by ring. ring. }
assert (C : Zceil s = (Zfloor s + 1)%Z) by (apply Zceil_floor_neq; intro E; apply N; symmetry; exact E).
split; [exact W |]. split; [exact V |]. split; [rewrite V1, <- C; reflexivity |].
rewrite lor_one, <- significand_even, F by exact W.
unfold odd, rounded, round. fold s c. unfold F2R. simpl Fnum. simpl Fexp. unfold Zrnd_odd.
destruct (Req_EM_T s (IZR (Zfloor s))) as [E | _]; [contradiction |].
destruct (Z.even (Zfloor s)); [rewrite V1, C | rewrite V]; reflexivity.
Qed.

(* ---- to odd, by the operations on words ---- *)

Definition signed (z : R) (u : Z) : R := if Rlt_bool z 0 then - value u else value u.
(* C cbits/levels/round_to_odd.h nf_to_odd:
   uint64_t inexact = nf_magnitude_of(e) > 0 ? 1 : 0, u = nf_bits_of(z);
   uint64_t past = (nf_bits_of(e) ^ u) >> 63;
   return nf_double_of((u - (past & inexact)) | inexact); *)
Definition to_odd (z e : R) : R :=
  let inexact := if Req_bool e 0 then 0%Z else 1%Z in
  let past := if xorb (Rlt_bool e 0) (Rlt_bool z 0) then 1%Z else 0%Z in
  signed z (Z.lor (word (Rabs z) - Z.land past inexact) inexact).
(* C cbits/levels/double_operations.h nf_cut_to_odd:
   #ifdef NF_CUTS
   return nf_double_of(nf_bits_of(z) | (nf_magnitude_of(e) > 0 ? 1 : 0));
   #else
   return nf_to_odd(z, e);
   #endif *)
Definition cut_to_odd (z e : R) : R :=
  signed z (Z.lor (word (Rabs z)) (if Req_bool e 0 then 0%Z else 1%Z)).

Lemma signed_exact : forall z, double z -> signed z (word (Rabs z)) = z.
Proof.
intros z D. unfold signed. destruct (value_of_word (Rabs z) (Rabs_pos z)) as [_ ->].
- apply generic_format_abs. exact D.
- destruct (Rlt_bool_spec z 0); [rewrite Rabs_left | rewrite Rabs_pos_eq]; lra.
Qed.
Lemma signed_opp : forall z u, z <> 0 -> signed (- z) u = - signed z u.
Proof. intros z u N. unfold signed. destruct (Rlt_bool_spec z 0), (Rlt_bool_spec (- z) 0); lra. Qed.
Lemma to_odd_opp : forall z e, z <> 0 -> e <> 0 -> to_odd (- z) (- e) = - to_odd z e.
Proof.
intros z e Z0 E0. unfold to_odd. rewrite signed_opp, Rabs_Ropp by exact Z0. rewrite !Req_bool_false by lra.
do 3 f_equal. destruct (Rlt_bool_spec e 0), (Rlt_bool_spec (- e) 0), (Rlt_bool_spec z 0), (Rlt_bool_spec (- z) 0); lra || reflexivity.
Qed.
Lemma cut_to_odd_opp : forall z e, z <> 0 -> e <> 0 -> cut_to_odd (- z) (- e) = - cut_to_odd z e.
Proof.
intros z e Z0 E0. unfold cut_to_odd. rewrite signed_opp, Rabs_Ropp by exact Z0. rewrite !Req_bool_false by lra. reflexivity.
Qed.

Lemma to_odd_positive : forall x z e, 0 < x -> ~ double x -> z = rounded Zfloor x \/ z = rounded Zceil x -> z <> 0 ->
  same_sign e (x - z) -> to_odd z e = odd x.
Proof.
intros x z e P D F N [SE SN].
destruct (odd_between x P D) as (W & V & V1 & ->).
assert (Q : double z) by (destruct F as [-> | ->]; apply rounded_double; typeclasses eauto).
assert (X : x <> z) by (intros ->; contradiction).
assert (Z0 : 0 <= z).
{ rewrite <- (round_0 radix2 double_exp Ztrunc). destruct F as [-> | ->].
  - rewrite round_0 by typeclasses eauto. rewrite <- (round_0 radix2 double_exp Zfloor). apply round_le; try typeclasses eauto. lra.
  - rewrite round_0 by typeclasses eauto. rewrite <- (round_0 radix2 double_exp Zceil). apply round_le; try typeclasses eauto. lra. }
destruct (value_of_word z Z0 Q) as [U1 U2].
unfold to_odd, signed. rewrite (Rabs_pos_eq z Z0), (Rlt_bool_false z 0) by exact Z0.
rewrite Req_bool_false by (intro H; apply SE in H; lra). rewrite Bool.xorb_false_r. f_equal.
destruct F as [F | F].
- assert (word z = word x) as -> by (apply value_injective; try assumption; rewrite U2, V; exact F).
  rewrite Rlt_bool_false. 2:{ apply Rnot_lt_le. intro H. apply SN in H.
    assert (z <= x) by (rewrite F; apply round_DN_pt; typeclasses eauto). lra. }
  simpl (Z.land 0 1). rewrite Z.sub_0_r. reflexivity.
- assert (word z = word x + 1)%Z as -> by (apply value_injective; try lia; rewrite U2, V1; exact F).
  rewrite Rlt_bool_true. 2:{ apply SN. assert (x <= z) by (rewrite F; apply round_UP_pt; typeclasses eauto). lra. }
  simpl (Z.land 1 1). f_equal. ring.
Qed.

(* nf_to_odd in cbits/levels/round_to_odd.h: z is x rounded in whatever direction and not 0 where it is
   not x, and e has the sign of x - z.  Then nf_to_odd(z, e) is x rounded to odd. *)
Theorem to_odd_correct : forall rnd {V : Valid_rnd rnd} x e,
  let z := rounded rnd x in (x <> z -> z <> 0) -> same_sign e (x - z) -> to_odd z e = odd x.
Proof.
intros rnd V x e z N S.
assert (Dz : double z) by (apply rounded_double; exact V).
destruct (Req_dec x z) as [E | E].
- assert (e = 0) as -> by (apply S; lra). unfold to_odd. rewrite (Req_bool_true 0) by reflexivity.
  rewrite Z.land_0_r, Z.sub_0_r, Z.lor_0_r, signed_exact by exact Dz. rewrite E at 1.
  symmetry. apply rounded_of_double; [typeclasses eauto | exact Dz].
- assert (D : ~ double x) by (intro D; apply E; symmetry; apply rounded_of_double; assumption).
  specialize (N E). assert (F : z = rounded Zfloor x \/ z = rounded Zceil x) by (apply round_DN_or_UP; typeclasses eauto).
  destruct (Rtotal_order x 0) as [L | [L | L]].
  + assert (E0 : e <> 0) by (intro H; apply S in H; lra).
    rewrite <- (Ropp_involutive x), odd_opp, <- (to_odd_positive (- x) (- z) (- e)).
    * rewrite <- to_odd_opp by lra. rewrite !Ropp_involutive. reflexivity.
    * lra.
    * intro H. apply D. rewrite <- (Ropp_involutive x). apply double_opp. exact H.
    * unfold rounded. rewrite round_DN_opp, round_UP_opp. unfold rounded in F. destruct F as [-> | ->]; [right | left]; reflexivity.
    * lra.
    * replace (- x - - z) with (- (x - z)) by ring. apply same_sign_opp. exact S.
  + subst x. exfalso. apply D. apply generic_format_0.
  + apply to_odd_positive; assumption.
Qed.

(* nf_cut_to_odd in cbits/levels/double_operations.h where the CPU rounds toward zero: all that counts of
   e is whether it is 0. *)
Theorem cut_to_odd_correct : forall x e,
  let z := RZ x in (x <> z -> z <> 0) -> (e = 0 <-> x - z = 0) -> cut_to_odd z e = odd x.
Proof.
intros x e z N S.
assert (T : to_odd z (x - z) = odd x).
{ apply (to_odd_correct Ztrunc); [exact N | split; split; trivial]. }
rewrite <- T. unfold to_odd, cut_to_odd. f_equal.
destruct (Req_dec e 0) as [E | E].
- rewrite !Req_bool_true by tauto. rewrite Z.land_0_r, Z.sub_0_r. reflexivity.
- rewrite !Req_bool_false by tauto. replace (xorb (Rlt_bool (x - z) 0) (Rlt_bool z 0)) with false.
  + simpl (Z.land 0 1). rewrite Z.sub_0_r. reflexivity.
  + assert (z <> 0) by (apply N; intro H; apply E, S; lra). assert (x - z <> 0) by tauto.
    destruct (Rle_or_lt 0 x) as [P | P].
    * assert (0 <= z <= x).
      { unfold z, RZ, rounded. split; [rewrite <- (round_0 radix2 double_exp Ztrunc); apply round_le; typeclasses eauto || exact P |].
        rewrite round_ZR_DN by exact P. apply round_DN_pt. typeclasses eauto. }
      rewrite !Rlt_bool_false by lra. reflexivity.
    * assert (x <= z <= 0).
      { unfold z, RZ, rounded. split; [| rewrite <- (round_0 radix2 double_exp Ztrunc); apply round_le; typeclasses eauto || lra].
        rewrite round_ZR_UP by lra. apply round_UP_pt. typeclasses eauto. }
      rewrite !Rlt_bool_true by lra. reflexivity.
Qed.

(* 3 * 2^-1075 lies between the least double and the second one. *)
Example something_is_lost : exists x, x <> RN x /\ RN x <> 0.
Proof.
exists (IZR 3 * bpow radix2 (-1075)). set (x := IZR 3 * bpow radix2 (-1075)). split; intro H.
- assert (D : double x) by (rewrite H; apply rounded_double; typeclasses eauto).
  destruct (double_multiple x D) as [k E].
  assert (T : bpow radix2 (-1074) = 2 * bpow radix2 (-1075)) by (change (-1074)%Z with (1 + -1075)%Z; rewrite bpow_plus; reflexivity).
  assert (P := bpow_gt_0 radix2 (-1075)).
  assert (3 = 2 * k)%Z; [| lia]. apply eq_IZR. rewrite mult_IZR. unfold x in E. rewrite T in E. nra.
- assert (bpow radix2 (-1074) <= RN x).
  { apply round_ge_generic; try typeclasses eauto; [apply double_bpow; lia |].
    change (-1074)%Z with (1 + -1075)%Z. rewrite bpow_plus. change (bpow radix2 1) with 2.
    pose proof (bpow_gt_0 radix2 (-1075)). unfold x. lra. }
  pose proof (bpow_gt_0 radix2 (-1074)). lra.
Qed.
