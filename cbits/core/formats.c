/* SPDX-License-Identifier: BSD-3-Clause */
/* Which formats have names, which rows are formats at all, and where are their ends? */
#include "core.h"
#include "ieee_rows.h"
#include "patterns.h"

#define POSIT(name, loops, ...) {#name, NF_ROW_POSIT(__VA_ARGS__)},
#define TAKUM(name, loops, ...) {#name, NF_ROW_TAKUM(__VA_ARGS__)},
#define FLOAT(name, loops, ...) {#name, NF_ROW_FLOAT(__VA_ARGS__)},
#define TRUNCATED(name, loops, ...) {#name, NF_ROW_TRUNCATED(__VA_ARGS__)},
#define FIXED(name, loops, ...) {#name, NF_ROW_FIXED(__VA_ARGS__)},

const nf_named nf_named_formats[] = {
#include "nf_formats.def"
};

const int nf_named_count = sizeof nf_named_formats / sizeof nf_named_formats[0];

#undef POSIT
#undef TAKUM
#undef FLOAT
#undef TRUNCATED
#undef FIXED

int nf_find_named(const nf_format *f)
{
    for (int i = 0; i < nf_named_count; i++)
        if (memcmp(&nf_named_formats[i].format, f, sizeof *f) == 0)
            return i;
    return -1;
}

int nf_find_instance(const nf_format *f, int from)
{
    int i = 0;
#define NF_INSTANCE(name, loops, serves, row, element)                                             \
    if (i >= from && (serves))                                                                     \
        return i;                                                                                  \
    i++;
#include "each_instance.h"
    return -1;
}

int nf_storage_bytes(const nf_format *f)
{
    return nf_size(f);
}

/* ---- is this a format? ----------------------------------------------------------------------- */

/* Fields that say yes or no are 0 or 1: other fields are sums with them, and shifts by these sums. */
static nf_status check_booleans(const nf_format *f)
{
    if (f->is_signed > 1)
        return NF_BAD_SIGN;
    if (f->zero > 1 || f->signed_zero > 1 || f->subnormals > 1)
        return NF_BAD_ZERO;
    return f->ftz > 1 || f->daz > 1 ? NF_BAD_CUT : NF_OK;
}

/* Fields that a family does not use are 0, so that equal formats have equal bytes. */
static nf_status check_unused(const nf_format *f)
{
    bool tapered = f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR;
    bool has_fields = f->family == NF_FLOAT || f->family == NF_TRUNCATED;
    bool layout =
        f->exp || f->man || f->signed_zero || f->subnormals || f->inf || f->nan || f->bias;
    bool cut = f->compute_man || f->ftz || f->daz || f->cut;
    if (tapered && !f->is_signed)
        return NF_BAD_SIGN;
    if (!has_fields && !f->zero)
        return NF_BAD_ZERO;
    if ((f->family != NF_POSIT && (f->rs || f->es)) || (!has_fields && layout) ||
        (f->family != NF_TRUNCATED && cut) || (f->family != NF_FIXED && f->frac))
        return NF_BAD_UNUSED;
    return NF_OK;
}

static nf_status check_posit(const nf_format *f)
{
    if (f->es > 5)
        return NF_BAD_ES;
    if (f->rs < 1 || f->rs > f->bits - 1 || (f->rs == 1 && f->bits > 2))
        return NF_BAD_RS;
    return f->overflow == NF_OVERFLOW_SATURATE ? NF_OK : NF_BAD_OVERFLOW;
}

static nf_status check_takum(const nf_format *f)
{
    if (f->bits < 8)
        return NF_BAD_BITS;
    return f->overflow == NF_OVERFLOW_SATURATE ? NF_OK : NF_BAD_OVERFLOW;
}

static nf_status check_specials(const nf_format *f)
{
    bool ieee = f->inf == NF_INF_IEEE;
    if (f->inf > NF_INF_TOP || (ieee && (f->exp < 2 || f->man < 1)))
        return NF_BAD_INF;
    if (f->nan > NF_NAN_NEGATIVE_ZERO || ieee != (f->nan == NF_NAN_IEEE))
        return NF_BAD_NAN;
    if (f->nan == NF_NAN_NEGATIVE_ZERO && (!f->is_signed || f->signed_zero))
        return NF_BAD_NAN;
    if (f->signed_zero && (!f->is_signed || !f->zero))
        return NF_BAD_ZERO;
    if (!f->signed_zero && f->is_signed && f->nan != NF_NAN_NEGATIVE_ZERO)
        return NF_BAD_ZERO; /* the code of -0 would have no meaning */
    if (!f->zero && (f->subnormals || f->is_signed))
        return NF_BAD_ZERO;
    return NF_OK;
}

static nf_status check_float(const nf_format *f)
{
    if (f->exp < 1 || f->exp > 15)
        return NF_BAD_EXP;
    if (f->man > 62 || f->is_signed + f->exp + f->man != f->bits)
        return NF_BAD_MAN;
    if (!f->is_signed && f->bits > 63)
        return NF_BAD_SIGN;
    if (f->bias < -32832 || f->bias > 32832)
        return NF_BAD_BIAS;
    nf_status s = check_specials(f);
    if (s != NF_OK)
        return s;
    /* the least code of a number other than 0: where those of field 0 flush, field 1 begins */
    uint64_t least = f->zero && !f->subnormals ? (uint64_t)1 << f->man : 1;
    if (nf_max_finite(f) < least || nf_max_finite(f) > nf_mask(f->bits))
        return NF_BAD_EXP; /* nothing but zero and special codes */
    bool with_inf = f->overflow == NF_OVERFLOW_INF || f->overflow == NF_OVERFLOW_SATURATE_FINITE;
    if (f->overflow > NF_OVERFLOW_NAN || (with_inf && f->inf == NF_INF_NONE) ||
        (f->overflow == NF_OVERFLOW_NAN && f->nan == NF_NAN_NONE))
        return NF_BAD_OVERFLOW;
    return NF_OK;
}

