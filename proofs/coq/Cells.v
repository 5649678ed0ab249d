(* SPDX-License-Identifier: BSD-3-Clause *)
(* Why are the core's sums, products, quotients and roots correctly rounded?  The solver's lemmas, put together.

   A solver proves each link about words of W bits; what it proves is a hypothesis here, under the name of its claim:

   codec.decode_definition   a code is loaded as the number that the definition of the format gives it
   add.jam, add.sum, normalise.exact, mul.exact, div.exact, div.long, sqrt.step, sqrt.ends, sqrt.long
                             the field that an operation makes, and the exact result
   codec.encode_cell         the code of a field is right for every number in its open cell of so many units

       |----cell----|----cell----|----cell----|       units: 8 for sums, 2 for products and quotients,
             ^  ^                                             2^(W - digits) for roots of so many digits
         field  exact result: strictly inside the same cell, or equal

   `right x c` says that c is the code of x: for any format, any mode of rounding, with its ties, its ends and its
   zero.  Nothing is used of it but codec.encode_cell, so that one theorem is all of them. *)
From Coq Require Import ZArith Reals Lra Lia Bool.
From Flocq Require Import Core.
Open Scope R_scope.

(* ---- Cells: a significand and an exact value, in units of its last place *)
Definition together (units sig : Z) (v : R) : Prop := v = IZR sig \/
  exists q, (units * q < sig < units * (q + 1))%Z /\ IZR (units * q) < v < IZR (units * (q + 1)).

(* q | 1, and the same if anything is left below. *)
Definition set_last (q : Z) : Z := if Z.even q then (q + 1)%Z else q.
Definition jammed (q : Z) (v : R) : Z := if Req_EM_T (IZR q) v then q else set_last q.

Lemma set_last_odd : forall q, exists k, set_last q = (2 * k + 1)%Z /\ (2 * k <= q < 2 * (k + 1))%Z.
Proof.
intro q. unfold set_last. destruct (Z.even q) eqn:E.
- apply Z.even_spec in E. destruct E as [k ->]. exists k. lia.
- assert (O : Z.odd q = true) by (rewrite <- Z.negb_even, E; reflexivity).
  apply Z.odd_spec in O. destruct O as [k ->]. exists k. lia.
Qed.

Lemma jammed_together : forall q v, IZR q <= v < IZR q + 1 -> together 2 (jammed q v) v.
Proof.
intros q v [L H]. unfold jammed. destruct (Req_EM_T (IZR q) v) as [E | NE]; [left; symmetry; exact E | right].
destruct (set_last_odd q) as [k [-> [K1 K2]]]. exists k. split; [lia |].
apply IZR_le in K1. assert (K3 : IZR (q + 1) <= IZR (2 * (k + 1))) by (apply IZR_le; lia).
rewrite plus_IZR in K3. lra.
Qed.

Lemma wider : forall units m sig v, (0 < units)%Z -> (0 < m)%Z -> together units sig v -> together (m * units) sig v.
Proof.
intros units m sig v Hu Hm [E | [q [[Q1 Q2] [V1 V2]]]]; [left; exact E | right].
exists (q / m)%Z.
pose proof (Z.mul_div_le q m Hm). pose proof (Z.mul_succ_div_gt q m Hm).
assert (A : (m * units * (q / m) <= units * q)%Z) by nia.
assert (B : (units * (q + 1) <= m * units * (q / m + 1))%Z) by nia.
split; [lia |]. apply IZR_le in A. apply IZR_le in B. lra.
Qed.

(* An odd word S within 1 of t, shifted up by at most two places: no multiple of 8 is passed.

       S    001xxxxxx ... xxxx1          t is strictly between S - 1 and S + 1
       sig  1xxxxxx ... xxxx100          a multiple of 4 that is none of 8                              *)
Lemma shifted_together : forall S n t, Z.odd S = true -> (0 <= n <= 2)%Z -> IZR S - 1 < t < IZR S + 1 ->
  together 8 (S * 2 ^ n) (t * IZR (2 ^ n)).
