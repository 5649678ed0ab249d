/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a caller of the library run an operation of the table, on one element or on arrays? */
#include "library.h"

/* Operands, ">", results: t a code, l an int64, b a truth in a byte, i an int32. */
static const char *const shapes[] = {
    [NF_KIND_T_T] = "t>t",   [NF_KIND_TT_T] = "tt>t",   [NF_KIND_TTT_T] = "ttt>t",
    [NF_KIND_T_B] = "t>b",   [NF_KIND_TT_B] = "tt>b",   [NF_KIND_T_TT] = "t>tt",
    [NF_KIND_T_TI] = "t>ti", [NF_KIND_TT_TT] = "tt>tt", [NF_KIND_TI_T] = "tl>t"};

static bool is_operation(int op)
{
    return op >= 0 && op < NF_OP_COUNT;
}

int nf_operation_find(const char *name)
{
    for (int op = 0; name && op < NF_OP_COUNT; op++)
        if (strcmp(name, nf_op_name((nf_op)op)) == 0)
            return op;
    return -1;
}

const char *nf_operation_name(int op)
{
    return is_operation(op) ? nf_op_name((nf_op)op) : NULL;
}

int nf_operation_kind(int op)
{
    return is_operation(op) ? (int)nf_op_kind((nf_op)op) : -1;
}

static uint64_t load_result(const char *p, char what, int size)
{
    int32_t exponent;
    switch (what) {
    case 'b': return *(const uint8_t *)p;
    case 'i': memcpy(&exponent, p, sizeof exponent); return (uint64_t)(int64_t)exponent;
    default: return nf_load_code(p, size);
    }
}

nf_status nf_operate(const nf_format *format, int op, const uint64_t *in, uint64_t *out,
                     nf_env *env)
{
    nf_status status = nf_format_status(format);
    if (status != NF_OK || !is_operation(op))
        return status != NF_OK ? status : NF_BAD_OPERATION;
    if (in == NULL || out == NULL)
        return NF_BAD_ARGUMENT;
    const char *shape = shapes[nf_op_kind((nf_op)op)];
    uint64_t room[4] = {0};
    char *data[4];
    const intptr_t strides[4] = {8, 8, 8, 8};
    int size = nf_storage_bytes(format), n = 0;
    for (; shape[n] != '>'; n++) {
        data[n] = (char *)&room[n];
        if (shape[n] == 'l')
            room[n] = in[n];
        else if (nf_is_code_of(format, in[n]))
            nf_store_code(data[n], size, in[n]);
        else
            return NF_BAD_CODE;
    }
    const int inputs = n;
    for (; shape[n + 1]; n++)
        data[n] = (char *)&room[n];
    nf_env own = nf_enter(env);
    nf_find_scalar_loop(format, (nf_op)op)(format, data, strides, 1, &own);
    nf_leave(env, own.flags);
    for (int i = inputs; i < n; i++)
        out[i - inputs] = load_result(data[i], shape[i + 1], size);
    return NF_OK;
}

nf_status nf_operate_array(const nf_format *format, int op, void *const *data,
                           const intptr_t *strides, size_t n, nf_env *env)
{
    nf_status status = nf_format_status(format);
    if (status != NF_OK || !is_operation(op))
        return status != NF_OK ? status : NF_BAD_OPERATION;
    if (data == NULL || strides == NULL || n > (size_t)INTPTR_MAX)
        return NF_BAD_ARGUMENT;
    if (n == 0)
        return NF_OK;
    const char *shape = shapes[nf_op_kind((nf_op)op)];
    const size_t operands = strlen(shape) - 1, inputs = strcspn(shape, ">");
    char *at[4] = {NULL, NULL, NULL, NULL};
    for (size_t i = 0; i < operands; i++) {
        at[i] = data[i];
        if (at[i] == NULL)
            return NF_BAD_ARGUMENT;
        if (i < inputs && shape[i] == 't' && !nf_are_codes(format, at[i], strides[i], n))
            return NF_BAD_CODE;
    }
    nf_env own = nf_enter(env);
    nf_find_loop(format, (nf_op)op)(format, at, strides, (intptr_t)n, &own);
    nf_leave(env, own.flags);
    return NF_OK;
}
