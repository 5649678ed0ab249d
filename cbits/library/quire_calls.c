/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a caller of the library keep an exact sum in words of its own? */
#include "library.h"

#include "nf_heap.h"
#include "nf_quire.h"

nf_status nf_quire_shape(const nf_format *format, nf_quire_layout *layout)
{
    if (layout == NULL || !nf_is_row(format))
        return layout ? nf_format_status(format) : NF_BAD_ARGUMENT;
    *layout = nf_quire_layout_of(format);
    return NF_OK;
}

size_t nf_quire_size(const nf_format *format)
{
    return nf_is_row(format) ? (size_t)nf_quire_words(nf_quire_layout_of(format)) : 0;
}

uint64_t *nf_quire_new(const nf_format *format)
{
    size_t bytes = nf_quire_size(format) * sizeof(uint64_t);
    uint64_t *quire = bytes ? nf_heap_take(bytes) : NULL;
    return quire ? memset(quire, 0, bytes) : NULL;
}

void nf_quire_free(uint64_t *quire)
{
    nf_heap_give(quire);
}

nf_status nf_quire_clear(const nf_format *format, uint64_t *quire)
{
    if (quire == NULL || !nf_is_row(format))
        return quire ? nf_format_status(format) : NF_BAD_ARGUMENT;
    memset(quire, 0, nf_quire_size(format) * sizeof *quire);
    return NF_OK;
}

/* quire += or -= the sum of n products, or of n values where y is NULL. */
static nf_status accumulate(const nf_format *format, uint64_t *quire, const void *x,
                            intptr_t x_stride, const void *y, intptr_t y_stride, size_t n,
                            bool subtract)
{
    nf_status status = nf_format_status(format);
    if (status != NF_OK)
        return status;
    if (quire == NULL || n > (size_t)INTPTR_MAX)
        return NF_BAD_ARGUMENT;
    if (!nf_are_codes(format, x, x_stride, n) || (y && !nf_are_codes(format, y, y_stride, n)))
        return NF_BAD_CODE;
    const nf_terms_of a = {*format, x, 0, x_stride}, b = {*format, y, 0, y_stride};
    bool done = nf_quires_add(nf_quire_layout_of(format), quire, 1, &a, y ? &b : NULL, (intptr_t)n,
                              subtract);
    return done ? NF_OK : NF_OUT_OF_MEMORY;
}

/* One term, of two codes, or of one where `product` is false. */
static nf_status accumulate_one(const nf_format *format, uint64_t *quire, uint64_t a, uint64_t b,
                                bool product, bool subtract)
{
    uint64_t x = 0, y = 0;
    if (!nf_is_row(format))
        return nf_format_status(format);
    if (!nf_is_code_of(format, a) || !nf_is_code_of(format, b))
        return NF_BAD_CODE;
    nf_store_code((char *)&x, nf_storage_bytes(format), a);
    nf_store_code((char *)&y, nf_storage_bytes(format), b);
    return accumulate(format, quire, &x, 0, product ? &y : NULL, 0, 1, subtract);
}

nf_status nf_quire_add(const nf_format *format, uint64_t *quire, uint64_t a)
{
    return accumulate_one(format, quire, a, 0, false, false);
}

nf_status nf_quire_sub(const nf_format *format, uint64_t *quire, uint64_t a)
{
    return accumulate_one(format, quire, a, 0, false, true);
}

nf_status nf_quire_mul_add(const nf_format *format, uint64_t *quire, uint64_t a, uint64_t b)
{
    return accumulate_one(format, quire, a, b, true, false);
}

nf_status nf_quire_mul_sub(const nf_format *format, uint64_t *quire, uint64_t a, uint64_t b)
{
    return accumulate_one(format, quire, a, b, true, true);
}

nf_status nf_quire_dot(const nf_format *format, uint64_t *quire, const void *x, intptr_t x_stride,
                       const void *y, intptr_t y_stride, size_t n)
{
    if (n == 0)
        return nf_format_status(format);
    if (x == NULL || y == NULL)
        return NF_BAD_ARGUMENT;
    return accumulate(format, quire, x, x_stride, y, y_stride, n, false);
}

nf_status nf_quire_round(const nf_format *format, const uint64_t *quire, const nf_format *to,
                         uint64_t *code, nf_env *env)
{
    nf_status status = nf_format_status(format);
    status = status == NF_OK ? nf_format_status(to) : status;
    if (status != NF_OK)
        return status;
    if (quire == NULL || code == NULL)
        return NF_BAD_ARGUMENT;
    uint64_t out = 0;
    nf_env own = nf_enter(env);
    if (!nf_quires_round(nf_quire_layout_of(format), quire, 1, to, (char *)&out, 0, &own))
        return NF_OUT_OF_MEMORY;
    nf_leave(env, own.flags);
    *code = nf_load_code((const char *)&out, nf_storage_bytes(to));
    return NF_OK;
}
