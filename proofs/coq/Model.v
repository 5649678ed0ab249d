(* SPDX-License-Identifier: BSD-3-Clause *)
(* Can the hypotheses of Cells.v and Roots.v be met together?  Yes: by these functions of integers.

   They are written from what the lemmas say, not from the C text, which only the solver reads. *)
From Coq Require Import ZArith Reals Lra Lia Bool.
From Flocq Require Import Core.
Require Import Precision Tapered Ends Cells Roots Thresholds.
Open Scope R_scope.

Section Model.
Variables W bits : Z.
Hypothesis HW : (4 <= W)%Z.
Hypothesis Hbits : (1 <= bits <= W - 2)%Z.

(* ---- Sums *)
Definition shift_jam (x n : Z) : Z := if (x mod 2 ^ n =? 0)%Z then (x / 2 ^ n)%Z else set_last (x / 2 ^ n).
Definition sum_word (a b : number) : number :=
  let r := shift_jam (significand (small a b)) (distance a b) in
  Number (negative (large a b)) (exponent (large a b) + 1)
    (significand (large a b) / 2 + if xorb (negative a) (negative b) then - r else r).
Definition shift_up (x : number) : number :=
  let n := (W - 1 - Z.log2 (significand x))%Z in
  Number (negative x) (exponent x - n) (significand x * 2 ^ n).

Lemma set_last_bounds : forall q, (q <= set_last q <= q + 1)%Z /\ Z.odd (set_last q) = true.
Proof.
intro q. destruct (set_last_odd q) as [k [E K]]. split.
- unfold set_last. destruct (Z.even q); lia.
- rewrite E. apply Z.odd_spec. exists k. reflexivity.
Qed.

Theorem jam_holds : forall x n, (0 <= x)%Z -> (0 <= n)%Z -> IZR (shift_jam x n) = IZR x * bpow radix2 (- n) \/
  (Z.odd (shift_jam x n) = true /\ Rabs (IZR x * bpow radix2 (- n) - IZR (shift_jam x n)) < 1).
Proof.
intros x n Hx Hn. assert (P : (0 < 2 ^ n)%Z) by (apply Z.pow_pos_nonneg; lia).
pose proof (Z.div_mod x (2 ^ n) ltac:(lia)) as D. pose proof (Z.mod_pos_bound x (2 ^ n) P) as M.
assert (E : IZR x * bpow radix2 (- n) = IZR (x / 2 ^ n) + IZR (x mod 2 ^ n) * bpow radix2 (- n)).
{ rewrite D at 1. rewrite plus_IZR, mult_IZR, power, bpow_opp by exact Hn. field. apply Rgt_not_eq, bpow_gt_0. }
unfold shift_jam. destruct (Z.eqb_spec (x mod 2 ^ n) 0) as [Z0 | NZ].
- left. rewrite E, Z0. ring.
- right. destruct (set_last_bounds (x / 2 ^ n)) as [[B1 B2] O]. split; [exact O |].
  assert (F : 0 < IZR (x mod 2 ^ n) * bpow radix2 (- n) < 1).
  { pose proof (bpow_gt_0 radix2 (- n)). split.
    - apply Rmult_lt_0_compat; [apply IZR_lt; lia | assumption].
    - apply Rlt_le_trans with (IZR (2 ^ n) * bpow radix2 (- n)).
      + apply Rmult_lt_compat_r; [assumption | apply IZR_lt; lia].
      + rewrite power, <- bpow_plus by exact Hn. replace (n + - n)%Z with 0%Z by ring. simpl. lra. }
  rewrite E. apply IZR_le in B1. apply IZR_le in B2. rewrite plus_IZR in B2. apply Rabs_def1; lra.
Qed.

