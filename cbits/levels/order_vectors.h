/* SPDX-License-Identifier: BSD-3-Clause */
/* How do codes compare, and change their sign, eight at a time?  As core/order.h, on words: no
 * decoding, no rounding. */
#ifndef NF_ORDER_VECTORS_H
#define NF_ORDER_VECTORS_H

#include "core/core.h"
#include "core/order.h"
#include "stages.h"
#include "vectors.h"

/* A code, seen as what order and sign need of it; masks are all ones or zeros. */
typedef struct nf_view {
    nf_ints key;    /* in the order of values, -0 below 0; NaR least */
    nf_words zero;  /* is it 0, of either sign? */
    nf_words minus; /* does it have a sign? */
    nf_words nan;
    nf_words infinite;
} nf_view;

NF_VECTOR nf_view nf_view_of(const nf_format *f, nf_words code)
{
    nf_words word = code << (32 - f->bits), none = nf_all(0);
    nf_words negative = (nf_words)((nf_ints)word >> 31) & (f->is_signed ? ~0u : 0);
    if (!nf_is_float(f)) {
        nf_words nan = f->family == NF_FIXED ? none : (nf_words)(word == 0x80000000);
        return (nf_view){(nf_ints)(word ^ (f->is_signed ? 0 : 0x80000000)), (nf_words)(word == 0),
                         negative & ~nan, nan, none};
    }
    const uint32_t top = (uint32_t)nf_max_finite(f), least = f->subnormals ? 1 : 1u << f->man;
    nf_words m = code & (uint32_t)nf_mask(nf_magnitude_bits(f));
    nf_words beyond = (nf_words)((nf_ints)m > (nf_ints)nf_all(top));
    nf_words infinite = f->inf != NF_INF_NONE ? (nf_words)(m == top + 1) : none;
    nf_words nan = beyond & ~infinite, zero = (nf_words)((nf_ints)m < (nf_ints)nf_all(least));
    if (f->nan == NF_NAN_NEGATIVE_ZERO) {
        nan |= (nf_words)(m == 0) & negative;
        zero &= ~nan;
    }
    nf_words minus = f->signed_zero ? negative : negative & ~(zero | nan);
    m &= ~zero;
    return (nf_view){(nf_ints)(m ^ minus), zero, minus, nan, infinite};
}

/* ---- truths ---------------------------------------------------------------------------------- */

/* -0 and 0 are equal: both have the key of their sign. */
NF_VECTOR nf_words nf_equal_views(nf_view a, nf_view b)
{
    return (nf_words)(a.key == b.key) | (a.zero & b.zero);
}

NF_VECTOR nf_words nf_less_views(nf_view a, nf_view b)
{
    return (nf_words)(a.key < b.key) & ~(a.zero & b.zero);
}

/* NaNs of floats are unordered; NaR is least and equal to itself. */
NF_VECTOR nf_words nf_truth(const nf_format *f, nf_op op, nf_view a, nf_view b)
{
    nf_words unordered = nf_is_float(f) ? a.nan | b.nan : nf_all(0);
    switch (op) {
    case NF_OP_equal: return nf_equal_views(a, b) & ~unordered;
    case NF_OP_not_equal: return ~nf_equal_views(a, b) | unordered;
    case NF_OP_less: return nf_less_views(a, b) & ~unordered;
    case NF_OP_less_equal: return ~(nf_less_views(b, a) | unordered);
    case NF_OP_greater: return nf_less_views(b, a) & ~unordered;
    case NF_OP_greater_equal: return ~(nf_less_views(a, b) | unordered);
    case NF_OP_isnan: return a.nan;
    case NF_OP_isinf: return a.infinite;
    case NF_OP_isfinite: return ~(a.nan | a.infinite);
    case NF_OP_signbit: return a.minus;
    default: return ~a.zero; /* nonzero */
    }
}

/* ---- codes ----------------------------------------------------------------------------------- */

