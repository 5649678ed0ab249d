/* SPDX-License-Identifier: BSD-3-Clause */
/* What is an operation on exact values, which need not be values of the format, rounded once?
 *
 * An operand is m * 2^e with m < 2^64, as every value of every format and every integer of 64 bits
 * is.  That is all that the 128-bit field assumes (the width rule, field.h), so the same functions
 * serve values of the format and strangers:
 *
 *     product          2 * 64 bits: exact
 *     sum              bits are jammed only below the 128th; if one leading bit then cancels, 127
 *                      are left and no number of a format has more than 64
 *     quotient         a 128-bit quotient and its remainder as the sticky bit (div.h: the divisor
 *                      has at most 64 bits)
 *     floor, remainder long division by a divisor of at most 64 bits, any distance of exponents;
 *                      the nearest remainder is a multiple of the finer unit and no larger than
 *                      the other operand: at most 64 bits, in wrapping formats, too
 *     a*b + c          256 bits (fma.h)
 *     a*b*c            exact product times 64 bits, the rest jammed
 *     functions        balls around any 64-bit arguments (functions/)
 *
 * Only a wrapping format needs every bit above the units: there whole numbers of any length are
 * divided (wrap.c), and NF_EXACT_EXP bounds them. */
#include "functions.h"
#include "core/elements.h"

uint64_t nf_exact_operation(const nf_format *f, nf_op op, const nf_unpacked *in, nf_env *env)
{
    int count = nf_op_kind(op) == NF_KIND_TTT_T ? 3 : 2;
    nf_number_128 x[3] = {{0}}, r;
    for (int i = 0; i < count; i++)
        x[i] = nf_as_operand_128(f, nf_import(in[i]));
    if (nf_is_function(op))
        return nf_function_of_numbers(f, op, x[0], x[1], env);
    if (op == NF_OP_ieee_remainder)
        return nf_result_128(f, nf_ieee_remainder_128(x[0], x[1], env), env);
    if (nf_wraps(f))
        return nf_wrap_values(f, op, x, env);
    switch (op) {
    case NF_OP_add: r = nf_do_add_128(f, x[0], x[1], env); break;
    case NF_OP_sub: r = nf_do_sub_128(f, x[0], x[1], env); break;
    case NF_OP_mul: r = nf_do_mul_128(f, x[0], x[1], env); break;
    case NF_OP_div: r = nf_do_div_128(f, x[0], x[1], env); break;
    case NF_OP_floor_divide: r = nf_floor_divide_128(x[0], x[1], env); break;
    case NF_OP_remainder: r = nf_remainder_128(x[0], x[1], true, env); break;
    case NF_OP_fmod: r = nf_remainder_128(x[0], x[1], false, env); break;
    case NF_OP_fma: r = nf_fma_of_numbers(f, false, x[0], x[1], x[2], env); break;
    default: r = nf_fmm_of_numbers(f, x[0], x[1], x[2], env); break;
    }
    return nf_result_128(f, r, env);
}