Lemma multiple_of_four : forall x, operand W bits x -> exists j, significand x = (4 * j)%Z.
Proof.
intros x [_ [k K]]. exists (k * 2 ^ (W - bits - 2))%Z. rewrite K.
replace (W - bits)%Z with (2 + (W - bits - 2))%Z at 1 by ring. rewrite Z.pow_add_r by lia.
change (2 ^ 2)%Z with 4%Z. ring.
Qed.

(* Bits that fall out of an operand were shifted by three places or more. *)
Lemma inexact_is_far : forall x n, operand W bits x -> (1 <= n)%Z -> (significand x mod 2 ^ n <> 0)%Z -> (3 <= n)%Z.
Proof.
intros x n O Hn M. destruct (multiple_of_four x O) as [j J].
destruct (Z.le_gt_cases 3 n) as [L | G]; [exact L | exfalso]. apply M.
assert (n = 1 \/ n = 2)%Z as [-> | ->] by lia.
- rewrite J. change (2 ^ 1)%Z with 2%Z. replace (4 * j)%Z with (2 * j * 2)%Z by ring. apply Z.mod_mul. lia.
- rewrite J. change (2 ^ 2)%Z with 4%Z. rewrite Z.mul_comm. apply Z.mod_mul. lia.
Qed.

Theorem sum_holds : forall a b, operand W bits a -> operand W bits b ->
  let s := sum_word a b in let r := shift_jam (significand (small a b)) (distance a b) in
  exponent s = (exponent (large a b) + 1)%Z /\ negative s = negative (large a b) /\
  (2 * significand s = significand (large a b) + 2 * (if xorb (negative a) (negative b) then - r else r))%Z /\
  (0 <= significand s < 2 ^ W)%Z /\
  (IZR r <> IZR (significand (small a b)) * bpow radix2 (- distance a b) ->
   Z.odd (significand s) = true /\ (2 ^ (W - 3) <= significand s)%Z).
Proof.
intros a b Oa Ob s r.
assert (OL : operand W bits (large a b)) by (unfold large; destruct (swap a b); assumption).
assert (OS : operand W bits (small a b)) by (unfold small; destruct (swap a b); assumption).
pose proof (swap_order a b) as N.
assert (Order : distance a b = 1%Z -> (significand (small a b) <= significand (large a b))%Z).
{ unfold distance, large, small, swap. destruct (Z.ltb_spec (exponent a) (exponent b)); simpl; [lia |].
  destruct (Z.eqb_spec (exponent a) (exponent b)); simpl; [| lia].
  destruct (Z.ltb_spec (significand a) (significand b)); lia. }
destruct (multiple_of_four _ OL) as [j J]. destruct (multiple_of_four _ OS) as [i I].
destruct OL as [[L1 L2] OL2]. pose proof OS as [[S1 S2] _].
set (L := significand (large a b)) in *. set (x := significand (small a b)) in *. set (n := distance a b) in *.
assert (H2 : (L / 2 = 2 * j)%Z) by (rewrite J; replace (4 * j)%Z with (2 * j * 2)%Z by ring; apply Z.div_mul; lia).
assert (P1 : (2 ^ W = 2 * 2 ^ (W - 1))%Z) by (rewrite <- Z.pow_succ_r by lia; f_equal; lia).
assert (P2 : (2 ^ (W - 1) = 2 * 2 ^ (W - 2))%Z) by (rewrite <- Z.pow_succ_r by lia; f_equal; lia).
assert (P3 : (2 ^ (W - 2) = 2 * 2 ^ (W - 3))%Z) by (rewrite <- Z.pow_succ_r by lia; f_equal; lia).
assert (P4 : (0 < 2 ^ (W - 3))%Z) by (apply Z.pow_pos_nonneg; lia).
assert (Pn : (0 < 2 ^ n)%Z) by (apply Z.pow_pos_nonneg; lia).
pose proof (Z.mul_div_le x (2 ^ n) Pn) as D1.
assert (R : (x / 2 ^ n <= r <= x / 2 ^ n + 1)%Z).
{ unfold r, shift_jam. destruct (x mod 2 ^ n =? 0)%Z; [lia |]. apply set_last_bounds. }
assert (R0 : (0 <= x / 2 ^ n)%Z) by (apply Z.div_pos; lia).
assert (Close : (n = 1 /\ 2 * r <= L \/ 2 <= n /\ r <= 2 ^ (W - 2))%Z).
{ destruct (Z.eq_dec n 1) as [E | NE].
  - left. split; [exact E |]. specialize (Order E). unfold r, shift_jam. rewrite E. change (2 ^ 1)%Z with 2%Z.
    rewrite I. replace (4 * i)%Z with (2 * i * 2)%Z by ring. rewrite Z.mod_mul, Z.div_mul by lia. rewrite Z.eqb_refl. lia.
  - right. split; [lia |]. assert (4 <= 2 ^ n)%Z by (change 4%Z with (2 ^ 2)%Z; apply Z.pow_le_mono_r; lia).
    assert (x / 2 ^ n < 2 ^ (W - 2))%Z by nia. lia. }
