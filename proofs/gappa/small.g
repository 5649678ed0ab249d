# A p of at most half a unit has q = 0: nothing is taken from it.
@rn = float<53, $least, ne>;
p = rn(p_);
{ |p| <= 1b$half -> rn(p + $sigma) - $sigma in [0, 0] }
