# One level of an extraction, scaled so that terms are at most $bound: p + sigma rounds p to a multiple
# of 2^$unit, both steps are exact but for that, and what is left is at most half of it.
@rn = float<53, $least, ne>;
p = rn(p_);
high = rn(p + $sigma);
q = rn(high - $sigma);
{ p in [-$bound, $bound] ->
    q - (high - $sigma) in [0, 0] /\ @FIX(q, $unit) /\ q in [-$bound, $bound] /\ |p - q| <= 1b$half }
p - q -> ((p + $sigma) - high) - (q - (high - $sigma));