assert (Sig : significand s = (2 * j + if xorb (negative a) (negative b) then - r else r)%Z)
  by (unfold s, sum_word; cbn [significand]; fold L; rewrite H2; reflexivity).
split; [reflexivity |]. split; [reflexivity |]. rewrite Sig. split; [rewrite J; ring |]. split.
- destruct (xorb (negative a) (negative b)); lia.
- intro X.
  assert (M : (x mod 2 ^ n <> 0)%Z).
  { intro Z0. apply X. unfold r, shift_jam. fold x. rewrite Z0. simpl.
    pose proof (Z.div_mod x (2 ^ n) ltac:(lia)) as D. rewrite Z0, Z.add_0_r in D. rewrite D at 2.
    rewrite mult_IZR, power, bpow_opp by lia. field. apply Rgt_not_eq, bpow_gt_0. }
  pose proof (inexact_is_far _ n OS N M) as F.
  assert (8 <= 2 ^ n)%Z by (change 8%Z with (2 ^ 3)%Z; apply Z.pow_le_mono_r; lia).
  assert (x / 2 ^ n < 2 ^ (W - 3))%Z by nia.
  assert (Ro : Z.odd r = true).
  { unfold r, shift_jam. fold x. destruct (Z.eqb_spec (x mod 2 ^ n) 0); [contradiction |]. apply set_last_bounds. }
  split; [| destruct (xorb (negative a) (negative b)); lia].
  rewrite Z.odd_add, Z.odd_mul. simpl (Z.odd 2). rewrite andb_false_l, xorb_false_l.
  destruct (xorb (negative a) (negative b)); [rewrite Z.odd_opp |]; exact Ro.
Qed.

Theorem normalise_holds : forall x, (0 < significand x < 2 ^ W)%Z -> leads W (shift_up x) /\
  negative (shift_up x) = negative x /\ exists n, (0 <= n)%Z /\
  significand (shift_up x) = (significand x * 2 ^ n)%Z /\ exponent (shift_up x) = (exponent x - n)%Z.
Proof.
intros x [S1 S2]. destruct (Z.log2_spec (significand x) S1) as [A B].
assert (H : (0 <= Z.log2 (significand x) <= W - 1)%Z).
{ split; [apply Z.log2_nonneg |]. assert (Z.log2 (significand x) < W)%Z by (apply Z.log2_lt_pow2; lia). lia. }
set (n := (W - 1 - Z.log2 (significand x))%Z).
assert (P : (0 < 2 ^ n)%Z) by (apply Z.pow_pos_nonneg; unfold n; lia).
assert (E1 : (2 ^ (W - 1) = 2 ^ Z.log2 (significand x) * 2 ^ n)%Z)
  by (rewrite <- Z.pow_add_r by (unfold n; lia); f_equal; unfold n; ring).
