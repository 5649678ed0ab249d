/* SPDX-License-Identifier: BSD-3-Clause */
/* Which constants of a format does NumPy ask for: those of np.finfo, and reduction identities? */
#include "values/nfnp_values.h"
#include "order/nfnp_order.h"

static uint64_t round_power(const nf_format *f, int exponent)
{
    nf_env env = {0};
    nf_unpacked x = {NF_FINITE, 0, exponent, (uint64_t)1 << 63, 0};
    return nf_encode(f, x, &env);
}

static uint64_t round_special(const nf_format *f, nf_class cls, int sign)
{
    nf_env env = {0};
    return nf_encode(f, (nf_unpacked){.cls = (uint8_t)cls, .sign = (uint8_t)sign}, &env);
}

static bool is_float(const nf_format *f)
{
    return f->family == NF_FLOAT || f->family == NF_TRUNCATED;
}

/* The distance from 1 to the next value, as an exponent of two: the fraction bits at 1. */
static int fraction_bits_at_one(const nf_format *f)
{
    if (is_float(f))
        return f->man;
    if (f->family == NF_FIXED)
        return f->frac > 0 ? f->frac : 0;
    nf_limits limits = nf_limits_of(f);
    nf_unpacked next = nf_decode(f, limits.one + 1);
    if (next.exp > 0) /* no fraction bits at all: the neighbour is a power of two */
        return 0;
    return __builtin_clzll(next.hi << 1) + 1;
}

static uint64_t smallest_normal(const nf_format *f, const nf_limits *limits)
{
    return is_float(f) && f->zero ? (uint64_t)1 << f->man : limits->minpos;
}

/* Exponents as in C's float.h, shifted by one as NumPy has them: 1.0 has exponent 0. */
static int integer_constant(const nf_format *f, int id, npy_intp *value)
{
    nf_limits limits = nf_limits_of(f);
    switch (id) {
    case NPY_CONSTANT_finfo_nmant: *value = fraction_bits_at_one(f); return 1;
    case NPY_CONSTANT_finfo_min_exp:
        *value = nf_decode(f, smallest_normal(f, &limits)).exp;
        return 1;
    case NPY_CONSTANT_finfo_max_exp: *value = limits.max_exp + 1; return 1;
    case NPY_CONSTANT_finfo_decimal_digits:
        *value = (npy_intp)fraction_bits_at_one(f) * 30103 / 100000; /* log10(2) */
        return 1;
    default: return 0;
    }
}

/* The all-zero code is 0 in every format that has a zero. */
static int code_constant(const nf_format *f, int id, uint64_t *code)
{
    nf_limits limits = nf_limits_of(f);
    switch (id) {
    case NPY_CONSTANT_zero: *code = round_special(f, NF_ZERO, 0); return 1;
    case NPY_CONSTANT_one: *code = round_power(f, 0); return 1;
    case NPY_CONSTANT_all_bits_set: *code = UINT64_MAX >> (64 - f->bits); return 1;
    case NPY_CONSTANT_maximum_finite: *code = limits.maxpos; return 1;
    case NPY_CONSTANT_minimum_finite: *code = limits.lowest; return 1;
    case NPY_CONSTANT_inf: *code = round_special(f, NF_INFINITE, 0); return limits.has_inf;
    case NPY_CONSTANT_ninf:
        *code = round_special(f, NF_INFINITE, 1);
        return limits.has_inf && limits.has_negative;
    case NPY_CONSTANT_nan: *code = limits.nan; return limits.has_nan;
    case NPY_CONSTANT_finfo_radix: *code = round_power(f, 1); return 1;
    case NPY_CONSTANT_finfo_eps: *code = round_power(f, -fraction_bits_at_one(f)); return 1;
    case NPY_CONSTANT_finfo_smallest_normal: *code = smallest_normal(f, &limits); return 1;
    case NPY_CONSTANT_finfo_smallest_subnormal: *code = limits.minpos; return 1;
    default: return 0;
    }
}

int nfnp_get_constant(PyArray_Descr *descr, int id, void *data)
{
    nfnp_dtype *d = NFNP_DTYPE(descr);
    uint64_t code = 0;
    npy_intp value = 0;
    if (integer_constant(&d->format, id, &value)) {
        memcpy(data, &value, sizeof value);
        return 1;
    }
    if (!code_constant(&d->format, id, &code))
        return 0;
    nfnp_store(d, data, code);
    return 1;
}

/* ---- reductions ----------------------------------------------------------------------------- */

/* A truncated machine changes x even in x + 0: then there is no identity. */
static bool has_identities(const nf_format *f)
{
    return f->family != NF_TRUNCATED || (f->compute_man == f->man && !f->ftz && !f->daz);
}

/* The sum of nothing is 0; the identity of addition is -0 (+0 where rounding goes down). */
int nfnp_sum_initial(PyArrayMethod_Context *context, npy_bool is_empty, void *initial)
{
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    const nf_format *f = &d->format;
    int sign = !is_empty && nf_limits_of(f).has_neg_zero && f->rounding != NF_TOWARD_NEGATIVE;
    uint64_t zero = round_special(f, NF_ZERO, sign);
    if (!is_empty && (!has_identities(f) || !nfnp_is_zero(f, zero)))
        return 0;
    nfnp_store(d, initial, zero);
    return 1;
}

/* The product of nothing is 1, rounded; an identity only where the format has a 1. */
int nfnp_product_initial(PyArrayMethod_Context *context, npy_bool is_empty, void *initial)
{
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    uint64_t one = round_power(&d->format, 0);
    nf_unpacked x = nf_decode(&d->format, one);
    bool exact = x.cls == NF_FINITE && !x.sign && x.exp == 0 && x.hi << 1 == 0 && x.lo == 0;
    if (!is_empty && (!has_identities(&d->format) || !exact))
        return 0;
    nfnp_store(d, initial, one);
    return 1;
}

int nfnp_no_initial(PyArrayMethod_Context *Py_UNUSED(context), npy_bool Py_UNUSED(is_empty),
                    void *Py_UNUSED(initial))
{
    return 0;
}
