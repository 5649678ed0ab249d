(* SPDX-License-Identifier: BSD-3-Clause *)
(* How wrong is a sum, or a dot product, whose additions are rounded, in whatever order? *)
From Coq Require Import ZArith Reals Lra Lia List Psatz.
From Flocq Require Import Core.
Require Import Growth.
Import ListNotations.
Open Scope R_scope.

(* An order of additions is a tree; its leaves are the exact terms, which are products in a dot product. *)
Inductive tree := Term (x : R) | Add (l r : tree).
Fixpoint exact (t : tree) : R := match t with Term x => x | Add l r => exact l + exact r end.
Fixpoint size (t : tree) : R := match t with Term x => Rabs x | Add l r => size l + size r end.
Fixpoint terms (t : tree) : nat := match t with Term _ => 1 | Add l r => terms l + terms r end.
Fixpoint depth (t : tree) : nat := match t with Term _ => 0 | Add l r => S (Nat.max (depth l) (depth r)) end.

Lemma size_pos : forall t, 0 <= size t.
Proof. induction t; simpl; [apply Rabs_pos | lra]. Qed.
Lemma exact_below_size : forall t, Rabs (exact t) <= size t.
Proof. induction t; simpl; [lra |]. eapply Rle_trans; [apply Rabs_triang | lra]. Qed.
Lemma terms_pos : forall t, (1 <= terms t)%nat.
Proof. induction t; simpl; lia. Qed.

(* `gives t z`: computing along t may give z.  What one term and one addition may give are relations, so that
   a theorem holds for whatever operations were computed, however they are rounded. *)
Section Gives.
Variables (term : R -> R -> Prop) (add : R -> R -> R -> Prop).
Inductive gives : tree -> R -> Prop :=
| gives_term : forall x z, term x z -> gives (Term x) z
| gives_add : forall l r a b z, gives l a -> gives r b -> add a b z -> gives (Add l r) z.
End Gives.

(* Terms as they are, for sums. *)
Definition as_is (x z : R) : Prop := z = x.

(* Forms "product" and "gamma": one operation has |z - exact| <= u |exact| + eta. *)
Section Product.
Variables (u_add eta_add u_mul eta_mul : R).
Hypothesis Hu : 0 <= u_add.
Hypothesis He : 0 <= eta_add.
Hypothesis Hm : 0 <= u_mul.
Hypothesis Hn : 0 <= eta_mul.
Variables (term : R -> R -> Prop) (add : R -> R -> R -> Prop).
Hypothesis Hterm : forall x z, term x z -> Rabs (z - x) <= u_mul * Rabs x + eta_mul.
Hypothesis Hadd : forall a b z, add a b z -> Rabs (z - (a + b)) <= u_add * Rabs (a + b) + eta_add.
Let absolute (t : tree) : R := INR (terms t) * eta_mul + (INR (terms t) - 1) * eta_add.

Lemma absolute_pos : forall t, 0 <= absolute t.
Proof.
intro t. unfold absolute. pose proof (le_INR _ _ (terms_pos t)) as T. simpl in T.
assert (0 <= INR (terms t) * eta_mul) by (apply Rmult_le_pos; lra).
assert (0 <= (INR (terms t) - 1) * eta_add) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma absolute_add : forall l r, absolute (Add l r) = absolute l + absolute r + eta_add.
Proof. intros. unfold absolute. simpl terms. rewrite plus_INR. ring. Qed.

(* k additions at most and one product are on the way of each term. *)
Theorem product_form : forall t z k, gives term add t z -> (depth t <= k)%nat ->
  Rabs (z - exact t) <= ((1 + u_mul) * (1 + u_add) ^ k - 1) * size t + absolute t * (1 + u_add) ^ k.
Proof.
intros t z k G. revert k. induction G as [x z T | l r a b z Gl IHl Gr IHr A]; intros k D; simpl in D.
- specialize (Hterm x z T). unfold absolute. simpl. pose proof (growth_pos u_add k Hu).
  pose proof (Rabs_pos x). set (g := (1 + u_add) ^ k) in *.
  assert (u_mul * Rabs x <= ((1 + u_mul) * g - 1) * Rabs x) by (apply Rmult_le_compat_r; nra). nra.