assert (E2 : (2 ^ W = 2 ^ Z.succ (Z.log2 (significand x)) * 2 ^ n)%Z)
  by (rewrite <- Z.pow_add_r by (unfold n; lia); f_equal; unfold n; lia).
split; [| split; [reflexivity |]].
- unfold leads, shift_up. cbn [significand]. fold n. rewrite E1, E2. nia.
- exists n. split; [unfold n; lia | split; reflexivity].
Qed.
(* ---- Products and quotients *)
Lemma jammed_leads : forall q v, IZR q <= v < IZR q + 1 -> (2 ^ (W - 1) <= q < 2 ^ W)%Z ->
  (2 ^ (W - 1) <= jammed q v < 2 ^ W)%Z.
Proof.
intros q v _ H. assert (P : (2 ^ W = 2 * 2 ^ (W - 1))%Z) by (rewrite <- Z.pow_succ_r by lia; f_equal; lia).
unfold jammed. destruct (Req_EM_T (IZR q) v); [exact H |].
destruct (set_last_odd q) as [k [E K]]. destruct (set_last_bounds q) as [B _]. lia.
Qed.

Definition product_of (a b : number) : number :=
  let carry := (if 2 ^ (2 * W - 1) <=? significand a * significand b then 1 else 0)%Z in
  let v := IZR (significand a * significand b) * bpow radix2 (- (W - 1 + carry)) in
  Number (xorb (negative a) (negative b)) (exponent a + exponent b + carry) (jammed (Zfloor v) v).

Theorem product_holds : forall a b, operand W bits a -> operand W bits b -> leads W (product_of a b) /\
  negative (product_of a b) = xorb (negative a) (negative b) /\
  exists carry, exponent (product_of a b) = (exponent a + exponent b + carry)%Z /\
  let v := IZR (significand a * significand b) * bpow radix2 (- (W - 1 + carry)) in
  exists q, IZR q <= v < IZR q + 1 /\ significand (product_of a b) = jammed q v.
