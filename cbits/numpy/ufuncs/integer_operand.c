/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens with a machine integer as the second operand: power, ldexp? */
#include "base/nfnp.h"

/* ---- exponents ------------------------------------------------------------------------------ */

/* Reads n exponents: 0, or -1 with an error (the loops run without the GIL). */
typedef int fetch_exponents(const nfnp_dtype *d, const char *p, npy_intp stride, npy_intp n,
                            int64_t *k);

static int fetch_powers_uint64(const nfnp_dtype *d, const char *p, npy_intp stride, npy_intp n,
                               int64_t *k)
{
    for (npy_intp i = 0; i < n; i++) {
        memcpy(&k[i], p + i * stride, sizeof *k);
        if (k[i] >= 0)
            continue;
        NPY_ALLOW_C_API_DEF;
        NPY_ALLOW_C_API;
        PyErr_Format(PyExc_TypeError,
                     "power of %s takes integer exponents up to 2**63 - 1, not %llu", d->name,
                     (unsigned long long)k[i]);
        NPY_DISABLE_C_API;
        return -1;
    }
    return 0;
}

/* Beyond every range is far enough. */
static int fetch_shifts_uint64(const nfnp_dtype *Py_UNUSED(d), const char *p, npy_intp stride,
                               npy_intp n, int64_t *k)
{
    for (npy_intp i = 0; i < n; i++) {
        memcpy(&k[i], p + i * stride, sizeof *k);
        k[i] = k[i] < 0 ? INT64_MAX : k[i];
    }
    return 0;
}

/* The kernels take int64 exponents: fetched into a buffer, some at a time. */
static int run_fetched(nf_op op, fetch_exponents *fetch, PyArrayMethod_Context *context,
                       char *const *data, npy_intp n, const npy_intp *strides)
{
    enum { CHUNK = 256 };
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    nf_loop *loop = nf_find_loop(&d->format, op);
    nf_env env = nfnp_env(&d->format);
    int64_t exponents[CHUNK];
    intptr_t steps[] = {strides[0], sizeof *exponents, strides[2]};
    for (npy_intp start = 0, count; start < n; start += count) {
        count = n - start < CHUNK ? n - start : CHUNK;
        if (fetch(d, data[1] + start * strides[1], strides[1], count, exponents) < 0)
            return -1;
        char *at[] = {data[0] + start * strides[0], (char *)exponents,
                      data[2] + start * strides[2]};
        env.index = (uint64_t)start;
        loop(&d->format, at, steps, count, &env);
        if (nf_should_stop(64 * (uint64_t)count))
            return nfnp_raise_stop();
    }
    nfnp_raise_flags(env.flags);
    return 0;
}

#define FETCHED(name, op, fetch)                                                                   \
    static int name(PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions, \
                    const npy_intp *strides, NpyAuxData *Py_UNUSED(aux))                           \
    {                                                                                              \
        return run_fetched(op, fetch, context, data, dimensions[0], strides);                      \
    }
FETCHED(loop_power_uint64, NF_OP_powi, fetch_powers_uint64)
FETCHED(loop_compound_uint64, NF_OP_compound, fetch_powers_uint64)
FETCHED(loop_rootn_uint64, NF_OP_rootn, fetch_powers_uint64)
FETCHED(loop_ldexp_uint64, NF_OP_ldexp, fetch_shifts_uint64)

#define PLAIN(name, op)                                                                            \
    static int name(PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions, \
                    const npy_intp *strides, NpyAuxData *Py_UNUSED(aux))                           \
    {                                                                                              \
        return nfnp_run(op, NFNP_DTYPE(context->descriptors[0]), data, strides, dimensions[0]);    \
    }
PLAIN(loop_power_int64, NF_OP_powi)
PLAIN(loop_ldexp_int64, NF_OP_ldexp)

/* ---- registration --------------------------------------------------------------------------- */

/* A loop of a ufunc of ours whose second operand is an unsigned integer. */
int nfnp_add_uint64_loop(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own)
{
    PyArray_DTypeMeta *dtypes[] = {&d->meta, &PyArray_UInt64DType, &d->meta};
    nfnp_loop loop = {.name = ufunc, .own = own, .nin = 2, .nout = 1, .dtypes = dtypes};
    loop.loop = op == NF_OP_rootn ? loop_rootn_uint64 : loop_compound_uint64;
    return nfnp_add_loop(&loop);
}

int nfnp_add_power_loops(nfnp_dtype *d)
{
    PyArray_DTypeMeta *self = &d->meta;
    const struct {
        const char *name;
        PyArray_DTypeMeta *second;
        PyArrayMethod_StridedLoop *loop;
    } rows[] = {{"power", &PyArray_Int64DType, loop_power_int64},
                {"power", &PyArray_UInt64DType, loop_power_uint64},
                {"ldexp", &PyArray_Int64DType, loop_ldexp_int64},
                {"ldexp", &PyArray_UInt64DType, loop_ldexp_uint64}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PyArray_DTypeMeta *dtypes[] = {self, rows[i].second, self};
        nfnp_loop loop = {
            .name = rows[i].name, .nin = 2, .nout = 1, .dtypes = dtypes, .loop = rows[i].loop};
        if (nfnp_add_loop(&loop) < 0)
            return -1;
    }
    return 0;
}
