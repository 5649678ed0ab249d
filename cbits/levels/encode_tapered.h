/* SPDX-License-Identifier: BSD-3-Clause */
/* How do doubles become posits, b-posits and linear takums, eight at a time?
 *
 * With the bias taken out of the exponent, exponent and fraction are side by side as the string has
 * them; with the bit of the regime and its end before them, an arithmetic shift makes the regime:
 *
 *     hi - bias   kkkkkkkk ee ffffffffffffffffffff     lo   ffffffffffff....
 *     body              10 ee ffffffffffffffffffff ffffffff    (01 for a regime of zeros)
 *     string      0 1111110 ee fffffffffffffffffff     shifted right by run, sign bit 0; the rest
 *                                                      is `dropped`
 *
 * What is beyond the ends, at them, zero, infinite or NaN has a run of rs and more: such groups
 * take a second look. */
#ifndef NF_ENCODE_TAPERED_H
#define NF_ENCODE_TAPERED_H

#include "decode.h"

/* string: 32 bits with a sign of 0; dropped: the bits below, the last one sticky.  To nearest even;
 * m may be 0, or 2^(bits - 1) after a carry. */
NF_VECTOR nf_words nf_round_string(nf_words string, nf_words dropped, int bits)
{
    nf_words m = string >> (32 - bits);
    if (bits < 32)
        dropped = string << bits | nf_least(dropped, nf_all(1));
    nf_ints compared = (nf_ints)((dropped | (m & 1)) ^ 0x80000000);
    return m - (nf_words)(compared > 0);
}

/* Codes at the ends: m never becomes 0 or NaR, zero and NaN do.  `seen` gathers infinities,
 * which are for the core, and NaNs. */
typedef struct nf_seen {
    nf_words infinity, special;
} nf_seen;

NF_VECTOR nf_words nf_end_codes(nf_words m, nf_words beyond, nf_words hi, nf_words lo, int bits,
                                nf_seen *seen)
{
    const nf_words maxpos = nf_all((uint32_t)nf_mask(bits - 1)), one = nf_all(1);
    nf_words magnitude = hi & 0x7FFFFFFF, less = (nf_words)((nf_ints)magnitude < 0x3FF00000);
    nf_words special = (nf_words)((nf_ints)magnitude > 0x7FEFFFFF);
    seen->special |= special;
    seen->infinity |= special & (nf_words)(((magnitude & 0xFFFFF) | lo) == 0);
    m = nf_select(beyond, nf_select(less, one, maxpos), nf_most(nf_least(m, maxpos), one));
    m = nf_signed_as(m, hi | 1) & (nf_words)((magnitude | lo) != 0);
    return nf_select(special, maxpos + 1, m);
}

NF_VECTOR nf_words nf_posit_codes(const nf_format *f, nf_pair z, nf_seen *seen)
{
    const uint32_t rs = f->rs, es = f->es;
    const bool standard = f->rs == f->bits - 1;
    nf_words hi, lo, m;
    nf_unzip(z, &hi, &lo);
    nf_words scaled = (hi & 0x7FFFFFFF) - (1023u << 20);
    nf_words k = (nf_words)((nf_ints)scaled >> (20 + es)), flip = (nf_words)((nf_ints)scaled >> 31);
    nf_words run = (k ^ flip) + 1;
    nf_words body = (scaled << (10 - es) & 0x3FFFFFFF) | lo >> (22 + es) | 0x80000000;
    body ^= flip & 0xC0000000;
    nf_words sticky = nf_least(lo << (10 - es), nf_all(1));
    nf_words string = nf_shift_down(body, run) & 0x7FFFFFFF;
    m = nf_round_string(string, nf_shift_left(body, 32 - run) | sticky, f->bits);
    nf_words end = (nf_words)((nf_ints)run > (nf_ints)nf_all(rs - 1));
    if (nf_any(end)) {
        if (!standard) { /* a regime of rs bits is not ended: run - 1 copies, without the 2nd bit */
            nf_words open = (nf_words)(run == rs), first = body & 0x80000000;
            nf_words longer = (body << 1 & 0x7FFFFFFF) | (lo >> (21 + es) & 1) | first;
            nf_words dropped =
                nf_shift_left(longer, 32 - run) | nf_least(lo << (11 - es), nf_all(1));
            string = nf_shift_down(longer, run) & 0x7FFFFFFF;
            m = nf_select(open, nf_round_string(string, dropped, f->bits), m);
        }
        nf_words beyond = (nf_words)((nf_ints)run > (nf_ints)nf_all(rs));
        return nf_end_codes(m, beyond, hi, lo, f->bits, seen) & (uint32_t)nf_mask(f->bits);
    }
    return nf_signed_as(m, hi) & (uint32_t)nf_mask(f->bits);
}

/* As nf_takum_string in core/tapered.h.  Exponents outside [-255, 254] are clamped; what is there,
 * and the last codes before, take the second look. */
NF_VECTOR nf_words nf_takum_codes(const nf_format *f, nf_pair z, nf_seen *seen)
{
    nf_words hi, lo, one = nf_all(1);
    nf_unzip(z, &hi, &lo);
    nf_words magnitude = hi & 0x7FFFFFFF;
    nf_ints exp = (nf_ints)(magnitude >> 20) - 1023;
    nf_words down = (nf_words)(exp >> 31);
    nf_words c = ((nf_words)exp ^ down) + 1; /* exp + 1 or -exp: 1..255, of r + 1 bits */
    nf_words end = (nf_words)((nf_ints)c > 254), beyond = (nf_words)((nf_ints)c > 255);
    c = nf_least(c, nf_all(255));
    nf_words r = nf_position(c) - 127;
    /* D, R and C: 1 rrr c...c = (8 + r) << r | (c - 2^r), or its complement in 4 + r bits */
    nf_words head = (((7 + r) << r) + c) ^ (down & ((one << (4 + r)) - 1));
    nf_words rest = magnitude << 12 | lo >> 20;
    nf_words string = head << (27 - r) | rest >> (5 + r);
    nf_words dropped = rest << (27 - r) | nf_least(lo << 12, one);
    nf_words m = nf_round_string(string, dropped, f->bits);
    if (f->bits < 12) /* the ends are nearer */
        end = ~(nf_words)((m - 1) < (uint32_t)nf_mask(f->bits - 1));
    if (nf_any(end))
        return nf_end_codes(m, beyond, hi, lo, f->bits, seen) & (uint32_t)nf_mask(f->bits);
    return nf_signed_as(m, hi) & (uint32_t)nf_mask(f->bits);
}

/* n doubles, a multiple of NF_LANES; the caller knows f->family as a constant. */
NF_VECTOR uint32_t nf_encode_tapered(const nf_format *f, const double *restrict z, int n,
                                     uint32_t *restrict words)
{
    nf_seen seen = {nf_all(0), nf_all(0)};
    for (int i = 0; i < n; i += NF_LANES) {
        nf_pair x = nf_get_pair(z + i);
        nf_words codes =
            f->family == NF_POSIT ? nf_posit_codes(f, x, &seen) : nf_takum_codes(f, x, &seen);
        nf_put(words + i, nf_reorder(codes));
    }
    return (nf_any(seen.infinity) ? NF_AGAIN : 0) | (nf_any(seen.special) ? NF_SPECIAL : 0);
}

#endif
