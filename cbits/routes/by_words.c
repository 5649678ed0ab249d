/* SPDX-License-Identifier: BSD-3-Clause */
/* How do operations that need no doubles run through the stages?  Comparisons, extrema, signs, and
 * the sums and products of fixed point. */
#include "core/core.h"
#include "core/order.h"
#include "routes.h"

enum { NF_MOST = 3 };

static int operands_of(nf_kind kind)
{
    return kind == NF_KIND_T_T || kind == NF_KIND_T_B ? 1 : kind == NF_KIND_TTT_T ? 3 : 2;
}

static void run(const nf_format *f, nf_op op, char *const *data, const intptr_t *strides,
                intptr_t n, nf_env *env)
{
    const nf_stages *s = nf_find_stages();
    const nf_kind kind = nf_op_kind(op);
    const int operands = operands_of(kind), size = nf_size(f);
    const bool arithmetic = op == NF_OP_add || op == NF_OP_sub || op == NF_OP_mul;
    const bool truth = kind == NF_KIND_T_B || kind == NF_KIND_TT_B;
    uint32_t words[NF_MOST][NF_STAGE], out[NF_STAGE];
    const uint32_t *x[NF_MOST];
    if (n > 1 && strides[operands] == 0) { /* a reduction: element by element */
        nf_find_scalar_loop(f, op)(f, data, strides, n, env);
        return;
    }
    for (intptr_t start = 0; start < n; start += NF_STAGE) {
        int count = n - start < NF_STAGE ? (int)(n - start) : NF_STAGE;
        for (int k = 0; k < operands; k++)
            x[k] = nf_words_at(s, data[k] + start * strides[k], strides[k], size, count, words[k]);
        for (int k = operands; k < NF_MOST; k++)
            x[k] = x[0]; /* read, and not used */
        env->flags |= (arithmetic ? s->fixed : s->order)(f, op, x, nf_full(count), out);
        s->store(out, count, data[operands] + start * strides[operands], strides[operands],
                 truth ? 1 : size);
    }
}

#define NF_ORDERED(name)                                                                           \
    static void ordered_##name(const nf_format *f, char *const *data, const intptr_t *strides,     \
                               intptr_t n, nf_env *env)                                            \
    {                                                                                              \
        run(f, NF_OP_##name, data, strides, n, env);                                               \
    }
NF_ORDER_OPS(NF_ORDERED)
NF_ORDERED(add)
NF_ORDERED(sub)
NF_ORDERED(mul)

/* Sums are exact.  Products are shifted down by frac; unsigned ones of 32 bits leave no room for
 * the rounding. */
static bool fixed_fits(const nf_format *f, nf_op op)
{
    if (f->family != NF_FIXED ||
        (f->overflow != NF_OVERFLOW_SATURATE && f->overflow != NF_OVERFLOW_WRAP))
        return false;
    return op != NF_OP_mul || (f->frac >= 0 && f->frac <= (f->bits <= 16 ? 30 : 61) &&
                               f->bits <= 31 + f->is_signed && f->rounding != NF_STOCHASTIC);
}

/* Without a zero, or with a sign that is not one bit, the core decides. */
static bool fits(const nf_format *f, nf_op op)
{
    bool sign = op == NF_OP_neg || op == NF_OP_abs || op == NF_OP_copysign;
    if (!nf_fits_words(f) || (nf_is_float(f) && !f->zero))
        return false;
    if (op == NF_OP_add || op == NF_OP_sub || op == NF_OP_mul)
        return fixed_fits(f, op);
    if (!sign)
        return true;
    if (f->family == NF_FIXED)
        return f->is_signed && f->overflow == NF_OVERFLOW_SATURATE;
    return !nf_is_float(f) || (f->is_signed && f->nan != NF_NAN_NEGATIVE_ZERO);
}

nf_loop *nf_find_words_loop(const nf_format *f, nf_op op)
{
#define NF_ORDERED_ROW(name) [NF_OP_##name] = ordered_##name,
    static nf_loop *const loops[NF_OP_COUNT] = {NF_ORDER_OPS(NF_ORDERED_ROW) NF_ORDERED_ROW(add)
                                                    NF_ORDERED_ROW(sub) NF_ORDERED_ROW(mul)};
    return loops[op] != NULL && fits(f, op) ? loops[op] : NULL;
}
