/* SPDX-License-Identifier: BSD-3-Clause */
/* In which order do the codes of a format sort, and which are zero or NaN? */
#include "order/nfnp_order.h"

/* Codes of one sign that are NaN; of a float with a NaN in place of -0, none. */
static uint64_t nans_of_a_sign(const nf_format *f)
{
    switch (f->nan) {
    case NF_NAN_IEEE: return ((uint64_t)1 << f->man) - 1;
    case NF_NAN_ALL_ONES: return 1;
    default: return 0;
    }
}

/* Codes of one sign that are zero: without subnormals, exponent field 0 reads as zero. */
static uint64_t zeros_of_a_sign(const nf_format *f)
{
    return !f->zero ? 0 : f->subnormals ? 1 : (uint64_t)1 << f->man;
}

static nfnp_code_order float_order(const nf_format *f, int shift, uint64_t all, uint64_t top)
{
    uint64_t nans = nans_of_a_sign(f) << shift, zeros = zeros_of_a_sign(f) << shift;
    uint64_t one = (uint64_t)1 << shift; /* the keys of one code */
    if (!f->is_signed)
        return (nfnp_code_order){.limit = all, .last = all - nans, .zero_count = zeros};
    if (f->nan == NF_NAN_NEGATIVE_ZERO) /* the NaN between the signs goes with the positive codes,
                                           below zero, and from there round to the end */
        return (nfnp_code_order){.limit = top + one - 1,
                                 .above = all,
                                 .add = top - one,
                                 .last = all - one,
                                 .zero_low = top - zeros,
                                 .zero_count = 2 * zeros - one};
    return (nfnp_code_order){.limit = top - 1,
                             .above = all - nans,
                             .add = top - nans,
                             .last = all - 2 * nans,
                             .zero_low = top - nans - zeros,
                             .zero_count = 2 * zeros};
}

nfnp_code_order nfnp_order_of(const nf_format *f)
{
    int width = 8 * nf_storage_bytes(f), shift = width - f->bits;
    uint64_t all = UINT64_MAX >> (64 - width), top = (uint64_t)1 << (width - 1);
    uint64_t one = (uint64_t)1 << shift;
    nfnp_code_order order;
    if (f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR) /* NaR, the least, goes round */
        order = (nfnp_code_order){.add = top - one, .last = all - one, .limit = all};
    else if (f->family == NF_FIXED)
        order = (nfnp_code_order){.add = f->is_signed ? top : 0, .last = all, .limit = all};
    else
        order = float_order(f, shift, all, top);
    if (f->family != NF_FLOAT && f->family != NF_TRUNCATED) {
        order.zero_low = order.add;
        order.zero_count = one;
    }
    order.shift = shift;
    return order;
}

bool nfnp_is_zero(const nf_format *f, uint64_t code)
{
    nfnp_code_order order = nfnp_order_of(f);
    uint64_t all = UINT64_MAX >> (64 - 8 * nf_storage_bytes(f));
    uint64_t c = code << order.shift & all;
    uint64_t key = (c > order.limit ? order.above - c : c + order.add) & all;
    return ((key - order.zero_low) & all) < order.zero_count;
}
