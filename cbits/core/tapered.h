/* SPDX-License-Identifier: BSD-3-Clause */
/* How do posits, b-posits and linear takums turn into exact values and back?  (Per width.)
 *
 * Both families negate a negative word as a whole and then read fields from the top:
 *
 *     posit    s | regime, 1..rs bits | exponent e, es bits | fraction f      1.f * 2^(k*2^es + e)
 *     takum    s | D | R, 3 bits | C, r bits | fraction f                     1.f * 2^c
 *
 * so encoding is one idea: write the fields as an infinite bit string, cut it to bits-1, round on
 * the string, never to zero or NaR, saturate.
 *
 * 11.25 is 1.01101 * 2^3 in binary.  In a posit16 (es = 2) 3 is 0 * 4 + 3: k = 0 is the regime 10,
 * e = 3 is 11.  In a bposit16 (es = 5, rs = 6) it is 0 * 32 + 3, and e has five bits.  In a takum c
 * = 3 is not negative, so D = 1; c + 1 = 4 has r = 2 bits behind its leading one, which are C = 00,
 * and R says 2:
 *
 *     posit16           0 10 11 01101000000         = 11.25
 *     bposit16          0 10 00011 01101000         = 11.25
 *     takum_linear16    0 1 010 00 011010000        = 11.25
 *
 * What is negative is the two's complement of all 16 bits:
 *
 *     posit16           1 01 00 10011000000         = -11.25
 *
 * Half a unit more than 11.25 is a tie, and rounds to the even string; a little more goes up:
 *
 *     posit16           0 10 11 01101000000|1       = 11.251953125
 *     posit16           0 10 11 01101000001|0       = 11.25390625
 *     posit16           0 10 11 01101000010|.1      = 11.255859375
 *
 * Far from 1 the regime grows and pushes the other fields out; a b-posit's ends after rs bits, then
 * without the bit that ends it (2^-187: k = -6, e = 5; below that codes are sparse, not absent):
 *
 *     posit16           0 1111111110 01 000         = 8589934592
 *     bposit16          0 000000 00101 0000         = 2^-187 */

/* The two's-complement magnitude at the top of a 64-bit word; the sign leaves through *sign. */
NF_INLINE uint64_t NF_N(nf_magnitude)(uint64_t word, int *sign)
{
    uint64_t negate = 0 - (word >> 63);
    *sign = (int)(word >> 63);
    return (word ^ negate) - negate;
}

NF_INLINE NF_NUMBER NF_N(nf_decode_posit)(const nf_format *f, uint64_t magnitude, int sign)
{
    /*  magnitude  0 1110 ee ffff0...   (regime of three ones: run = 3, length = 4)
     *  body         1110 ee ffff0...0  its bit 0 is 0, so neither body nor ~body is zero here */
    uint64_t body = magnitude << 1;
    int flip = (int)(body >> 63) - 1; /* -1: a regime of zeros */
    int run = nf_clz_64(body ^ ~(uint64_t)(int64_t)flip);
    run = run < f->rs ? run : f->rs;
    int length = run + (run < f->rs); /* a regime of full length has no terminator */
    int k = (run - 1) ^ flip;         /* run - 1 for ones, -run for zeros */
    uint64_t rest = body << length;
    int e = f->es ? (int)(rest >> (64 - f->es)) : 0;
    uint64_t fraction = rest << f->es;
    NF_SIG sig = (NF_SIG)(fraction >> 1 | (uint64_t)1 << 63) << (NF_W - 64);
    return NF_N(nf_finite)(sign, k * (1 << f->es) + e, sig);
}

NF_INLINE NF_NUMBER NF_N(nf_decode_takum)(uint64_t magnitude, int sign)
{
    uint64_t body = magnitude << 1;
    bool direction = body >> 63;
    int regime = (int)(body >> 60 & 7);
    int r = direction ? regime : 7 - regime;
    uint64_t rest = body << 4;
    int c = (int)(rest >> 1 >> (63 - r)); /* r = 0 gives 0 */
    c += direction ? (1 << r) - 1 : 1 - (2 << r);
    uint64_t fraction = rest << r;
    NF_SIG sig = (NF_SIG)(fraction >> 1 | (uint64_t)1 << 63) << (NF_W - 64);
    return NF_N(nf_finite)(sign, c, sig);
}

