/* SPDX-License-Identifier: BSD-3-Clause */
/* Is an operation on exact values right, of values of the format and of strangers? */
#include "fuzz.h"

static const nf_op stranger_ops[] = {NF_OP_add,          NF_OP_sub,       NF_OP_mul,     NF_OP_div,
                                     NF_OP_floor_divide, NF_OP_remainder, NF_OP_fmod,    NF_OP_fma,
                                     NF_OP_fmm,          NF_OP_hypot,     NF_OP_arctan2, NF_OP_pow};
enum { STRANGER_OPS = sizeof stranger_ops / sizeof *stranger_ops };

/* Of values of the format it is the plain operation: any row, any codes. */
static void test_exact_operation_of_codes(void)
{
    for (int i = 0; i < 20000; i++) {
        nf_format f = draw_row();
        nf_op op = stranger_ops[i % STRANGER_OPS];
        uint64_t code[3] = {draw_code(&f), draw_code(&f), draw_code(&f)}, out = 0;
        nf_unpacked in[3];
        char *data[4] = {(char *)&code[0], (char *)&code[1], (char *)&code[2], (char *)&out};
        if (nf_op_kind(op) == NF_KIND_TT_T)
            data[2] = (char *)&out;
        for (int j = 0; j < 3; j++)
            in[j] = nf_decode(&f, code[j]);
        nf_env plain = {0, 1, 2, 3}, exact = {0, 1, 2, 3};
        nf_find_scalar_loop(&f, op)(&f, data, (intptr_t[]){0, 0, 0, 0}, 1, &plain);
        uint64_t given = nf_exact_operation(&f, op, in, &exact);
        CHECK(given == out && exact.flags == plain.flags,
              "%s of %llx, %llx, %llx (family %d, %d bits): %llx, not %llx, flags %x, not %x",
              nf_op_name(op), (unsigned long long)code[0], (unsigned long long)code[1],
              (unsigned long long)code[2], f.family, f.bits, (unsigned long long)given,
              (unsigned long long)out, exact.flags, plain.flags);
    }
}

typedef __int128 nf_i128;

static nf_unpacked whole_value(nf_i128 n, int exp) /* n * 2^exp, |n| < 2^64 */
{
    nf_u128 m = n < 0 ? -(nf_u128)n : (nf_u128)n;
    return nf_export(nf_normalise_128(n < 0, 127 + exp, m));
}

static nf_i128 floored(nf_i128 a, nf_i128 b)
{
    nf_i128 q = a / b;
    return q - (q * b != a && (a < 0) != (b < 0));
}

/* code and n as steps: the exact result is top / bottom steps. */
static void fraction_of(nf_op op, nf_i128 code, nf_i128 n, int frac, nf_i128 *top, nf_i128 *bottom)
{
    nf_i128 one = (nf_i128)1 << frac, steps = n * one;
    *bottom = 1;
    switch (op) {
    case NF_OP_add: *top = code + steps; break;
    case NF_OP_sub: *top = code - steps; break;
    case NF_OP_mul: *top = code * n; break;
    case NF_OP_div:
        *top = n < 0 ? -code : code;
        *bottom = n < 0 ? -n : n;
        break;
    case NF_OP_floor_divide: *top = floored(code, steps) * one; break;
    default: *top = code - floored(code, steps) * steps; break;
    }
}

/* Fixed point and whole numbers that it lacks: plain integer arithmetic, rounded down. */
static void test_exact_operation_of_integers(void)
{
    static const nf_op ops[] = {NF_OP_add, NF_OP_sub,          NF_OP_mul,
                                NF_OP_div, NF_OP_floor_divide, NF_OP_remainder};
    for (int i = 0; i < 60000; i++) {
        nf_format f = {.family = NF_FIXED, .is_signed = 1, .zero = 1};
        f.rounding = NF_TOWARD_NEGATIVE;
        f.overflow = draw() % 2 ? NF_OVERFLOW_WRAP : NF_OVERFLOW_SATURATE;
        f.bits = (uint8_t)(2 + draw_below(39));
        f.frac = (int16_t)draw_below(40);
        nf_op op = ops[i % 6];
        uint64_t word = draw_code(&f);
        nf_i128 code = (int64_t)(word << (64 - f.bits)) >> (64 - f.bits), n = 0, top, bottom;
        while (n == 0)
            n = (int64_t)draw() >> draw_below(64);
        fraction_of(op, code, n, f.frac, &top, &bottom);
        nf_i128 steps = floored(top, bottom), most = (nf_i128)1 << (f.bits - 1);
        bool over = steps < -most || steps >= most;
        if (over && f.overflow == NF_OVERFLOW_SATURATE)
            steps = steps < 0 ? -most : most - 1;
        nf_env env = {0, 0, 0, 0};
        nf_unpacked in[3] = {nf_decode(&f, word), whole_value(n, 0), {0}};
        uint64_t given = nf_exact_operation(&f, op, in, &env);
        CHECK(given == ((uint64_t)steps & nf_mask(f.bits)) && env.flags == (over ? NF_OVERFLOW : 0),
              "%s of %lld and %lld, %d bits, %d of fraction: %llx, not %llx, flags %x",
              nf_op_name(op), (long long)code, (long long)n, f.bits, f.frac,
              (unsigned long long)given, (unsigned long long)((uint64_t)steps & nf_mask(f.bits)),
              env.flags);
    }
}

/* (2^k + c) - 2^k in a wrapping format is c for the largest k, and (m 2^k) mod c as by residues. */
static void test_exact_operation_far_away(void)
{
    const nf_format f = {.family = NF_FIXED,
                         .bits = 16,
                         .is_signed = 1,
                         .zero = 1,
                         .frac = 3,
                         .overflow = NF_OVERFLOW_WRAP};
    for (int k = 0; k < NF_EXACT_EXP; k += 1 + draw_below(60)) {
        int c = 1 + draw_below(4000), residue = 1;
        nf_env env = {0, 0, 0, 0};
        nf_unpacked far = whole_value(1, k), near = whole_value(c, 0);
        nf_unpacked sum[3] = {far, near, {0}}, rest[3] = {far, near, {0}};
        uint64_t added = nf_exact_operation(&f, NF_OP_add, sum, &env);
        uint64_t expected = ((uint64_t)c + (k < 16 ? (uint64_t)1 << k : 0)) << 3 & 0xffff;
        CHECK(added == expected, "2^%d + %d: %llx", k, c, (unsigned long long)added);
        for (int i = 0; i < k; i++)
            residue = 2 * residue % c;
        residue %= c;
        uint64_t left = nf_exact_operation(&f, NF_OP_remainder, rest, &env);
        CHECK(left == ((uint64_t)residue << 3 & 0xffff), "2^%d mod %d: %llx", k, c,
              (unsigned long long)left);
    }
}
