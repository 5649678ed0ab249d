/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the shortest decimal that a format reads back as the same code?
 *
 * The exact value is cut to its first NF_DIGITS decimal digits once.  For every k, the k-digit
 * decimals next to the value are the cut at k digits and that plus one unit; as k grows both move
 * toward the value, and a format reads an interval as one code: so "one of the two reads back" is
 * monotone in k, and bisection finds the least k.  Reading back is nf_from_decimal and nf_encode,
 * the code that nf_parse runs: print and parse cannot disagree. */
#include "digits.h"
#include "long_results.h"

/* ---- which decimals read back ---------------------------------------------------------------- */

typedef struct {
    nf_format format; /* the rounding that reads */
    uint64_t code;
    nf_number_128 value; /* of the code */
} nf_printed;

/* Does the bit string of a tapered format round beyond minpos or maxpos, where its codec stays? */
static bool is_clamped(const nf_format *f, nf_number_128 x)
{
    int top = nf_tapered_top_128(f), kept = f->bits - 1;
    if (x.exp >= top || x.exp < -top)
        return true;
    bool lost;
    nf_u128 s =
        f->family == NF_POSIT ? nf_posit_string_128(f, x, &lost) : nf_takum_string_128(x, &lost);
    uint64_t m = (uint64_t)(s >> (128 - kept));
    uint64_t dropped = (uint64_t)(s << kept >> 64) | ((uint64_t)(s << kept) != 0) | lost;
    nf_env env = {0, 0, 0, 0};
    m += nf_round_up(f->rounding, x.sign, m & 1, dropped, &env);
    return m == 0 || m > nf_mask(kept);
}

/* Rounding alone must lead to the code, and not saturation: the largest q15 is 0.99997, not 1.0. */
static bool reads_back(const nf_printed *t, const nf_digits *d)
{
    nf_number_128 x = nf_from_decimal(d->digit, d->n, d->point - d->n, false);
    x.sign = t->value.sign;
    bool tapered = nf_is_tapered(&t->format);
    nf_env env = {0, 0, 0, 0};
    if (nf_encode_128(&t->format, x, &env) != t->code || env.flags)
        return false;
    return !tapered || !is_clamped(&t->format, x);
}

/* The k-digit decimal that reads back and is nearest to the value, if there is one. */
static bool find_nearest(const nf_printed *t, const nf_digits *exact, int k, nf_digits *best)
{
    bool upper = nf_is_upper_half(exact, k);
    *best = nf_cut_digits(exact, k, upper);
    if (reads_back(t, best))
        return true;
    *best = nf_cut_digits(exact, k, !upper);
    return reads_back(t, best);
}

static bool find_shortest(const nf_printed *t, const nf_digits *exact, nf_digits *best)
{
    int low = 1, high = 3 + t->format.bits / 3; /* most codes are told apart by so many digits */
    high = high < NF_DIGITS ? high : NF_DIGITS;
    if (!find_nearest(t, exact, high, best)) {
        low = high + 1;
        high = NF_DIGITS;
        if (!find_nearest(t, exact, high, best))
            return false;
    }
    while (low < high) { /* `best` has `high` digits */
        int k = (low + high) / 2;
        nf_digits trial;
        if (find_nearest(t, exact, k, &trial)) {
            high = k;
            *best = trial;
        } else {
            low = k + 1;
        }
    }
    return true;
}

static nf_printed make_printed(const nf_format *f, int rounding, uint64_t code, nf_number_128 value)
{
    nf_printed t = {*f, code, value};
    t.format.rounding = (uint8_t)rounding;
    t.format.overflow = NF_OVERFLOW_SATURATE; /* with its flag: reads_back sees it */
    return t;
}

/* A drawn rounding reads nothing back reliably: it prints as nearest-even does.  So does a value
 * that its rounding reads from no decimal but the exact one, and that has more than NF_DIGITS
 * digits: the even codes of NF_TO_ODD. */
static nf_digits shortest(const nf_format *f, uint64_t code, nf_number_128 value)
{
    nf_digits exact, best;
    nf_exact_digits(&exact, value);
    int rounding = f->rounding == NF_STOCHASTIC ? NF_NEAREST_EVEN : f->rounding;
    nf_printed t = make_printed(f, rounding, code, value);
    if (!find_shortest(&t, &exact, &best)) {
        t = make_printed(f, NF_NEAREST_EVEN, code, value);
        find_shortest(&t, &exact, &best);
    }
    return best;
}

/* ---- the layout of Python's repr(float) ------------------------------------------------------ */

static char *put_digits(char *p, const nf_digits *d, int from, int to) /* zeros beyond d->n */
{
    for (int i = from; i < to; i++)
        *p++ = (char)('0' + (i < d->n ? d->digit[i] : 0));
    return p;
}

static char *put_exponent(char *p, int exponent)
{
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    int e = exponent < 0 ? -exponent : exponent, unit = 10;
    while (unit * 10 <= e)
        unit *= 10;
    for (; unit; unit /= 10)
        *p++ = (char)('0' + e / unit % 10);
    return p;
}

static char *put_number(char *p, const nf_digits *d)
{
    if (d->point > 16 || d->point < -3) {
        p = put_digits(p, d, 0, 1);
        if (d->n > 1)
            *p++ = '.';
        return put_exponent(put_digits(p, d, 1, d->n), d->point - 1);
    }
    if (d->point <= 0) {
        *p++ = '0';
        *p++ = '.';
        for (int i = d->point; i < 0; i++)
            *p++ = '0';
        return put_digits(p, d, 0, d->n);
    }
    p = put_digits(p, d, 0, d->point);
    *p++ = '.';
    return put_digits(p, d, d->point, d->n > d->point ? d->n : d->point + 1);
}

size_t nf_format_code(const nf_format *f, uint64_t code, char *buffer)
{
    code &= nf_mask(f->bits);
    nf_number_128 x = nf_decode_128(f, code);
    char *p = buffer;
    if (x.sign && x.cls != NF_NOT_A_NUMBER)
        *p++ = '-';
    if (x.cls == NF_FINITE) {
        nf_digits d = shortest(f, code, x);
        p = put_number(p, &d);
    } else {
        const char *word = x.cls == NF_ZERO ? "0.0" : x.cls == NF_INFINITE ? "inf" : "nan";
        memcpy(p, word, 3);
        p += 3;
    }
    *p = 0;
    return (size_t)(p - buffer);
}
