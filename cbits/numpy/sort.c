/* SPDX-License-Identifier: BSD-3-Clause */
/* How are arrays of codes sorted, up or down?  By their keys, with a radix sort: stable, and the
 * same for every format.  (NumPy's partition and searchsorted use `compare` of arrfuncs.c.) */
#include "nfnp.h"
#include <stdlib.h>

typedef struct item {
    uint64_t key, payload; /* payload: the code, or the index for argsort */
} item;

/* NaN stays last when the order is turned round; fixed point has none. */
static uint64_t key_of(const nf_format *f, uint64_t code, bool descending)
{
    uint64_t key = nfnp_sort_key(f, code);
    if (!descending)
        return key;
    if (f->family == NF_FIXED)
        return ~key;
    return key == UINT64_MAX ? key : UINT64_MAX - 1 - key;
}

/* Moves the keys down to zero, so that they have as few bytes as the range of values; NaN comes
 * right behind the others.  Returns the largest key. */
static uint64_t narrow_keys(item *items, npy_intp n, bool has_nan)
{
    uint64_t low = UINT64_MAX, high = 0;
    for (npy_intp i = 0; i < n; i++) {
        if (has_nan && items[i].key == UINT64_MAX)
            continue;
        low = items[i].key < low ? items[i].key : low;
        high = items[i].key > high ? items[i].key : high;
    }
    if (low > high) /* nothing but NaN */
        return 0;
    uint64_t largest = high - low;
    for (npy_intp i = 0; i < n; i++) {
        bool is_nan = has_nan && items[i].key == UINT64_MAX;
        items[i].key = is_nan ? high - low + 1 : items[i].key - low;
        largest = is_nan ? high - low + 1 : largest;
    }
    return largest;
}

/* One pass over one byte of the keys. */
static void sort_by_byte(const item *from, item *to, npy_intp n, int shift)
{
    npy_intp start[256] = {0}, at = 0;
    for (npy_intp i = 0; i < n; i++)
        start[from[i].key >> shift & 255]++;
    for (int b = 0; b < 256; b++) {
        npy_intp count = start[b];
        start[b] = at;
        at += count;
    }
    for (npy_intp i = 0; i < n; i++)
        to[start[from[i].key >> shift & 255]++] = from[i];
}

/* Sorts items, with as many more as space; returns where the result is. */
static item *sort_items(item *items, npy_intp n, uint64_t largest)
{
    item *from = items, *to = items + n;
    for (int shift = 0; shift < 64 && largest >> shift != 0; shift += 8) {
        sort_by_byte(from, to, n, shift);
        item *t = from;
        from = to;
        to = t;
    }
    return from;
}

static void insertion_sort(item *items, npy_intp n)
{
    for (npy_intp i = 1; i < n; i++) {
        item x = items[i];
        npy_intp j = i;
        for (; j > 0 && items[j - 1].key > x.key; j--)
            items[j] = items[j - 1];
        items[j] = x;
    }
}

static int sort_loop(PyArrayMethod_Context *context, char *const *data, npy_intp n,
                     const npy_intp *strides, bool by_index)
{
    enum { SHORT = 32 };
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    const PyArrayMethod_SortParameters *parameters = context->parameters;
    bool descending = parameters != NULL && (parameters->flags & NPY_SORT_DESCENDING);
    item few[SHORT], *items = n <= SHORT ? few : malloc(2 * (size_t)n * sizeof *items);
    if (items == NULL) {
        NPY_ALLOW_C_API_DEF;
        NPY_ALLOW_C_API;
        PyErr_NoMemory();
        NPY_DISABLE_C_API;
        return -1;
    }
    for (npy_intp i = 0; i < n; i++) {
        uint64_t code = nfnp_load(d, data[0] + i * strides[0]);
        items[i] = (item){key_of(&d->format, code, descending), by_index ? (uint64_t)i : code};
    }
    item *sorted = items;
    if (n <= SHORT)
        insertion_sort(items, n);
    else
        sorted = sort_items(items, n, narrow_keys(items, n, d->format.family != NF_FIXED));
    for (npy_intp i = 0; i < n; i++) {
        npy_intp index = (npy_intp)sorted[i].payload;
        if (by_index)
            memcpy(data[1] + i * strides[1], &index, sizeof index);
        else
            nfnp_store(d, data[1] + i * strides[1], sorted[i].payload);
    }
    if (items != few)
        free(items);
    return 0;
}

static int loop_sort(PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions,
                     const npy_intp *strides, NpyAuxData *Py_UNUSED(aux))
{
    return sort_loop(context, data, dimensions[0], strides, false);
}

static int loop_argsort(PyArrayMethod_Context *context, char *const *data,
                        const npy_intp *dimensions, const npy_intp *strides,
                        NpyAuxData *Py_UNUSED(aux))
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