Proof.
intros S n t O N [L H]. right. apply Z.odd_spec in O. destruct O as [j ->].
rewrite plus_IZR, mult_IZR in L, H.
assert (C : (n = 0 \/ n = 1 \/ n = 2)%Z) by lia.
assert (D : exists p q, (0 < 2 ^ n)%Z /\ (8 = 2 * 2 ^ n * p)%Z /\ (p * q <= j < p * (q + 1))%Z /\ (0 < p)%Z).
{ pose proof (Z.div_mod j 4 ltac:(lia)). pose proof (Z.mod_pos_bound j 4 ltac:(lia)).
  pose proof (Z.div_mod j 2 ltac:(lia)). pose proof (Z.mod_pos_bound j 2 ltac:(lia)).
  destruct C as [-> | [-> | ->]]; [exists 4%Z, (j / 4)%Z | exists 2%Z, (j / 2)%Z | exists 1%Z, j].
  - change (2 ^ 0)%Z with 1%Z. lia.
  - change (2 ^ 1)%Z with 2%Z. lia.
  - change (2 ^ 2)%Z with 4%Z. lia. }
destruct D as [p [q [P [E [[J1 J2] P0]]]]]. exists q.
set (k := (2 ^ n)%Z) in *.
assert (A : (8 * q <= 2 * j * k)%Z) by (rewrite E; nia).
assert (B : ((2 * j + 2) * k <= 8 * (q + 1))%Z) by (rewrite E; nia).
split; [split; nia |].
assert (K : 0 < IZR k) by (apply IZR_lt; exact P).
apply IZR_le in A. apply IZR_le in B. rewrite !mult_IZR, ?plus_IZR in *. rewrite ?mult_IZR in *. split; nra.
Qed.

(* ---- Numbers of a field of W bits: (-1)^negative * significand / 2^(W-1) * 2^exponent *)
Section Chain.
Variables W bits : Z.
Hypothesis HW : (4 <= W)%Z.
Record number := Number { negative : bool; exponent : Z; significand : Z }.
Definition sign (s : bool) : R := if s then -1 else 1.
Definition at_place (x : number) (v : R) : R := sign (negative x) * v * bpow radix2 (exponent x - (W - 1)).
Definition value (x : number) : R := at_place x (IZR (significand x)).
Definition leads (x : number) : Prop := (2 ^ (W - 1) <= significand x < 2 ^ W)%Z.
(* What a lemma asks of operands: the leading bit is set, and at most `bits` bits are used. *)
Definition operand (x : number) : Prop := leads x /\ exists k, significand x = (k * 2 ^ (W - bits))%Z.

Variables (Code : Type) (finite : Code -> Prop) (definition : Code -> R) (load : Code -> number).
Variables (encode : number -> Code) (right : R -> Code -> Prop).

Hypothesis codec_decode_definition : forall c, finite c -> definition c = value (load c) /\ operand (load c).
Definition codec_encode_cell (units : Z) : Prop := forall x v, leads x -> together units (significand x) v ->
  right (at_place x v) (encode x).

Lemma sign_xor : forall s t, sign (xorb s t) = sign s * sign t.
Proof. intros [|] [|]; simpl; ring. Qed.
Lemma power : forall n, (0 <= n)%Z -> IZR (2 ^ n) = bpow radix2 n.
Proof. intros n H. change 2%Z with (radix_val radix2). apply IZR_Zpower. exact H. Qed.
Lemma significand_pos : forall x, leads x -> (0 < significand x)%Z.
Proof. intros x [L _]. pose proof (Z.pow_pos_nonneg 2 (W - 1) ltac:(lia) ltac:(lia)). lia. Qed.

(* Whatever makes a field in one cell with the exact value. *)
Theorem correct_of_cell : forall units x v exact, codec_encode_cell units -> leads x ->
  together units (significand x) v -> exact = at_place x v -> right exact (encode x).
Proof. intros units x v exact E L T ->. exact (E x v L T). Qed.

(* What is right for larger cells is right for those inside them. *)
Theorem larger_cells : forall units m, (0 < units)%Z -> (0 < m)%Z ->
  codec_encode_cell (m * units) -> codec_encode_cell units.
Proof. intros units m Hu Hm E x v L T. apply (E x v L). apply wider; assumption. Qed.

(* Cells of 2 units, and one code for all fields of a cell of 2^g units, are cells of 2^g units: what is left of a
   root is proved so.  Every v lies in a cell of 2 units of a field of its own, which is in the large cell. *)
Theorem cells_of_one_code : forall g, (1 <= g <= W - 1)%Z -> codec_encode_cell 2 ->
  (forall x y q, leads x -> leads y -> negative x = negative y -> exponent x = exponent y ->
    (2 ^ g * q < significand x < 2 ^ g * (q + 1))%Z -> (2 ^ g * q < significand y < 2 ^ g * (q + 1))%Z ->
    encode x = encode y) -> codec_encode_cell (2 ^ g).
