/* SPDX-License-Identifier: BSD-3-Clause */
/* Which results of a block are certainly nearest to the C library's double functions?
 *
 * A result c is right where f(x) (1 +- 2^-46) lies between the values of the codes 2c - 1 and 2c +
 * 1 of the same format with one bit more: tapered formats round their bit string, floats have one
 * more bit of significand.  C libraries err by a few 2^-53; test_exhaustive_run.py holds each
 * function here against MPFR.  What lies within 2^-46 of an end is listed, and MPFR decides it.
 * Formats are read by their definitions, with nothing of the core. */
#include "reference.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { POSIT, TAKUM, FLOAT };

typedef struct layout {
    int family, bits, exponent; /* exponent: its field's bits */
    int regime;                 /* b-posits: the longest; 0: it may fill the word */
} layout;

#define TOLERANCE 0x1p-46
#define FAR 0x1p1000 /* beyond every number of every format here */

/* ---- numbers of codes ------------------------------------------------------------------------ */

/* regime: k + 1 ones or -k zeros, ended by the other bit unless it is the longest | e | fraction */
static double posit(const layout *l, int n, uint64_t body)
{
    int longest = l->regime ? l->regime : n - 1;
    bool ones = body >> 63;
    uint64_t ends = ones ? ~body : body;
    int run = ends ? __builtin_clzll(ends) : 64;
    if (run > longest)
        run = longest;
    uint64_t rest = body << (run + (run < longest));
    int exponent = (ones ? run - 1 : -run) * (1 << l->exponent) + (int)(rest >> (64 - l->exponent));
    uint64_t word = (uint64_t)(1023 + exponent) << 52 | rest << l->exponent >> 12;
    double v;
    memcpy(&v, &word, sizeof v);
    return v;
}

/* direction D | 3 bits R | characteristic in r bits | fraction; r = R, or 7 - R where D is 0 */
static double takum(uint64_t body)
{
    bool up = body >> 63;
    int r = (int)(body >> 60 & 7);
    r = up ? r : 7 - r;
    int c = r ? (int)(body << 4 >> (64 - r)) : 0;
    c += up ? (1 << r) - 1 : 1 - (2 << r);
    uint64_t word = (uint64_t)(1023 + c) << 52 | body << 4 << r >> 12;
    double v;
    memcpy(&v, &word, sizeof v);
    return v;
}

static double ieee(int n, int exponent_bits, uint64_t magnitude)
{
    int fraction_bits = n - 1 - exponent_bits, bias = (1 << (exponent_bits - 1)) - 1;
    int e = (int)(magnitude >> fraction_bits);
    uint64_t fraction = magnitude & (((uint64_t)1 << fraction_bits) - 1);
    if (e == 2 * bias + 1)
        return fraction ? NAN : INFINITY;
    if (e)
        return ldexp((double)(fraction | (uint64_t)1 << fraction_bits), e - bias - fraction_bits);
    return ldexp((double)fraction, 1 - bias - fraction_bits);
}

/* The magnitude's number, in the format or (more = 1) in the one with a bit more. */
static double number(const layout *l, int more, uint64_t magnitude)
{
    int n = l->bits + more;
    if (l->family == FLOAT)
        return ieee(n, l->exponent, magnitude);
    if (magnitude == 0)
        return 0;
    uint64_t body = magnitude << (64 - n) << 1;
    return body == 0 ? NAN : l->family == POSIT ? posit(l, n, body) : takum(body);
}

static bool is_negative(const layout *l, uint64_t code)
{
    return code >> (l->bits - 1) & 1;
}

/* Two's complement of tapered formats, sign and magnitude of floats. */
static uint64_t magnitude_of(const layout *l, uint64_t code)
{
    uint64_t sign = (uint64_t)1 << (l->bits - 1);
    if (l->family == FLOAT)
        return code & (sign - 1);
    return code & sign ? -code & (2 * sign - 1) : code;
}

double nf_reference_number(const layout *l, uint64_t code)
{
    double v = number(l, 0, magnitude_of(l, code));
    return is_negative(l, code) ? -v : v;
}

/* ---- functions ------------------------------------------------------------------------------- */

enum { COUNT = sizeof references / sizeof *references };

const char *nf_reference_name(int i)
{
    return i < COUNT ? references[i].name : 0;
}

double nf_reference_value(int i, double x)
{
    return references[i].f(x);
}

/* ---- verdicts -------------------------------------------------------------------------------- */

enum { RIGHT, OPEN, WRONG };

/* A finite value that is not 0, of magnitude a, with the sign of the code. */
static int judge_magnitude(const layout *l, double a, uint64_t m)
{
    uint64_t sign = (uint64_t)1 << (l->bits - 1);
    double low, high;
    if (l->family == FLOAT) {
        double inf = number(l, 0, m);
        low = m == 0 ? -1 : number(l, 1, 2 * m - 1);
        high = isinf(inf) ? INFINITY : number(l, 1, 2 * m + 1);
    } else { /* what is not 0 does not round to 0, nor to NaR */
        if (m == 0)
            return WRONG;
        low = m == 1 ? 0 : number(l, 1, 2 * m - 1);
        high = m == sign - 1 ? INFINITY : number(l, 1, 2 * m + 1);
    }
    a = a < 1 / FAR ? 1 / FAR : a > FAR ? FAR : a;
    double e = a * TOLERANCE;
    if (low < a - e && a + e < high)
        return RIGHT;
    return a + e < low || high < a - e ? WRONG : OPEN;
}

static int judge(const layout *l, int kind, double x, double r, uint64_t code)
{
    uint64_t m = magnitude_of(l, code);
    bool pole = isinf(r) && (isinf(x) || kind == POLES), minus = is_negative(l, code);
    bool is_nan =
        l->family == FLOAT ? isnan(number(l, 0, m)) : code == (uint64_t)1 << (l->bits - 1);
    if (isnan(r) || is_nan || (pole && l->family != FLOAT))
        return is_nan && (isnan(r) || pole) ? RIGHT : WRONG;
    if (pole)
        return isinf(number(l, 0, m)) && minus == (bool)signbit(r) ? RIGHT : WRONG;
    bool underflow = r == 0 && kind == UNDERFLOWS && x != 0 && isfinite(x);
    if (r == 0 && !underflow)
        return m == 0 && (l->family != FLOAT || minus == (bool)signbit(r)) ? RIGHT : WRONG;
    return minus == (bool)signbit(r) ? judge_magnitude(l, fabs(r), m) : WRONG;
}

/* Results `codes` of the arguments start, start + 1, ...; what is OPEN or WRONG goes to `index`
 * and `verdict`, as far as there is room.  Returns how many there are. */
int64_t nf_reference_check(const layout *l, int which, uint64_t start, const uint32_t *codes,
                           int64_t n, int64_t *index, uint8_t *verdict, int64_t room)
{
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        double x = nf_reference_number(l, start + (uint64_t)i);
        int v = judge(l, references[which].kind, x, references[which].f(x), codes[i]);
        if (v != RIGHT) {
            if (found < room) {
                index[found] = i;
                verdict[found] = (uint8_t)v;
            }
            found++;
        }
    }
    return found;
}
