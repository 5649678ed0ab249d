/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the key, the rank and the code of an element, and the greatest of many keys, in storage
 * of NFNP_W bits?  (Included once per width; nfnp_order.h draws the keys.) */

#if NFNP_W == 8
typedef uint8_t nfnp_word_8;
#elif NFNP_W == 16
typedef uint16_t nfnp_word_16;
#elif NFNP_W == 32
typedef uint32_t nfnp_word_32;
#else
typedef uint64_t nfnp_word_64;
#endif

static inline NFNP_WORD NFNP_N(load)(const char *p)
{
    NFNP_WORD word;
    memcpy(&word, p, sizeof word);
    return word;
}

static inline NFNP_WORD NFNP_N(rotate)(NFNP_WORD x, int up)
{
    return (NFNP_WORD)(x << up | x >> (-up & (NFNP_W - 1)));
}

/* Without a branch, for the signs of data are random: above - c is ~c + (above + 1). */
static inline NFNP_WORD NFNP_N(key)(const nfnp_order *o, NFNP_WORD code)
{
    NFNP_WORD c = NFNP_N(rotate)(code, o->shift);
    NFNP_WORD is_above = (NFNP_WORD)(0 - (uint64_t)(c > (NFNP_WORD)o->limit));
    return (NFNP_WORD)((c ^ is_above) + o->add + (is_above & (o->above + 1 - o->add)));
}

static inline NFNP_WORD NFNP_N(code)(const nfnp_order *o, NFNP_WORD key)
{
    const NFNP_WORD all = (NFNP_WORD)UINT64_MAX;
    bool is_above = (NFNP_WORD)(key + all - o->above) < (NFNP_WORD)(all - o->limit);
    NFNP_WORD c = (NFNP_WORD)(is_above ? o->above - key : key - o->add);
    return NFNP_N(rotate)(c, -o->shift & (NFNP_W - 1));
}

/* The key of the opposite order, and back.  NaNs stay last: below zero the integers go round. */
static inline NFNP_WORD NFNP_N(turn)(const nfnp_order *o, NFNP_WORD key)
{
    return (NFNP_WORD)(o->last - key);
}

static inline bool NFNP_N(is_zero)(const nfnp_order *o, NFNP_WORD key)
{
    return (NFNP_WORD)(key - o->zero_low) < (NFNP_WORD)o->zero_count;
}

/* The same for codes that compare as equal; grows with the key. */
static inline NFNP_WORD NFNP_N(rank)(const nfnp_order *o, NFNP_WORD key)
{
    if (key > (NFNP_WORD)o->last)
        return (NFNP_WORD)UINT64_MAX;
    if (NFNP_N(is_zero)(o, key))
        return (NFNP_WORD)o->zero_low;
    return (NFNP_WORD)(key >> o->shift << o->shift);
}

/* ---- the greatest of many ------------------------------------------------------------------- */

/* Keys in the order in which the greatest wins; if NaN loses, NaNs go round below the numbers. */
static inline NFNP_WORD NFNP_N(lift)(const nfnp_order *o, NFNP_WORD key, bool turned,
                                     bool nan_loses)
{
    key = turned ? NFNP_N(turn)(o, key) : key;
    return (NFNP_WORD)(nan_loses ? key - o->last - 1 : key);
}

static inline NFNP_WORD NFNP_N(lower)(const nfnp_order *o, NFNP_WORD key, bool turned,
                                      bool nan_loses)
{
    key = (NFNP_WORD)(nan_loses ? key + o->last + 1 : key);
    return turned ? NFNP_N(turn)(o, key) : key;
}

/* One loop for each choice: stride, turned and nan_loses are constants where this is inlined. */
static inline NFNP_WORD NFNP_N(greatest)(const nfnp_order *order, const char *p, npy_intp n,
                                         npy_intp stride, bool turned, bool nan_loses)
{
    const nfnp_order o = *order;
    NFNP_WORD best = 0;
    for (npy_intp i = 0; i < n; i++) {
        NFNP_WORD key = NFNP_N(key)(&o, NFNP_N(load)(p + i * stride));
        key = NFNP_N(lift)(&o, key, turned, nan_loses);
        best = key > best ? key : best;
    }
    return best;
}

static inline NFNP_WORD NFNP_N(greatest_at)(const nfnp_order *o, const char *p, npy_intp n,
                                            npy_intp stride, bool turned, bool nan_loses)
{
    const npy_intp size = sizeof(NFNP_WORD);
    if (nan_loses)
        return turned ? NFNP_N(greatest)(o, p, n, stride, true, true)
                      : NFNP_N(greatest)(o, p, n, stride, false, true);
    if (stride != size)
        return turned ? NFNP_N(greatest)(o, p, n, stride, true, false)
                      : NFNP_N(greatest)(o, p, n, stride, false, false);
    return turned ? NFNP_N(greatest)(o, p, n, size, true, false)
                  : NFNP_N(greatest)(o, p, n, size, false, false);
}
