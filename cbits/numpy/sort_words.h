/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the elements of one lane sorted, in storage of NFNP_W bits?  (Included by sort.c, once
 * per width.)  Each returns false if there is no memory; nothing is written then. */

#define NFNP_ITEM NFNP_WORD
#define NFNP_BITS_OF(x) (x)
#define NFNP_R(name) NFNP_N(name)
#include "radix.h"

#if NFNP_W <= 16
/* So many elements that counting every code is less work than moving the elements. */
enum { NFNP_N(enough_to_count) = NFNP_W == 8 ? NFNP_FEW + 1 : 16384 };

/* Each code as often as it is there.  Four counts of a byte: one alone would wait for itself. */
static bool NFNP_N(sort_by_counting)(const lane *l)
{
    enum { CODES = 1 << NFNP_W, TABLES = NFNP_W == 8 ? 4 : 1 };
    const nfnp_order o = *l->order;
    npy_intp *count = calloc(TABLES * CODES, sizeof *count);
    if (count == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        count[i % TABLES * CODES + NFNP_N(load)(l->in + i * l->in_stride)]++;
    char *out = l->out;
    for (uint32_t k = 0; k < CODES; k++) {
        NFNP_WORD key = (NFNP_WORD)k;
        NFNP_WORD code = NFNP_N(code)(&o, l->descending ? NFNP_N(turn)(&o, key) : key);
        for (int t = 0; t < TABLES; t++)
            for (npy_intp i = count[t * CODES + code]; i > 0; i--, out += l->out_stride)
                memcpy(out, &code, sizeof code);
    }
    free(count);
    return true;
}
#endif

/* The elements by their keys alone: equal elements come in the order of their codes. */
static bool NFNP_N(sort_keys)(const lane *l)
{
    const nfnp_order o = *l->order; /* a copy: what is written cannot change it */
    NFNP_WORD few[2 * NFNP_FEW],
        *keys = l->n > NFNP_FEW ? malloc(2 * (size_t)l->n * sizeof *keys) : few;
    if (keys == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        keys[i] = NFNP_N(key)(&o, NFNP_N(load)(l->in + i * l->in_stride));
    if (l->descending)
        for (npy_intp i = 0; i < l->n; i++)
            keys[i] = NFNP_N(turn)(&o, keys[i]);
    NFNP_WORD *sorted = NFNP_N(radix_sort)(keys, l->n, 0, NFNP_W);
    if (l->descending)
        for (npy_intp i = 0; i < l->n; i++)
            sorted[i] = NFNP_N(turn)(&o, sorted[i]);
    for (npy_intp i = 0; i < l->n; i++) {
        NFNP_WORD code = NFNP_N(code)(&o, sorted[i]);
        memcpy(l->out + i * l->out_stride, &code, sizeof code);
    }
    if (keys != few)
        free(keys);
    return true;
}

static inline NFNP_WORD NFNP_N(rank_at)(const lane *l, const nfnp_order *o, npy_intp i)
{
    NFNP_WORD code = NFNP_N(load)(l->in + i * l->in_stride);
    NFNP_WORD rank = NFNP_N(rank)(o, NFNP_N(key)(o, code));
    return l->descending ? NFNP_N(turn)(o, rank) : rank;
}

static inline uint64_t NFNP_N(payload_at)(const lane *l, npy_intp i)
{
    return l->by_index ? (uint64_t)i : NFNP_N(load)(l->in + i * l->in_stride);
}

static inline void NFNP_N(put)(const lane *l, npy_intp i, uint64_t payload)
{
    if (l->by_index) {
        npy_intp index = (npy_intp)payload;
        memcpy(l->out + i * l->out_stride, &index, sizeof index);
    } else {
        NFNP_WORD code = (NFNP_WORD)payload;
        memcpy(l->out + i * l->out_stride, &code, sizeof code);
    }
}

/* By rank, each element taking its index or itself along: equal elements keep their order. */
static bool NFNP_N(sort_pairs)(const lane *l)
{
    const nfnp_order o = *l->order;
    pair few[2 * NFNP_FEW],
        *pairs = l->n > NFNP_FEW ? malloc(2 * (size_t)l->n * sizeof *pairs) : few;
    if (pairs == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        pairs[i] = (pair){NFNP_N(rank_at)(l, &o, i), NFNP_N(payload_at)(l, i)};
    const pair *sorted = radix_sort_pair(pairs, l->n, 0, NFNP_W);
    for (npy_intp i = 0; i < l->n; i++)
        NFNP_N(put)(l, i, sorted[i].payload);
    if (pairs != few)
        free(pairs);
    return true;
}

#if NFNP_W < 64
/* The same with rank and payload in one word: half the memory to move. */
static bool NFNP_N(sort_packed)(const lane *l)
{
    const nfnp_order o = *l->order;
    uint64_t few[2 * NFNP_FEW],
        *items = l->n > NFNP_FEW ? malloc(2 * (size_t)l->n * sizeof *items) : few;
    if (items == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        items[i] = (uint64_t)NFNP_N(rank_at)(l, &o, i) << 32 | NFNP_N(payload_at)(l, i);
    const uint64_t *sorted = radix_sort_64(items, l->n, 32, 32 + NFNP_W);
    for (npy_intp i = 0; i < l->n; i++)
        NFNP_N(put)(l, i, sorted[i] & UINT32_MAX);
    if (items != few)
        free(items);
    return true;
}
#endif

static bool NFNP_N(sort)(const lane *l)
{
    if (!l->by_index && !l->keep_ties) {
#if NFNP_W <= 16
        if (l->n >= NFNP_N(enough_to_count))
            return NFNP_N(sort_by_counting)(l);
#endif
        return NFNP_N(sort_keys)(l);
    }
#if NFNP_W < 64
    if ((uint64_t)l->n <= UINT32_MAX)
        return NFNP_N(sort_packed)(l);
#endif
    return NFNP_N(sort_pairs)(l);
}
