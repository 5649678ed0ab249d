/* SPDX-License-Identifier: BSD-3-Clause */
/* Which formats and operations may go through doubles, and with which constants?
 *
 * A result is right when its operands are exact doubles, nothing overflows on the way, and the
 * error of the operation is an exact double.  With all values multiples of 2^lsb and below 2^top:
 *
 *     a + b            top <= 1022
 *     a * b, fma       2 top <= 1022,          2 lsb >= -1074
 *     a / b            top - lsb <= 1022,      2 lsb >= -1021  (1)
 *     sqrt                                     lsb >= -968     (2)
 *
 * (1) is the remainder of a quotient of at least 2^(lsb - 1); below, all that counts is that it is
 * not zero.  (2): a - z*z is a multiple of 2^(lsb - 106).
 *
 * With p significant bits, products are exact for 2p <= 53, and to nearest through nearest is
 * innocuous for 2p + 2 <= 53: Figueroa's theorem for floats; for tapered formats its argument holds
 * as well, for thresholds have at most p + 1 bits and are no values of the format.
 *
 * Proved, of every legal row: p, lsb and top are what they are said to be (routes.extent), and what
 * goes through doubles meets these conditions (routes.conditions). */
#include "core/accumulator.h"
#include "core/ieee_rows.h"
#include "levels/round_to_odd.h"
#include "routes.h"

typedef struct nf_extent {
    int p, lsb, top;
} nf_extent;

static nf_extent extent_of(const nf_format *f)
{
    nf_extent x = {.p = nf_significand_bits(f)};
    nf_exponent_range(f, &x.lsb, &x.top);
    return x;
}

bool nf_decodes_to_doubles(const nf_format *f)
{
    nf_extent x = extent_of(f);
    return nf_fits_words(f) && x.lsb >= -1022 && x.top <= 1023 && f->es <= 5;
}

bool nf_encodes_doubles(const nf_format *f)
{
    bool is_float = f->family == NF_FLOAT || f->family == NF_TRUNCATED;
    if (!nf_decodes_to_doubles(f) || f->rounding == NF_STOCHASTIC)
        return false;
    if (is_float)
        return f->is_signed && f->zero && f->subnormals && f->man <= 30;
    if (f->family == NF_FIXED)
        return f->overflow != NF_OVERFLOW_WRAP;
    return f->rounding == NF_NEAREST_EVEN;
}

bool nf_encodes_stochastically(const nf_format *f)
{
    nf_format cut = *f;
    cut.rounding = NF_TOWARD_ZERO;
    return f->family == NF_FLOAT && f->rounding == NF_STOCHASTIC && f->signed_zero &&
           nf_encodes_doubles(&cut);
}

/* Does rounding to nearest decide the result's own rounding? */
static bool is_nearest(const nf_format *f)
{
    bool cut = f->family == NF_TRUNCATED && f->cut != NF_CUT_OPERAND && f->cut != NF_CUT_ROUNDED;
    return f->rounding == NF_NEAREST_EVEN && !cut;
}

static nf_way way_of(bool near)
{
    return near ? NF_NEAR : NF_ODD;
}

/* Exact zeros of sums are -0 when rounding down, and aligned operands are cut by each other. */
static bool sums_fit(const nf_format *f)
{
    return !(f->rounding == NF_TOWARD_NEGATIVE && f->signed_zero) &&
           !(f->family == NF_TRUNCATED && f->cut == NF_CUT_ALIGN);
}

bool nf_goes_through_doubles(const nf_format *f, nf_op op, nf_way *way)
{
    if (nf_is_binary64(f)) /* the CPU's own operations */
        return *way = NF_NEAR, true;
    if (!nf_encodes_doubles(f))
        return false;
    nf_extent x = extent_of(f);
    bool innocuous = is_nearest(f) && 2 * x.p + 2 <= 53, exact = 2 * x.p <= 53;
    bool products = 2 * x.top <= 1022 && 2 * x.lsb >= -1074;
    bool quotients = x.top - x.lsb <= 1022 && 2 * x.lsb >= -1021;
    *way = NF_NEAR;
    switch (op) {
    case NF_OP_add:
    case NF_OP_sub:
        *way = way_of(innocuous || f->family == NF_FIXED);
        return x.top <= 1022 && sums_fit(f);
    case NF_OP_mul:
    case NF_OP_square: *way = way_of(exact); return products;
    case NF_OP_div:
    case NF_OP_reciprocal: *way = way_of(innocuous); return quotients;
    case NF_OP_sqrt: *way = way_of(innocuous); return x.lsb >= -968;
    case NF_OP_fma:
        *way = way_of(exact);
        return products && sums_fit(f) && f->cut != NF_CUT_PRODUCT;
    case NF_OP_rint:
    case NF_OP_floor:
    case NF_OP_ceil:
    case NF_OP_trunc: return true;
    default: return false;
    }
}

/* ---- constants ------------------------------------------------------------------------------- */

static void set_float(nf_target *t)
{
    const nf_format *f = &t->f;
    int least = nf_min_normal_exp(f), top = (int)(nf_max_finite(f) >> f->man) - f->bias;
    bool cuts = f->family == NF_TRUNCATED;
    t->least = nf_power_of_two(least);
    t->cap = nf_power_of_two(top + 1);
    t->offset = (uint64_t)(least + 1022) << 52;
    t->shift = 52 - f->man;
    nf_set_rounding(t, cuts && f->cut == NF_CUT_RESULT ? NF_TOWARD_ZERO : (nf_rounding)f->rounding);
    t->nan = (uint32_t)nf_nan_code(f);
    t->infinity = (uint32_t)nf_max_finite(f) + 1;
    nf_env quiet = {0, 0, 0, 0};
    for (int sign = 0; sign < 2; sign++)
        t->beyond[sign] = (uint32_t)nf_overflow_ieee_64(f, sign, false, 0, &quiet);
    uint64_t cut = ~(uint64_t)0 << (52 - f->compute_man);
    t->kept = cuts && f->cut == NF_CUT_RESULT ? cut : ~(uint64_t)0;
    t->kept_code = cuts && f->cut == NF_CUT_ROUNDED ? ~(uint32_t)nf_mask(f->man - f->compute_man)
                                                    : ~(uint32_t)0;
}

nf_target nf_target_of(const nf_format *f, bool conversion)
{
    nf_target t = {.f = *f};
    if (f->family == NF_TRUNCATED && conversion)
        t.f.family = NF_FLOAT; /* no machine is in the way */
    if (f->family == NF_FLOAT || f->family == NF_TRUNCATED)
        set_float(&t);
    if (f->family == NF_FIXED) {
        t.scale = nf_power_of_two(f->frac);
        t.end[0] = (double)nf_fixed_end(f, false);
        t.end[1] = (double)nf_fixed_end(f, true);
    }
    return t;
}
