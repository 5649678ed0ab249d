/* SPDX-License-Identifier: BSD-3-Clause */
/* Are arrays of double-doubles near to their exact values?  Compared with balls; special operands
 * and larger arrays are in tests/analysis/test_double_double_blocks.py. */
#ifndef NF_TEST_DOUBLE_DOUBLES_H
#define NF_TEST_DOUBLE_DOUBLES_H

#include "nf_dd_arrays.h"

/* More than a block; the last operand's step is 0 in every second call. */
enum { DD_COUNT = 300 };

typedef struct dd_operand {
    double hi[DD_COUNT], lo[DD_COUNT];
} dd_operand;

static void draw_dd_operand(dd_operand *x)
{
    for (int i = 0; i < DD_COUNT; i++) {
        double part = ldexp((double)(int64_t)draw(), -64);
        x->hi[i] = ldexp(1 + (double)(draw() >> 12) * 0x1p-52, draw_below(20) - 10);
        x->hi[i] *= draw() & 1 ? -1 : 1;
        x->lo[i] = part * ldexp(fabs(x->hi[i]), -54);
        x->lo[i] = x->hi[i] + x->lo[i] == x->hi[i] ? x->lo[i] : 0;
    }
}

/* The value in a ball; false: no number. */
static bool dd_value(nf_op op, nf_real *r, const nf_real *a, const nf_real *b, nf_number_128 x)
{
    switch (op) {
    case NF_OP_add: nf_real_add(r, a, b, LIMBS); return true;
    case NF_OP_sub: nf_real_sub(r, a, b, LIMBS); return true;
    case NF_OP_mul: nf_real_mul(r, a, b, LIMBS); return true;
    case NF_OP_div: nf_real_div(r, a, b, LIMBS); return true;
    case NF_OP_sqrt:
        if (!a->sign)
            nf_real_sqrt(r, a, LIMBS);
        return !a->sign;
    default: {
        nf_env env = {0, 0, 0, 0};
        nf_number_128 value;
        if (nf_known_value(op, x, &value, &env))
            return false;
        nf_formula(op, r, x, LIMBS);
        return true;
    }
    }
}

static nf_number_128 dd_number(double hi, double lo)
{
    nf_real r;
    real_of_doubles(&r, hi, lo, 2);
    nf_u128 sig = (nf_u128)r.limb[1] << 64 | r.limb[0];
    return nf_finite_128(r.sign, (int32_t)r.exp - 1, sig);
}

static void test_double_doubles(void)
{
    static const char *const names[] = {"add",  "sub",  "mul",  "div",    "sqrt",   "exp",
                                        "log",  "sin",  "tan",  "arctan", "arcsin", "cbrt",
                                        "cosh", "erfc", "exp2", "log1p",  "sigmoid"};
    static dd_operand x[2], z;
    long known = 0;
    for (int call = 0; call < 4 * (int)(sizeof names / sizeof *names); call++) {
        int op = nf_dd_find(names[call / 4]);
        intptr_t step = call & 1;
        draw_dd_operand(&x[0]);
        draw_dd_operand(&x[1]);
        const nf_dd_array operands[] = {{x[0].hi, x[0].lo, 1}, {x[1].hi, x[1].lo, step}};
        CHECK(op >= 0 && nf_dd_call(op, operands, DD_COUNT, z.hi, z.lo), "%s", names[call / 4]);
        for (int i = 0; i < DD_COUNT; i++) {
            nf_real a, b, want;
            real_of_doubles(&a, x[0].hi[i], x[0].lo[i], LIMBS);
            real_of_doubles(&b, x[1].hi[i * step], x[1].lo[i * step], LIMBS);
            if (dd_value((nf_op)op, &want, &a, &b, dd_number(x[0].hi[i], x[0].lo[i])))
                known += check_bound((nf_op)op, z.hi[i], z.lo[i], &want, 99);
        }
    }
    CHECK(known > 12000, "%ld", known);
}

#endif
