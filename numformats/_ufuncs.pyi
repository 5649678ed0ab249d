# SPDX-License-Identifier: BSD-3-Clause
# Which ufuncs are there that NumPy has not, for type checkers?  Written by docs/generate_tables.py.

import numpy as np

rint_ties_away: np.ufunc
ieee_remainder: np.ufunc
fma: np.ufunc
fmm: np.ufunc
rsqrt: np.ufunc
exp2m1: np.ufunc
exp10: np.ufunc
exp10m1: np.ufunc
log2p1: np.ufunc
log10p1: np.ufunc
sinpi: np.ufunc
cospi: np.ufunc
tanpi: np.ufunc
arcsinpi: np.ufunc
arccospi: np.ufunc
arctanpi: np.ufunc
sigmoid: np.ufunc
softplus: np.ufunc
silu: np.ufunc
gelu: np.ufunc
erf: np.ufunc
erfc: np.ufunc
gamma: np.ufunc
lgamma: np.ufunc
sinc: np.ufunc
arctan2pi: np.ufunc
compound: np.ufunc
rootn: np.ufunc
