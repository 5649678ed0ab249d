/* SPDX-License-Identifier: BSD-3-Clause */
/* How are maximum, minimum, fmax and fmin reduced?  A reduction is the extreme of the keys, for
 * which no element waits for the one before; everything else is the kernels' work. */
#include "order/order_all.h"

#define NFNP_EACH "order/extreme_keys.h"
#include "order/each_width.h"

/* The kernels keep the first of two equal codes; the greatest key need not be the first.  Only
 * formats with several codes of one zero, and codes with bits above the format, can show it. */
static bool is_reduction(const nfnp_dtype *d, char *const *data, const npy_intp *strides,
                         npy_intp n)
{
    return n >= 4 && data[0] == data[2] && strides[0] == 0 && strides[2] == 0 &&
           d->order.zero_count <= (uint64_t)2 << d->order.shift;
}

static int reduce(nf_op op, PyArrayMethod_Context *context, char *const *data,
                  const npy_intp *dimensions, const npy_intp *strides)
{
    npy_intp n = dimensions[0];
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    if (!is_reduction(d, data, strides, n))
        return nfnp_run(op, d, data, strides, n);
    bool turned = op == NF_OP_minimum || op == NF_OP_fmin;
    bool nan_loses = op == NF_OP_fmax || op == NF_OP_fmin;
    switch (d->size) {
    case 1: extreme_8(&d->order, data, n, strides[1], turned, nan_loses); break;
    case 2: extreme_16(&d->order, data, n, strides[1], turned, nan_loses); break;
    case 4: extreme_32(&d->order, data, n, strides[1], turned, nan_loses); break;
    default: extreme_64(&d->order, data, n, strides[1], turned, nan_loses);
    }
    /* Once more with itself, so that any NaN becomes the NaN of results. */
    char *const again[] = {data[0], data[0], data[0]};
    const npy_intp none[] = {0, 0, 0};
    return nfnp_run(op, d, again, none, 1);
}

NFNP_OPERATION_LOOP(reduce, maximum)
NFNP_OPERATION_LOOP(reduce, minimum)
NFNP_OPERATION_LOOP(reduce, fmax)
NFNP_OPERATION_LOOP(reduce, fmin)

PyArrayMethod_StridedLoop *nfnp_extreme_loop(nf_op op)
{
    switch (op) {
    case NF_OP_maximum: return reduce_maximum;
    case NF_OP_minimum: return reduce_minimum;
    case NF_OP_fmax: return reduce_fmax;
    case NF_OP_fmin: return reduce_fmin;
    default: return NULL;
    }
}
