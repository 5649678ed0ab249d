/* SPDX-License-Identifier: BSD-3-Clause */
/* What is an unpacked number, at a field width of NF_W bits?  (Included once per width.)
 *
 * value = (-1)^sign * sig / 2^(NF_W-1) * 2^exp
 *
 *     sig   1.fffffffff...ffff000...00j      bit NF_W-1 is set exactly when cls is NF_FINITE
 *           |<- significand ->|       |
 *                                     bit 0 is sticky: everything below the field is jammed in
 *
 * The width rule: operands have at most NF_W/2 significant bits, so that a product is exact, an
 * aligned sum keeps its guard bits above the jammed one, and a result carries NF_W/2 bits beyond
 * any operand.  Formats up to 32 bits use 64, the others 128. */

#define NF_CAT2(a, b) a##_##b
#define NF_CAT1(a, b) NF_CAT2(a, b)
#define NF_N(name) NF_CAT1(name, NF_W)
#define NF_SIG NF_N(nf_sig)
#define NF_NUMBER NF_N(nf_number)

#if NF_W == 64
typedef uint64_t nf_sig_64;
#else
typedef nf_u128 nf_sig_128;
#endif

typedef struct {
    NF_SIG sig;
    int32_t exp;
    uint8_t cls, sign;
} NF_N(nf_number);

#define NF_TOP ((NF_SIG)1 << (NF_W - 1))

NF_INLINE NF_NUMBER NF_N(nf_special)(int cls, int sign)
{
    NF_NUMBER r = {0, 0, (uint8_t)cls, (uint8_t)sign};
    return r;
}

NF_INLINE NF_NUMBER NF_N(nf_finite)(int sign, int32_t exp, NF_SIG sig)
{
    NF_NUMBER r = {sig, exp, NF_FINITE, (uint8_t)sign};
    return r;
}

#ifndef NF_POLES
#define NF_POLES
/* exp of an infinity that a division by zero made: it is no overflow where it saturates.  Where the
 * sign is that of a zero, a format whose zero has no sign does not know it. */
enum { NF_POLE = 1, NF_POLE_BY_ZERO = 2 };
#endif

/* The infinity at a pole of known sign, as that of the logarithm. */
NF_INLINE NF_NUMBER NF_N(nf_pole)(int sign, nf_env *env)
{
    env->flags |= NF_DIVIDE;
    NF_NUMBER r = {0, NF_POLE, NF_INFINITE, (uint8_t)sign};
    return r;
}

/* The infinity whose sign is that of a zero, or of the zero that a function crosses. */
NF_INLINE NF_NUMBER NF_N(nf_pole_by_zero)(int sign, nf_env *env)
{
    env->flags |= NF_DIVIDE;
    NF_NUMBER r = {0, NF_POLE_BY_ZERO, NF_INFINITE, (uint8_t)sign};
    return r;
}

/* NaN out of operands that are not NaN: an invalid operation. */
NF_INLINE NF_NUMBER NF_N(nf_invalid)(nf_env *env)
{
    env->flags |= NF_INVALID;
    return NF_N(nf_special)(NF_NOT_A_NUMBER, 0);
}

/* Shift right by n >= 0; the bits that fall out are ORed into bit 0. */
NF_INLINE NF_SIG NF_N(nf_shr_jam)(NF_SIG x, int n)
{
    if (n == 0)
        return x;
    if (n >= NF_W)
        return x != 0;
    return (x >> n) | ((x << (NF_W - n)) != 0);
}

/* The `keep` highest bits of sig, the rest cut off; keep <= 0 leaves nothing. */
NF_INLINE NF_SIG NF_N(nf_cut)(NF_SIG x, int keep)
{
    if (keep <= 0)
        return 0;
    return keep >= NF_W ? x : x >> (NF_W - keep) << (NF_W - keep);
}

/* sig with its leading one wherever it is, worth 2^exp at bit NF_W-1. */
NF_INLINE NF_NUMBER NF_N(nf_normalise)(int sign, int32_t exp, NF_SIG sig)
{
    if (sig == 0)
        return NF_N(nf_special)(NF_ZERO, sign);
    int n = NF_N(nf_clz)(sig);
    return NF_N(nf_finite)(sign, exp - n, sig << n);
}