- destruct k as [| k]; [lia |].
  specialize (IHl k ltac:(lia)). specialize (IHr k ltac:(lia)). specialize (Hadd a b z A).
  pose proof (growth_pos u_add k Hu) as G. pose proof (size_pos l). pose proof (size_pos r).
  pose proof (exact_below_size l) as El. pose proof (exact_below_size r) as Er.
  pose proof (absolute_pos l). pose proof (absolute_pos r).
  rewrite absolute_add. cbn [exact size].
  set (g := (1 + u_add) ^ k) in *.
  set (ea := Rabs (a - exact l)) in *. set (eb := Rabs (b - exact r)) in *.
  assert (AB : Rabs (a + b) <= size l + size r + ea + eb).
  { replace (a + b) with ((exact l + exact r) + ((a - exact l) + (b - exact r))) by ring.
    eapply Rle_trans; [apply Rabs_triang |].
    pose proof (Rabs_triang (exact l) (exact r)). pose proof (Rabs_triang (a - exact l) (b - exact r)).
    unfold ea, eb. lra. }
  assert (Z : Rabs (z - (exact l + exact r)) <= (1 + u_add) * (ea + eb) + u_add * (size l + size r) + eta_add).
  { replace (z - (exact l + exact r)) with ((z - (a + b)) + ((a - exact l) + (b - exact r))) by ring.
    eapply Rle_trans; [apply Rabs_triang |].
    pose proof (Rabs_triang (a - exact l) (b - exact r)) as T. fold ea eb in T.
    assert (u_add * Rabs (a + b) <= u_add * (size l + size r + ea + eb)) by (apply Rmult_le_compat_l; assumption).
    lra. }
  eapply Rle_trans; [exact Z |].
  assert (Sub : (1 + u_add) * (ea + eb) <= (1 + u_add) *
     ((((1 + u_mul) * g - 1) * size l + absolute l * g) + (((1 + u_mul) * g - 1) * size r + absolute r * g)))
    by (apply Rmult_le_compat_l; lra).
  eapply Rle_trans; [apply Rplus_le_compat_r, Rplus_le_compat_r; exact Sub |].
  change ((1 + u_add) ^ S k) with ((1 + u_add) * g).
  assert (eta_add <= eta_add * ((1 + u_add) * g)).
  { rewrite <- (Rmult_1_r eta_add) at 1. apply Rmult_le_compat_l; nra. }
  lra.
Qed.

Theorem gamma_form : forall t z k, gives term add t z -> (depth t <= k)%nat ->
  u_mul <= u_add -> INR (S k) * u_add < 1 ->
  Rabs (z - exact t) <= INR (S k) * u_add / (1 - INR (S k) * u_add) * size t + absolute t * (1 + u_add) ^ k.
Proof.
intros t z k G D M K. eapply Rle_trans; [exact (product_form t z k G D) |].
apply Rplus_le_compat_r. apply Rmult_le_compat_r; [apply size_pos |].
eapply Rle_trans; [| apply gamma_bound; assumption].
simpl pow. pose proof (growth_pos u_add k Hu). nra.
Qed.
End Product.

(* A sum: the terms are values, and none of them is rounded. *)
Theorem sum_product_form : forall u eta (add : R -> R -> R -> Prop), 0 <= u -> 0 <= eta ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= u * Rabs (a + b) + eta) ->
  forall t z k, gives as_is add t z -> (depth t <= k)%nat ->
  Rabs (z - exact t) <= ((1 + u) ^ k - 1) * size t + (INR (terms t) - 1) * eta * (1 + u) ^ k.
Proof.
intros u eta add Hu He A t z k G D.
pose proof (product_form u eta 0 0 Hu He ltac:(lra) ltac:(lra) as_is add
  ltac:(intros x y ->; rewrite Rminus_eq_0, Rabs_R0; lra) A t z k G D) as P.
rewrite Rplus_0_r, Rmult_1_l, Rmult_0_r, Rplus_0_l in P. exact P.
Qed.

Theorem sum_gamma_form : forall u (add : R -> R -> R -> Prop), 0 <= u ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= u * Rabs (a + b)) ->
  forall t z k, gives as_is add t z -> (depth t <= k)%nat -> INR k * u < 1 ->
  Rabs (z - exact t) <= INR k * u / (1 - INR k * u) * size t.
Proof.
intros u add Hu A t z k G D K.
eapply Rle_trans.
- apply (sum_product_form u 0 add Hu ltac:(lra)) with (k := k); [| exact G | exact D].
  intros a b c C. specialize (A a b c C). lra.
- rewrite Rmult_0_r, Rmult_0_l, Rplus_0_r.
  apply Rmult_le_compat_r; [apply size_pos | apply gamma_bound; assumption].
Qed.