Proof.
intros a b [[A1 A2] _] [[B1 B2] _]. unfold product_of.
set (carry := (if 2 ^ (2 * W - 1) <=? significand a * significand b then 1 else 0)%Z).
set (v := IZR (significand a * significand b) * bpow radix2 (- (W - 1 + carry))).
assert (F : IZR (Zfloor v) <= v < IZR (Zfloor v) + 1) by (split; [apply Zfloor_lb | apply Zfloor_ub]).
split; [| split; [reflexivity |]; exists carry; split; [reflexivity |]; exists (Zfloor v); split; [exact F | reflexivity]].
apply (jammed_leads _ v F).
assert (P0 : (0 < 2 ^ (W - 1))%Z) by (apply Z.pow_pos_nonneg; lia).
assert (E2 : (2 ^ (2 * W - 1) = 2 ^ W * 2 ^ (W - 1))%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
assert (E3 : (2 ^ W = 2 * 2 ^ (W - 1))%Z) by (rewrite <- Z.pow_succ_r by lia; f_equal; lia).
assert (C : (0 <= carry <= 1 /\ 2 ^ (W - 1) * 2 ^ (W - 1 + carry) <= significand a * significand b < 2 ^ W * 2 ^ (W - 1 + carry))%Z).
{ unfold carry. destruct (Z.leb_spec (2 ^ (2 * W - 1)) (significand a * significand b)) as [L | G].
  - replace (W - 1 + 1)%Z with W by ring. nia.
  - rewrite Z.add_0_r. nia. }
destruct C as [C0 [C1 C2]].
assert (V : IZR (2 ^ (W - 1)) <= v < IZR (2 ^ W)).
{ apply IZR_le in C1. apply IZR_lt in C2. rewrite mult_IZR in C1. rewrite (mult_IZR (2 ^ W)) in C2.
  rewrite (power (W - 1 + carry)) in C1, C2 by lia.
  pose proof (bpow_gt_0 radix2 (- (W - 1 + carry))) as G.
  assert (I : bpow radix2 (W - 1 + carry) * bpow radix2 (- (W - 1 + carry)) = 1).
  { rewrite <- bpow_plus. replace (W - 1 + carry + - (W - 1 + carry))%Z with 0%Z by ring. reflexivity. }
  unfold v. split.
  - rewrite <- (Rmult_1_r (IZR (2 ^ (W - 1)))), <- I, <- Rmult_assoc. apply Rmult_le_compat_r; lra.
  - rewrite <- (Rmult_1_r (IZR (2 ^ W))), <- I, <- Rmult_assoc. apply Rmult_lt_compat_r; lra. }
split.
- apply Zfloor_lub. lra.
- apply lt_IZR. lra.
Qed.

Definition quotient_of (h : Z) (a b : number) : number :=
  let x := (significand a / 2 ^ h)%Z in let y := (significand b / 2 ^ h)%Z in
  let less := (if x <? y then 1 else 0)%Z in let n := (x * 2 ^ (W - 1 + less))%Z in
  Number (xorb (negative a) (negative b)) (exponent a - exponent b - less)
    (if (n mod y =? 0)%Z then (n / y)%Z else set_last (n / y)).

Theorem quotient_holds : forall h, (0 <= h <= W - bits)%Z -> forall a b, operand W bits a -> operand W bits b ->
  leads W (quotient_of h a b) /\ negative (quotient_of h a b) = xorb (negative a) (negative b) /\
  exists x y q r less, significand a = (x * 2 ^ h)%Z /\ significand b = (y * 2 ^ h)%Z /\
  (0 <= less)%Z /\ (x * 2 ^ (W - 1 + less) = q * y + r)%Z /\ (0 <= r < y)%Z /\
  exponent (quotient_of h a b) = (exponent a - exponent b - less)%Z /\
  significand (quotient_of h a b) = if (r =? 0)%Z then q else set_last q.
Proof.
intros h Hh a b [[A1 A2] [j J]] [[B1 B2] [k K]]. unfold quotient_of.
assert (Ph : (0 < 2 ^ h)%Z) by (apply Z.pow_pos_nonneg; lia).
assert (Eh : (2 ^ (W - bits) = 2 ^ (W - bits - h) * 2 ^ h)%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
set (x := (significand a / 2 ^ h)%Z). set (y := (significand b / 2 ^ h)%Z).
assert (X : significand a = (x * 2 ^ h)%Z) by (unfold x; rewrite J, Eh, Z.mul_assoc, Z.div_mul by lia; reflexivity).
assert (Y : significand b = (y * 2 ^ h)%Z) by (unfold y; rewrite K, Eh, Z.mul_assoc, Z.div_mul by lia; reflexivity).
assert (P0 : (0 < 2 ^ (W - 1))%Z) by (apply Z.pow_pos_nonneg; lia).
assert (P1 : (2 ^ W = 2 * 2 ^ (W - 1))%Z) by (rewrite <- Z.pow_succ_r by lia; f_equal; lia).
assert (Y0 : (0 < y)%Z) by nia. assert (XY : (x < 2 * y)%Z) by nia. assert (YX : (y < 2 * x)%Z) by nia.
set (less := (if x <? y then 1 else 0)%Z). set (n := (x * 2 ^ (W - 1 + less))%Z).
assert (N : (0 <= less /\ 2 ^ (W - 1) * y <= n < 2 ^ W * y)%Z).
{ unfold n, less. destruct (Z.ltb_spec x y).
  - replace (W - 1 + 1)%Z with W by ring. rewrite P1. nia.
  - rewrite Z.add_0_r, P1. nia. }
destruct N as [N0 [N1 N2]].
pose proof (Z.div_mod n y ltac:(lia)) as D. pose proof (Z.mod_pos_bound n y Y0) as M.
split; [| split; [reflexivity |]].
- assert (Q : (2 ^ (W - 1) <= n / y < 2 ^ W)%Z).
  { split; [apply Z.div_le_lower_bound; lia | apply Z.div_lt_upper_bound; lia]. }
  unfold leads. cbn [significand]. destruct (n mod y =? 0)%Z; [exact Q |].
  destruct (set_last_odd (n / y)) as [i [E I]]. destruct (set_last_bounds (n / y)) as [B _]. lia.
- exists x, y, (n / y)%Z, (n mod y)%Z, less. repeat split; try assumption; try lia.
Qed.
End Model.

(* ---- The chain for bposit32 in a field of 64 bits: nothing is left to assume.
   Codes are numbers that operations take, and the values that they give. *)
Definition code : Type := (number + R)%type.
Definition is_finite (c : code) : Prop := match c with inl x => operand 64 32 x | inr _ => False end.
Definition number_of (c : code) : number := match c with inl x => x | inr _ => Number false 0 0 end.
Definition real_of (c : code) : R := match c with inl x => value 64 x | inr r => r end.
Definition encode_bposit32 (x : number) : code :=
  inr (saturate (bposit_least 32 5 6) (bposit_most 32 5 6) (round radix2 bposit32_fexp ZnearestE) (value 64 x)).
Definition right_bposit32 : R -> code -> Prop :=
  nearest bposit32_fexp (fun z => negb (Z.even z)) code real_of (bposit_least 32 5 6) (bposit_most 32 5 6).

Lemma bposit32_cell : forall g, (0 <= g <= 37)%Z -> codec_encode_cell 64 code encode_bposit32 right_bposit32 (2 ^ g).
Proof. intros g H. apply bposit32_cells; [exact H |]. intros x _. reflexivity. Qed.

Example bposit32_sums : forall c d, is_finite c -> is_finite d ->
  right_bposit32 (real_of c + real_of d) (core_add code number_of encode_bposit32 sum_word (shift_up 64) (inr 0) c d).
Proof.
apply (add_correct 64 32 ltac:(lia) code is_finite real_of number_of encode_bposit32 right_bposit32)
  with (jam := shift_jam).
- intros [x | r] H; [split; [reflexivity | exact H] | destruct H].
- exact jam_holds.
- exact (sum_holds 64 32 ltac:(lia) ltac:(lia)).
- exact (normalise_holds 64 32 ltac:(lia) ltac:(lia)).
- unfold right_bposit32, nearest, saturate. simpl real_of. destruct (total_order_T 0 0) as [[X | X] | X]; [lra | reflexivity | lra].
- exact (bposit32_cell 3 ltac:(lia)).
Qed.

Example bposit32_products : forall c d, is_finite c -> is_finite d ->
  right_bposit32 (real_of c * real_of d) (core_mul code number_of encode_bposit32 (product_of 64) c d).
Proof.
apply (mul_correct 64 32 code is_finite real_of number_of encode_bposit32 right_bposit32).
- intros [x | r] H; [split; [reflexivity | exact H] | destruct H].
- exact (product_holds 64 32 ltac:(lia) ltac:(lia)).
- exact (bposit32_cell 1 ltac:(lia)).
Qed.

Example bposit32_quotients : forall c d, is_finite c -> is_finite d ->
  right_bposit32 (real_of c / real_of d) (core_div code number_of encode_bposit32 (quotient_of 64 32) c d).
Proof.
apply (div_correct 64 32 ltac:(lia) code is_finite real_of number_of encode_bposit32 right_bposit32) with (h := 32%Z).
- intros [x | r] H; [split; [reflexivity | exact H] | destruct H].
- lia.
- exact (quotient_holds 64 32 ltac:(lia) ltac:(lia) 32 ltac:(lia)).
- exact (bposit32_cell 1 ltac:(lia)).
Qed.
