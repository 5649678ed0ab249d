/* SPDX-License-Identifier: BSD-3-Clause */
/* Where does a format end, and which format holds every value of another? */
#include "order.h"

/* The largest (smallest positive) code. */
static uint64_t max_code(const nf_format *f)
{
    return nf_is_float(f) ? nf_max_finite(f) : nf_mask(f->bits - f->is_signed);
}

static uint64_t min_code(const nf_format *f)
{
    return nf_is_float(f) && f->zero && !f->subnormals ? (uint64_t)1 << f->man
           : nf_is_float(f) && !f->zero                ? 0
                                                       : 1;
}

static uint64_t lowest_code(const nf_format *f)
{
    if (!f->is_signed)
        return nf_is_float(f) ? min_code(f) * !f->zero : 0;
    if (nf_is_float(f))
        return nf_max_finite(f) | nf_sign_mask(f);
    return nf_sign_mask(f) +
           (f->family != NF_FIXED || f->overflow == NF_OVERFLOW_SATURATE_SYMMETRIC);
}

nf_limits nf_limits_of(const nf_format *f)
{
    nf_limits r = {.maxpos = max_code(f),
                   .minpos = min_code(f),
                   .one = nf_unit(f, 1),
                   .nan = nf_el_nan(f),
                   .lowest = lowest_code(f)};
    r.max_exp = nf_decode_64(f, r.maxpos).exp;
    r.min_exp = nf_decode_64(f, r.minpos).exp;
    r.has_nan = nf_is_float(f) ? f->nan != NF_NAN_NONE : f->family != NF_FIXED;
    r.has_inf = nf_is_float(f) && f->inf != NF_INF_NONE;
    r.has_neg_zero = nf_is_float(f) && f->signed_zero;
    r.has_negative = f->is_signed;
    return r;
}

void nf_exponent_range(const nf_format *f, int *least, int *most)
{
    nf_number_128 x;
    switch (f->family) {
    case NF_POSIT:
    case NF_TAKUM_LINEAR: /* the code 1 is odd: its last bit is the lowest of all */
        *most = f->family == NF_POSIT ? f->rs * (1 << f->es) : 255;
        x = nf_decode_128_any(f, 1);
        *least = x.exp - 127 + nf_trailing_zeros(x.sig);
        break;
    case NF_FIXED: *most = f->bits - f->frac, *least = -f->frac; break;
    default: *least = nf_min_normal_exp(f) - f->man; *most = nf_min_normal_exp(f) + (1 << f->exp);
    }
}

/* ---- containment ----------------------------------------------------------------------------- */

enum { NF_NO_VALUE = -1 };

/* Fraction bits at exponent e: the values are 1.f * 2^e with that many bits of f.  (A tapered
 * format lacks f = 0 at its least exponent: see has_hole; the top binade may end early.) */
static int posit_precision(const nf_format *f, int e)
{
    int unit = 1 << f->es, low = e & (unit - 1), k = (e - low) / unit;
    int run = k >= 0 ? k + 1 : -k;
    if (run > f->rs)
        return NF_NO_VALUE;
    int room = f->bits - 1 - run - (run < f->rs) - f->es;
    if (room >= 0)
        return room;
    if (low & ((1 << -room) - 1)) /* exponent bits that do not fit read as 0 */
        return NF_NO_VALUE;
    return e == -f->rs * unit ? NF_NO_VALUE : 0;
}

static int takum_precision(const nf_format *f, int e)
{
    if (e < -255 || e > 254)
        return NF_NO_VALUE;
    int r = 63 - nf_clz_64((uint64_t)(e >= 0 ? e + 1 : -e));
    int room = f->bits - 5 - r;
    if (room >= 0)
        return room;
    int c = e >= 0 ? e + 1 - (1 << r) : e - 1 + (2 << r);
    if (c & ((1 << -room) - 1))
        return NF_NO_VALUE;
    return e == -255 ? NF_NO_VALUE : 0;
}

static int precision(const nf_format *f, const nf_limits *ends, int e)
{
    switch (f->family) {
    case NF_POSIT: return posit_precision(f, e);
    case NF_TAKUM_LINEAR: return takum_precision(f, e);
    case NF_FIXED: return e < -f->frac || e > ends->max_exp ? NF_NO_VALUE : e + f->frac;
    default: break;
    }
    if (e < ends->min_exp || e > ends->max_exp)
        return NF_NO_VALUE;
    int below = nf_min_normal_exp(f) - e;
    return below > 0 ? f->man - below : f->man;
}

/* The least power of two that the exponent range of a tapered format suggests but 0 took. */
static bool has_hole(const nf_format *f, int e)
{
    if (f->family == NF_POSIT)
        return e == -f->rs * (1 << f->es);
    return f->family == NF_TAKUM_LINEAR && e == -255;
}

/* Is |code a of f| > |code b of g|?  Finite values. */
static bool exceeds(const nf_format *f, uint64_t a, const nf_format *g, uint64_t b)
{
    nf_number_64 x = nf_decode_64(f, a), y = nf_decode_64(g, b);
    if (y.cls != NF_FINITE || x.cls != NF_FINITE)
        return x.cls == NF_FINITE;
    return x.exp != y.exp ? x.exp > y.exp : x.sig > y.sig;
}

/* Symmetric saturation never gives the code below nf_limits.lowest, but there is one. */
static uint64_t lowest_of_codes(const nf_format *f, const nf_limits *ends)
{
    return f->family == NF_FIXED && f->is_signed ? nf_sign_mask(f) : ends->lowest;
}

/* A format whose conversion saturates infinities has them, but takes none from elsewhere. */
static bool range_fits(const nf_format *to, const nf_limits *t, const nf_format *from,
                       const nf_limits *s)
{
    bool takes_inf = t->has_inf && to->overflow != NF_OVERFLOW_SATURATE_FINITE;
    if ((s->has_nan && !t->has_nan) || (s->has_inf && !takes_inf))
        return false;
    if ((s->has_negative && !t->has_negative) || (from->zero && !to->zero))
        return false;
    return !exceeds(from, s->maxpos, to, t->maxpos) &&
           !(s->has_negative && exceeds(from, lowest_of_codes(from, s), to, t->lowest));
}

bool nf_contains(const nf_format *to, const nf_format *from)
{
    nf_limits t = nf_limits_of(to), s = nf_limits_of(from);
    if (!range_fits(to, &t, from, &s))
        return false;
    uint64_t top = nf_decode_64(from, s.maxpos).sig;
    for (int e = s.min_exp; e <= s.max_exp; e++) {
        int need = precision(from, &s, e);
        if (need == NF_NO_VALUE)
            continue;
        if (e == s.max_exp && top == (uint64_t)1 << 63)
            need = 0; /* the top binade holds one value */
        if (precision(to, &t, e) < need || (has_hole(to, e) && !has_hole(from, e)))
            return false;
    }
    /* the lowest fixed-point value, -2^k, lies one binade above maxpos */
    nf_number_64 low = nf_decode_64(from, s.lowest);
    return from->family != NF_FIXED || !s.has_negative ||
           (to->family == NF_FIXED || precision(to, &t, low.exp) >= 0);
}
