/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the extreme of many elements, in storage of NFNP_W bits?  (Included by extremes.c, once
 * per width.) */

/* data[0]: the extreme so far and the result; data[1]: the elements. */
static void NFNP_N(extreme)(const nfnp_code_order *o, char *const *data, npy_intp n,
                            npy_intp stride, bool turned, bool nan_loses)
{
    NFNP_UINT so_far = NFNP_N(key)(o, NFNP_N(load)(data[0]));
    so_far = NFNP_N(lift)(o, so_far, turned, nan_loses);
    NFNP_UINT best = NFNP_N(greatest_at)(o, data[1], n, stride, turned, nan_loses);
    best = best > so_far ? best : so_far;
    NFNP_UINT code = NFNP_N(code)(o, NFNP_N(lower)(o, best, turned, nan_loses));
    memcpy(data[0], &code, sizeof code);
}
