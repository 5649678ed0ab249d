/* SPDX-License-Identifier: BSD-3-Clause */
/* How does NumPy have arrays of codes sorted, up or down?  By their keys, with a radix sort, which
 * gives the same result at every CPU level.  (NumPy's partition and searchsorted use `compare` of
 * search.c.) */
#include "order/order_all.h"
#include <stdlib.h>

/* Up to NFNP_FEW, insertion; from NFNP_MANY, digits of NFNP_DIGIT bits. */
enum { NFNP_FEW = 32, NFNP_MANY = 4096, NFNP_DIGIT = 11 };

/* One line of an array.  `in` and `out` may be the same memory. */
typedef struct line {
    const nfnp_code_order *order;
    char *in, *out;
    npy_intp n, in_stride, out_stride;
    bool descending, by_index, keep_ties;
} line;

typedef struct ranked {
    uint64_t rank, payload; /* payload: the code, or the index for argsort */
} ranked;

#define NFNP_ITEM ranked
#define NFNP_BITS_OF(x) ((x).rank)
#define NFNP_R(name) name##_ranked
#include "order/radix.h"

#define NFNP_EACH "order/sort_codes.h"
#include "order/each_width.h"
#define NFNP_EACH "order/sort_ranked.h"
#include "order/each_width.h"

/* Can two codes compare as equal? */
static bool has_ties(const nfnp_dtype *d)
{
    uint64_t all = UINT64_MAX >> (64 - 8 * d->size);
    return d->order.shift > 0 || d->order.zero_count > 1 || all - d->order.last > 1;
}

static bool sort_line(const nfnp_dtype *d, const line *l)
{
    switch (d->size) {
    case 1: return sort_8(l);
    case 2: return sort_16(l);
    case 4: return sort_32(l);
    default: return sort_64(l);
    }
}

static int sort_loop(PyArrayMethod_Context *context, char *const *data, npy_intp n,
                     const npy_intp *strides, bool by_index)
{
    const nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    const PyArrayMethod_SortParameters *parameters = context->parameters;
    unsigned flags = parameters != NULL ? (unsigned)parameters->flags : NPY_SORT_STABLE;
    const line l = {.order = &d->order,
                    .in = data[0],
                    .out = data[1],
                    .n = n,
                    .in_stride = strides[0],
                    .out_stride = strides[1],
                    .descending = flags & NPY_SORT_DESCENDING,
                    .by_index = by_index,
                    .keep_ties = (flags & NPY_SORT_STABLE) && has_ties(d)};
    nf_take_stop();
    bool sorted = sort_line(d, &l);
    if (nf_take_stop())
        return nfnp_raise_stop();
    if (sorted)
        return 0;
    NPY_ALLOW_C_API_DEF;
    NPY_ALLOW_C_API;
    PyErr_NoMemory();
    NPY_DISABLE_C_API;
    return -1;
}

NFNP_STRIDED_LOOP(loop_sort)
{
    return sort_loop(context, data, dimensions[0], strides, false);
}

NFNP_STRIDED_LOOP(loop_argsort)
{
    return sort_loop(context, data, dimensions[0], strides, true);
}

/* NumPy 2.4 sorts with a context that names no method, at which its own choice of a loop crashes:
 * the choice must be ours. */
#define GET_LOOP(name, chosen)                                                                     \
    static int name(PyArrayMethod_Context *Py_UNUSED(context), int Py_UNUSED(aligned),             \
                    int Py_UNUSED(move), const npy_intp *Py_UNUSED(strides),                       \
                    PyArrayMethod_StridedLoop **loop, NpyAuxData **aux,                            \
                    NPY_ARRAYMETHOD_FLAGS *flags)                                                  \
    {                                                                                              \
        *loop = chosen;                                                                            \
        *aux = NULL;                                                                               \
        *flags = NPY_METH_NO_FLOATINGPOINT_ERRORS;                                                 \
        return 0;                                                                                  \
    }
GET_LOOP(get_sort, loop_sort)
GET_LOOP(get_argsort, loop_argsort)

int nfnp_add_sort_loops(nfnp_dtype *d)
{
    PyArray_DTypeMeta *sort_dtypes[] = {&d->meta, &d->meta};
    PyArray_DTypeMeta *argsort_dtypes[] = {&d->meta, &PyArray_IntpDType};
    PyType_Slot sort_slots[] = {{NPY_METH_get_loop, get_sort}, {0, NULL}};
    PyType_Slot argsort_slots[] = {{NPY_METH_get_loop, get_argsort}, {0, NULL}};
    PyArrayMethod_Spec sort = {.name = "sort",
                               .nin = 1,
                               .nout = 1,
                               .casting = NPY_NO_CASTING,
                               .flags = NPY_METH_NO_FLOATINGPOINT_ERRORS,
                               .dtypes = sort_dtypes,
                               .slots = sort_slots};
    PyArrayMethod_Spec argsort = sort;
    argsort.name = "argsort";
    argsort.dtypes = argsort_dtypes;
    argsort.slots = argsort_slots;
    PyUFunc_LoopSlot slots[] = {{"sort", &sort}, {"argsort", &argsort}, {NULL, NULL}};
    return PyUFunc_AddLoopsFromSpecs(slots);
}
