/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the elements of one line sorted by their keys alone, in storage of NFNP_W bits?
 * (Included by sort.c, once per width.)  Each function returns false if there is no memory;
 * nothing is written then. */

#define NFNP_ITEM NFNP_UINT
#define NFNP_BITS_OF(x) (x)
#define NFNP_R(name) NFNP_N(name)
#include "order/radix.h"

#if NFNP_W <= 16
/* So many elements that counting every code is less work than moving the elements. */
enum { NFNP_N(enough_to_count) = NFNP_W == 8 ? NFNP_FEW + 1 : 16384 };

/* Each code as often as it is there.  Four counts of a byte: one alone would wait for itself. */
static bool NFNP_N(sort_by_counting)(const line *l)
{
    enum { CODES = 1 << NFNP_W, TABLES = NFNP_W == 8 ? 4 : 1 };
    const nfnp_code_order o = *l->order;
    npy_intp *count = calloc(TABLES * CODES, sizeof *count);
    if (count == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        count[i % TABLES * CODES + NFNP_N(load)(l->in + i * l->in_stride)]++;
    char *out = l->out;
    for (uint32_t k = 0; k < CODES; k++) {
        NFNP_UINT key = (NFNP_UINT)k;
        NFNP_UINT code = NFNP_N(code)(&o, l->descending ? NFNP_N(turn)(&o, key) : key);
        for (int t = 0; t < TABLES; t++)
            for (npy_intp i = count[t * CODES + code]; i > 0; i--, out += l->out_stride)
                memcpy(out, &code, sizeof code);
    }
    free(count);
    return true;
}
#endif

/* The elements by their keys alone: equal elements come in the order of their codes. */
static bool NFNP_N(sort_keys)(const line *l)
{
    const nfnp_code_order o = *l->order; /* a copy: what is written cannot change it */
    NFNP_UINT few[2 * NFNP_FEW],
        *keys = l->n > NFNP_FEW ? malloc(2 * (size_t)l->n * sizeof *keys) : few;
    if (keys == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        keys[i] = NFNP_N(key)(&o, NFNP_N(load)(l->in + i * l->in_stride));
    if (l->descending)
        for (npy_intp i = 0; i < l->n; i++)
            keys[i] = NFNP_N(turn)(&o, keys[i]);
    NFNP_UINT *sorted = NFNP_N(radix_sort)(keys, l->n, 0, NFNP_W);
    if (l->descending)
        for (npy_intp i = 0; i < l->n; i++)
            sorted[i] = NFNP_N(turn)(&o, sorted[i]);
    for (npy_intp i = 0; i < l->n; i++) {
        NFNP_UINT code = NFNP_N(code)(&o, sorted[i]);
        memcpy(l->out + i * l->out_stride, &code, sizeof code);
    }
    if (keys != few)
        free(keys);
    return true;
}

static bool NFNP_N(sort_codes)(const line *l)
{
#if NFNP_W <= 16
    if (l->n >= NFNP_N(enough_to_count))
        return NFNP_N(sort_by_counting)(l);
#endif
    return NFNP_N(sort_keys)(l);
}

/* The same, and then the codes of zero and of NaN, each of which is one run of the result, as they
 * came.  For formats that have no bits above, no other codes are equal. */
static bool NFNP_N(sort_with_ties)(const line *l)
{
    const nfnp_code_order o = *l->order;
    npy_intp below = 0, zeros = 0, nans = 0, zero_at = 0, nan_at;
    for (npy_intp i = 0; i < l->n; i++) {
        NFNP_UINT key = NFNP_N(key)(&o, NFNP_N(load)(l->in + i * l->in_stride));
        below += key < (NFNP_UINT)o.zero_low;
        zeros += NFNP_N(is_zero)(&o, key);
        nans += key > (NFNP_UINT)o.last;
    }
    if (zeros < 2 && nans < 2)
        return NFNP_N(sort_codes)(l);
    NFNP_UINT *ties = malloc((size_t)(zeros + nans) * sizeof *ties);
    if (ties == NULL)
        return false;
    nan_at = zeros;
    for (npy_intp i = 0; i < l->n; i++) {
        NFNP_UINT code = NFNP_N(load)(l->in + i * l->in_stride), key = NFNP_N(key)(&o, code);
        if (key > (NFNP_UINT)o.last)
            ties[nan_at++] = code;
        else if (NFNP_N(is_zero)(&o, key))
            ties[zero_at++] = code;
    }
    bool sorted = NFNP_N(sort_codes)(l);
    npy_intp first_zero = l->descending ? l->n - below - zeros - nans : below;
    for (npy_intp i = 0; sorted && i < zeros + nans; i++) {
        npy_intp at = i < zeros ? first_zero + i : l->n - nans + i - zeros;
        memcpy(l->out + at * l->out_stride, &ties[i], sizeof *ties);
    }
    free(ties);
    return sorted;
}
