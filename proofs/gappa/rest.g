# What is left, p - q, is a double: a p above half a unit is a multiple of 2^$ulp, its last bit at worst.
@rn = float<53, $least, ne>;
{ @FIX(p, $ulp) /\ @FIX(q, $unit) /\ |p - q| <= 1b$half -> rn(p - q) - (p - q) in [0, 0] }
