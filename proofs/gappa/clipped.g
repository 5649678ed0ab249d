# Where `half` is more than $most, the double below 2^63, that one is taken, and is as near.
r = r0 + frac / w;
{ |2 * half - r0| <= 1b13 /\ frac in [0, 1b66] /\ w in [1b63, 1b65] /\ half in [$most, 1b63] -> |2 * $most - r| <= 1b14 }
2 * $most - r -> (2 * half - r0) - frac / w - 2 * (half - $most) { w <> 0 };