NF_VECTOR nf_words nf_extreme(const nf_format *f, nf_words a, nf_words b, bool largest, bool other)
{
    nf_view x = nf_view_of(f, a), y = nf_view_of(f, b);
    nf_words take_b = (nf_words)(largest ? y.key > x.key : y.key < x.key);
    nf_words r = nf_select(take_b, b, a), nan = nf_all((uint32_t)nf_el_nan(f));
    if (other) /* a NaN loses against a number */
        return nf_select(x.nan & y.nan, nan, nf_select(x.nan, b, nf_select(y.nan, a, r)));
    return nf_select(x.nan | y.nan, nan, r);
}

/* The magnitude of a with this sign; fixed point: its most negative code saturates. */
NF_VECTOR nf_words nf_with_signs(const nf_format *f, nf_words a, nf_words minus, nf_words *over)
{
    const uint32_t sign = 1u << (f->bits - 1), all = (uint32_t)nf_mask(f->bits);
    if (nf_is_float(f))
        return (a & (sign - 1)) | (minus & sign);
    nf_words m = nf_absolute(a << (32 - f->bits)) >> (32 - f->bits);
    if (f->family == NF_FIXED) {
        nf_words beyond = (nf_words)(m == sign) & ~minus;
        *over |= beyond;
        m += beyond; /* less 1 */
    }
    return ((m ^ minus) - minus) & all;
}

NF_VECTOR nf_words nf_reordered(const nf_format *f, nf_op op, nf_words a, nf_words b, nf_words c,
                                nf_words *over)
{
    switch (op) {
    case NF_OP_maximum: return nf_extreme(f, a, b, true, false);
    case NF_OP_minimum: return nf_extreme(f, a, b, false, false);
    case NF_OP_fmax: return nf_extreme(f, a, b, true, true);
    case NF_OP_fmin: return nf_extreme(f, a, b, false, true);
    case NF_OP_clip: return nf_extreme(f, nf_extreme(f, a, b, true, false), c, false, false);
    case NF_OP_abs: return nf_with_signs(f, a, nf_all(0), over);
    case NF_OP_copysign: return nf_with_signs(f, a, nf_view_of(f, b).minus, over);
    default: { /* neg */
        nf_words word = a << (32 - f->bits);
        return nf_with_signs(f, a, ~(nf_words)((nf_ints)word >> 31), over);
    }
    }
}

/* ---- loops ----------------------------------------------------------------------------------- */

NF_VECTOR uint32_t nf_order_loop(const nf_format *f, nf_op op, const uint32_t *const *x, int n,
                                 uint32_t *out)
{
    const bool truth = op == NF_OP_equal || op == NF_OP_not_equal || op == NF_OP_less ||
                       op == NF_OP_less_equal || op == NF_OP_greater || op == NF_OP_greater_equal ||
                       op == NF_OP_isnan || op == NF_OP_isinf || op == NF_OP_isfinite ||
                       op == NF_OP_signbit || op == NF_OP_nonzero;
    nf_words over = nf_all(0);
    for (int i = 0; i < n; i += NF_LANES) {
        nf_words a = nf_get(x[0] + i), b = nf_get(x[1] + i), c = nf_get(x[2] + i);
        if (truth)
            nf_put(out + i, nf_truth(f, op, nf_view_of(f, a), nf_view_of(f, b)) & 1);
        else
            nf_put(out + i, nf_reordered(f, op, a, b, c, &over));
    }
    return nf_any(over) ? NF_OVERFLOW : 0;
}

/* One loop for each operation and kind of order. */
static uint32_t order(const nf_format *f, nf_op op, const uint32_t *const *x, int n, uint32_t *out)
{
    nf_format g = *f;
    switch (op) {
#define NF_ORDER_OP(name)                                                                          \
    case NF_OP_##name:                                                                             \
        if (f->family == NF_FLOAT || f->family == NF_TRUNCATED)                                    \
            return g.family = NF_FLOAT, nf_order_loop(&g, NF_OP_##name, x, n, out);                \
        if (f->family == NF_FIXED)                                                                 \
            return g.family = NF_FIXED, nf_order_loop(&g, NF_OP_##name, x, n, out);                \
        return g.family = NF_POSIT, nf_order_loop(&g, NF_OP_##name, x, n, out);
        NF_ORDER_OPS(NF_ORDER_OP)
#undef NF_ORDER_OP
    default: return NF_AGAIN;
    }
}

#endif
