/* SPDX-License-Identifier: BSD-3-Clause */
/* How are elements compared, tested and searched, in storage of NFNP_W bits?  (Included by
 * search.c, once per width.) */

static inline const nfnp_code_order *NFNP_N(order_of)(void *array)
{
    return &((nfnp_dtype *)NPY_DTYPE(PyArray_DESCR((PyArrayObject *)array)))->order;
}

static inline NFNP_UINT NFNP_N(rank_of)(const nfnp_code_order *o, const char *p)
{
    return NFNP_N(rank)(o, NFNP_N(key)(o, NFNP_N(load)(p)));
}

static int NFNP_N(compare)(const void *a, const void *b, void *array)
{
    const nfnp_code_order *o = NFNP_N(order_of)(array);
    NFNP_UINT x = NFNP_N(rank_of)(o, a), y = NFNP_N(rank_of)(o, b);
    return (x > y) - (x < y);
}

static npy_bool NFNP_N(nonzero)(void *data, void *array)
{
    const nfnp_code_order *o = NFNP_N(order_of)(array);
    return !NFNP_N(is_zero)(o, NFNP_N(key)(o, NFNP_N(load)(data)));
}

/* Codes to truth values. */
static void NFNP_N(to_bool)(const nfnp_code_order *order, char *const *data, npy_intp n,
                            const npy_intp *strides)
{
    const nfnp_code_order o = *order;
    const char *in = data[0];
    npy_bool *out = (npy_bool *)data[1];
    if (strides[0] == sizeof(NFNP_UINT) && strides[1] == 1)
        for (npy_intp i = 0; i < n; i++)
            out[i] = !NFNP_N(is_zero)(
                &o, NFNP_N(key)(&o, NFNP_N(load)(in + i * (npy_intp)sizeof(NFNP_UINT))));
    else
        for (npy_intp i = 0; i < n; i++)
            out[i * strides[1]] =
                !NFNP_N(is_zero)(&o, NFNP_N(key)(&o, NFNP_N(load)(in + i * strides[0])));
}

/* As NumPy: the first NaN, else the first of the greatest (of the least if turned).  Block by
 * block, for the loop over a block knows no index; ranks tell whether a block is greater. */
static int NFNP_N(arg_extreme)(const char *data, npy_intp n, npy_intp *at, void *array, bool turned)
{
    enum { BLOCK = 512 };
    const nfnp_code_order *o = NFNP_N(order_of)(array);
    const npy_intp size = sizeof(NFNP_UINT);
    npy_intp best_block = 0;
    NFNP_UINT best = 0;
    for (npy_intp i = 0; i < n; i += BLOCK) {
        npy_intp count = n - i < BLOCK ? n - i : BLOCK;
        NFNP_UINT key = NFNP_N(greatest_at)(o, data + i * size, count, size, turned, false);
        NFNP_UINT rank = NFNP_N(rank)(o, turned ? NFNP_N(turn)(o, key) : key);
        rank = turned ? NFNP_N(turn)(o, rank) : rank;
        if (i == 0 || rank > best) {
            best = rank;
            best_block = i;
        }
    }
    best = turned ? NFNP_N(turn)(o, best) : best;
    *at = best_block;
    while (NFNP_N(rank_of)(o, data + *at * size) != best)
        ++*at;
    return 0;
}

static int NFNP_N(argmax)(void *data, npy_intp n, npy_intp *at, void *array)
{
    return NFNP_N(arg_extreme)(data, n, at, array, false);
}

static int NFNP_N(argmin)(void *data, npy_intp n, npy_intp *at, void *array)
{
    return NFNP_N(arg_extreme)(data, n, at, array, true);
}

static void NFNP_N(fill_search)(PyArray_ArrFuncs *f)
{
    f->compare = NFNP_N(compare);
    f->nonzero = NFNP_N(nonzero);
    f->argmax = NFNP_N(argmax);
    f->argmin = NFNP_N(argmin);
}
