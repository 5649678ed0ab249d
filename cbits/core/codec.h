/* SPDX-License-Identifier: BSD-3-Clause */
/* Code to exact value and back, for every family: the only switch on the family.  (Per width.) */

NF_INLINE NF_NUMBER NF_N(nf_decode)(const nf_format *f, uint64_t code)
{
    switch (f->family) {
    case NF_POSIT:
    case NF_TAKUM_LINEAR: return NF_N(nf_decode_tapered)(f, code);
    case NF_FIXED: return NF_N(nf_decode_fixed)(f, code);
    default: return NF_N(nf_decode_ieee)(f, code);
    }
}

/* Rounds once: a conversion. */
NF_INLINE uint64_t NF_N(nf_encode)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    switch (f->family) {
    case NF_POSIT:
    case NF_TAKUM_LINEAR: return NF_N(nf_encode_tapered)(f, x, env);
    case NF_FIXED: return NF_N(nf_encode_fixed)(f, x, env);
    default: return NF_N(nf_encode_ieee)(f, x, env);
    }
}

/* ---- operands and results of arithmetic: a conversion, except for truncated floats -----------
 *
 * A truncated float is stored like another, but its machine cuts to compute_man bits of fraction,
 * toward zero, at one place of its datapath (nf_cut_mode).  mlu32 stores binary32 and cuts results
 * to 20 bits, so that three of the 23 are always 0.  1.5 * (1 + 2^-20) is 1.5 + 2^-20 + 2^-21:
 *
 *     exact         1.10000000000000000001|1        20 bits of fraction, then what is cut
 *     mlu32         0 01111111 10000000000000000001000      = 1.50000095367431640625 */

/* A value as an operand: the cut and the flush happen when it is loaded. */
NF_INLINE NF_NUMBER NF_N(nf_as_operand)(const nf_format *f, NF_NUMBER x)
{
    if (f->family != NF_TRUNCATED || x.cls != NF_FINITE)
        return x;
    if (f->daz && x.exp < nf_min_normal_exp(f))
        return NF_N(nf_special)(NF_ZERO, x.sign);
    if (f->cut == NF_CUT_OPERAND)
        x.sig = NF_N(nf_cut)(x.sig, f->compute_man + 1);
    return x;
}

NF_INLINE NF_NUMBER NF_N(nf_load)(const nf_format *f, uint64_t code)
{
    return NF_N(nf_as_operand)(f, NF_N(nf_decode)(f, code));
}

/* Toward zero, to compute_man bits after the leading one or to the quantum of the subnormals. */
NF_INLINE NF_NUMBER NF_N(nf_cut_result)(const nf_format *f, NF_NUMBER x)
{
    if (x.cls != NF_FINITE)
        return x;
    int below = nf_min_normal_exp(f) - x.exp;
    int keep = f->compute_man + 1;
    if (below > 0 && f->man + 1 - below < keep)
        keep = f->man + 1 - below;
    x.sig = NF_N(nf_cut)(x.sig, keep);
    return x.sig ? x : NF_N(nf_special)(NF_ZERO, x.sign);
}

NF_INLINE uint64_t NF_N(nf_result_truncated)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    if (f->cut == NF_CUT_RESULT)
        x = NF_N(nf_cut_result)(f, x);
    uint64_t code = NF_N(nf_encode_ieee)(f, x, env);
    uint64_t m = code & nf_mask(nf_magnitude_bits(f));
    if (f->cut == NF_CUT_ROUNDED && m <= nf_max_finite(f))
        code &= ~nf_mask(f->man - f->compute_man);
    if (f->ftz && m >> f->man == 0)
        code &= (uint64_t)1 << (f->bits - 1);
    return code;
}

/* Rounds once: the result of an operation. */
NF_INLINE uint64_t NF_N(nf_result)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    if (f->family == NF_TRUNCATED)
        return NF_N(nf_result_truncated)(f, x, env);
    return NF_N(nf_encode)(f, x, env);
}