NF_INLINE NF_NUMBER NF_N(nf_decode_tapered)(const nf_format *f, uint64_t code)
{
    uint64_t word = code << (64 - f->bits);
    if (word == 0)
        return NF_N(nf_special)(NF_ZERO, 0);
    if (word == (uint64_t)1 << 63)
        return NF_N(nf_special)(NF_NOT_A_NUMBER, 0);
    int sign;
    uint64_t magnitude = NF_N(nf_magnitude)(word, &sign);
    return f->family == NF_POSIT ? NF_N(nf_decode_posit)(f, magnitude, sign)
                                 : NF_N(nf_decode_takum)(magnitude, sign);
}

/* The n highest bits set, n = 0..NF_W-1. */
NF_INLINE NF_SIG NF_N(nf_ones)(int n)
{
    return ~(~(NF_SIG)0 >> n);
}

/* The bit string after the sign, its first NF_W bits; *lost: is there a one behind them?  x within
 * the range.
 *
 *     k >= 0   1 .. 1 0   run = k + 1       k < 0   0 .. 0 1   run = -k
 *              |-length-|                   the same string with its first `length` bits flipped
 * A regime of rs bits has no terminator: length = run. */
NF_INLINE NF_SIG NF_N(nf_posit_string)(const nf_format *f, NF_NUMBER x, bool *lost)
{
    int unit = 1 << f->es;
    int e = x.exp & (unit - 1);
    int k = (x.exp - e) / unit; /* exact: floor(exp / 2^es) */
    int flip = -(k < 0);
    int run = (k ^ flip) + 1;
    int length = run + (run < f->rs);
    NF_SIG regime = NF_N(nf_ones)(run) ^ (NF_N(nf_ones)(length) & (NF_SIG)(int64_t)flip);
    NF_SIG rest = x.sig << 1, below = 0;
    if (f->es) {
        below = rest << (NF_W - f->es);
        rest = rest >> f->es | (NF_SIG)(unsigned)e << (NF_W - f->es);
    }
    *lost = (rest << (NF_W - length) | below) != 0;
    return regime | rest >> length;
}

NF_INLINE NF_SIG NF_N(nf_takum_string)(NF_NUMBER x, bool *lost)
{
    bool direction = x.exp >= 0;
    int r = 63 - nf_clz_64((uint64_t)(direction ? x.exp + 1 : -x.exp));
    int c = direction ? x.exp + 1 - (1 << r) : x.exp - 1 + (2 << r);
    int head = (direction ? 8 + r : 7 - r) << r | c; /* D, R and C: 4 + r bits */
    NF_SIG rest = x.sig << 1;
    *lost = rest << (NF_W - 4 - r) != 0;
    return (NF_SIG)(unsigned)head << (NF_W - 4 - r) | rest >> (4 + r);
}

/* Largest exponent + 1: the range is [-limit, limit) for posits; takums differ by one below. */
NF_INLINE int NF_N(nf_tapered_top)(const nf_format *f)
{
    return f->family == NF_POSIT ? f->rs * (1 << f->es) : 255;
}

NF_INLINE uint64_t NF_N(nf_encode_tapered)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    if (x.cls == NF_ZERO)
        return 0;
    if (x.cls == NF_INFINITE && x.exp == 0) /* a pole has raised its flag already */
        env->flags |= NF_INVALID;
    if (x.cls != NF_FINITE)
        return (uint64_t)1 << (f->bits - 1); /* NaR */
    int top = NF_N(nf_tapered_top)(f);
    uint64_t maxpos = nf_mask(f->bits - 1);
    uint64_t m;
    if (x.exp >= top) {
        m = maxpos;
    } else if (x.exp < -top) {
        m = 1;
    } else {
        bool lost;
        NF_SIG s = f->family == NF_POSIT ? NF_N(nf_posit_string)(f, x, &lost)
                                         : NF_N(nf_takum_string)(x, &lost);
        m = (uint64_t)(s >> (NF_W - (f->bits - 1)));
        NF_SIG below = s << (f->bits - 1);
        uint64_t dropped = (uint64_t)(below >> (NF_W - 64));
        if (NF_W > 64)
            dropped |= (uint64_t)below != 0;
        dropped |= lost; /* bit 0 of the string may be its rounding bit, but not of what it drops */
        m += nf_round_up(f->rounding, x.sign, m & 1, dropped, env);
        m = m == 0 ? 1 : m > maxpos ? maxpos : m;
    }
    uint64_t negate = 0 - (uint64_t)x.sign;
    return ((m ^ negate) - negate) & nf_mask(f->bits);
}
