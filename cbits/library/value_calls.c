/* SPDX-License-Identifier: BSD-3-Clause */
/* How do codes become doubles, exact parts, decimals and codes of other formats, and these codes? */
#include "library.h"

#include "core/rows.h"

static const nf_format binary64 =
    NF_ROW_FLOAT(1, 11, 52, 1023, 1, 1, 1, IEEE, IEEE, NEAREST_EVEN, INF);

bool nf_are_codes(const nf_format *f, const void *data, intptr_t stride, size_t n)
{
    int size = nf_storage_bytes(f);
    if (f->bits == 8 * size)
        return true;
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++)
        all |= nf_load_code((const char *)data + (intptr_t)i * stride, size);
    return nf_is_code_of(f, all);
}

/* One code; the formats are checked. */
static uint64_t cast_code(const nf_format *from, const nf_format *to, uint64_t code, nf_env *env)
{
    uint64_t in = 0, out = 0;
    char *data[] = {(char *)&in, (char *)&out};
    const intptr_t strides[] = {8, 8};
    nf_env own = nf_enter(env);
    nf_store_code(data[0], nf_storage_bytes(from), code);
    nf_find_scalar_cast(from, to)(from, to, data, strides, 1, &own);
    nf_leave(env, own.flags);
    return nf_load_code(data[1], nf_storage_bytes(to));
}

uint64_t nf_convert(const nf_format *from, const nf_format *to, uint64_t code, nf_env *env)
{
    if (!nf_is_row(from) || !nf_is_row(to) || !nf_is_code_of(from, code)) {
        nf_leave(env, NF_REFUSED);
        return 0;
    }
    return cast_code(from, to, code, env);
}

double nf_to_double(const nf_format *format, uint64_t code, nf_env *env)
{
    uint64_t bits = nf_convert(format, &binary64, code, env);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

uint64_t nf_from_double(const nf_format *format, double x, nf_env *env)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return nf_convert(&binary64, format, bits, env);
}

nf_status nf_convert_array(const nf_format *from, const nf_format *to, const void *in,
                           intptr_t in_stride, void *out, intptr_t out_stride, size_t n,
                           nf_env *env)
{
    nf_status status = nf_format_status(from);
    status = status == NF_OK ? nf_format_status(to) : status;
    if (status != NF_OK || n == 0)
        return status;
    if (in == NULL || out == NULL || n > (size_t)INTPTR_MAX)
        return NF_BAD_ARGUMENT;
    if (!nf_are_codes(from, in, in_stride, n))
        return NF_BAD_CODE;
    char *data[] = {(char *)(uintptr_t)in, out}; /* the first is only read */
    const intptr_t strides[] = {in_stride, out_stride};
    nf_env own = nf_enter(env);
    nf_find_cast(from, to)(from, to, data, strides, (intptr_t)n, &own);
    nf_leave(env, own.flags);
    return NF_OK;
}

nf_status nf_to_parts(const nf_format *format, uint64_t code, nf_unpacked *parts)
{
    if (parts == NULL || !nf_is_row(format))
        return parts ? nf_format_status(format) : NF_BAD_ARGUMENT;
    if (!nf_is_code_of(format, code))
        return NF_BAD_CODE;
    *parts = nf_decode(format, code);
    return NF_OK;
}

uint64_t nf_from_parts(const nf_format *format, const nf_unpacked *parts, nf_env *env)
{
    enum { BEYOND = 100000 }; /* the exponent of a value that is beyond every format */
    bool is_value = parts && parts->cls <= NF_NOT_A_NUMBER && parts->sign <= 1 &&
                    parts->hi >> 63 == (parts->cls == NF_FINITE);
    if (!is_value || !nf_is_row(format)) {
        nf_leave(env, NF_REFUSED);
        return 0;
    }
    nf_unpacked x = *parts;
    x.exp = x.exp < -BEYOND ? -BEYOND : x.exp > BEYOND ? BEYOND : x.exp;
    nf_env own = nf_enter(env);
    uint64_t code = nf_encode(format, x, &own);
    nf_leave(env, own.flags);
    return code;
}

size_t nf_to_text(const nf_format *format, uint64_t code, char *buffer, size_t size)
{
    char text[NF_TEXT_MAX];
    if (!nf_is_row(format) || !nf_is_code_of(format, code))
        return nf_copy_text("", 0, buffer, size);
    return nf_copy_text(text, nf_format_code(format, code, text), buffer, size);
}

nf_status nf_from_text(const nf_format *format, const char *text, uint64_t *code, nf_env *env)
{
    nf_unpacked x;
    if (text == NULL || code == NULL)
        return NF_BAD_ARGUMENT;
    nf_status status = nf_format_status(format);
    if (status != NF_OK)
        return status;
    if (!nf_parse(text, strlen(text), &x))
        return NF_BAD_NUMBER;
    nf_env own = nf_enter(env);
    *code = nf_encode(format, x, &own);
    nf_leave(env, own.flags);
    return NF_OK;
}

uint64_t nf_random_word(uint64_t seed, uint64_t stream, uint64_t index)
{
    return nf_random(seed, stream, index);
}
