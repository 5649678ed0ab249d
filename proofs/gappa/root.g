# The double next to m, its root and 2^32, rounded in one direction, beside the exact root of m 2^64.
h = float<53, -1074, $mode>(m);
s = float<53, -1074, $mode>(sqrt(h));
half = float<53, -1074, $mode>(s * $scale);
{ @FIX(m, 0) /\ m in [1b60, 1b62] -> |half - sqrt(m) * 4294967296| <= 1b12 }
