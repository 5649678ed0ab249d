/* SPDX-License-Identifier: BSD-3-Clause */
/* How do codes of up to 32 bits become doubles, eight at a time?
 *
 *     hi   s eeeeeeeeeee ffffffffffffffffffff     lo   ffffffffffff 00000000000000000000
 *            exp + 1023    the 20 leading bits           the other 12 of a 32-bit fraction
 */
#ifndef NF_DECODE_H
#define NF_DECODE_H

#include "core/core.h"
#include "round_to_odd.h"
#include "vectors.h"

#define NF_QUIET_NAN 0x7FF80000u

/* hi without the sign, which is that of word; zero and NaR have a body, and lo, of 0. */
NF_VECTOR nf_pair nf_tapered_pair(nf_words word, nf_words body, nf_words hi, nf_words lo)
{
    hi = (hi & ~(nf_words)(body == 0)) | (word & 0x80000000u);
    nf_words nar = (nf_words)(word == 0x80000000u);
    return nf_zip(nf_select(nar, nf_all(NF_QUIET_NAN), hi), lo);
}

/* As nf_decode_posit in core/tapered.h, in 32 bits.
 *
 *     body   1110 ee ffff0...    a regime of `run` bits and its end, rs bits at most
 *     rest   ee ffff0...         e and the fraction are side by side there, as they are in a
 *                                double: one shift and one addition put both in their place
 *     hi     k << (20 + es) + 1023 << 20 + ...,  k = run - 1 for ones, -run = ~(run - 1) for zeros
 *
 * A standard posit (rs = bits - 1) whose regime fills it has only zeros behind the body. */
NF_VECTOR nf_pair nf_posit_pair(const nf_format *f, nf_words code)
{
    const uint32_t rs = f->rs, es = f->es;
    const bool standard = f->rs == f->bits - 1;
    nf_words word = code << (32 - f->bits), body = nf_absolute(word) << 1;
    nf_words ones = (nf_words)((nf_ints)body >> 31);                      /* a regime of ones */
    nf_words before = 157 - nf_position(body ^ ones), after = before + 2; /* run - 1, run + 1 */
    if (!standard) {
        before = nf_least(before, nf_all(rs - 1));
        after = nf_least(after, nf_all(rs));
    }
    nf_words rest = nf_shift_left(body, after);
    const uint32_t middle = (1023u << 20) - (1u << (20 + es)); /* ~x << s = -(x << s) - (1 << s) */
    nf_words hi = (rest >> (12 - es)) + middle - ((before ^ ones) << (20 + es));
    return nf_tapered_pair(word, body, hi, rest << (20 + es));
}

/* As nf_decode_takum in core/tapered.h, in 32 bits. */
NF_VECTOR nf_pair nf_takum_pair(const nf_format *f, nf_words code)
{
    nf_words word = code << (32 - f->bits), body = nf_absolute(word) << 1;
    nf_words down = ~(nf_words)((nf_ints)body >> 31);
    nf_words r = (body >> 28 & 7) ^ (down & 7); /* 7 - the regime, for D = 0 */
    nf_words rest = body << 4, one = nf_all(1);
    nf_words c = rest >> 1 >> (31 - r);
    c += nf_select(down, 1 - (one << (r + 1)), (one << r) - 1);
    nf_words fraction = rest << r;
    nf_words hi = (c << 20) + (1023u << 20) + (fraction >> 12);
    return nf_tapered_pair(word, body, hi, fraction << 20);
}

NF_VECTOR nf_pair nf_fixed_pair(const nf_format *f, nf_words code)
{
    const int place = 32 - f->bits;
    const double step = nf_power_of_two(-f->frac);
    nf_words word = code << place;
    /* unsigned words of 32 bits are counted from the middle */
    const uint32_t middle = f->is_signed ? 0 : 0x80000000;
    nf_ints steps = (nf_ints)(word ^ middle) >> place;
    const double shift = f->is_signed ? 0.0 : (double)((uint64_t)1 << (f->bits - 1));
    nf_pair x = nf_exact_pair((nf_words)steps);
    return (nf_pair){{(x.at[0] + shift) * step, (x.at[1] + shift) * step}};
}

