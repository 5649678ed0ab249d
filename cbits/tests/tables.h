/* SPDX-License-Identifier: BSD-3-Clause */
/* Do tables of functions hold the results and the flags of single elements? */
#include "check.h"

enum { TABLE_RUN = 7, TABLE_ENTRIES = 1 << 16 };

/* A run of codes of 16 bits, each so many bytes after the one before: few, so that most runs raise
 * nothing. */
static void check_table_16(const nf_format *f, nf_op op, const uint32_t *table, int step)
{
    char codes[8 * TABLE_RUN] = {0}, results[8 * TABLE_RUN] = {0}, looked[8 * TABLE_RUN] = {0};
    char *data[2] = {codes, results}, *look[2] = {codes, looked};
    const intptr_t strides[2] = {step, step};
    nf_env env = {0, 0, 0, 0}, env_of_table = {0, 0, 0, 0};
    for (int i = 0; i < TABLE_RUN; i++) {
        uint16_t code = (uint16_t)draw_code(f);
        memcpy(codes + i * step, &code, sizeof code);
    }
    nf_find_scalar_loop(f, op)(f, data, strides, TABLE_RUN, &env);
    nf_table_loop_16(table, look, strides, TABLE_RUN, &env_of_table);
    CHECK(memcmp(looked, results, sizeof looked) == 0, "operation %d, family %d", op, f->family);
    CHECK(env.flags == env_of_table.flags, "operation %d, family %d: flags %u, not %u", op,
          f->family, env_of_table.flags, env.flags);
}

static void check_table_8(const nf_format *f, nf_op op, const uint16_t *table, bool two)
{
    char a = (char)draw_code(f), b = (char)draw_code(f), result = 0, looked = 0;
    char *data[3] = {&a, two ? &b : &result, &result}, *look[3] = {&a, two ? &b : &looked, &looked};
    const intptr_t strides[3] = {1, 1, 1};
    nf_env env = {0, 0, 0, 0}, env_of_table = {0, 0, 0, 0};
    nf_find_scalar_loop(f, op)(f, data, strides, 1, &env);
    nf_table_loop(table, two ? NF_KIND_TT_T : NF_KIND_T_T, look, strides, 1, &env_of_table);
    CHECK(looked == result && env.flags == env_of_table.flags, "operation %d of %d and %d", op, a,
          b);
}

static void test_tables(void)
{
    static uint32_t table[TABLE_ENTRIES];
    static uint16_t small[TABLE_ENTRIES];
    static const nf_op ops[] = {NF_OP_log, NF_OP_exp, NF_OP_tanpi, NF_OP_gamma};
    nf_format formats[] = {*named("q15"), *named("posit32"), *named("binary32")};
    formats[1].bits = 16, formats[1].rs = 15;
    formats[2].bits = 16, formats[2].exp = 8, formats[2].man = 7;
    formats[2].rounding = NF_TOWARD_NEGATIVE;
    for (int k = 0; k < 12; k++) {
        nf_fill_table_16(&formats[k / 4], ops[k % 4], table);
        for (int i = 0; i < 2000; i++)
            check_table_16(&formats[k / 4], ops[k % 4], table, i % 2 ? 2 : 8);
    }
    for (int k = 0; k < 5; k++) {
        nf_op op = k == 4 ? NF_OP_pow : ops[k];
        nf_fill_table(named("posit8"), op, small);
        for (int i = 0; i < 2000; i++)
            check_table_8(named("posit8"), op, small, op == NF_OP_pow);
    }
}
