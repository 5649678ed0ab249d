/* SPDX-License-Identifier: BSD-3-Clause */
/* How does NumPy compare two elements, test one, and find the greatest?  (ArrFuncs) */
#include "order_all.h"

#define NFNP_W 8
#include "search_words.h"
#undef NFNP_W
#define NFNP_W 16
#include "search_words.h"
#undef NFNP_W
#define NFNP_W 32
#include "search_words.h"
#undef NFNP_W
#define NFNP_W 64
#include "search_words.h"
#undef NFNP_W

void nfnp_fill_search(nfnp_dtype *d)
{
    switch (d->size) {
    case 1: fill_search_8(&d->arrfuncs); return;
    case 2: fill_search_16(&d->arrfuncs); return;
    case 4: fill_search_32(&d->arrfuncs); return;
    default: fill_search_64(&d->arrfuncs);
    }
}