(* Rounding toward zero, or down: of nonnegative terms no order of additions gives more than the exact sum. *)
Theorem one_way : forall (term : R -> R -> Prop) (add : R -> R -> R -> Prop),
  (forall x z, term x z -> 0 <= x -> 0 <= z <= x) ->
  (forall a b z, add a b z -> 0 <= a + b -> 0 <= z <= a + b) ->
  forall t z, gives term add t z -> size t = exact t -> 0 <= z <= exact t.
Proof.
intros term add T A t z G. induction G as [x z X | l r a b z Gl IHl Gr IHr Z]; cbn [size exact]; intro E.
- apply (T x z X). rewrite <- E. apply Rabs_pos.
- pose proof (exact_below_size l) as L. pose proof (exact_below_size r) as R.
  pose proof (Rle_abs (exact l)). pose proof (Rle_abs (exact r)).
  specialize (IHl ltac:(lra)). specialize (IHr ltac:(lra)). specialize (A a b z Z ltac:(lra)). lra.
Qed.

(* Form "linear".  Each sum is the nearest value, so that its error is at most that of giving back an operand. *)
(* z near a + b, a near x, b near y: how far z is from x + y, and how large a and b may be. *)
Lemma parts_of_a_sum : forall a b z x y sx sy, Rabs x <= sx -> Rabs y <= sy ->
  Rabs (z - (x + y)) <= Rabs (a - x) + Rabs (b - y) + Rabs (z - (a + b)) /\
  Rabs a <= sx + Rabs (a - x) /\ Rabs b <= sy + Rabs (b - y).
Proof.
intros a b z x y sx sy X Y. repeat split.
- replace (z - (x + y)) with ((a - x) + (b - y) + (z - (a + b))) by ring.
  pose proof (Rabs_triang ((a - x) + (b - y)) (z - (a + b))). pose proof (Rabs_triang (a - x) (b - y)). lra.
- replace a with (x + (a - x)) at 1 by ring. pose proof (Rabs_triang x (a - x)). lra.
- replace b with (y + (b - y)) at 1 by ring. pose proof (Rabs_triang y (b - y)). lra.
Qed.

Section Linear.
Variable u : R.
Hypothesis Hu : 0 <= u <= 1.
Variables (term : R -> R -> Prop) (add : R -> R -> R -> Prop).
Hypothesis nearest_left : forall a b z, add a b z -> Rabs (z - (a + b)) <= Rabs b.
Hypothesis nearest_right : forall a b z, add a b z -> Rabs (z - (a + b)) <= Rabs a.

(* The number n of additions and of terms enter as the numbers p and q that induction needs. *)
Lemma small_operand : forall S1 S2 E1 E2 e b p q, 0 <= S1 -> 0 <= S2 <= u * S1 -> 0 <= p -> 0 <= q ->
  E1 <= p * u * S1 -> E2 <= q * u * S2 -> b <= S2 + E2 -> e <= b ->
  E1 + E2 + e <= (p + q + 1) * u * (S1 + S2).
Proof.
intros S1 S2 E1 E2 e b p q H1 [H2 H3] Hp Hq A B C D.
assert (S2 <= S1) by nra.
assert (q * u * S2 <= q * u * S1) by (apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | assumption]).
assert (0 <= p * u * S2) by (repeat apply Rmult_le_pos; lra).
assert (0 <= u * S2) by (apply Rmult_le_pos; lra). lra.
Qed.

(* Rump 2012, for any order: n - 1 additions of n values are wrong by at most (n - 1) u times the magnitudes. *)
Theorem linear_sum : (forall x z, term x z -> z = x) ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= u * Rabs (a + b)) ->
  forall t z, gives term add t z -> Rabs (z - exact t) <= (INR (terms t) - 1) * u * size t.
