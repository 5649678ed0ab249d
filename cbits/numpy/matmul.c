/* SPDX-License-Identifier: BSD-3-Clause */
/* matmul, vecdot, matvec, vecmat: exact products, an exact sum, one rounding for each output. */
#include "nfnp.h"

/* NumPy's BLAS, for nf_multiply: c = transpose(a) * b.  Called with or without the GIL. */
bool nfnp_gemm(void *Py_UNUSED(context), intptr_t m, intptr_t k, intptr_t n, const double *a,
               const double *b, double *c)
{
    PyGILState_STATE state = PyGILState_Ensure();
    npy_intp of_a[] = {m, k}, strides[] = {sizeof *a, m * (npy_intp)sizeof *a}, of_b[] = {k, n},
             of_c[] = {m, n};
    PyObject *x = PyArray_New(&PyArray_Type, 2, of_a, NPY_DOUBLE, strides, (void *)a, 0, 0, NULL);
    PyObject *y = PyArray_SimpleNewFromData(2, of_b, NPY_DOUBLE, (void *)b);
    PyObject *z = PyArray_SimpleNewFromData(2, of_c, NPY_DOUBLE, c);
    PyObject *done = x && y && z ? PyArray_MatrixProduct2(x, y, (PyArrayObject *)z) : NULL;
    bool good = done != NULL;
    Py_XDECREF(done);
    Py_XDECREF(x);
    Py_XDECREF(y);
    Py_XDECREF(z);
    PyGILState_Release(state);
    return good;
}

/* Sets the exception; called without the GIL. */
int nfnp_outcome(nf_outcome outcome)
{
    if (outcome == NF_DONE)
        return 0;
    PyGILState_STATE state = PyGILState_Ensure();
    if (outcome == NF_NO_MEMORY)
        PyErr_NoMemory();
    else if (!PyErr_Occurred()) /* the BLAS has said why */
        PyErr_SetString(PyExc_RuntimeError, "a matrix product found no path");
    PyGILState_Release(state);
    return -1;
}

/* The outer dimension: `outer` is the count and the three outer strides. */
static int multiply_all(PyArrayMethod_Context *context, char *const *data, npy_intp count,
                        const npy_intp *outer, const npy_intp *size, nf_matrix a, nf_matrix b,
                        nf_matrix out)
{
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    nf_env env = nfnp_env(&d->format);
    nf_product p = {
        .a = a, .b = b, .out = out, .m = size[0], .k = size[1], .n = size[2], .gemm = nfnp_gemm};
    p.a.format = p.b.format = p.out.format = d->format;
    nf_outcome outcome = NF_DONE;
    for (npy_intp i = 0; i < count && outcome == NF_DONE; i++) {
        p.a.data = data[0] + i * outer[0];
        p.b.data = data[1] + i * outer[1];
        p.out.data = data[2] + i * outer[2];
        outcome = nf_multiply(&p, &env);
    }
    nfnp_raise_flags(env.flags);
    return nfnp_outcome(outcome);
}

/* Strides only: format and data come with the call. */
#define MATRIX(by_row, by_column)                                                                  \
    (nf_matrix)                                                                                    \
    {                                                                                              \
        .row = by_row, .column = by_column                                                         \
    }

/* (n,k),(k,m)->(n,m) */
static int loop_matmul(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    return multiply_all(context, data, n[0], s, n + 1, MATRIX(s[3], s[4]), MATRIX(s[5], s[6]),
                        MATRIX(s[7], s[8]));
}

/* (n),(n)->() */
static int loop_vecdot(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    npy_intp size[] = {1, n[1], 1};
    return multiply_all(context, data, n[0], s, size, MATRIX(0, s[3]), MATRIX(s[4], 0),
                        MATRIX(0, 0));
}

/* (m,n),(n)->(m) */
static int loop_matvec(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    npy_intp size[] = {n[1], n[2], 1};
    return multiply_all(context, data, n[0], s, size, MATRIX(s[3], s[4]), MATRIX(s[5], 0),
                        MATRIX(s[6], 0));
}

/* (n),(n,m)->(m) */
static int loop_vecmat(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    npy_intp size[] = {1, n[1], n[2]};
    return multiply_all(context, data, n[0], s, size, MATRIX(0, s[3]), MATRIX(s[4], s[5]),
                        MATRIX(0, s[6]));
}

int nfnp_add_matmul_loops(nfnp_dtype *d)
{
    static const struct {
        const char *name;
        PyArrayMethod_StridedLoop *loop;
    } rows[] = {{"matmul", loop_matmul},
                {"vecdot", loop_vecdot},
                {"matvec", loop_matvec},
                {"vecmat", loop_vecmat}};
    PyArray_DTypeMeta *dtypes[] = {&d->meta, &d->meta, &d->meta};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        nfnp_loop loop = {
            .name = rows[i].name, .nin = 2, .nout = 1, .dtypes = dtypes, .loop = rows[i].loop};
        if (nfnp_add_loop(&loop) < 0)
            return -1;
    }
    return 0;
}
