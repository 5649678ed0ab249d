(* SPDX-License-Identifier: BSD-3-Clause *)
(* What is the mean of a number that is rounded stochastically with a draw of 64 bits? *)
From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core.
Open Scope R_scope.

(* Between neighbours lo and hi x dropped the part D = (x - lo) / (hi - lo); a word r of the generator, one of N
   (2^64) that are equally likely, goes up when r < d, d = floor(N D) with its last bit set if N D is no integer. *)
Section Stochastic.
Variables (lo hi : R) (d : nat).
Hypothesis Hgap : lo <= hi.
Definition result (r : nat) : R := if Nat.ltb r d then hi else lo.
Fixpoint total (n : nat) : R := match n with O => 0 | S n => total n + result n end.

Lemma total_is : forall n, total n = INR n * lo + INR (Nat.min n d) * (hi - lo).
Proof.
induction n as [| n IH]; [simpl; ring |]. cbn [total]. rewrite IH. unfold result.
destruct (Nat.ltb_spec n d) as [L | G].
- rewrite Nat.min_l, Nat.min_l, S_INR by lia. ring.
- rewrite Nat.min_r, Nat.min_r, S_INR by lia. ring.
Qed.

Variable N : nat.
Hypothesis HN : (0 < N)%nat.
Hypothesis Hd : (d <= N)%nat.
Definition mean : R := total N / INR N.

Lemma N_pos : 0 < INR N. Proof. apply lt_0_INR. exact HN. Qed.

Theorem mean_is : mean = lo + INR d / INR N * (hi - lo).
Proof. unfold mean. rewrite total_is, Nat.min_r by exact Hd. pose proof N_pos. field. lra. Qed.

(* Unbiased up to the gap times 2^-64, and exactly so where 64 bits hold what was dropped. *)
Theorem bias_bound : forall x, Rabs (INR d - INR N * ((x - lo) / (hi - lo))) <= 1 -> lo < hi ->
  Rabs (mean - x) <= (hi - lo) / INR N.
Proof.
intros x H G. rewrite mean_is. pose proof N_pos as P.
replace (lo + INR d / INR N * (hi - lo) - x)
  with ((INR d - INR N * ((x - lo) / (hi - lo))) * ((hi - lo) / INR N)) by (field; lra).
assert (0 < (hi - lo) / INR N) by (apply Rdiv_lt_0_compat; lra).
rewrite Rabs_mult, (Rabs_pos_eq ((hi - lo) / INR N)) by lra. nra.
Qed.

Theorem unbiased : forall x, INR d = INR N * ((x - lo) / (hi - lo)) -> lo < hi -> mean = x.
Proof. intros x H G. rewrite mean_is, H. pose proof N_pos. field. lra. Qed.
End Stochastic.

(* The last bit set where anything is left below: never more than 1 from N D. *)
Definition sticky (q : Z) (t : R) : Z := if Req_EM_T (IZR q) t then q else if Z.even q then (q + 1)%Z else q.
Theorem sticky_within_one : forall (q : Z) (t : R), IZR q <= t < IZR q + 1 -> Rabs (IZR (sticky q t) - t) <= 1.
Proof.
intros q t [L H]. unfold sticky. destruct (Req_EM_T (IZR q) t) as [E | NE].
- rewrite E, Rminus_eq_0, Rabs_R0. lra.
- destruct (Z.even q); [rewrite plus_IZR, Rabs_pos_eq; lra | rewrite Rabs_left1; lra].
Qed.
