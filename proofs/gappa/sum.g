# Multiples of 2^$unit add without an error while their sum is at most $most and one term $bound.
@rn = float<53, $least, ne>;
{ @FIX(a, $unit) /\ @FIX(b, $unit) /\ |a| <= $most /\ |b| <= $bound -> rn(a + b) - (a + b) in [0, 0] }
