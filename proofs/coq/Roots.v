(* SPDX-License-Identifier: BSD-3-Clause *)
(* Why is the loop of nf_sqrt_finite the root of the whole, and the result correctly rounded?  (The chain of Cells.v.)

   A step takes two bits of the radicand and makes one of the root.  The solver proves of one step, from any state,
   that it keeps the invariant (sqrt.step), and what is before and behind the loop (sqrt.ends).  Behind `digits` steps

       |----------------- W bits -----------------|
       | root, digits bits | 0 0 0 ...... 0 0 | j |      j is set where the remainder is not 0

   so that the exact root lies in the open cell of 2^(W - digits) units with the field: cells of 2 units are not
   enough for it.  digits is W/2 + 2, two more than any significand, or W - 2 for stochastic rounding. *)
From Coq Require Import ZArith Reals Lra Lia Bool.
From Flocq Require Import Core.
Require Import Cells.
Open Scope R_scope.

Section Loop.
Variable W : Z.
Hypothesis HW : (4 <= W)%Z.
Record state := State { root : Z; remainder : Z; taken : Z }.
Variable step : state -> state.

(* `so_far` is the radicand, as far as its bits have been taken. *)
Definition invariant (i : Z) (s : state) (so_far : Z) : Prop :=
  (so_far = root s * root s + remainder s /\ 0 <= remainder s <= 2 * root s /\ 0 <= root s < 2 ^ i)%Z.

Hypothesis sqrt_step : forall i s so_far, (0 <= i < W - 2)%Z -> (0 <= taken s < 2 ^ W)%Z ->
  invariant i s so_far -> invariant (i + 1) (step s) (4 * so_far + taken s / 2 ^ (W - 2)) /\
  taken (step s) = ((4 * taken s) mod 2 ^ W)%Z.

Fixpoint after (n : nat) (T : Z) : state := match n with O => State 0 0 T | S n => step (after n T) end.

Lemma split : (2 ^ W = 4 * 2 ^ (W - 2) /\ 0 < 2 ^ (W - 2))%Z.
Proof.
split; [| apply Z.pow_pos_nonneg; lia].
replace W with (2 + (W - 2))%Z at 1 by ring. rewrite Z.pow_add_r by lia. reflexivity.
Qed.

(* The step as it is written in C keeps the invariant: the hypothesis can be met. *)
Definition step_of_c (s : state) : state :=
  let remainder := (4 * remainder s + taken s / 2 ^ (W - 2))%Z in let trial := (4 * root s + 1)%Z in
  let taken := ((4 * taken s) mod 2 ^ W)%Z in
  if (trial <=? remainder)%Z then State (2 * root s + 1) (remainder - trial) taken
  else State (2 * root s) remainder taken.

Theorem step_of_c_keeps : forall i s so_far, (0 <= i < W - 2)%Z -> (0 <= taken s < 2 ^ W)%Z ->
  invariant i s so_far -> invariant (i + 1) (step_of_c s) (4 * so_far + taken s / 2 ^ (W - 2)) /\
  taken (step_of_c s) = ((4 * taken s) mod 2 ^ W)%Z.
Proof.
intros i s so_far Hi T [I1 [I2 I3]]. destruct split as [P4 P].
assert (D : (0 <= taken s / 2 ^ (W - 2) < 4)%Z).
{ split; [apply Z.div_pos; lia |]. apply Z.div_lt_upper_bound; lia. }
unfold invariant, step_of_c. rewrite Z.pow_add_r by lia. change (2 ^ 1)%Z with 2%Z.
set (d := (taken s / 2 ^ (W - 2))%Z) in *. clearbody d. rewrite I1. clear I1.
destruct (Z.leb_spec (4 * root s + 1) (4 * remainder s + d)); cbn [root remainder taken];
  (split; [split; [ring | lia] | reflexivity]).
Qed.

(* The induction: nothing of the radicand is lost, and what is not taken yet is below. *)
Theorem loop_keeps : forall n T, (0 <= T < 2 ^ W)%Z -> (Z.of_nat n <= W - 2)%Z ->
  exists so_far, invariant (Z.of_nat n) (after n T) so_far /\
  (so_far * 2 ^ W + taken (after n T) = T * 4 ^ Z.of_nat n)%Z /\
  taken (after n T) = ((T * 4 ^ Z.of_nat n) mod 2 ^ W)%Z.