Proof.
intros g Hg E One x v L [X | [q [[Q1 Q2] [V1 V2]]]]; [apply (E x v L); left; exact X |].
pose proof (Zfloor_lb v) as F1. pose proof (Zfloor_ub v) as F2. set (k := Zfloor v) in *.
assert (G : (2 ^ g = 2 * 2 ^ (g - 1) /\ 0 < 2 ^ (g - 1))%Z).
{ split; [rewrite <- Z.pow_succ_r by lia; f_equal; lia | apply Z.pow_pos_nonneg; lia]. }
assert (K1 : (2 ^ g * q <= k)%Z) by (apply Zfloor_lub; lra).
assert (K2 : (k < 2 ^ g * (q + 1))%Z) by (apply lt_IZR; lra).
assert (J : (2 ^ g * q < jammed k v < 2 ^ g * (q + 1))%Z).
{ unfold jammed. destruct (Req_EM_T (IZR k) v) as [X | NX].
  - split; [apply lt_IZR; lra | exact K2].
  - destruct (set_last_odd k) as [i [-> I]]. destruct G as [G _]. rewrite G in *.
    replace (2 * 2 ^ (g - 1) * q)%Z with (2 * (2 ^ (g - 1) * q))%Z in * by ring.
    replace (2 * 2 ^ (g - 1) * (q + 1))%Z with (2 * (2 ^ (g - 1) * (q + 1)))%Z in * by ring. lia. }
