# The estimate is twice `half` without its fraction; r = r0 + frac / (r + r0) is the root of
# m 2^66 + frac, r0 that of m 2^66, and w stands for r + r0.
guess = 2 * int<zr>(half);
r = r0 + frac / w;
{ |2 * half - r0| <= 1b13 /\ frac in [0, 1b66] /\ w in [1b63, 1b65] /\ half in [1b61, $most] -> |guess - r| <= 1b14 }
guess - r -> 2 * (int<zr>(half) - half) + (2 * half - r0) - frac / w { w <> 0 };
