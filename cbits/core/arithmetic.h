/* SPDX-License-Identifier: BSD-3-Clause */
/* What does + or sqrt do to one element, and which field does it take?  (A template: elements.h
 * includes it once per make, with the three macros defined that it undefines.)
 *
 *     NF_ELEMENT(name)   what the element function is called
 *     NF_NARROW(f)       nf_is_narrow(f), or true where it is known
 *     NF_CODEC(name)     nf_load_64 and its like: inlined, or called */

/* Rounded results of the operations whose exact result exists at both widths. */
#define NF_UNARY(name)                                                                             \
    NF_INLINE uint64_t NF_ELEMENT(name)(const nf_format *f, uint64_t a, nf_env *env)               \
    {                                                                                              \
        if (NF_NARROW(f) || nf_computes_narrow(f))                                                 \
            return NF_CODEC(nf_result_64)(                                                         \
                f, nf_do_##name##_64(f, NF_CODEC(nf_load_64)(f, a), env), env);                    \
        return NF_CODEC(nf_result_128)(f, nf_do_##name##_128(f, NF_CODEC(nf_load_128)(f, a), env), \
                                       env);                                                       \
    }
#define NF_BINARY(name)                                                                            \
    NF_INLINE uint64_t NF_ELEMENT(name)(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)   \
    {                                                                                              \
        if (NF_NARROW(f) || nf_computes_narrow(f)) {                                               \
            nf_number_64 x = NF_CODEC(nf_load_64)(f, a), y = NF_CODEC(nf_load_64)(f, b);           \
            return NF_CODEC(nf_result_64)(f, nf_do_##name##_64(f, x, y, env), env);                \
        }                                                                                          \
        nf_number_128 x = NF_CODEC(nf_load_128)(f, a), y = NF_CODEC(nf_load_128)(f, b);            \
        return NF_CODEC(nf_result_128)(f, nf_do_##name##_128(f, x, y, env), env);                  \
    }
NF_UNARY(square)
NF_BINARY(add)
NF_BINARY(sub)
NF_BINARY(mul)
#undef NF_UNARY
#undef NF_BINARY

NF_INLINE uint64_t NF_ELEMENT(div)(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    if (NF_NARROW(f) || nf_computes_narrow(f)) {
        nf_number_64 x = NF_CODEC(nf_load_64)(f, a), y = NF_CODEC(nf_load_64)(f, b);
        if (NF_NARROW(f))
            return NF_CODEC(nf_result_64)(f, nf_do_div_64(f, x, y, env), env);
        if (x.cls == NF_FINITE && y.cls == NF_FINITE) /* 64 bits, and nothing special */
            return NF_CODEC(nf_result_64)(f, nf_div_long(x, y), env);
    }
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_div, a, b, 0, env);
    nf_number_128 x = NF_CODEC(nf_load_128)(f, a), y = NF_CODEC(nf_load_128)(f, b);
    return NF_CODEC(nf_result_128)(f, nf_do_div_128(f, x, y, env), env);
}

NF_INLINE uint64_t NF_ELEMENT(sqrt)(const nf_format *f, uint64_t a, nf_env *env)
{
    if (NF_NARROW(f))
        return NF_CODEC(nf_result_64)(f, nf_do_sqrt_64(f, NF_CODEC(nf_load_64)(f, a), env), env);
#ifdef NF_HAS_LONG_ROOT
    if (nf_computes_narrow(f)) {
        nf_number_64 x = NF_CODEC(nf_load_64)(f, a);
        if (x.cls == NF_FINITE && !x.sign)
            return NF_CODEC(nf_result_64)(f, nf_sqrt_long(x), env);
    }
#endif
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_sqrt, a, 0, 0, env);
    nf_number_128 x = NF_CODEC(nf_load_128)(f, a);
    return NF_CODEC(nf_result_128)(f, nf_do_sqrt_128(f, x, env), env);
}

NF_INLINE uint64_t NF_ELEMENT(reciprocal)(const nf_format *f, uint64_t a, nf_env *env)
{
    if (NF_NARROW(f)) {
        nf_number_64 x = NF_CODEC(nf_load_64)(f, a);
        return NF_CODEC(nf_result_64)(f, nf_do_reciprocal_64(f, x, env), env);
    }
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_reciprocal, a, 0, 0, env);
    nf_number_128 x = NF_CODEC(nf_load_128)(f, a);
    return NF_CODEC(nf_result_128)(f, nf_do_reciprocal_128(f, x, env), env);
}

/* Decoding is exact in either field.  The 64-bit one rounds exactly wherever the dropped bits fit
 * beside the code, or are looked at apart: all but long floats. */
NF_INLINE uint64_t NF_ELEMENT(cast)(const nf_format *from, const nf_format *to, uint64_t a,
                                    nf_env *env)
{
    bool short_float = to->family == NF_FLOAT && to->man <= 52;
    bool short_code = to->bits <= 32 || short_float || nf_is_tapered(to) || to->family == NF_FIXED;
    if (NF_NARROW(to) || (short_code && to->rounding != NF_STOCHASTIC))
        return NF_CODEC(nf_encode_64)(to, NF_CODEC(nf_decode_64)(from, a), env);
    return NF_CODEC(nf_encode_128)(to, NF_CODEC(nf_decode_128)(from, a), env);
}

#undef NF_ELEMENT
#undef NF_NARROW
#undef NF_CODEC