Proof.
intros n T HT. destruct split as [P4 P].
induction n as [| n IH]; intro Hn.
- exists 0%Z. change (4 ^ Z.of_nat 0)%Z with 1%Z. rewrite Z.mul_1_r, Z.mod_small by lia.
  unfold invariant. simpl. lia.
- destruct (IH ltac:(lia)) as [so_far [I [E M]]].
  assert (R : (0 <= taken (after n T) < 2 ^ W)%Z) by (rewrite M; apply Z.mod_pos_bound; lia).
  destruct (sqrt_step (Z.of_nat n) (after n T) so_far ltac:(lia) R I) as [I2 T2].
  exists (4 * so_far + taken (after n T) / 2 ^ (W - 2))%Z.
  replace (Z.of_nat (S n)) with (Z.of_nat n + 1)%Z by lia.
  split; [exact I2 |]. cbn [after]. rewrite T2, Z.pow_add_r by lia. change (4 ^ 1)%Z with 4%Z.
  assert (D : (4 * taken (after n T) = 2 ^ W * (taken (after n T) / 2 ^ (W - 2)) + (4 * taken (after n T)) mod 2 ^ W)%Z).
  { rewrite (Z.div_mod (4 * taken (after n T)) (2 ^ W)) at 1 by lia. f_equal. f_equal.
    rewrite P4. apply Z.div_mul_cancel_l; lia. }
  split; [lia |]. rewrite M. rewrite Z.mul_mod_idemp_r by lia. f_equal. ring.
Qed.

(* Behind the loop all bits are taken: the root is the integer part, and the remainder is 0 exactly for a square. *)
Theorem root_of_the_whole : forall n T, (0 <= T < 2 ^ W)%Z -> (W <= 2 * Z.of_nat n)%Z -> (Z.of_nat n <= W - 2)%Z ->
  let s := after n T in let R := (T * 2 ^ (2 * Z.of_nat n - W))%Z in
  (root s * root s <= R < (root s + 1) * (root s + 1) /\ R = root s * root s + remainder s /\ 0 <= root s)%Z.
Proof.
intros n T HT Hw Hn s R. destruct (loop_keeps n T HT Hn) as [so_far [[I1 [I2 I3]] [E M]]].
fold s in I1, I2, I3, E, M.
assert (F : (T * 4 ^ Z.of_nat n = R * 2 ^ W)%Z).
{ unfold R. rewrite <- Z.mul_assoc, <- Z.pow_add_r by lia. f_equal.
  change 4%Z with (2 ^ 2)%Z. rewrite <- Z.pow_mul_r by lia. f_equal. ring. }
destruct split as [P4 P].
rewrite F, Z.mod_mul in M by lia. rewrite F, M, Z.add_0_r in E.
apply Z.mul_cancel_r in E; [| lia]. rewrite <- E. lia.
Qed.
End Loop.

Section Root.
Variables W bits : Z.
Hypothesis HW : (4 <= W)%Z.
Variables (Code : Type) (finite : Code -> Prop) (definition : Code -> R) (load : Code -> number).
Variables (encode : number -> Code) (right : R -> Code -> Prop).
Hypothesis codec_decode_definition : forall c, finite c -> definition c = value W (load c) /\ operand W bits (load c).
Variable step : state -> state.
Hypothesis sqrt_step : forall i s so_far, (0 <= i < W - 2)%Z -> (0 <= taken s < 2 ^ W)%Z ->
  invariant i s so_far -> invariant (i + 1) (step s) (4 * so_far + taken s / 2 ^ (W - 2)) /\
  taken (step s) = ((4 * taken s) mod 2 ^ W)%Z.

Variables (digits : nat) (square_root : number -> number).
Hypothesis Hdigits : (W <= 2 * Z.of_nat digits)%Z.
Hypothesis Hroom : (Z.of_nat digits <= W - 2)%Z.
Let below : Z := (W - Z.of_nat digits)%Z.

(* The loop begins with the radicand T, whose exponent is even, and runs `digits` times; its words are the field. *)
Hypothesis sqrt_ends : forall a, operand W bits a -> negative a = false -> leads W (square_root a) /\
  negative (square_root a) = false /\ exists T odd, (odd = 0 \/ odd = 1)%Z /\
  exponent a = (2 * exponent (square_root a) + odd)%Z /\ significand a = (T * 2 ^ (1 - odd))%Z /\
  let s := after step digits T in
  significand (square_root a) = (root s * 2 ^ below + (if remainder s =? 0 then 0 else 1))%Z.

Definition core_sqrt (c : Code) : Code := encode (square_root (load c)).

