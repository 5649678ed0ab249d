/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the functions of order_keys.h for each width of storage? */
#ifndef NFNP_ORDER_ALL_H
#define NFNP_ORDER_ALL_H

#include "order/nfnp_order.h"

/* Inside a file that is included once per width: the name and the integer of that width. */
#define NFNP_CAT2(a, b) a##_##b
#define NFNP_CAT1(a, b) NFNP_CAT2(a, b)
#define NFNP_N(name) NFNP_CAT1(name, NFNP_W)
#define NFNP_UINT NFNP_N(nfnp_uint)

#define NFNP_EACH "order/order_keys.h"
#include "order/each_width.h"

#endif
