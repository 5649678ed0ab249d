/* SPDX-License-Identifier: BSD-3-Clause */
/* Which products may be folded in doubles, and how do codes become doubles and back? */
#include "in_doubles.h"

#include "core/accumulator.h"
#include "core/double_bits.h"
#include "core/ieee_rows.h"

void nf_lane_doubles(const nf_format *f, const char *codes, intptr_t stride, intptr_t n,
                     double *out)
{
    const int size = nf_size(f);
    nf_env env = {0, 0, 0, 0};
    for (intptr_t i = 0; i < n; i++) {
        nf_number_64 x = nf_decode_64(f, nf_load_code(codes + i * stride, size));
        out[i] = nf_double_of(nf_encode_64(&nf_binary64, x, &env));
    }
}

nf_number_128 nf_lane_number(double x)
{
    return nf_decode_128(&nf_binary64, nf_bits_of(x));
}

/* ---- what is exact --------------------------------------------------------------------------- */

/* A float that nf_round_lane rounds into.  False: another. */
static bool rounder_of(const nf_format *f, int man, nf_rounder *r)
{
    if (f->family != NF_FLOAT || f->man > man || f->rounding != NF_NEAREST_EVEN || !f->is_signed ||
        !f->zero || !f->subnormals || f->bits > 62)
        return false;
    nf_limits ends = nf_limits_of(f);
    int least = nf_min_normal_exp(f);
    if (least - f->man < -1022 || ends.max_exp + 52 - f->man > 1020 || least > ends.max_exp)
        return false;
    nf_env env = {0, 0, 0, 0};
    r->least = nf_power_of_two(least);
    r->most = nf_power_of_two(ends.max_exp);
    r->scale = 1.5 * nf_power_of_two(52 - f->man);
    r->max = nf_double_of(nf_encode_64(&nf_binary64, nf_decode_64(f, ends.maxpos), &env));
    r->saturate = nf_saturates(f);
    r->bare = f->man == 0;
    r->beyond = nf_double_of(f->overflow == NF_OVERFLOW_INF ? (uint64_t)0x7FF << 52
                                                            : (uint64_t)0x7FF8 << 48);
    return r->saturate ||
           (f->nan != NF_NAN_NONE && (f->overflow == NF_OVERFLOW_NAN || f->inf != NF_INF_NONE));
}

static bool aligned_fits(const nf_model *model, int least, int most)
{
    int spare = 0; /* bits of the number of terms */
    while (((intptr_t)1 << spare) < model->block + 1)
        spare++;
    return model->width <= 51 && model->width + spare <= 53 && least >= -900 && most <= 900;
}

bool nf_lane_plan_of(const nf_folding *p, nf_lane_plan *plan)
{
    const nf_model *model = p->model;
    int least, most, bits = nf_significand_bits(&p->b.format);
    if (p->b.format.family == NF_TRUNCATED || (p->a.data && p->a.format.family == NF_TRUNCATED))
        return false;
    nf_exponent_range(&p->b.format, &least, &most);
    if (p->a.data) {
        int low, high;
        bits += nf_significand_bits(&p->a.format);
        nf_exponent_range(&p->a.format, &low, &high);
        least += low;
        most += high;
    }
    if (bits > 53 || least < -1022 || most > 1000)
        return false;
    *plan = (nf_lane_plan){.zero_signed = true};
    if (model->kind == NF_MODEL_ALIGNED)
        return aligned_fits(model, least, most);
    bool of_result = model->kind == NF_MODEL_SEQUENTIAL || model->kind == NF_MODEL_PAIRWISE;
    const nf_format *f = of_result ? &p->out.format : &model->f, *last = f;
    if (!rounder_of(f, of_result ? 24 : 50, &plan->f))
        return false;
    if (model->kind == NF_MODEL_BLOCKED) {
        last = &model->g;
        if (!rounder_of(last, 50, &plan->g))
            return false;
    }
    plan->f_signed_zero = f->signed_zero;
    plan->zero_signed = last->signed_zero;
    plan->beyond_flags = !nf_saturates(last);
    plan->infinities = last->overflow == NF_OVERFLOW_INF;
    return true;
}
