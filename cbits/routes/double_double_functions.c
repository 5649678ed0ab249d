/* SPDX-License-Identifier: BSD-3-Clause */
/* How is a function of a block of double-doubles computed?
 *
 *     small whole powers   by products
 *     kernel               vectors, 2^-96 of the value or better (proofs/bounds), or NaN
 *     what that leaves     double_double_rare.c, one by one */
#include "double_double_rare.h"
#include "levels/double_double_loops.h"
#include "routes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a kernel's arguments or values are such that it loses more than 2^-96. */
static bool is_open(nf_op op, nf_dd_value x, nf_dd_value z)
{
    switch (op) {
    case NF_OP_tan:
        if (fabs(z.hi) > 0x1p40)
            return true;
        /* fallthrough */
    case NF_OP_sin:
    case NF_OP_cos: return isnan(z.hi) || (fabs(x.hi) > 0.5 && fabs(z.hi) < 0x1p-40);
    case NF_OP_exp10: /* the error of x log2(10) is its own, times that */
    case NF_OP_exp10m1: return !(fabs(x.hi) < 32 && fabs(z.hi) > 0x1p-900);
    case NF_OP_logaddexp:
    case NF_OP_logaddexp2: return !(fabs(z.hi) > 0x1p-3);
    case NF_OP_pow: return !(z.hi > 0x1p-23 && z.hi < 0x1p23);
    default: return !(fabs(z.hi) > 0x1p-900); /* or NaN */
    }
}

/* ---- whole powers ---------------------------------------------------------------------------- */

enum { MOST_POWER = 64, LEAST_POWER = -24 }; /* 7 u^2 each, of 1/x 12 u^2 more: 2^-97 */

static bool is_small_power(double hi, double lo)
{
    return lo == 0 && hi >= LEAST_POWER && hi <= MOST_POWER && floor(hi) == hi;
}

/* x^k of n elements, by squares, from the highest bit of k. */
static void whole_power(const double *const *x, int k, int n, double *hi, double *lo)
{
    const nf_dd_loops *loops = nf_find_dd_loops();
    double base[2][NF_STAGE], now[2][NF_STAGE];
    const double *square[] = {now[0], now[1], now[0], now[1]};
    const double *times[] = {now[0], now[1], base[0], base[1]};
    loops->operation[k < 0 ? NF_OP_reciprocal : NF_OP_pos](x, n, base[0], base[1]);
    const unsigned size = (unsigned)abs(k);
    for (int i = 0; i < n; i++) {
        hi[i] = size == 0 ? 1 : base[0][i];
        lo[i] = size == 0 ? 0 : base[1][i];
    }
    for (int bit = size == 0 ? -1 : 30 - __builtin_clz(size); bit >= 0; bit--) {
        memcpy(now[0], hi, (size_t)n * sizeof *hi);
        memcpy(now[1], lo, (size_t)n * sizeof *lo);
        loops->operation[NF_OP_mul](square, n, hi, lo);
        if (size >> bit & 1) {
            memcpy(now[0], hi, (size_t)n * sizeof *hi);
            memcpy(now[1], lo, (size_t)n * sizeof *lo);
            loops->operation[NF_OP_mul](times, n, hi, lo);
        }
    }
}

/* Those of x^y whose y is small and whole, equal ones together.  Are there others? */
static bool whole_powers(const double *const *x, int n, double *hi, double *lo)
{
    bool others = false;
    for (int i = 0, count; i < n; i += count) {
        const double y = x[2][i];
        const bool takes = is_small_power(y, x[3][i]);
        for (count = 1; takes && i + count < n && x[2][i + count] == y && x[3][i + count] == 0;)
            count++;
        const double *part[] = {x[0] + i, x[1] + i};
        if (takes)
            whole_power(part, (int)y, count, hi + i, lo + i);
        others |= !takes;
    }
    return others;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

bool nf_dd_is_function(nf_op op)
{
    switch (op) {
    case NF_OP_erf: /* no kernels */
    case NF_OP_erfc:
    case NF_OP_gelu: return true;
    case NF_OP_sinpi: /* 128 bits of a number do not tell its place between whole ones */
    case NF_OP_cospi:
    case NF_OP_tanpi:
    case NF_OP_sinc:
    case NF_OP_arctan2pi:
    case NF_OP_compound:
    case NF_OP_rootn: return false;
    default:
        return nf_find_stages()->function_dd[op] != NULL ||
               nf_find_stages()->function_dd_2[op] != NULL;
    }
}

/* What the kernel says, NaN where there is none; whole groups are computed. */
static void by_kernel(nf_op op, const double *const *x, int n, double *hi, double *lo)
{
    const nf_stages *s = nf_find_stages();
    const bool one = s->function_dd[op] != NULL;
    double room[4][NF_STAGE];
    const int parts = s->function_dd_2[op] != NULL ? 4 : 2;
    for (int k = 0; k < parts; k++)
        for (int i = 0; i < nf_full(n); i++)
            room[k][i] = x[k][i < n ? i : n - 1];
    if (one)
        s->function_dd[op](room[0], room[1], nf_full(n));
    else if (parts == 4)
        s->function_dd_2[op](room[0], room[1], room[2], room[3], nf_full(n));
    for (int i = 0; i < n; i++) {
        hi[i] = one || parts == 4 ? room[0][i] : NAN;
        lo[i] = room[1][i];
    }
}

void nf_dd_function(nf_op op, const double *const *x, int n, double *hi, double *lo)
{
    double at[2][NF_STAGE];
    const bool two = nf_op_kind(op) != NF_KIND_T_T;
    if (op == NF_OP_pow && !whole_powers(x, n, hi, lo))
        return;
    by_kernel(op, x, n, at[0], at[1]);
    for (int i = 0; i < n; i++) {
        nf_dd_value a = {x[0][i], x[1][i]}, b = {0, 0}, z = {at[0][i], at[1][i]};
        if (op == NF_OP_pow && is_small_power(x[2][i], x[3][i]))
            continue;
        if (two)
            b = (nf_dd_value){x[2][i], x[3][i]};
        if (is_open(op, a, z))
            z = nf_dd_rare(op, a, b);
        hi[i] = z.hi;
        lo[i] = z.lo;
    }
}
