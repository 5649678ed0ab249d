/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens with a machine integer as the second operand: power, ldexp, division by a count? */
#include "nfnp.h"

/* ---- exponents ------------------------------------------------------------------------------- */

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

/* ---- division by a count --------------------------------------------------------------------- */

/* np.mean, np.var and np.nanmean divide by an np.intp, which few formats contain.  So that a mean
 * stays in its format, x / int64 has a loop: the exact quotient, rounded once. */

typedef unsigned __int128 u128;

static nf_unpacked unpack_integer(int64_t n)
{
    nf_unpacked x = {.cls = NF_ZERO};
    uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (size != 0) {
        int up = __builtin_clzll(size);
        x = (nf_unpacked){NF_FINITE, n < 0, 63 - up, size << up, 0};
    }
    return x;
}

/* x / y for finite x, y of at most 64 significant bits: 125 bits of the quotient, the rest jammed.
 */
static nf_unpacked exact_quotient(nf_unpacked x, nf_unpacked y)
{
    uint64_t whole = x.hi >= y.hi, r = whole ? x.hi - y.hi : x.hi;
    u128 high = (u128)r << 64, low = high % y.hi << 62;
    u128 sig = (u128)whole << 126 | high / y.hi << 62 | low / y.hi | (low % y.hi != 0);
    int up = sig >> 126 ? 1 : 2;
    sig <<= up;
    return (nf_unpacked){NF_FINITE, x.sign ^ y.sign, x.exp - y.exp + 1 - up, (uint64_t)(sig >> 64),
                         (uint64_t)sig};
}

static bool same_value(nf_unpacked x, nf_unpacked y)
{
    return x.cls == y.cls && x.sign == y.sign &&
           (x.cls != NF_FINITE || (x.exp == y.exp && x.hi == y.hi && x.lo == y.lo));
}

static void divide_by_integer(nfnp_dtype *d, nf_loop *divide, char *in, int64_t n, char *out,
                              nf_env *env)
{
    nf_env ignored = {0};
    nf_unpacked x = nf_decode(&d->format, nfnp_load(d, in)), y = unpack_integer(n);
    uint64_t count = nf_encode(&d->format, y, &ignored);
    bool has_count = same_value(nf_decode(&d->format, count), y);
    /* A truncated machine divides stored operands: the count is rounded into the store. */
    if (!has_count && x.cls == NF_FINITE && n != 0 && d->format.family != NF_TRUNCATED) {
        nfnp_store(d, out, nf_encode(&d->format, exact_quotient(x, y), env));
        return;
    }
    char stored[8];
    char *at[] = {in, stored, out};
    const intptr_t steps[] = {0, 0, 0};
    nfnp_store(d, stored, count);
    divide(&d->format, at, steps, 1, env);
}

static int loop_divide_int64(PyArrayMethod_Context *context, char *const *data,
                             const npy_intp *dimensions, const npy_intp *strides,
                             NpyAuxData *Py_UNUSED(aux))
{
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    nf_loop *divide = nf_find_loop(&d->format, NF_OP_div);
    nf_env env = nfnp_env(&d->format);
    for (npy_intp i = 0; i < dimensions[0]; i++) {
        int64_t n;
        memcpy(&n, data[1] + i * strides[1], sizeof n);
        env.index = (uint64_t)i;
        divide_by_integer(d, divide, data[0] + i * strides[0], n, data[2] + i * strides[2], &env);
    }
    nfnp_raise_flags(env.flags);
    return 0;
}

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
                {"ldexp", &PyArray_UInt64DType, loop_ldexp_uint64},
                {"divide", &PyArray_Int64DType, loop_divide_int64}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PyArray_DTypeMeta *dtypes[] = {self, rows[i].second, self};
        nfnp_loop loop = {
            .name = rows[i].name, .nin = 2, .nout = 1, .dtypes = dtypes, .loop = rows[i].loop};
        if (nfnp_add_loop(&loop) < 0)
            return -1;
    }
    return 0;
}
