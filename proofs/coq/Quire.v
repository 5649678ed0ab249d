(* SPDX-License-Identifier: BSD-3-Clause *)
(* How wide must a quire be, and what is the error of a dot product in it? *)
From Coq Require Import ZArith Reals Lra Lia List Psatz Permutation.
From Flocq Require Import Core.
Require Import Precision Tapered Ends.
Import ListNotations.
Open Scope R_scope.

(* A quire is an integer times its unit; a two's complement word of b bits holds -2^(b-1) <= k < 2^(b-1). *)
Definition in_word (bits k : Z) : Prop := (- 2 ^ (bits - 1) <= k < 2 ^ (bits - 1))%Z.

Fixpoint dot (l : list (R * R)) : R := match l with [] => 0 | (x, y) :: l => x * y + dot l end.

Theorem order_free : forall l m, Permutation l m -> dot l = dot m.
Proof.
intros l m P. induction P as [| [x y] l m P IH | [x y] [z w] l | l m k P1 IH1 P2 IH2]; simpl; [reflexivity | | |].
- rewrite IH. reflexivity.
- ring.
- rewrite IH1. exact IH2.
Qed.

(* Values that are multiples of 2^e, of at most `top` units: so are their products, of 2^(2e) and top^2. *)
Section Multiples.
Variables (value : R -> Prop) (e top : Z).
Hypothesis multiple : forall x, value x -> exists k, x = IZR k * bpow radix2 e /\ (Z.abs k <= top)%Z.

Theorem products_are_multiples : forall x y, value x -> value y ->
  exists k, x * y = IZR k * bpow radix2 (2 * e) /\ (Z.abs k <= top * top)%Z.
Proof.
intros x y X Y. destruct (multiple x X) as [a [-> A]]. destruct (multiple y Y) as [b [-> B]].
exists (a * b)%Z. split.
- rewrite mult_IZR. replace (2 * e)%Z with (e + e)%Z by ring. rewrite bpow_plus. ring.
- rewrite Z.abs_mul. pose proof (Z.abs_nonneg a). pose proof (Z.abs_nonneg b). nia.
Qed.

Theorem sums_are_multiples : forall l, List.Forall (fun p => value (fst p) /\ value (snd p)) l ->
  exists k, dot l = IZR k * bpow radix2 (2 * e) /\ (Z.abs k <= Z.of_nat (length l) * (top * top))%Z.
Proof.
intros l F. induction F as [| [x y] l [X Y] F [k [K B]]].
- exists 0%Z. split; [simpl; ring | simpl; lia].
- destruct (products_are_multiples x y X Y) as [j [J C]]. exists (j + k)%Z. split.
  + cbn [dot]. rewrite J, K, plus_IZR. ring.
  + change (length ((x, y) :: l)) with (S (length l)). pose proof (Z.abs_triangle j k). lia.
Qed.

(* Carries: what n sums of products need. *)
Theorem fits : forall bits l, (1 <= bits)%Z -> List.Forall (fun p => value (fst p) /\ value (snd p)) l ->
  (Z.of_nat (length l) * (top * top) < 2 ^ (bits - 1))%Z ->
  exists k, dot l = IZR k * bpow radix2 (2 * e) /\ in_word bits k.
Proof.
intros bits l Hb F B. destruct (sums_are_multiples l F) as [k [K C]]. exists k. split; [exact K |].
unfold in_word. lia.
Qed.
End Multiples.

(* So the error is that of one rounding of the exact result, whatever the number and the order of products. *)
Theorem quire_dot : forall (rounding : R -> R) v l, (forall x, Rabs (rounding x - x) <= v * Rabs x) ->
  Rabs (rounding (dot l) - dot l) <= v * Rabs (dot l).
Proof. intros rounding v l H. apply H. Qed.

(* B-posits.  Exponents of last bits do not fall as the scale grows, so that the finest bit of all is that of the
   least scale: -rs 2^es, less f = n - 1 - es - rs fraction bits. *)
Section BPosit.
Variables n es rs : Z.
Hypothesis Hes : (0 <= es)%Z.
Hypothesis Hrs : (2 <= rs)%Z.
Hypothesis Hn : (rs + es + 1 < n)%Z.
Let last : Z := (- scales es rs - (n - 1 - es - rs))%Z.

(* A b-posit number: of the format, and of a scale that codes have. *)
Definition bposit_value (x : R) : Prop := generic_format radix2 (fexp n es rs) x /\
  (x = 0 \/ bpow radix2 (- scales es rs) <= Rabs x < bpow radix2 (scales es rs)).

Lemma fexp_step : forall e, (fexp n es rs e <= fexp n es rs (e + 1))%Z.
Proof.
intro e. unfold fexp, fraction. pose proof (regime_near es rs Hes (e - 1)) as H.
replace (e - 1 + 1)%Z with (e + 1 - 1)%Z in H by ring. lia.
Qed.

Lemma fexp_mono : forall e d, (0 <= d)%Z -> (fexp n es rs e <= fexp n es rs (e + d))%Z.
Proof.
intro e. apply (natlike_ind (fun d => (fexp n es rs e <= fexp n es rs (e + d))%Z)).
- rewrite Z.add_0_r. lia.
- intros d _ IH. pose proof (fexp_step (e + d)). unfold Z.succ. rewrite Z.add_assoc. lia.
Qed.

Theorem bposit_multiple : forall x, bposit_value x ->
  exists k, x = IZR k * bpow radix2 last /\ (Z.abs k <= 2 ^ (scales es rs - last))%Z.
Proof.
intros x [F [-> | [L H]]].
{ exists 0%Z. split; [ring |]. pose proof (Z.pow_nonneg 2 (scales es rs - last) ltac:(lia)). simpl. lia. }
set (c := cexp radix2 (fexp n es rs) x). set (m := Ztrunc (scaled_mantissa radix2 (fexp n es rs) x)).
assert (X : x = IZR m * bpow radix2 c) by exact F.
assert (C : (last <= c)%Z).
{ unfold c, cexp. assert (M : (- scales es rs < mag radix2 x)%Z) by (apply mag_gt_bpow; exact L).
  destruct (regime_of_ends es rs Hes Hrs) as [E _].
  apply Z.le_trans with (fexp n es rs (- scales es rs + 1)).
  - unfold fexp, fraction. replace (- scales es rs + 1 - 1)%Z with (- scales es rs)%Z by ring. rewrite E. unfold last. lia.
  - replace (mag radix2 x : Z) with (- scales es rs + 1 + (mag radix2 x - (- scales es rs + 1)))%Z by ring.
    apply fexp_mono. lia. }
assert (S : (0 <= scales es rs - last)%Z).
{ unfold last, scales. pose proof (Z.pow_pos_nonneg 2 es ltac:(lia) Hes). nia. }
exists (m * 2 ^ (c - last))%Z.
assert (K : x = IZR (m * 2 ^ (c - last)) * bpow radix2 last).
{ rewrite mult_IZR. change 2%Z with (radix_val radix2). rewrite IZR_Zpower by lia.
  rewrite Rmult_assoc, <- bpow_plus. replace (c - last + last)%Z with c by ring. exact X. }
split; [exact K |]. apply Z.lt_le_incl, lt_IZR.
rewrite abs_IZR. change (2 ^ (scales es rs - last))%Z with (radix2 ^ (scales es rs - last))%Z.
rewrite IZR_Zpower by exact S. apply Rmult_lt_reg_r with (bpow radix2 last); [apply bpow_gt_0 |].
rewrite <- bpow_plus. replace (scales es rs - last + last)%Z with (scales es rs) by ring.
rewrite <- (Rabs_pos_eq (bpow radix2 last)) at 1 by apply bpow_ge_0. rewrite <- Rabs_mult, <- K. exact H.
Qed.

(* The width of 2^31 - 1 products: from the last bit of the finest product to the largest, 31 carries, a sign. *)
Theorem bposit_quire : forall l, List.Forall (fun p => bposit_value (fst p) /\ bposit_value (snd p)) l ->
  (Z.of_nat (length l) < 2 ^ 31)%Z ->
  exists k, dot l = IZR k * bpow radix2 (2 * last) /\ in_word (2 * (scales es rs - last) + 32) k.
Proof.
intros l F N.
assert (S : (0 <= scales es rs - last)%Z).
{ unfold last, scales. pose proof (Z.pow_pos_nonneg 2 es ltac:(lia) Hes). nia. }
apply (fits bposit_value last (2 ^ (scales es rs - last)) bposit_multiple); [lia | exact F |].
replace (2 * (scales es rs - last) + 32 - 1)%Z with (31 + (scales es rs - last + (scales es rs - last)))%Z by ring.
rewrite 2!Z.pow_add_r by lia. apply Z.mul_lt_mono_pos_r; [| exact N].
pose proof (Z.pow_pos_nonneg 2 (scales es rs - last) ltac:(lia) S). nia.
Qed.
End BPosit.

(* bposit32: 840 bits from 2^-424, and not one fewer. *)
Theorem bposit32_quire : forall l,
  List.Forall (fun p => bposit_value 32 5 6 (fst p) /\ bposit_value 32 5 6 (snd p)) l ->
  (Z.of_nat (length l) < 2 ^ 31)%Z -> exists k, dot l = IZR k * bpow radix2 (-424) /\ in_word 840 k.
Proof. exact (bposit_quire 32 5 6 ltac:(lia) ltac:(lia) ltac:(lia)). Qed.

Lemma bposit32_value : forall m e s : Z, (bposit32_fexp (s + 1) <= e)%Z -> (2 ^ (s - e) <= m < 2 ^ (s + 1 - e))%Z ->
  (e <= s)%Z -> (-192 <= s <= 191)%Z -> bposit_value 32 5 6 (IZR m * bpow radix2 e).
Proof.
intros m e s F M E S. split; [exact (value_of bposit32_fexp m e s F M E) | right].
assert (0 < m)%Z by (pose proof (Z.pow_pos_nonneg 2 (s - e) ltac:(lia) ltac:(lia)); lia).
rewrite Rabs_pos_eq by (apply Rmult_le_pos; [apply IZR_le; lia | apply bpow_ge_0]).
change (scales 5 6) with 192%Z. split.
- apply Rle_trans with (bpow radix2 s); [apply bpow_le; lia |].
  replace s with (s - e + e)%Z at 1 by ring. rewrite bpow_plus. apply Rmult_le_compat_r; [apply bpow_ge_0 |].
  rewrite <- IZR_Zpower by lia. apply IZR_le. exact (proj1 M).
- apply Rlt_le_trans with (bpow radix2 (s + 1)); [| apply bpow_le; lia].
  replace (s + 1)%Z with (s + 1 - e + e)%Z at 1 by ring. rewrite bpow_plus. apply Rmult_lt_compat_r; [apply bpow_gt_0 |].
  rewrite <- IZR_Zpower by lia. apply IZR_lt. exact (proj2 M).
Qed.

Lemma maxpos_is_value : bposit_value 32 5 6 (IZR (2 ^ 21 - 1) * bpow radix2 171).
Proof. apply (bposit32_value _ _ 191); (discriminate || split; reflexivity || discriminate). Qed.

(* The last bit is needed: p1 p3 - p2 p2 of the first three codes is one unit below zero. *)
Theorem bposit32_last_bit_is_used :
  let p k := IZR (2 ^ 20 + k) * bpow radix2 (-212) in
  (forall k, (1 <= k <= 3)%Z -> bposit_value 32 5 6 (p k)) /\
  dot [(p 1%Z, p 3%Z); (- p 2%Z, p 2%Z)] = IZR (-1) * bpow radix2 (-424).
Proof.
intro p. split.
- intros k K. apply (bposit32_value _ _ (-192)); [discriminate | | discriminate | split; discriminate].
  change (2 ^ (-192 - -212))%Z with 1048576%Z. change (2 ^ (-192 + 1 - -212))%Z with 2097152%Z.
  change (2 ^ 20)%Z with 1048576%Z. lia.
- unfold dot, p. replace (-424)%Z with (-212 + -212)%Z by reflexivity. rewrite bpow_plus.
  change (2 ^ 20 + 1)%Z with 1048577%Z. change (2 ^ 20 + 2)%Z with 1048578%Z. change (2 ^ 20 + 3)%Z with 1048579%Z.
  ring.
Qed.

(* The first bit is needed: 2^31 - 1 squares of the largest value do not fit into 839 bits. *)
Lemma dot_repeat : forall x n, dot (repeat (x, x) n) = INR n * (x * x).
Proof.
intros x n. induction n as [| n IH]; [simpl; ring |].
change (repeat (x, x) (S n)) with ((x, x) :: repeat (x, x) n). cbn [dot]. rewrite IH, S_INR. ring.
Qed.

Theorem bposit32_first_bit_is_used : forall k, let x := IZR (2 ^ 21 - 1) * bpow radix2 171 in
  dot (repeat (x, x) (Z.to_nat (2 ^ 31 - 1))) = IZR k * bpow radix2 (-424) -> ~ in_word 839 k.
Proof.
intros k x E [_ H]. rewrite dot_repeat, INR_IZR_INZ, Z2Nat.id in E by discriminate.
assert (X : k = ((2 ^ 31 - 1) * ((2 ^ 21 - 1) * (2 ^ 21 - 1) * 2 ^ 766))%Z).
{ apply eq_IZR. apply Rmult_eq_reg_r with (bpow radix2 (-424)); [| apply Rgt_not_eq, bpow_gt_0].
  rewrite <- E. rewrite !mult_IZR. change (IZR (2 ^ 766)) with (IZR (Zpower radix2 766)).
  rewrite IZR_Zpower by discriminate. unfold x.
  replace (bpow radix2 171) with (bpow radix2 (-424) * bpow radix2 766 * / bpow radix2 171) at 1.
  2:{ rewrite <- bpow_opp, <- !bpow_plus. reflexivity. }
  field. apply Rgt_not_eq, bpow_gt_0. }
subst k. vm_compute in H. discriminate.
Qed.

(* Standard posits: multiples of minpos 2^-m of at most maxpos 2^m, m = (n - 2) 2^es.  With es = 2 these are the
   16 n bits of the Posit Standard. *)
Section Standard.
Variables n es : Z.
Hypothesis Hes : (0 <= es)%Z.
Hypothesis Hn : (2 <= n)%Z.
Let m : Z := ((n - 2) * 2 ^ es)%Z.
Definition posit_value (x : R) : Prop := exists k, x = IZR k * bpow radix2 (- m) /\ (Z.abs k <= 2 ^ (m + m))%Z.

Theorem standard_quire : forall l, List.Forall (fun p => posit_value (fst p) /\ posit_value (snd p)) l ->
  (Z.of_nat (length l) < 2 ^ 31)%Z -> exists k, dot l = IZR k * bpow radix2 (2 * - m) /\ in_word (4 * m + 32) k.
Proof.
intros l F N.
assert (M : (0 <= m)%Z) by (unfold m; pose proof (Z.pow_pos_nonneg 2 es ltac:(lia) Hes); nia).
apply (fits posit_value (- m) (2 ^ (m + m))); [intros x X; exact X | lia | exact F |].
replace (4 * m + 32 - 1)%Z with (31 + (m + m + (m + m)))%Z by ring.
rewrite (Z.pow_add_r 2 31), (Z.pow_add_r 2 (m + m)) by lia. apply Z.mul_lt_mono_pos_r; [| exact N].
pose proof (Z.pow_pos_nonneg 2 (m + m) ltac:(lia) ltac:(lia)). nia.
Qed.
End Standard.

Theorem posit32_quire : forall l, List.Forall (fun p => posit_value 32 2 (fst p) /\ posit_value 32 2 (snd p)) l ->
  (Z.of_nat (length l) < 2 ^ 31)%Z -> exists k, dot l = IZR k * bpow radix2 (-240) /\ in_word 512 k.
Proof. exact (standard_quire 32 2 ltac:(lia) ltac:(lia)). Qed.
