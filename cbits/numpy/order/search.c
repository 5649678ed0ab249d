/* SPDX-License-Identifier: BSD-3-Clause */
/* How does NumPy compare two elements, test for zero, and find the place of the greatest?
 * (ArrFuncs, and the cast to bool, which any and all need.) */
#include "order/order_all.h"

#define NFNP_EACH "order/search_keys.h"
#include "order/each_width.h"

void nfnp_fill_search(nfnp_dtype *d)
{
    switch (d->size) {
    case 1: fill_search_8(&d->arrfuncs); return;
    case 2: fill_search_16(&d->arrfuncs); return;
    case 4: fill_search_32(&d->arrfuncs); return;
    default: fill_search_64(&d->arrfuncs);
    }
}

void nfnp_to_bool(const nfnp_dtype *d, char *const *data, npy_intp n, const npy_intp *strides)
{
    switch (d->size) {
    case 1: to_bool_8(&d->order, data, n, strides); return;
    case 2: to_bool_16(&d->order, data, n, strides); return;
    case 4: to_bool_32(&d->order, data, n, strides); return;
    default: to_bool_64(&d->order, data, n, strides);
    }
}
