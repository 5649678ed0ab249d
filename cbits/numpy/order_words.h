/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the key, the rank and the code of an element, in storage of NFNP_W bits?
 * (Included once per width; nfnp_order.h draws the keys.) */

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

static inline NFNP_WORD NFNP_N(key)(const nfnp_order *o, NFNP_WORD code)
{
    NFNP_WORD c = NFNP_N(rotate)(code, o->shift);
    return (NFNP_WORD)(c > (NFNP_WORD)o->limit ? o->above - c : c + o->add);
}

static inline NFNP_WORD NFNP_N(code)(const nfnp_order *o, NFNP_WORD key)
{
    const NFNP_WORD all = (NFNP_WORD)UINT64_MAX;
    bool is_above = (NFNP_WORD)(key + all - o->above) < (NFNP_WORD)(all - o->limit);
    NFNP_WORD c = (NFNP_WORD)(is_above ? o->above - key : key - o->add);
    return NFNP_N(rotate)(c, -o->shift & (NFNP_W - 1));
}

/* The key of the opposite order, and back: NaN stays last. */
static inline NFNP_WORD NFNP_N(turn)(const nfnp_order *o, NFNP_WORD key)
{
    return key > (NFNP_WORD)o->last ? key : (NFNP_WORD)(o->last - key);
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