static nf_status check_truncated(const nf_format *f)
{
    nf_status s = check_float(f);
    if (s != NF_OK)
        return s;
    if (f->inf != NF_INF_IEEE || !f->signed_zero || !f->subnormals)
        return NF_BAD_INF;
    if (f->compute_man > f->man)
        return NF_BAD_COMPUTE_MAN;
    if (f->rounding != NF_NEAREST_EVEN)
        return NF_BAD_ROUNDING;
    if (f->overflow != NF_OVERFLOW_INF)
        return NF_BAD_OVERFLOW;
    return f->cut <= NF_CUT_ROUNDED ? NF_OK : NF_BAD_CUT;
}

static nf_status check_fixed(const nf_format *f)
{
    if (f->frac < -64 || f->frac > 128)
        return NF_BAD_FRAC;
    switch (f->overflow) {
    case NF_OVERFLOW_SATURATE:
    case NF_OVERFLOW_WRAP:
    case NF_OVERFLOW_ZERO: return NF_OK;
    case NF_OVERFLOW_SATURATE_SYMMETRIC: return f->is_signed ? NF_OK : NF_BAD_OVERFLOW;
    default: return NF_BAD_OVERFLOW;
    }
}

nf_status nf_format_check(const nf_format *f)
{
    if (f->bits < 2 || f->bits > 64)
        return NF_BAD_BITS;
    if (f->rounding > NF_STOCHASTIC)
        return NF_BAD_ROUNDING;
    nf_status s = check_booleans(f);
    if (s == NF_OK && f->family <= NF_FIXED)
        s = check_unused(f);
    if (s != NF_OK)
        return s;
    switch (f->family) {
    case NF_POSIT: return check_posit(f);
    case NF_TAKUM_LINEAR: return check_takum(f);
    case NF_FLOAT: return check_float(f);
    case NF_TRUNCATED: return check_truncated(f);
    case NF_FIXED: return check_fixed(f);
    default: return NF_BAD_FAMILY;
    }
}

const char *nf_status_text(nf_status status)
{
    static const char *const text[] = {
        [NF_OK] = "ok",
        [NF_BAD_FAMILY] = "family must be posit, takum_linear, float, truncated or fixed",
        [NF_BAD_BITS] = "bits must be 2..64 (takum_linear: 8..64)",
        [NF_BAD_RS] = "rs must be 2..bits-1",
        [NF_BAD_ES] = "es must be 0..5",
        [NF_BAD_EXP] = "exp must be 1..15 and leave room for finite numbers",
        [NF_BAD_MAN] = "man must be 0..62, with 2..64 bits in all",
        [NF_BAD_BIAS] = "bias must be -32832..32832",
        [NF_BAD_INF] = "inf must be none, ieee (exp >= 2, man >= 1) or top",
        [NF_BAD_NAN] = "nan must be none, ieee (exactly when inf is ieee), all_ones or "
                       "negative_zero (signed, without signed_zero)",
        [NF_BAD_SIGN] = "an unsigned float has at most 63 bits",
        [NF_BAD_ZERO] = "signed_zero needs a sign and a zero, and only nan=negative_zero or an "
                        "unsigned float does without; zero=False needs an unsigned float without "
                        "subnormals",
        [NF_BAD_ROUNDING] = "rounding must be nearest_even, nearest_away, nearest_zero, "
                            "nearest_positive, nearest_negative, toward_zero, toward_positive, "
                            "toward_negative, to_odd or stochastic (truncated: nearest_even)",
        [NF_BAD_OVERFLOW] = "overflow must be inf or saturate_finite (with infinities), saturate "
                            "or nan (with a NaN); fixed: saturate, wrap, zero or "
                            "saturate_symmetric (with a sign); posit and takum: saturate",
        [NF_BAD_COMPUTE_MAN] = "compute_man must be 0..man",
        [NF_BAD_CUT] = "cut must be result, operand, align, product or rounded",
        [NF_BAD_FRAC] = "frac must be -64..128",
        [NF_BAD_UNUSED] = "fields that a family does not use must be 0",
        [NF_UNKNOWN_FORMAT] = "unknown format: neither a name nor family<option=value,...>",
        [NF_UNKNOWN_FAMILY] = "unknown family of formats",
        [NF_UNKNOWN_OPTION] = "the family has no such option",
        [NF_NO_OPTION] = "must be of the form option=value",
        [NF_GIVEN_TWICE] = "an option is given twice",
        [NF_MISSING_OPTION] = "an option that the family needs is missing",
        [NF_BAD_NUMBER] = "the text is not a number",
        [NF_BAD_MODEL] = "the text is not an accumulator model",
        [NF_BAD_OPERATION] = "there is no such operation, or not of that kind",
        [NF_BAD_CODE] = "a code has more bits than its format, or parts are not those of a value",
        [NF_BAD_ARGUMENT] = "NULL where a pointer is needed, or a size that cannot be",
        [NF_OUT_OF_MEMORY] = "out of memory",
    };
    return (unsigned)status < NF_STATUS_COUNT ? text[status] : "no status";
}
