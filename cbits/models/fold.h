/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the terms of one sum folded in an accumulator of row f?  (A template: model.h includes it
 * once per make of core/arithmetic.h, with the same three macros, which it undefines.) */

NF_INLINE uint64_t NF_ELEMENT(model_round)(const nf_format *f, nf_operands x, intptr_t j,
                                           nf_env *env)
{
    nf_number_128 p = nf_model_product(f, x, j, env);
    if (x.terms != NF_TERMS_128 && NF_NARROW(f))
        return NF_CODEC(nf_result_64)(f, nf_narrow(p), env);
    return NF_CODEC(nf_result_128)(f, p, env);
}

/* rnd_F(s + p): one fused step, as nf_el_fma rounds it. */
NF_INLINE uint64_t NF_ELEMENT(model_add)(const nf_format *f, uint64_t s, nf_number_128 p,
                                         nf_terms terms, nf_env *env)
{
    bool down = f->rounding == NF_TOWARD_NEGATIVE;
    if (terms == NF_TERMS_32 && NF_NARROW(f)) {
        nf_number_64 x = nf_narrow(p), y = NF_CODEC(nf_load_64)(f, s);
        return NF_CODEC(nf_result_64)(f, nf_do_add_64(f, x, y, env), env);
    }
    nf_number_128 x = nf_wrapping_term(f, p), y = NF_CODEC(nf_load_128)(f, s);
    nf_align_128(f, &x, &y);
    x = terms == NF_TERMS_128 ? nf_add_product(x, y, down, env) : nf_add_128(x, y, down, env);
    return NF_CODEC(nf_result_128)(f, x, env);
}

NF_INLINE uint64_t NF_ELEMENT(fold_fused)(const nf_format *f, nf_operands x, intptr_t n,
                                          nf_env *env)
{
    nf_env e = *env;
    uint64_t s = NF_ELEMENT(model_round)(f, x, 0, &e);
    for (intptr_t j = 1; j < n; j++)
        s = NF_ELEMENT(model_add)(f, s, nf_model_product(f, x, j, &e), x.terms, &e);
    env->flags |= e.flags;
    return s;
}

NF_INLINE uint64_t NF_ELEMENT(fold_sequential)(const nf_format *f, nf_operands x, intptr_t n,
                                               nf_env *env)
{
    nf_env e = *env;
    uint64_t s = NF_ELEMENT(model_round)(f, x, 0, &e);
    for (intptr_t j = 1; j < n; j++)
        s = NF_ELEMENT(add)(f, s, NF_ELEMENT(model_round)(f, x, j, &e), &e);
    env->flags |= e.flags;
    return s;
}

/* The tree as a binary counter: after term j, as many trees of equal size merge as j + 1 has
 * trailing zero bits; the rest merge from the right, each below a larger one. */
NF_INLINE uint64_t NF_ELEMENT(fold_pairwise)(const nf_format *f, nf_operands x, intptr_t n,
                                             nf_env *env)
{
    uint64_t tree[64];
    int depth = 0;
    nf_env e = *env;
    for (intptr_t j = 0; j < n; j++) {
        tree[depth++] = NF_ELEMENT(model_round)(f, x, j, &e);
        for (intptr_t count = j + 1; depth > 1 && (count % 2 == 0 || j == n - 1); count /= 2) {
            depth--;
            tree[depth - 1] = NF_ELEMENT(add)(f, tree[depth - 1], tree[depth], &e);
        }
    }
    env->flags |= e.flags;
    return tree[0];
}

#undef NF_ELEMENT
#undef NF_NARROW
#undef NF_CODEC
