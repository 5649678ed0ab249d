/* SPDX-License-Identifier: BSD-3-Clause */
/* How is a block measured and encoded at this CPU level?  Plain loops that the compiler
 * vectorises.
 *
 * To a float's code: the quotient q is a binary32, exactly, and the code of a normal one is its bits
 * without the last `shift`, rounded to nearest even, less the difference of the biases.  Below the
 * smallest normal q + magic is rounded by the CPU to a multiple of the smallest step, which is the
 * last bit of the sum.
 *
 * A quotient of doubles, q = RN53(x / d), lies on the same side of a tie m as x / d, if m d is a
 * double, for two doubles x and m d that differ do so by an ulp of x, or by half of one where x is a
 * power of two, and x / d and m by more than half an ulp of q.  To odd in binary32, which has more
 * bits than m, keeps that side.  What binary32 lacks below is 0 as an element, above it the largest. */
#include "block_loops.h"
#include "of_level.h"
#include "round_to_odd.h"

#define INFINITE UINT32_C(0x7F800000)
#define LIMIT 0x1p100

static inline uint32_t word_of(float x)
{
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static inline float float_of(uint32_t u)
{
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* ---- the largest ----------------------------------------------------------------------------- */

static double largest_special(const float *x, const double *y, intptr_t n, bool skip)
{
    double most = 0;
    for (intptr_t i = 0; i < n; i++) {
        double m = nf_magnitude_of(x ? (double)x[i] : y[i]);
        bool infinite = nf_bits_of(m) == NF_EXPONENT;
        if (m != m || (infinite && !skip))
            return nf_double_of(NF_EXPONENT | 1);
        most = !infinite && m > most ? m : most;
    }
    return most;
}

static double largest_float(const float *x, intptr_t n, bool skip)
{
    int32_t most = 0; /* magnitudes are in the order of their bits */
    for (intptr_t i = 0; i < n; i++) {
        int32_t m = (int32_t)(word_of(x[i]) & ~(UINT32_C(1) << 31));
        most = m > most ? m : most;
    }
    return (uint32_t)most < INFINITE ? (double)float_of((uint32_t)most)
                                     : largest_special(x, NULL, n, skip);
}

static double largest_double(const double *x, intptr_t n, bool skip)
{
    int64_t most = 0;
    for (intptr_t i = 0; i < n; i++) {
        int64_t m = (int64_t)(nf_bits_of(x[i]) & ~NF_SIGN);
        most = m > most ? m : most;
    }
    return (uint64_t)most < NF_EXPONENT ? nf_double_of((uint64_t)most)
                                        : largest_special(NULL, x, n, skip);
}

/* ---- codes ----------------------------------------------------------------------------------- */

static void store(const uint32_t *restrict words, intptr_t n, char *restrict codes, int size)
{
    if (size == 1) {
        for (intptr_t i = 0; i < n; i++)
            codes[i] = (char)words[i];
        return;
    }
    for (intptr_t i = 0; i < n; i++) {
        uint16_t code = (uint16_t)words[i];
        memcpy(codes + (size_t)i * sizeof code, &code, sizeof code);
    }
}

static void encode_to_float(const nf_block_target *t, const float *restrict x, float factor,
                            intptr_t n, uint32_t *restrict words)
{
    const uint32_t half = t->half, odd = t->odd, offset = t->offset, normal = t->normal,
                   most = t->most;
    const uint32_t beyond = t->beyond, sign = t->sign;
    const int shift = t->shift;
    const float magic = t->magic;
    for (intptr_t i = 0; i < n; i++) {
        uint32_t u = word_of(x[i]), infinite = (u & ~(UINT32_C(1) << 31)) == INFINITE;
        uint32_t m = word_of(x[i] * factor) & ~(UINT32_C(1) << 31);
        uint32_t code = ((m + half + ((m >> shift ^ odd) & 1)) >> shift) - offset;
        uint32_t below = word_of(float_of(m) + magic) - word_of(magic);
        code = (int32_t)m < (int32_t)normal ? below : code;
        code = (int32_t)code > (int32_t)most ? most : code;
        code = infinite ? beyond : code;
        words[i] = code | (u >> 31 ? sign : 0);
    }
}

static void encode_to_fixed(const nf_block_target *t, const float *restrict x, float factor,
                            intptr_t n, uint32_t *restrict words)
{
    const float unit = t->unit, low = t->low, high = t->high, magic = t->magic;
    const uint32_t mask = t->mask;
    for (intptr_t i = 0; i < n; i++) {
        float y = x[i] * factor * unit;
        y = y < low ? low : y;
        y = y > high ? high : y;
        words[i] = (word_of(y + magic) - word_of(magic)) & mask;
    }
}

static void encode_floats(const nf_block_target *t, const float *x, float factor, intptr_t n,
                          char *codes)
{
    uint32_t words[NF_BLOCK_STAGE];
    for (intptr_t i = 0, count; i < n; i += count) {
        count = n - i < NF_BLOCK_STAGE ? n - i : NF_BLOCK_STAGE;
        if (t->fixed)
            encode_to_fixed(t, x + i, factor, count, words);
        else
            encode_to_float(t, x + i, factor, count, words);
        store(words, count, codes + i * t->size, t->size);
    }
}

/* x / divisor in binary32, to odd; what is too large for any element, LIMIT; infinities stay. */
static void round_quotients(const double *restrict x, const double *restrict divisor, intptr_t n,
                            float *restrict out)
{
    const uint64_t dropped = (UINT64_C(1) << 29) - 1; /* bits that binary32 lacks */
    for (intptr_t i = 0; i < n; i++) {
        double m = nf_magnitude_of(x[i]), q = m / divisor[i];
        q = q > LIMIT ? LIMIT : q;
        q = nf_bits_of(m) == NF_EXPONENT ? m : q;
        uint64_t u = nf_bits_of(q), odd = (u & dropped) != 0 ? dropped + 1 : 0;
        u = (u & ~dropped) | odd | (nf_bits_of(x[i]) & NF_SIGN);
        out[i] = (float)nf_double_of(u);
    }
}

static void encode_quotients(const nf_block_target *t, const double *x, const double *divisor,
                             intptr_t n, char *codes)
{
    float quotients[NF_BLOCK_STAGE];
    round_quotients(x, divisor, n, quotients);
    encode_floats(t, quotients, 1, n, codes);
}

static void scale(const double *restrict x, double factor, intptr_t n, double *restrict out)
{
    for (intptr_t i = 0; i < n; i++) {
        double p = x[i] * factor;
        out[i] = nf_to_odd(p, nf_residual_of_product(x[i], factor, p));
    }
}

const nf_block_loops NF_OF_LEVEL(nf_block_loops_) = {
    .largest_float = largest_float,
    .largest_double = largest_double,
    .encode_floats = encode_floats,
    .encode_quotients = encode_quotients,
    .scale = scale,
};
