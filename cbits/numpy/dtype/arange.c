/* SPDX-License-Identifier: BSD-3-Clause */
/* How is np.arange filled?  NumPy stores start and start + step, both rounded to the format.
 *
 * With a and b for these two, element i is a + i (b - a), computed exactly and rounded once: the
 * sequence is the best the format has, given the two that NumPy rounded, and does not drift.  The
 * step is b - a, not the caller's: that is NumPy's contract, and what it does for its own types. */
#include "calls/nfnp_calls.h"
#include "dtype/nfnp_dtype.h"

typedef unsigned __int128 u128;

static u128 field(nf_unpacked x)
{
    return (u128)x.hi << 64 | x.lo;
}

static nf_unpacked normalised(int sign, int exp, u128 sig) /* sig / 2^127 * 2^exp */
{
    nf_unpacked r = {.cls = NF_ZERO};
    if (sig == 0)
        return r;
    int up =
        sig >> 64 ? __builtin_clzll((uint64_t)(sig >> 64)) : 64 + __builtin_clzll((uint64_t)sig);
    sig <<= up;
    r = (nf_unpacked){NF_FINITE, (uint8_t)sign, exp - up, (uint64_t)(sig >> 64), (uint64_t)sig};
    return r;
}

/* x * n, exact: a code has at most 64 significant bits, n fewer than 64, the field 128. */
static nf_unpacked times(nf_unpacked x, int64_t n)
{
    if (x.cls != NF_FINITE || n == 0)
        return (nf_unpacked){.cls = NF_ZERO};
    uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
    return normalised(x.sign ^ (n < 0), x.exp + 64, (u128)x.hi * size);
}

/* x + y; what falls below the field is jammed into its lowest bit.  A term has at most 127
 * significant bits, so that the shift by one for the carry loses nothing. */
static nf_unpacked plus(nf_unpacked x, nf_unpacked y)
{
    if (x.cls != NF_FINITE)
        return y;
    if (y.cls != NF_FINITE)
        return x;
    if (x.exp < y.exp || (x.exp == y.exp && field(x) < field(y))) {
        nf_unpacked t = x;
        x = y;
        y = t;
    }
    u128 big = field(x) >> 1, small = field(y) >> 1;
    int64_t down = (int64_t)x.exp - y.exp;
    u128 kept = down < 128 ? small >> down : 0;
    kept |= down < 128 ? (kept << down) != small : 1;
    return normalised(x.sign, x.exp + 1, x.sign == y.sign ? big + kept : big - kept);
}

int nfnp_fill_range(void *data, npy_intp n, void *array)
{
    nfnp_dtype *d = NFNP_DTYPE(PyArray_DESCR((PyArrayObject *)array));
    char *p = data;
    nf_env env = nfnp_env(&d->format);
    if (n <= 2)
        return 0;
    nf_unpacked a = nf_decode(&d->format, nfnp_load(d, p));
    nf_unpacked b = nf_decode(&d->format, nfnp_load(d, p + d->size));
    bool finite = a.cls <= NF_FINITE && b.cls <= NF_FINITE;
    nf_unpacked nan = {.cls = NF_NOT_A_NUMBER};
    for (npy_intp i = 2; i < n; i++) {
        nf_unpacked x = finite ? plus(times(b, i), times(a, 1 - i)) : nan;
        env.index = (uint64_t)i;
        nfnp_store(d, p + i * d->size, nf_encode(&d->format, x, &env));
    }
    return 0;
}
