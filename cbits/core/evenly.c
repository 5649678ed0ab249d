/* SPDX-License-Identifier: BSD-3-Clause */
/* Which codes stand at even distances?  Element i is (first + i * step) / divisor * 2^exponent, or
 * goes on from two codes a and b as (1 - i) a + i b; exactly, and rounded once. */
#include "core.h"

/* Each numerator is an exact integer of at most 127 bits, and so is rounded only once: with its top
 * bit at the top of the field it is divided by `divisor`, below 2^60, into 68 bits or more, and the
 * remainder, with 64 zeros appended, into 64 bits more.  What is then left goes into the lowest;
 * where nothing is left the quotient has no more bits than the numerator, and 128 hold it. */
static nf_unpacked quotient(nf_u128 numerator, uint64_t divisor, int exponent)
{
    nf_unpacked r = {.cls = NF_ZERO};
    if (numerator == 0)
        return r;
    int up = nf_clz_128(numerator);
    nf_u128 top = (numerator << up) / divisor;
    nf_u128 rest = (numerator << up) % divisor << 64;
    uint64_t bottom = (uint64_t)(rest / divisor);
    bool inexact = rest % divisor != 0;
    int more = nf_clz_128(top); /* below 60, as the divisor */
    nf_u128 sig = top << more;
    if (more > 0)
        sig |= bottom >> (64 - more);
    r.cls = NF_FINITE;
    r.exp = exponent + 127 - up - more;
    r.hi = (uint64_t)(sig >> 64);
    r.lo = (uint64_t)sig | inexact;
    return r;
}

void nf_fill_evenly(const nf_format *f, const nf_evenly *e, char *out, intptr_t stride, intptr_t n,
                    nf_env *env)
{
    nf_u128 numerator = (nf_u128)e->first_hi << 64 | e->first_lo;
    nf_u128 step = (nf_u128)e->step_hi << 64 | e->step_lo;
    for (intptr_t i = 0; i < n; i++, numerator += step) { /* two's complement: wraps as it must */
        bool negative = numerator >> 127;
        nf_unpacked x = quotient(negative ? 0 - numerator : numerator, e->divisor, e->exponent);
        x.sign = negative;
        nf_store_code(out + i * stride, nf_size(f), nf_encode(f, x, env));
        env->index++;
    }
}

/* x * n, exact: a code has at most 64 significant bits, n fewer than 64. */
static nf_number_128 times(nf_number_128 x, int64_t n)
{
    uint64_t magnitude = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (x.cls != NF_FINITE)
        return nf_special_128(NF_ZERO, 0);
    return nf_normalise_128(x.sign ^ (n < 0), x.exp + 64, (x.sig >> 64) * magnitude);
}

/* The sum of two products is exact but for what falls below its field, which is jammed into the
 * lowest bit: a product has at most 127 bits, so that the carry has room. */
void nf_go_on_evenly(const nf_format *f, char *codes, intptr_t stride, intptr_t n, nf_env *env)
{
    int size = nf_size(f);
    if (n <= 2)
        return;
    nf_number_128 a = nf_decode_128_any(f, nf_load_code(codes, size));
    nf_number_128 b = nf_decode_128_any(f, nf_load_code(codes + stride, size));
    bool finite = a.cls <= NF_FINITE && b.cls <= NF_FINITE;
    for (intptr_t i = 2; i < n; i++) {
        nf_number_128 x = nf_special_128(NF_NOT_A_NUMBER, 0);
        if (finite)
            x = nf_add_128(times(b, i), times(a, 1 - i), false, env);
        env->index = (uint64_t)i;
        nf_store_code(codes + i * stride, size, nf_encode_128_any(f, x, env));
    }
}