Proof.
intros T A t z G. induction G as [x z X | l r a b z Gl IHl Gr IHr Z]; cbn [exact size terms].
- rewrite (T x z X), Rminus_eq_0, Rabs_R0. simpl. lra.
- rewrite plus_INR. pose proof (le_INR _ _ (terms_pos l)) as P. pose proof (le_INR _ _ (terms_pos r)) as Q.
  simpl in P, Q. set (p := INR (terms l) - 1) in *. set (q := INR (terms r) - 1) in *.
  replace (INR (terms l) + INR (terms r) - 1) with (p + q + 1) by (unfold p, q; ring).
  assert (0 <= p) by (unfold p; lra). assert (0 <= q) by (unfold q; lra).
  pose proof (size_pos l). pose proof (size_pos r).
  pose proof (exact_below_size l). pose proof (exact_below_size r).
  destruct (parts_of_a_sum a b z (exact l) (exact r) (size l) (size r) ltac:(assumption) ltac:(assumption)) as [TR [MA MB]].
  pose proof (nearest_left a b z Z). pose proof (nearest_right a b z Z). specialize (A a b z Z).
  set (e := Rabs (z - (a + b))) in *.
  set (E1 := Rabs (a - exact l)) in *. set (E2 := Rabs (b - exact r)) in *.
  eapply Rle_trans; [exact TR |].
  destruct (Rle_or_lt (size r) (u * size l)) as [C | C].
  { apply (small_operand _ _ _ _ _ (Rabs b)); (assumption || lra). }
  destruct (Rle_or_lt (size l) (u * size r)) as [D | D].
  { replace (E1 + E2 + e) with (E2 + E1 + e) by ring.
    replace ((p + q + 1) * u * (size l + size r)) with ((q + p + 1) * u * (size r + size l)) by ring.
    apply (small_operand _ _ _ _ _ (Rabs a)); (assumption || lra). }
  assert (AB : u * Rabs (a + b) <= u * (size l + size r + E1 + E2)).
  { apply Rmult_le_compat_l; [lra |]. pose proof (Rabs_triang a b). lra. }
  assert (u * E1 <= p * u * size r).
  { apply Rle_trans with (u * (p * u * size l)); [apply Rmult_le_compat_l; lra |].
    replace (u * (p * u * size l)) with (p * u * (u * size l)) by ring.
    apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | lra]. }
  assert (u * E2 <= q * u * size l).
  { apply Rle_trans with (u * (q * u * size r)); [apply Rmult_le_compat_l; lra |].
    replace (u * (q * u * size r)) with (q * u * (u * size r)) by ring.
    apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | lra]. }
  lra.
Qed.

(* Jeannerod and Rump 2013, for any order, and for every rounding to nearest whose relative error is at most
   u / (1 + u): n products, rounded and added, are wrong by at most n u times the magnitudes of the products.
   No use is made of a precision that is the same everywhere, so that it holds for tapered formats, too. *)
Theorem linear_dot : (forall x z, term x z -> Rabs (z - x) <= u * Rabs x) ->
  (forall a b z, add a b z -> Rabs (z - (a + b)) <= u / (1 + u) * Rabs (a + b)) ->
  forall t z, gives term add t z -> Rabs (z - exact t) <= INR (terms t) * u * size t.
Proof.
intros T A t z G. induction G as [x z X | l r a b z Gl IHl Gr IHr Z]; cbn [exact size terms].
- specialize (T x z X). simpl. lra.
- rewrite plus_INR. pose proof (le_INR _ _ (terms_pos l)) as P. pose proof (le_INR _ _ (terms_pos r)) as Q.
  simpl in P, Q. set (p := INR (terms l)) in *. set (q := INR (terms r)) in *.
  pose proof (size_pos l). pose proof (size_pos r).
  pose proof (exact_below_size l). pose proof (exact_below_size r).
  destruct (parts_of_a_sum a b z (exact l) (exact r) (size l) (size r) ltac:(assumption) ltac:(assumption)) as [TR [MA MB]].
  pose proof (nearest_left a b z Z). pose proof (nearest_right a b z Z). specialize (A a b z Z).
  set (v := u / (1 + u)) in *.
  assert (V : v * (1 + u) = u) by (unfold v; field; lra).
  assert (V0 : 0 <= v <= u).
  { assert (0 <= v) by (unfold v; apply Rmult_le_pos; [lra | apply Rlt_le, Rinv_0_lt_compat; lra]). nra. }
  set (e := Rabs (z - (a + b))) in *.
  set (E1 := Rabs (a - exact l)) in *. set (E2 := Rabs (b - exact r)) in *.
  eapply Rle_trans; [exact TR |].
  assert (Small : forall S1 S2 F1 F2 w m n, 0 <= S1 -> 0 <= S2 <= u * S1 -> 1 <= m -> 1 <= n ->
    F1 <= m * u * S1 -> F2 <= n * u * S2 -> w <= S2 + F2 -> e <= w -> F1 + F2 + e <= (m + n) * u * (S1 + S2)).
  { intros S1 S2 F1 F2 w m n K1 [K2 K3] Km Kn B1 B2 B3 B4. assert (S2 <= S1) by nra.
    assert ((n - 1) * u * S2 <= (n - 1) * u * S1)
      by (apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | assumption]).
    assert (u * S2 <= m * (u * S2)) by (assert (0 <= u * S2) by (apply Rmult_le_pos; lra); nra). lra. }
  destruct (Rle_or_lt (size r) (u * size l)) as [C | C].
  { apply (Small _ _ _ _ (Rabs b)); (assumption || lra). }
  destruct (Rle_or_lt (size l) (u * size r)) as [D | D].
  { replace (E1 + E2 + e) with (E2 + E1 + e) by ring.
    replace ((p + q) * u * (size l + size r)) with ((q + p) * u * (size r + size l)) by ring.
    apply (Small _ _ _ _ (Rabs a)); (assumption || lra). }
  assert (AB : v * Rabs (a + b) <= v * (size l + size r + E1 + E2)).
  { apply Rmult_le_compat_l; [lra |]. pose proof (Rabs_triang a b). lra. }
  assert (X1 : v * E1 <= v * (p * u * size l)) by (apply Rmult_le_compat_l; lra).
  assert (X2 : v * E2 <= v * (q * u * size r)) by (apply Rmult_le_compat_l; lra).
  assert (Y1 : v * ((p - 1) * (u * size l)) <= u * ((p - 1) * size r)).
  { apply Rmult_le_compat; try lra.
    - apply Rmult_le_pos; [lra |]. apply Rmult_le_pos; lra.
    - apply Rmult_le_compat_l; lra. }
  assert (Y2 : v * ((q - 1) * (u * size r)) <= u * ((q - 1) * size l)).
  { apply Rmult_le_compat; try lra.
    - apply Rmult_le_pos; [lra |]. apply Rmult_le_pos; lra.
    - apply Rmult_le_compat_l; lra. }
  assert (W1 : v * size l + v * (u * size l) = u * size l) by (rewrite <- V at 2; ring).
  assert (W2 : v * size r + v * (u * size r) = u * size r) by (rewrite <- V at 2; ring).
  lra.