Theorem sqrt_correct : codec_encode_cell W Code encode right (2 ^ (W - Z.of_nat digits)) ->
  forall c, finite c -> 0 <= definition c -> right (sqrt (definition c)) (core_sqrt c).
Proof.
intros Encode c Fc Pos.
destruct (codec_decode_definition c Fc) as [D Lc]. rewrite D in *. unfold core_sqrt. set (a := load c) in *.
pose proof (significand_pos W HW a (proj1 Lc)) as SP. apply IZR_lt in SP.
assert (Na : negative a = false).
{ destruct (negative a) eqn:E; [exfalso | reflexivity]. unfold value, at_place in Pos. rewrite E in Pos. simpl in Pos.
  pose proof (bpow_gt_0 radix2 (exponent a - (W - 1))). nra. }
destruct (sqrt_ends a Lc Na) as [L [N [T [odd [O [E [A S]]]]]]].
set (s := after step digits T) in *.
assert (HT : (0 <= T < 2 ^ W)%Z).
{ destruct Lc as [[L1 L2] _]. rewrite A in L1, L2.
  assert (0 < 2 ^ (1 - odd))%Z by (apply Z.pow_pos_nonneg; lia).
  pose proof (Z.pow_pos_nonneg 2 (W - 1) ltac:(lia) ltac:(lia)). nia. }
destruct (root_of_the_whole W HW step sqrt_step digits T HT Hdigits Hroom) as [Rt [Rm R0]]. fold s in Rt, Rm, R0.
set (Rd := (T * 2 ^ (2 * Z.of_nat digits - W))%Z) in *.
assert (B : (1 <= below)%Z) by (unfold below; lia).
assert (B2 : (2 <= 2 ^ below)%Z) by (change 2%Z with (2 ^ 1)%Z at 1; apply Z.pow_le_mono_r; lia).
set (v := sqrt (IZR Rd) * IZR (2 ^ below)).
assert (Rd0 : (0 <= Rd)%Z) by nia.
assert (V : IZR (root s) <= sqrt (IZR Rd) < IZR (root s + 1)).
{ split.
  - rewrite <- (sqrt_square (IZR (root s))) by (apply IZR_le; exact R0). apply sqrt_le_1_alt.
    rewrite <- mult_IZR. apply IZR_le. lia.
  - rewrite <- (sqrt_square (IZR (root s + 1))) by (apply IZR_le; lia). apply sqrt_lt_1_alt.
    split; [apply IZR_le; exact Rd0 |]. rewrite <- mult_IZR. apply IZR_lt. lia. }
assert (K : 0 < IZR (2 ^ below)) by (apply IZR_lt; lia).
apply (correct_of_cell W Code encode right (2 ^ (W - Z.of_nat digits)) _ v); [exact Encode | exact L | |].
- rewrite S. fold below. destruct (Z.eqb_spec (remainder s) 0) as [Z0 | NZ].
  + left. rewrite Z.add_0_r, mult_IZR. unfold v. f_equal.
    rewrite Rm, Z0, Z.add_0_r, mult_IZR. apply sqrt_square. apply IZR_le. exact R0.
  + right. exists (root s). split; [nia |]. rewrite 2!mult_IZR. unfold v.
    assert (IZR (root s) < sqrt (IZR Rd)).
    { destruct V as [[V | V] _]; [exact V | exfalso]. apply NZ.
      apply (f_equal (fun r => r * r)) in V. rewrite sqrt_sqrt in V by (apply IZR_le; exact Rd0).
      rewrite <- mult_IZR in V. apply eq_IZR in V. lia. }
    split; nra.
- unfold value, at_place. rewrite Na, N, A, mult_IZR. simpl sign. rewrite 2!Rmult_1_l.
  assert (X : IZR T * IZR (2 ^ (1 - odd)) * bpow radix2 (exponent a - (W - 1)) =
    IZR Rd * (IZR (2 ^ below) * bpow radix2 (exponent (square_root a) - (W - 1))) *
             (IZR (2 ^ below) * bpow radix2 (exponent (square_root a) - (W - 1)))).
  { unfold Rd. rewrite mult_IZR, !power by (unfold below in *; lia). rewrite E.
    rewrite !Rmult_assoc. f_equal. rewrite <- !bpow_plus. f_equal. unfold below. ring. }
  rewrite X, Rmult_assoc. rewrite sqrt_mult_alt by (apply IZR_le; exact Rd0).
  rewrite sqrt_square; [unfold v; ring |].
  apply Rmult_le_pos; [lra | apply bpow_ge_0].
Qed.
End Root.
