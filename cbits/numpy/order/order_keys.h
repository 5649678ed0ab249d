/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the key, the rank and the code of an element, and the greatest of many keys, in storage
 * of NFNP_W bits?  (Included once per width; code_order.h draws the keys.) */

#if NFNP_W == 8
typedef uint8_t nfnp_uint_8;
#elif NFNP_W == 16
typedef uint16_t nfnp_uint_16;
#elif NFNP_W == 32
typedef uint32_t nfnp_uint_32;
#else
typedef uint64_t nfnp_uint_64;
#endif

static inline NFNP_UINT NFNP_N(load)(const char *p)
{
    NFNP_UINT code;
    memcpy(&code, p, sizeof code);
    return code;
}

static inline NFNP_UINT NFNP_N(rotate)(NFNP_UINT x, int up)
{
    return (NFNP_UINT)(x << up | x >> (-up & (NFNP_W - 1)));
}

/* Without a branch, for the signs of data are random: above - c is ~c + (above + 1). */
static inline NFNP_UINT NFNP_N(key)(const nfnp_code_order *o, NFNP_UINT code)
{
    NFNP_UINT c = NFNP_N(rotate)(code, o->shift);
    NFNP_UINT is_above = (NFNP_UINT)(0 - (uint64_t)(c > (NFNP_UINT)o->limit));
    return (NFNP_UINT)((c ^ is_above) + o->add + (is_above & (o->above + 1 - o->add)));
}

static inline NFNP_UINT NFNP_N(code)(const nfnp_code_order *o, NFNP_UINT key)
{
    const NFNP_UINT all = (NFNP_UINT)UINT64_MAX;
    bool is_above = (NFNP_UINT)(key + all - o->above) < (NFNP_UINT)(all - o->limit);
    NFNP_UINT c = (NFNP_UINT)(is_above ? o->above - key : key - o->add);
    return NFNP_N(rotate)(c, -o->shift & (NFNP_W - 1));
}

/* The key of the opposite order, and back.  NaNs stay last: below zero the integers go round. */
static inline NFNP_UINT NFNP_N(turn)(const nfnp_code_order *o, NFNP_UINT key)
{
    return (NFNP_UINT)(o->last - key);
}

static inline bool NFNP_N(is_zero)(const nfnp_code_order *o, NFNP_UINT key)
{
    return (NFNP_UINT)(key - o->zero_low) < (NFNP_UINT)o->zero_count;
}

/* The same for codes that compare as equal; grows with the key. */
static inline NFNP_UINT NFNP_N(rank)(const nfnp_code_order *o, NFNP_UINT key)
{
    if (key > (NFNP_UINT)o->last)
        return (NFNP_UINT)UINT64_MAX;
    if (NFNP_N(is_zero)(o, key))
        return (NFNP_UINT)o->zero_low;
    return (NFNP_UINT)(key >> o->shift << o->shift);
}

/* ---- the greatest of many ------------------------------------------------------------------- */

/* Keys in the order in which the greatest wins; if NaN loses, NaNs go round below the numbers. */
static inline NFNP_UINT NFNP_N(lift)(const nfnp_code_order *o, NFNP_UINT key, bool turned,
                                     bool nan_loses)
{
    key = turned ? NFNP_N(turn)(o, key) : key;
    return (NFNP_UINT)(nan_loses ? key - o->last - 1 : key);
}

static inline NFNP_UINT NFNP_N(lower)(const nfnp_code_order *o, NFNP_UINT key, bool turned,
                                      bool nan_loses)
{
    key = (NFNP_UINT)(nan_loses ? key + o->last + 1 : key);
    return turned ? NFNP_N(turn)(o, key) : key;
}

/* One loop for each choice: stride, turned and nan_loses are constants where this is inlined. */
static inline NFNP_UINT NFNP_N(greatest)(const nfnp_code_order *order, const char *p, npy_intp n,
                                         npy_intp stride, bool turned, bool nan_loses)
{
    const nfnp_code_order o = *order;
    NFNP_UINT best = 0;
    for (npy_intp i = 0; i < n; i++) {
        NFNP_UINT key = NFNP_N(key)(&o, NFNP_N(load)(p + i * stride));
        key = NFNP_N(lift)(&o, key, turned, nan_loses);
        best = key > best ? key : best;
    }
    return best;
}

static inline NFNP_UINT NFNP_N(greatest_at)(const nfnp_code_order *o, const char *p, npy_intp n,
                                            npy_intp stride, bool turned, bool nan_loses)
{
    const npy_intp size = sizeof(NFNP_UINT);
    if (nan_loses)
        return turned ? NFNP_N(greatest)(o, p, n, stride, true, true)
                      : NFNP_N(greatest)(o, p, n, stride, false, true);
    if (stride != size)
        return turned ? NFNP_N(greatest)(o, p, n, stride, true, false)
                      : NFNP_N(greatest)(o, p, n, stride, false, false);
    return turned ? NFNP_N(greatest)(o, p, n, size, true, false)
                  : NFNP_N(greatest)(o, p, n, size, false, false);
}