assert (P1 : (2 ^ (W - 1) = 2 ^ g * 2 ^ (W - 1 - g))%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
assert (P2 : (2 ^ W = 2 ^ g * 2 ^ (W - g))%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
pose proof L as [L1 L2].
assert (B1 : (2 ^ (W - 1 - g) <= q)%Z) by nia.
assert (B2 : (q + 1 <= 2 ^ (W - g))%Z) by nia.
set (y := Number (negative x) (exponent x) (jammed k v)).
assert (Ly : leads y) by (unfold leads, y; cbn [significand]; rewrite P1, P2; nia).
rewrite (One x y q L Ly eq_refl eq_refl (conj Q1 Q2) J).
exact (E y v Ly (jammed_together k v (conj F1 F2))).
Qed.

(* ---- Sums: nf_add_finite_W *)
Section Sum.
Variables (jam : Z -> Z -> Z) (sum : number -> number -> number) (normalise : number -> number) (zero : Code).

Definition swap (a b : number) : bool :=
  ((exponent a <? exponent b) || ((exponent a =? exponent b) && (significand a <? significand b)))%Z.
Definition large (a b : number) : number := if swap a b then b else a.
Definition small (a b : number) : number := if swap a b then a else b.
Definition distance (a b : number) : Z := (exponent (large a b) - exponent (small a b) + 1)%Z.

(* A shift right that jams is exact, or odd and within 1 of the exact value. *)
Hypothesis add_jam : forall x n, (0 <= x)%Z -> (0 <= n)%Z -> IZR (jam x n) = IZR x * bpow radix2 (- n) \/
  (Z.odd (jam x n) = true /\ Rabs (IZR x * bpow radix2 (- n) - IZR (jam x n)) < 1).

(* The word handed over is half the larger significand plus or minus the jammed smaller one, one place up; where
   bits were jammed it is odd and at least 2^(W-3). *)
Hypothesis add_sum : forall a b, operand a -> operand b ->
  let s := sum a b in let r := jam (significand (small a b)) (distance a b) in
  exponent s = (exponent (large a b) + 1)%Z /\ negative s = negative (large a b) /\
  (2 * significand s = significand (large a b) + 2 * (if xorb (negative a) (negative b) then - r else r))%Z /\
  (0 <= significand s < 2 ^ W)%Z /\
  (IZR r <> IZR (significand (small a b)) * bpow radix2 (- distance a b) ->
   Z.odd (significand s) = true /\ (2 ^ (W - 3) <= significand s)%Z).

(* A word is shifted up by exactly its leading zeros. *)
Hypothesis normalise_exact : forall x, (0 < significand x < 2 ^ W)%Z -> leads (normalise x) /\
  negative (normalise x) = negative x /\ exists n, (0 <= n)%Z /\
  significand (normalise x) = (significand x * 2 ^ n)%Z /\ exponent (normalise x) = (exponent x - n)%Z.

Hypothesis zero_is_right : right 0 zero.

Definition core_add (c d : Code) : Code :=
  let s := sum (load c) (load d) in if (significand s =? 0)%Z then zero else encode (normalise s).

(* The exact sum in units of the word that is handed over. *)
Definition exact_word (a b : number) : R := IZR (significand (large a b)) / 2 +
  sign (xorb (negative a) (negative b)) * (IZR (significand (small a b)) * bpow radix2 (- distance a b)).

Lemma swap_order : forall a b, (1 <= distance a b)%Z.
Proof.
intros a b. unfold distance, large, small, swap.
destruct (Z.ltb_spec (exponent a) (exponent b)); simpl; [lia |].
destruct (Z.eqb_spec (exponent a) (exponent b)); simpl; [| lia].
destruct (Z.ltb_spec (significand a) (significand b)); lia.
Qed.

Lemma exact_word_is_sum : forall a b s, exponent s = (exponent (large a b) + 1)%Z ->
  negative s = negative (large a b) -> at_place s (exact_word a b) = value a + value b.
Proof.
intros a b s E N.
assert (Both : value a + value b = value (large a b) + value (small a b))
  by (unfold large, small; destruct (swap a b); ring).
assert (Sign : sign (negative (large a b)) * sign (xorb (negative a) (negative b)) = sign (negative (small a b)))
  by (unfold large, small; destruct (swap a b), (negative a), (negative b); simpl; ring).
rewrite Both. unfold at_place, exact_word, value, at_place. rewrite E, N.
replace (exponent (large a b) + 1 - (W - 1))%Z with (exponent (large a b) - (W - 1) + 1)%Z by ring.
replace (exponent (small a b) - (W - 1))%Z with (- distance a b + (exponent (large a b) - (W - 1) + 1))%Z
  by (unfold distance; ring).
rewrite (bpow_plus radix2 (- distance a b)), (bpow_plus radix2 _ 1), <- Sign.
change (bpow radix2 1) with 2. field.
Qed.

Lemma sum_in_cell : forall a b, operand a -> operand b -> (significand (sum a b) <> 0)%Z ->
  exists v, leads (normalise (sum a b)) /\ together 8 (significand (normalise (sum a b))) v /\
  at_place (normalise (sum a b)) v = value a + value b.
Proof.
intros a b La Lb NZ. destruct (add_sum a b La Lb) as [E [N [Word [Range Odd]]]].
destruct (normalise_exact (sum a b) ltac:(lia)) as [L [Ns [n [Hn [Sn En]]]]].
set (s := sum a b) in *. set (r := jam (significand (small a b)) (distance a b)) in *.
exists (exact_word a b * IZR (2 ^ n)).
split; [exact L |]. split.
- assert (Small : (0 <= significand (small a b))%Z)
    by (unfold small; destruct (swap a b); [pose proof (significand_pos a (proj1 La)) | pose proof (significand_pos b (proj1 Lb))]; lia).
  assert (Handed : IZR (significand s) - exact_word a b =
    sign (xorb (negative a) (negative b)) * (IZR r - IZR (significand (small a b)) * bpow radix2 (- distance a b))).
  { apply (f_equal IZR) in Word. rewrite plus_IZR, !mult_IZR in Word. unfold exact_word.
    destruct (xorb (negative a) (negative b)); simpl in *; [rewrite opp_IZR in Word |]; lra. }
  rewrite Sn.
  destruct (Req_dec (IZR r) (IZR (significand (small a b)) * bpow radix2 (- distance a b))) as [X | NX].
  + left. rewrite mult_IZR. rewrite X in Handed. f_equal. lra.
  + destruct (Odd NX) as [O Big]. pose proof (swap_order a b).
    destruct (add_jam (significand (small a b)) (distance a b) Small ltac:(lia)) as [X | [_ J]]; [fold r in X; contradiction |].
    fold r in J. apply shifted_together; [exact O | |].
    * split; [exact Hn |]. destruct (Z.le_gt_cases n 2) as [Le | Gt]; [exact Le | exfalso].
      unfold leads in L. rewrite Sn in L.
      assert (P : (2 ^ 3 <= 2 ^ n)%Z) by (apply Z.pow_le_mono_r; lia).
      assert (Q : (2 ^ W = 2 ^ (W - 3) * 2 ^ 3)%Z) by (rewrite <- Z.pow_add_r by lia; f_equal; ring).
      pose proof (Z.pow_pos_nonneg 2 (W - 3) ltac:(lia) ltac:(lia)). nia.
    * apply Rabs_def2 in J. destruct (xorb (negative a) (negative b)); simpl in Handed; lra.
- rewrite <- (exact_word_is_sum a b s E N). unfold at_place. rewrite Ns, En, power by exact Hn.
  replace (exponent s - (W - 1))%Z with (n + (exponent s - n - (W - 1)))%Z by ring.
  rewrite (bpow_plus radix2 n). ring.
Qed.

Theorem add_correct : codec_encode_cell 8 -> forall c d, finite c -> finite d ->
  right (definition c + definition d) (core_add c d).
Proof.
intros Encode c d Fc Fd.
destruct (codec_decode_definition c Fc) as [-> Lc]. destruct (codec_decode_definition d Fd) as [-> Ld].
unfold core_add. set (s := sum (load c) (load d)).
destruct (Z.eqb_spec (significand s) 0) as [Zs | NZ].
- destruct (add_sum _ _ Lc Ld) as [E [N [_ [_ Odd]]]]. fold s in E, N, Odd.
  destruct (Req_dec (IZR (jam (significand (small (load c) (load d))) (distance (load c) (load d))))
    (IZR (significand (small (load c) (load d))) * bpow radix2 (- distance (load c) (load d)))) as [X | NX].
  + rewrite <- (exact_word_is_sum _ _ s E N).
    destruct (add_sum _ _ Lc Ld) as [_ [_ [Word _]]]. fold s in Word. rewrite Zs in Word.
    apply (f_equal IZR) in Word. rewrite plus_IZR, !mult_IZR in Word.
    replace (exact_word (load c) (load d)) with 0; [unfold at_place; rewrite Rmult_0_r, Rmult_0_l; exact zero_is_right |].
    unfold exact_word. rewrite <- X.
    destruct (xorb (negative (load c)) (negative (load d))); simpl in *; [rewrite opp_IZR in Word |]; lra.
  + destruct (Odd NX) as [_ Big]. pose proof (Z.pow_pos_nonneg 2 (W - 3) ltac:(lia) ltac:(lia)). lia.
- destruct (sum_in_cell _ _ Lc Ld NZ) as [v [L [T E]]].
  apply (correct_of_cell 8 _ v); [exact Encode | exact L | exact T | symmetry; exact E].
Qed.
End Sum.

(* ---- Products: nf_mul_finite_W *)
Section Product.
Variable product : number -> number -> number.

(* The product's leading bits, with what is below jammed into the last; `carry` is 1 where it is 2 or more. *)
Hypothesis mul_exact : forall a b, operand a -> operand b -> leads (product a b) /\
  negative (product a b) = xorb (negative a) (negative b) /\
  exists carry, exponent (product a b) = (exponent a + exponent b + carry)%Z /\
  let v := IZR (significand a * significand b) * bpow radix2 (- (W - 1 + carry)) in
  exists q, IZR q <= v < IZR q + 1 /\ significand (product a b) = jammed q v.

Definition core_mul (c d : Code) : Code := encode (product (load c) (load d)).

Theorem mul_correct : codec_encode_cell 2 -> forall c d, finite c -> finite d ->
  right (definition c * definition d) (core_mul c d).
Proof.
intros Encode c d Fc Fd.
destruct (codec_decode_definition c Fc) as [-> Lc]. destruct (codec_decode_definition d Fd) as [-> Ld].
unfold core_mul. set (a := load c) in *. set (b := load d) in *.
destruct (mul_exact a b Lc Ld) as [L [N [carry [E [q [Q S]]]]]].
set (v := IZR (significand a * significand b) * bpow radix2 (- (W - 1 + carry))) in *.
apply (correct_of_cell 2 _ v _ Encode L).
- rewrite S. apply jammed_together. exact Q.
- unfold v, value, at_place. rewrite N, E, sign_xor, mult_IZR.
  replace (exponent a + exponent b + carry - (W - 1))%Z
    with ((exponent a - (W - 1)) + (exponent b - (W - 1)) + (W - 1 + carry))%Z by ring.
  rewrite (bpow_plus radix2 _ (W - 1 + carry)), (bpow_plus radix2 (exponent a - (W - 1))), bpow_opp.
  field. apply Rgt_not_eq, bpow_gt_0.
Qed.
End Product.

(* ---- Quotients: nf_div_finite_W with h = W/2, nf_div_long with h = 0 *)
Section Quotient.
Variables (quotient : number -> number -> number) (h : Z).
Hypothesis Hh : (0 <= h)%Z.

(* x 2^k = q y + r with r < y: q is the quotient's leading bits, and r is jammed into its last. *)
Hypothesis div_exact : forall a b, operand a -> operand b -> leads (quotient a b) /\
  negative (quotient a b) = xorb (negative a) (negative b) /\
  exists x y q r less, significand a = (x * 2 ^ h)%Z /\ significand b = (y * 2 ^ h)%Z /\
  (0 <= less)%Z /\ (x * 2 ^ (W - 1 + less) = q * y + r)%Z /\ (0 <= r < y)%Z /\
  exponent (quotient a b) = (exponent a - exponent b - less)%Z /\
  significand (quotient a b) = if (r =? 0)%Z then q else set_last q.

Definition core_div (c d : Code) : Code := encode (quotient (load c) (load d)).

Theorem div_correct : codec_encode_cell 2 -> forall c d, finite c -> finite d ->
  right (definition c / definition d) (core_div c d).
Proof.
intros Encode c d Fc Fd.
destruct (codec_decode_definition c Fc) as [-> Lc]. destruct (codec_decode_definition d Fd) as [-> Ld].
unfold core_div. set (a := load c) in *. set (b := load d) in *.
destruct (div_exact a b Lc Ld) as [L [N [x [y [q [r [less [A [B [K [D [R [E S]]]]]]]]]]]]].
assert (Y : 0 < IZR y) by (apply IZR_lt; lia).
set (v := IZR x * bpow radix2 (W - 1 + less) / IZR y).
assert (V : v = IZR q + IZR r / IZR y).
{ unfold v. rewrite <- power by lia. rewrite <- mult_IZR, D, plus_IZR, mult_IZR. field. lra. }
assert (Q : IZR q <= v < IZR q + 1).
{ rewrite V. destruct R as [R0 R1]. apply IZR_le in R0. apply IZR_lt in R1.
  assert (0 <= IZR r / IZR y) by (apply Rmult_le_pos; [exact R0 | apply Rlt_le, Rinv_0_lt_compat; exact Y]).
  assert (IZR r / IZR y < 1) by (apply Rmult_lt_reg_r with (IZR y); [exact Y |];
    unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra). lra. }
apply (correct_of_cell 2 _ v _ Encode L).
- rewrite S. replace (if (r =? 0)%Z then q else set_last q) with (jammed q v); [apply jammed_together; exact Q |].
  unfold jammed. destruct (Z.eqb_spec r 0) as [R0 | R0]; destruct (Req_EM_T (IZR q) v) as [X | NX]; try reflexivity.
  + exfalso. apply NX. rewrite V, R0. unfold Rdiv. ring.
  + exfalso. apply R0. apply eq_IZR. rewrite V in X.
    assert (F : IZR r / IZR y = 0) by lra. unfold Rdiv in F. apply Rmult_integral in F.
    destruct F as [F | F]; [exact F |]. exfalso. revert F. apply Rinv_neq_0_compat. lra.
- unfold value, at_place. rewrite N, E, sign_xor, A, B, 2!mult_IZR. unfold v.
  rewrite power by exact Hh.
  replace (exponent a - (W - 1))%Z with ((exponent a - exponent b - less - (W - 1)) + (W - 1 + less) + (exponent b - (W - 1)))%Z by ring.
  rewrite (bpow_plus radix2 (_ + _)), (bpow_plus radix2 (exponent a - exponent b - less - (W - 1))).
  assert (Ns : sign (negative b) * sign (negative b) = 1) by (destruct (negative b); simpl; ring).
  assert (Nz : sign (negative b) <> 0) by (destruct (negative b); simpl; lra).
  apply Rmult_eq_reg_r with (sign (negative b)); [| exact Nz].
  replace (sign (negative a) * sign (negative b) * (IZR x * bpow radix2 (W - 1 + less) / IZR y) *
    bpow radix2 (exponent a - exponent b - less - (W - 1)) * sign (negative b))
    with (sign (negative a) * (sign (negative b) * sign (negative b)) * (IZR x * bpow radix2 (W - 1 + less) / IZR y) *
    bpow radix2 (exponent a - exponent b - less - (W - 1))) by ring.
  rewrite Ns. field. repeat split; try exact Nz; try lra; apply Rgt_not_eq, bpow_gt_0.
Qed.
End Quotient.
End Chain.
