/* SPDX-License-Identifier: BSD-3-Clause */
/* Is the core's operation right at all pairs of some left operands and every right one? */
#include "elements.h"
#include "judge.h"

/* Consecutive places are left operands far apart, so that each slice has some of every regime. */
enum { STRIDE = 40503, CODES = 1 << 16 };

/* add, sub, mul, div: the exact result as z + rest, of numbers of at most 13 significant bits. */
static double exact(int op, double a, double b, double *rest)
{
    if (op == 1)
        b = -b;
    double z = op < 2 ? a + b : op == 2 ? a * b : a / b;
    *rest = op < 2 ? rest_of_sum(a, b, z) : 0;
    if (op == 3) { /* the remainder is a double; a/b = z + remainder / b */
        double remainder = fma(-z, b, a);
        *rest = b < 0 ? -remainder : remainder;
    }
    return z;
}

static uint64_t by_core(const nf_format *f, int op, uint64_t a, uint64_t b)
{
    nf_env env = {0, 0, 0, 0};
    switch (op) {
    case 0: return nf_el_add(f, a, b, &env);
    case 1: return nf_el_sub(f, a, b, &env);
    case 2: return nf_el_mul(f, a, b, &env);
    default: return nf_el_div(f, a, b, &env);
    }
}

/* The first pair that is wrong, as a << 16 | b; -1: none. */
int64_t check_pairs(const nf_format *f, const judge *j, int op, uint32_t first, uint32_t end)
{
    for (uint32_t place = first; place < end; place++) {
        uint32_t a = place * STRIDE % CODES;
        for (uint32_t b = 0; b < CODES; b++) {
            double rest, z = exact(op, j->value[a], j->value[b], &rest);
            if (!is_right(j, a, b, by_core(f, op, a, b), z, rest))
                return (int64_t)a << 16 | b;
        }
    }
    return -1;
}