Qed.
End Linear.

(* The orders that the package names.  From the left, n terms pass n - 1 additions at most ... *)
Fixpoint from_left (t : tree) (l : list R) : tree := match l with [] => t | x :: l => from_left (Add t (Term x)) l end.
Lemma depth_from_left : forall l t, depth (from_left t l) = (depth t + length l)%nat.
Proof. induction l as [| x l IH]; intro t; simpl; [lia |]. rewrite IH. simpl. lia. Qed.

(* ... and by halves, 2^k terms pass k. *)
Fixpoint by_halves (k : nat) (f : nat -> R) : tree :=
  match k with O => Term (f O) | S k => Add (by_halves k f) (by_halves k (fun i => f (2 ^ k + i)%nat)) end.
Lemma depth_by_halves : forall k f, depth (by_halves k f) = k /\ terms (by_halves k f) = (2 ^ k)%nat.
Proof.
induction k as [| k IH]; intro f; [split; reflexivity |].
destruct (IH f) as [D1 T1]. destruct (IH (fun i => f (2 ^ k + i)%nat)) as [D2 T2].
cbn [by_halves depth terms]. rewrite D1, D2, T1, T2. simpl. split; lia.
Qed.

(* All hypotheses hold for rounding to nearest in a format of Flocq. *)
Section Flocq.
Variable fexp : Z -> Z.
Context {valid : Valid_exp fexp}.
Variable choice : Z -> bool.
Let rounding := round radix2 fexp (Znearest choice).
Let value := generic_format radix2 fexp.
Definition rounded_term (x z : R) : Prop := z = rounding x.
Definition rounded_sum (a b z : R) : Prop := value a /\ value b /\ z = rounding (a + b).

Lemma rounded_sum_left : forall a b z, rounded_sum a b z -> Rabs (z - (a + b)) <= Rabs b.
Proof.
intros a b z [A [_ ->]]. destruct (round_N_pt radix2 fexp choice (a + b)) as [_ N].
eapply Rle_trans; [apply (N a A) |]. replace (a - (a + b)) with (- b) by ring. rewrite Rabs_Ropp. lra.
Qed.
Lemma rounded_sum_right : forall a b z, rounded_sum a b z -> Rabs (z - (a + b)) <= Rabs a.
Proof.
intros a b z [_ [B ->]]. destruct (round_N_pt radix2 fexp choice (a + b)) as [_ N].
eapply Rle_trans; [apply (N b B) |]. replace (b - (a + b)) with (- a) by ring. rewrite Rabs_Ropp. lra.
Qed.
End Flocq.
