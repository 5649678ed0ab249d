/* SPDX-License-Identifier: BSD-3-Clause */
/* In which order do codes sort, and which codes are zero or NaN? */
#include "nfnp.h"

static uint64_t code_mask(const nf_format *f)
{
    return UINT64_MAX >> (64 - f->bits);
}

/* The bits of a float's code below its sign. */
static uint64_t magnitude_mask(const nf_format *f)
{
    return f->is_signed ? code_mask(f) >> 1 : code_mask(f);
}

static int64_t as_signed(const nf_format *f, uint64_t code)
{
    int up = 64 - f->bits;
    return (int64_t)(code << up) >> up;
}

static bool is_tapered(const nf_format *f)
{
    return f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR;
}

bool nfnp_is_nan(const nf_format *f, uint64_t code)
{
    code &= code_mask(f);
    uint64_t only_top = (uint64_t)1 << (f->bits - 1);
    if (is_tapered(f))
        return code == only_top;
    if (f->family == NF_FIXED)
        return false;
    uint64_t fraction = ((uint64_t)1 << f->man) - 1, magnitude = code & magnitude_mask(f);
    switch (f->nan) {
    case NF_NAN_IEEE: return magnitude > (magnitude_mask(f) & ~fraction);
    case NF_NAN_ALL_ONES: return magnitude == magnitude_mask(f);
    case NF_NAN_NEGATIVE_ZERO: return code == only_top;
    default: return false;
    }
}

/* The magnitude of a float as an integer that grows with its value. */
static uint64_t float_magnitude(const nf_format *f, uint64_t code)
{
    uint64_t m = code & magnitude_mask(f);
    if (!f->subnormals && f->zero && m >> f->man == 0)
        return 0; /* no subnormals: exponent field 0 reads as zero */
    return m;
}

bool nfnp_is_zero(const nf_format *f, uint64_t code)
{
    code &= code_mask(f);
    if (is_tapered(f) || f->family == NF_FIXED)
        return code == 0;
    return f->zero && !nfnp_is_nan(f, code) && float_magnitude(f, code) == 0;
}

/* Signed order moved up by 2^63 is unsigned order.  Only fixed point, which has no NaN, reaches the
 * lowest key; the others move down by one and leave the highest key to NaN. */
uint64_t nfnp_sort_key(const nf_format *f, uint64_t code)
{
    const uint64_t middle = (uint64_t)1 << 63;
    code &= code_mask(f);
    if (nfnp_is_nan(f, code))
        return UINT64_MAX;
    if (is_tapered(f))
        return (uint64_t)as_signed(f, code) + middle - 1;
    if (f->family == NF_FIXED)
        return f->is_signed ? (uint64_t)as_signed(f, code) + middle : code;
    uint64_t m = float_magnitude(f, code);
    bool negative = f->is_signed && code >> (f->bits - 1);
    return (negative ? middle - m : middle + m) - 1;
}
