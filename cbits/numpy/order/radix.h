/* SPDX-License-Identifier: BSD-3-Clause */
/* How are items sorted by the bits [low, high) of an integer, in time that is linear?  They are
 * sorted digit by digit from the least, and each pass keeps the order of equal digits.  (Included
 * once per kind: NFNP_ITEM, NFNP_BITS_OF(item), and NFNP_R(name) for the names.)
 *
 * NumPy's own sort of integers does not serve: it is reachable only through a table that NumPy is
 * giving up, and it is as fast only where it has a vectorised one. */

/* One pass; false if all items have the same digit and nothing was moved. */
static bool NFNP_R(sort_by_digit)(const NFNP_ITEM *from, NFNP_ITEM *to, npy_intp n, int shift,
                                  int bits)
{
    npy_intp start[1 << NFNP_DIGIT], at = 0;
    const unsigned mask = (1u << bits) - 1;
    memset(start, 0, sizeof *start << bits);
    for (npy_intp i = 0; i < n; i++)
        start[(NFNP_BITS_OF(from[i]) >> shift) & mask]++;
    if (start[(NFNP_BITS_OF(from[0]) >> shift) & mask] == n)
        return false;
    for (unsigned digit = 0; digit <= mask; digit++) {
        npy_intp count = start[digit];
        start[digit] = at;
        at += count;
    }
    for (npy_intp i = 0; i < n; i++)
        to[start[(NFNP_BITS_OF(from[i]) >> shift) & mask]++] = from[i];
    return true;
}

/* Insertion, which keeps the order of equal items too.  It gives up, with the items in some such
 * order, after `most` moves. */
static bool NFNP_R(insert)(NFNP_ITEM *items, npy_intp n, int low, npy_intp most)
{
    for (npy_intp i = 1; i < n; i++) {
        NFNP_ITEM x = items[i];
        npy_intp j = i;
        for (; j > 0 && NFNP_BITS_OF(items[j - 1]) >> low > NFNP_BITS_OF(x) >> low; j--)
            items[j] = items[j - 1];
        items[j] = x;
        most -= i - j;
        if (most < 0)
            return false;
    }
    return true;
}

/* All passes; returns where the items are now, in *from or in *to. */
static NFNP_ITEM *NFNP_R(sort_by_digits)(NFNP_ITEM *from, NFNP_ITEM *to, npy_intp n, int low,
                                         int high)
{
    /* wide digits are fewer passes, but more counters to clear */
    int bits = n >= NFNP_MANY && high - low > 16 ? NFNP_DIGIT : 8;
    /* once it should stop, the items are left in some order, as soon as may be */
    for (int shift = low; shift < high && !nf_should_stop((uint64_t)n); shift += bits)
        if (NFNP_R(sort_by_digit)(from, to, n, shift, high - shift < bits ? high - shift : bits)) {
            NFNP_ITEM *t = from;
            from = to;
            to = t;
        }
    return from;
}

/* Where the result is: in items or in the space of as many behind them. */
static NFNP_ITEM *NFNP_R(radix_sort)(NFNP_ITEM *items, npy_intp n, int low, int high)
{
    if (n <= NFNP_FEW) {
        NFNP_R(insert)(items, n, low, (npy_intp)NFNP_FEW * NFNP_FEW);
        return items;
    }
    NFNP_ITEM *from = items, *space = items + n;
    if (high - low > 3 * NFNP_DIGIT) { /* the top three digits of data tell nearly all apart */
        from = NFNP_R(sort_by_digits)(items, space, n, high - 3 * NFNP_DIGIT, high);
        if (NFNP_R(insert)(from, n, low, 2 * n))
            return from;
        space = from == items ? items + n : items;
    }
    return NFNP_R(sort_by_digits)(from, space, n, low, high);
}

#undef NFNP_ITEM
#undef NFNP_BITS_OF
#undef NFNP_R
