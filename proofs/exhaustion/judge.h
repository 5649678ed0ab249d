/* SPDX-License-Identifier: BSD-3-Clause */
/* Is a code of 16 bits what an exact number rounds to?  Tables from the definitions, not the core.
 *
 * The exact number is z + rest: z a double, the nearest one, and rest a number of which only the sign
 * matters.  What rounds to a code lies between two ends, which are doubles, so that z is on the right
 * side of an end unless it is the end itself; there the sign of the rest decides, and without a rest
 * it is a tie, which goes to the even code. */
#ifndef JUDGE_H
#define JUDGE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum { KINDS = 7 };

typedef struct judge {
    const double *value, *low, *high; /* by code; NaN of NaN and NaR */
    const uint8_t *kind;              /* NaN, inf, -inf, 0, -0, positive, negative */
    const uint16_t *special; /* by the kinds of both operands: a result NaN, infinite or 0 */
} judge;

static bool is_rounded(const judge *j, uint64_t code, double z, double rest)
{
    double low = j->low[code], high = j->high[code];
    bool tie = rest == 0 && code % 2 == 0;
    bool above = z > low || (z == low && (rest > 0 || tie));
    return above && (z < high || (z == high && (rest < 0 || tie)));
}

static bool is_right(const judge *j, uint64_t a, uint64_t b, uint64_t code, double z, double rest)
{
    if (isfinite(z) && z != 0)
        return is_rounded(j, code, z, rest);
    return code == j->special[j->kind[a] * KINDS + j->kind[b]];
}

/* Knuth's: z + the rest = a + b. */
static double rest_of_sum(double a, double b, double z)
{
    double from_b = z - a;
    return (a - (z - from_b)) + (b - from_b);
}

#endif
