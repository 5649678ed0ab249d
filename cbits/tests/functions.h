/* SPDX-License-Identifier: BSD-3-Clause */
/* Do balls contain the values that they claim?  A radius too small shows as two balls of different
 * limbs that decide differently. */
#include "../functions/functions.h"

static const nf_op unary_functions[] = {
#define NF_T_T(name) NF_OP_##name,
#define NF_TT_T(name)
#define NF_TI_T(name)
#define NF_FUNCTION(name, kind) NF_##kind(name)
#include "nf_functions.def"
#undef NF_FUNCTION
#undef NF_TI_T
#undef NF_TT_T
#undef NF_T_T
};
enum { UNARY_FUNCTIONS = sizeof unary_functions / sizeof *unary_functions };

static void check_balls(nf_op op, nf_number_128 x)
{
    static const int limbs[] = {3, 4, 6, 9};
    nf_number_128 first = {0}, decided;
    nf_env env = {0, 0, 0, 0};
    bool seen = false;
    nf_real r;
    if (x.cls != NF_FINITE || nf_settle(op, x, &decided, &env))
        return;
    for (int i = 0; i < 4; i++) {
        nf_evaluate(op, &r, x, limbs[i]);
        if (!nf_real_decided(&r, limbs[i], &decided))
            continue;
        if (!seen)
            first = decided, seen = true;
        CHECK(first.exp == decided.exp && first.sig == decided.sig && first.sign == decided.sign,
              "operation %d, %d limbs, exponent %d", op, limbs[i], x.exp);
    }
}

static void test_functions(void)
{
    for (int i = 0; i < 6000; i++) {
        nf_format f = i % 2 ? nf_named_formats[draw_below(nf_named_count)].format : draw_row();
        uint64_t code = draw_near(&f, draw_below(3));
        check_balls(unary_functions[i % UNARY_FUNCTIONS], nf_load_any(&f, code));
        if (i % 2 == 0) /* any significand, of an exponent that matters */
            check_balls(unary_functions[draw_below(UNARY_FUNCTIONS)],
                        nf_finite_128(draw_below(2), draw_below(30) - 20,
                                      (nf_u128)(draw() | (uint64_t)1 << 63) << 64));
    }
}