/* Zeros, subnormals (integers times their quantum), infinities and NaNs (the positive quiet one).
 */
NF_VECTOR nf_pair nf_odd_floats(const nf_format *f, nf_words code, nf_pair x)
{
    const uint32_t magnitude = (uint32_t)nf_mask(nf_magnitude_bits(f));
    const uint32_t top = (uint32_t)nf_max_finite(f), hidden = f->zero ? 1u << f->man : 0;
    const uint32_t no_minus = f->signed_zero ? 0 : f->subnormals ? 1 : hidden; /* zeros, unsigned */
    const uint32_t zero_is_nan = f->nan == NF_NAN_NEGATIVE_ZERO ? ~0u : 0;
    const double quantum = nf_power_of_two(nf_min_normal_exp(f) - f->man);
    nf_words m = code & magnitude;
    nf_words sign = f->is_signed ? code << (32 - f->bits) & 0x80000000 : nf_all(0);
    nf_words small = (nf_words)((nf_ints)m < (nf_ints)nf_all(hidden));
    nf_words special = (nf_words)((nf_ints)m > (nf_ints)nf_all(top));
    nf_words nan = (nf_words)((nf_ints)m > (nf_ints)nf_all(top + (f->inf != NF_INF_NONE)));
    nan |= (nf_words)(m == 0) & (nf_words)((nf_ints)sign < 0) & zero_is_nan;
    special |= nan;
    sign &= ~(nan | (nf_words)((nf_ints)m < (nf_ints)nf_all(no_minus)));
    nf_words hi = (special & 0x7FF00000u) | (nan & 0x00080000u) | sign;
    nf_pair other = nf_zip(hi, nf_all(0)), usual = nf_zip(small | special, small | special);
    nf_pair tiny = nf_exact_pair(f->subnormals && !f->daz ? small & ~nan & m : nf_all(0));
    for (int h = 0; h < 2; h++) {
        nf_longs bits = (nf_longs)other.at[h] | (nf_longs)(tiny.at[h] * quantum);
        x.at[h] = (nf_doubles)(((nf_longs)x.at[h] & ~(nf_longs)usual.at[h]) | bits);
    }
    return x;
}

/* Normal numbers get their exponent moved: exponent and fraction are side by side in both.
 * Truncated floats load in their own way: subnormals read as zero (daz), and only `kept` bits stay.
 */
NF_VECTOR nf_pair nf_float_pair(const nf_format *f, nf_words code)
{
    const int man = f->man, left = man < 20 ? 20 - man : 0, right = man > 20 ? man - 20 : 0;
    const uint32_t top = (uint32_t)nf_max_finite(f), hidden = f->zero ? 1u << f->man : 0;
    nf_words m = code & (uint32_t)nf_mask(nf_magnitude_bits(f));
    nf_words sign = f->is_signed ? code << (32 - f->bits) & 0x80000000 : nf_all(0);
    nf_words hi = (m << left >> right) + ((uint32_t)(1023 - f->bias) << 20);
    nf_pair x = nf_zip(hi | sign, man > 20 ? m << (52 - man) : nf_all(0));
    nf_words rare = (nf_words)((nf_ints)m < (nf_ints)nf_all(hidden)) |
                    (nf_words)((nf_ints)m > (nf_ints)nf_all(top));
    if (nf_any(rare))
        x = nf_odd_floats(f, code, x);
    if (f->family == NF_TRUNCATED && f->cut == NF_CUT_OPERAND) {
        const uint64_t kept = ~(uint64_t)0 << (52 - f->compute_man);
        for (int h = 0; h < 2; h++) {
            nf_longs bits = (nf_longs)x.at[h];
            x.at[h] = (nf_doubles)(bits & (kept | (nf_longs)(x.at[h] != x.at[h])));
        }
    }
    return x;
}

#endif
