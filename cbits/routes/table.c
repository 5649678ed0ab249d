/* SPDX-License-Identifier: BSD-3-Clause */
/* How do formats of 8 bits and fewer look results up, and functions of up to 16 bits?  Entry:
 * result code | flags << 8, or << 16. */
#include "core/core.h"

/* The operands of 256 elements at a time: rows of the table share their first operand. */
enum { NF_CODES = 256 };

static uint16_t evaluate(nf_loop *loop, const nf_format *f, nf_kind kind, uint8_t a, uint8_t b)
{
    uint8_t result = 0;
    char *data[3] = {(char *)&a, (char *)&b, (char *)&result};
    if (kind == NF_KIND_T_T)
        data[1] = (char *)&result;
    const intptr_t strides[3] = {1, 1, 1};
    nf_env env = {0, 0, 0, 0};
    loop(f, data, strides, 1, &env);
    return (uint16_t)(result | env.flags << 8);
}

void nf_fill_table(const nf_format *f, nf_op op, uint16_t *table)
{
    nf_loop *loop = nf_find_loop(f, op);
    nf_kind kind = nf_op_kind(op);
    int second = kind == NF_KIND_T_T ? 1 : NF_CODES;
    for (int a = 0; a < NF_CODES; a++)
        for (int b = 0; b < second; b++)
            table[a * second + b] = evaluate(loop, f, kind, (uint8_t)a, (uint8_t)b);
}

void nf_table_loop(const uint16_t *table, nf_kind kind, char *const *data, const intptr_t *strides,
                   intptr_t n, nf_env *env)
{
    uint32_t flags = 0;
    if (kind == NF_KIND_T_T) {
        for (intptr_t i = 0; i < n; i++) {
            uint16_t entry = table[(uint8_t)data[0][i * strides[0]]];
            data[1][i * strides[1]] = (char)entry;
            flags |= entry;
        }
    } else {
        for (intptr_t i = 0; i < n; i++) {
            uint8_t a = (uint8_t)data[0][i * strides[0]], b = (uint8_t)data[1][i * strides[1]];
            uint16_t entry = table[a << 8 | b];
            data[2][i * strides[2]] = (char)entry;
            flags |= entry;
        }
    }
    env->flags |= flags >> 8;
}

/* Results of NF_CODES codes at a time; where some raise a flag, one by one. */
void nf_fill_table_16(const nf_format *f, nf_op op, uint32_t *table)
{
    nf_loop *loop = nf_find_loop(f, op);
    const intptr_t strides[2] = {2, 2};
    for (int first = 0; first < 1 << 16; first += NF_CODES) {
        uint16_t codes[NF_CODES], results[NF_CODES];
        char *data[2] = {(char *)codes, (char *)results};
        nf_env env = {0, 0, 0, 0};
        for (int i = 0; i < NF_CODES; i++)
            codes[i] = (uint16_t)(first + i);
        loop(f, data, strides, NF_CODES, &env);
        bool one_by_one = env.flags != 0;
        for (int i = 0; i < NF_CODES; i++) {
            char *one[2] = {(char *)&codes[i], (char *)&results[i]};
            env.flags = 0;
            if (one_by_one)
                loop(f, one, strides, 1, &env);
            table[first + i] = results[i] | env.flags << 16;
        }
    }
}

NF_INLINE uint32_t look_up_16(const uint32_t *table, const char *from, intptr_t step, char *to,
                              intptr_t out_step, intptr_t n)
{
    uint32_t flags = 0;
    for (intptr_t i = 0; i < n; i++) {
        uint16_t code;
        memcpy(&code, from + i * step, sizeof code);
        uint32_t entry = table[code];
        code = (uint16_t)entry;
        memcpy(to + i * out_step, &code, sizeof code);
        flags |= entry;
    }
    return flags >> 16;
}

void nf_table_loop_16(const uint32_t *table, char *const *data, const intptr_t *strides, intptr_t n,
                      nf_env *env)
{
    if (strides[0] == 2 && strides[1] == 2) /* constants, so that one counter is enough */
        env->flags |= look_up_16(table, data[0], 2, data[1], 2, n);
    else
        env->flags |= look_up_16(table, data[0], strides[0], data[1], strides[1], n);
}
