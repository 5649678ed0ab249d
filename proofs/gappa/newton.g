# A step of Newton's from an estimate within 2^14 of a root above 2^63, in whole numbers.
@dn = int<dn>;
g = dn(g_);
mean = dn((dn(r * r / g) + g) / 2);
{ r in [1b63, 1b64] /\ g in [$least_guess, 1b64] /\ |g - r| <= 1b14 -> mean - r in [-1.5, 1b-30] }
(r * r / g + g) / 2 - r -> (g - r) * (g - r) / (2 * g) { g <> 0 };
mean - r -> (mean - (dn(r * r / g) + g) / 2) + (dn(r * r / g) - r * r / g) / 2 + ((r * r / g + g) / 2 - r) { g <> 0 };
