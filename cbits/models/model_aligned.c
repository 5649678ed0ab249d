/* SPDX-License-Identifier: BSD-3-Clause */
/* What does an accumulator hold that aligns groups of terms to the largest of them? */
#include <assert.h>

#include "model.h"

typedef __int128 nf_i128;

/* The terms x and, after all of them, the sum so far. */
typedef struct {
    nf_number_128 sum;
    bool nan, invalid; /* a NaN came in; a product made one */
    bool infinite[2];  /* by sign */
} state;

static void note_special(state *s, nf_number_128 term, uint32_t flags)
{
    if (term.cls == NF_INFINITE)
        s->infinite[term.sign] = true;
    else if (term.cls == NF_NOT_A_NUMBER && flags & NF_INVALID)
        s->invalid = true;
    else if (term.cls == NF_NOT_A_NUMBER)
        s->nan = true;
}

/* x in units of 2^lsb, toward zero. */
static nf_i128 units(nf_number_128 x, int lsb)
{
    if (x.cls != NF_FINITE || x.exp < lsb)
        return 0;
    nf_i128 u = (nf_i128)(x.sig >> (127 - (x.exp - lsb)));
    return x.sign ? -u : u;
}

/*     largest   1xxxxxxx|              E = floor(log2 |largest|); the last kept bit is worth
 *     other        1xxxx|xxxx          2^(E - width + 1), what lies below it is cut off
 *               |<width>|                                                                     */
static void add_group(state *s, nf_operands x, intptr_t from, intptr_t to, int width)
{
    bool any = s->sum.cls == NF_FINITE;
    int largest = s->sum.exp;
    for (intptr_t j = from; j < to; j++) {
        nf_env e = {0, 0, 0, 0};
        nf_number_128 term = nf_model_term(x, j, &e);
        if (term.cls == NF_FINITE) {
            largest = any && largest > term.exp ? largest : term.exp;
            any = true;
        }
        note_special(s, term, e.flags);
    }
    if (!any)
        return;
    int lsb = largest - width + 1;
    nf_i128 sum = units(s->sum, lsb);
    for (intptr_t j = from; j < to; j++) {
        nf_env e = {0, 0, 0, 0};
        sum += units(nf_model_term(x, j, &e), lsb);
    }
    /* an exact zero is +0 */
    s->sum = sum ? nf_normalise_128(sum < 0, lsb + 127, (nf_u128)(sum < 0 ? -sum : sum))
                 : nf_special_128(NF_ZERO, 0);
}

uint64_t nf_model_aligned(const nf_folding *p, nf_operands x, nf_env *env)
{
    const nf_model *model = p->model;
    assert(model->width >= 1 && model->width <= NF_MODEL_WIDTH_MAX);
    assert(model->block >= 1 && model->block <= NF_MODEL_GROUP_MAX);
    state s = {.sum = nf_special_128(NF_ZERO, 0)};
    for (intptr_t j = 0; j < p->k; j += model->block)
        add_group(&s, x, j, p->k - j < model->block ? p->k : j + model->block, model->width);
    bool both = s.infinite[0] && s.infinite[1];
    if ((s.invalid || both) && !s.nan) /* a NaN operand is quiet */
        env->flags |= NF_INVALID;
    if (s.nan || s.invalid || both)
        s.sum = nf_special_128(NF_NOT_A_NUMBER, 0);
    else if (s.infinite[0] || s.infinite[1])
        s.sum = nf_special_128(NF_INFINITE, s.infinite[1]);
    return nf_result_128(&p->out.format, s.sum, env);
}
