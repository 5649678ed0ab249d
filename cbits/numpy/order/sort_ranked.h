/* SPDX-License-Identifier: BSD-3-Clause */
/* How is one line sorted when each element takes something along, in storage of NFNP_W bits?
 * (Included by sort.c after sort_codes.h, once per width.)  Each function returns false if there is
 * no memory; nothing is written then. */

static inline NFNP_UINT NFNP_N(rank_at)(const line *l, const nfnp_code_order *o, npy_intp i)
{
    NFNP_UINT code = NFNP_N(load)(l->in + i * l->in_stride);
    NFNP_UINT rank = NFNP_N(rank)(o, NFNP_N(key)(o, code));
    return l->descending ? NFNP_N(turn)(o, rank) : rank;
}

static inline uint64_t NFNP_N(payload_at)(const line *l, npy_intp i)
{
    return l->by_index ? (uint64_t)i : NFNP_N(load)(l->in + i * l->in_stride);
}

static inline void NFNP_N(put)(const line *l, npy_intp i, uint64_t payload)
{
    if (l->by_index) {
        npy_intp index = (npy_intp)payload;
        memcpy(l->out + i * l->out_stride, &index, sizeof index);
    } else {
        NFNP_UINT code = (NFNP_UINT)payload;
        memcpy(l->out + i * l->out_stride, &code, sizeof code);
    }
}

/* By rank, each element taking its index or itself along: equal elements keep their order. */
static bool NFNP_N(sort_ranked)(const line *l)
{
    const nfnp_code_order o = *l->order;
    ranked few[2 * NFNP_FEW],
        *items = l->n > NFNP_FEW ? malloc(2 * (size_t)l->n * sizeof *items) : few;
    if (items == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        items[i] = (ranked){NFNP_N(rank_at)(l, &o, i), NFNP_N(payload_at)(l, i)};
    const ranked *sorted = radix_sort_ranked(items, l->n, 0, NFNP_W);
    for (npy_intp i = 0; i < l->n; i++)
        NFNP_N(put)(l, i, sorted[i].payload);
    if (items != few)
        free(items);
    return true;
}

#if NFNP_W <= 16
/* argsort of many: the count of lower ranks is the place of an index. */
static bool NFNP_N(argsort_by_counting)(const line *l)
{
    enum { RANKS = 1 << NFNP_W };
    const nfnp_code_order o = *l->order;
    npy_intp *place = calloc(RANKS, sizeof *place), at = 0;
    if (place == NULL)
        return false;
    for (npy_intp i = 0; i < l->n; i++)
        place[NFNP_N(rank_at)(l, &o, i)]++;
    for (npy_intp rank = 0; rank < RANKS; rank++) {
        npy_intp count = place[rank];
        place[rank] = at;
        at += count;
    }
    for (npy_intp i = 0; i < l->n; i++) {
        npy_intp to = place[NFNP_N(rank_at)(l, &o, i)]++;
        memcpy(l->out + to * l->out_stride, &i, sizeof i);
    }
    free(place);
    return true;
}
#endif

#if NFNP_W < 64
/* Rank and payload in one integer, which halves the memory to be moved. */
static bool NFNP_N(sort_packed)(const line *l)
{
    const nfnp_code_order o = *l->order;
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

static bool NFNP_N(sort)(const line *l)
{
    if (!l->by_index && (!l->keep_ties || l->order->shift == 0))
        return l->keep_ties ? NFNP_N(sort_with_ties)(l) : NFNP_N(sort_codes)(l);
#if NFNP_W <= 16
    if (l->by_index && l->n >= NFNP_N(enough_to_count))
        return NFNP_N(argsort_by_counting)(l);
#endif
#if NFNP_W < 64
    if ((uint64_t)l->n <= UINT32_MAX)
        return NFNP_N(sort_packed)(l);
#endif
    return NFNP_N(sort_ranked)(l);
}
