/* SPDX-License-Identifier: BSD-3-Clause */
/* Which exact operation does a row perform, before its one rounding?  (Per width.)  For all rows
 * the plain one, except that truncated floats may cut an aligned addend or a product. */

/* Cut to `keep` significant bits toward zero. */
NF_INLINE NF_NUMBER NF_N(nf_keep)(NF_NUMBER x, int keep)
{
    if (x.cls != NF_FINITE)
        return x;
    x.sig = NF_N(nf_cut)(x.sig, keep);
    return x.sig ? x : NF_N(nf_special)(NF_ZERO, x.sign);
}

/* NF_CUT_ALIGN: the operand of smaller exponent loses what lies below 2^(larger - compute_man). */
NF_INLINE void NF_N(nf_align)(const nf_format *f, NF_NUMBER *a, NF_NUMBER *b)
{
    if (f->family != NF_TRUNCATED || f->cut != NF_CUT_ALIGN || a->cls != NF_FINITE ||
        b->cls != NF_FINITE || a->exp == b->exp)
        return;
    if (a->exp > b->exp)
        *b = NF_N(nf_keep)(*b, f->compute_man + 1 - (a->exp - b->exp));
    else
        *a = NF_N(nf_keep)(*a, f->compute_man + 1 - (b->exp - a->exp));
}

NF_INLINE NF_NUMBER NF_N(nf_do_add)(const nf_format *f, NF_NUMBER a, NF_NUMBER b, nf_env *env)
{
    NF_N(nf_align)(f, &a, &b);
    return NF_N(nf_add)(a, b, f->rounding == NF_TOWARD_NEGATIVE, env);
}

NF_INLINE NF_NUMBER NF_N(nf_do_sub)(const nf_format *f, NF_NUMBER a, NF_NUMBER b, nf_env *env)
{
    b.sign ^= 1;
    return NF_N(nf_do_add)(f, a, b, env);
}

/* NF_CUT_PRODUCT: products keep compute_man bits. */
NF_INLINE NF_NUMBER NF_N(nf_cut_product)(const nf_format *f, NF_NUMBER x)
{
    if (f->family == NF_TRUNCATED && f->cut == NF_CUT_PRODUCT)
        return NF_N(nf_keep)(x, f->compute_man + 1);
    return x;
}

NF_INLINE NF_NUMBER NF_N(nf_do_mul)(const nf_format *f, NF_NUMBER a, NF_NUMBER b, nf_env *env)
{
    return NF_N(nf_cut_product)(f, NF_N(nf_mul)(a, b, env));
}

NF_INLINE NF_NUMBER NF_N(nf_do_div)(const nf_format *f, NF_NUMBER a, NF_NUMBER b, nf_env *env)
{
    (void)f;
    return NF_N(nf_div)(a, b, env);
}

NF_INLINE NF_NUMBER NF_N(nf_do_sqrt)(const nf_format *f, NF_NUMBER a, nf_env *env)
{
    return NF_N(nf_sqrt)(a, f->rounding == NF_STOCHASTIC, env);
}

NF_INLINE NF_NUMBER NF_N(nf_do_square)(const nf_format *f, NF_NUMBER a, nf_env *env)
{
    return NF_N(nf_do_mul)(f, a, a, env);
}

NF_INLINE NF_NUMBER NF_N(nf_do_reciprocal)(const nf_format *f, NF_NUMBER a, nf_env *env)
{
    NF_NUMBER one = NF_N(nf_finite)(0, 0, NF_TOP);
    return NF_N(nf_do_div)(f, one, a, env);
}
