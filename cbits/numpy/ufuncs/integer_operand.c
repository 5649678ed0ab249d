/* SPDX-License-Identifier: BSD-3-Clause */
/* How do power, ldexp, compound and rootn take a machine integer as their second operand? */
#include "ufuncs/nfnp_ufuncs.h"

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

/* A shift beyond every range is as good as a longer one. */
static int fetch_shifts_uint64(const nfnp_dtype *Py_UNUSED(d), const char *p, npy_intp stride,
                               npy_intp n, int64_t *k)
{
    for (npy_intp i = 0; i < n; i++) {
        memcpy(&k[i], p + i * stride, sizeof *k);
        k[i] = k[i] < 0 ? INT64_MAX : k[i];
    }
    return 0;
}

/* The kernels take int64 exponents, which are fetched into a buffer, some at a time. */
static int run_fetched(nf_op op, PyArrayMethod_Context *context, char *const *data, npy_intp n,
                       const npy_intp *strides)
{
    enum { CHUNK = 256 };
    fetch_exponents *fetch = op == NF_OP_ldexp ? fetch_shifts_uint64 : fetch_powers_uint64;
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

/* One for each operation of the kind TI_T. */
#define FETCHED_T_T(name)
#define FETCHED_TT_T(name)
#define FETCHED_TTT_T(name)
#define FETCHED_T_B(name)
#define FETCHED_TT_B(name)
#define FETCHED_T_TT(name)
#define FETCHED_TT_TT(name)
#define FETCHED_T_TI(name)
#define FETCHED_TI_T(name)                                                                         \
    NFNP_STRIDED_LOOP(loop_##name)                                                                 \
    {                                                                                              \
        return run_fetched(NF_OP_##name, context, data, dimensions[0], strides);                   \
    }
#define NF_OP(name, kind, ...) FETCHED_##kind(name)
#include "nf_ops.def"
#undef NF_OP

/* ---- registration --------------------------------------------------------------------------- */

static PyArrayMethod_StridedLoop *uint64_loop(nf_op op)
{
    static PyArrayMethod_StridedLoop *const loops[NF_OP_COUNT] = {
#undef FETCHED_TI_T
#define FETCHED_TI_T(name) [NF_OP_##name] = loop_##name,
#define NF_OP(name, kind, ...) FETCHED_##kind(name)
#include "nf_ops.def"
#undef NF_OP
    };
    return loops[op];
}

/* The loop of an operation for an unsigned integer as its second operand. */
int nfnp_add_uint64_loop(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own)
{
    PyArray_DTypeMeta *dtypes[] = {&d->meta, &PyArray_UInt64DType, &d->meta};
    nfnp_loop loop = {
        .name = ufunc, .own = own, .nin = 2, .nout = 1, .dtypes = dtypes, .loop = uint64_loop(op)};
    return nfnp_add_loop(&loop);
}
