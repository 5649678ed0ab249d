/* SPDX-License-Identifier: BSD-3-Clause */
/* How do matmul, vecdot, matvec and vecmat run?  Products and their sum are exact, and each output
 * is rounded once. */
#include "ufuncs/nfnp_ufuncs.h"
#include <stdlib.h>

/* NumPy's BLAS, for nf_multiply_exactly: c = transpose(a) * b.  Called with or without the GIL. */
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

/* Sets the exception that belongs to the outcome.  Called without the GIL. */
static int judge_outcome(nf_outcome outcome)
{
    if (outcome == NF_DONE)
        return 0;
    if (outcome == NF_STOPPED)
        return nfnp_raise_stop();
    PyGILState_STATE state = PyGILState_Ensure();
    if (outcome == NF_NO_MEMORY)
        PyErr_NoMemory();
    else if (!PyErr_Occurred()) /* the BLAS has said why */
        PyErr_SetString(PyExc_RuntimeError, "a matrix product found no path");
    PyGILState_Release(state);
    return -1;
}

/* ---- integers ------------------------------------------------------------------------------- */

/* To the exact engine integers are a format of their own: 64 bits, signed unless one needs them. */
static bool is_unsigned(const char *data, const nf_matrix *m, npy_intp rows, npy_intp columns)
{
    for (npy_intp i = 0; i < rows; i++)
        for (npy_intp j = 0; j < columns; j++) {
            nfnp_operand x = nfnp_fetch(data + i * m->row + j * m->column);
            if (x.cls == NF_FINITE && x.exp == 63)
                return !x.sign;
        }
    return false;
}

/* Turns exact operands that are integers into such codes. */
static void make_integers(const char *data, nf_matrix *m, npy_intp rows, npy_intp columns,
                          uint64_t *codes)
{
    bool large = is_unsigned(data, m, rows, columns);
    for (npy_intp i = 0; i < rows; i++)
        for (npy_intp j = 0; j < columns; j++) {
            nfnp_operand x = nfnp_fetch(data + i * m->row + j * m->column);
            uint64_t size = x.cls == NF_FINITE ? x.hi >> ((63 - x.exp) & 63) : 0;
            codes[i * columns + j] = x.sign ? 0 - size : size;
        }
    m->format = nfnp_numeric_of(large ? NPY_ULONGLONG : NPY_LONGLONG)->row;
    m->data = (char *)codes;
    m->row = columns * (npy_intp)sizeof *codes;
    m->column = sizeof *codes;
}

/* ---- loops ---------------------------------------------------------------------------------- */

/* Every product along the outer dimension: `count` of them, `outer` being its three strides. */
static int multiply_all(PyArrayMethod_Context *context, char *const *data, npy_intp count,
                        const npy_intp *outer, const npy_intp *size, nf_matrix a, nf_matrix b,
                        nf_matrix out)
{
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[2]);
    nf_env env = nfnp_env(&d->format);
    nf_product p = {
        .a = a, .b = b, .out = out, .m = size[0], .k = size[1], .n = size[2], .gemm = nfnp_gemm};
    p.a.format = p.b.format = p.out.format = d->format;
    bool integers[2];
    uint64_t *codes[2] = {NULL, NULL};
    nf_outcome outcome = NF_DONE;
    for (int k = 0; k < 2; k++) {
        integers[k] = NPY_DTYPE(context->descriptors[k]) == &nfnp_exact;
        size_t elements = (size_t)(size[k] * size[k + 1]) + 1;
        if (integers[k] && (codes[k] = malloc(elements * sizeof(uint64_t))) == NULL)
            outcome = NF_NO_MEMORY;
    }
    for (npy_intp i = 0; i < count && outcome == NF_DONE; i++) {
        p.a.data = data[0] + i * outer[0];
        p.b.data = data[1] + i * outer[1];
        p.out.data = data[2] + i * outer[2];
        if (integers[0]) {
            p.a.row = a.row;
            p.a.column = a.column;
            make_integers(p.a.data, &p.a, p.m, p.k, codes[0]);
        }
        if (integers[1]) {
            p.b.row = b.row;
            p.b.column = b.column;
            make_integers(p.b.data, &p.b, p.k, p.n, codes[1]);
        }
        outcome = nf_multiply_exactly(&p, &env);
    }
    free(codes[0]);
    free(codes[1]);
    nfnp_raise_flags(env.flags);
    return judge_outcome(outcome);
}

/* Strides only: format and data come with the call. */
#define MATRIX(by_row, by_column)                                                                  \
    (nf_matrix)                                                                                    \
    {                                                                                              \
        .row = by_row, .column = by_column                                                         \
    }

/* `n` are the sizes, the outer one first; `s` the outer strides and then the inner ones. */
#define MATRIX_LOOP(name)                                                                          \
    static int name(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,          \
                    const npy_intp *s, NpyAuxData *Py_UNUSED(aux))

/* (n,k),(k,m)->(n,m) */
MATRIX_LOOP(loop_matmul)
{
    return multiply_all(context, data, n[0], s, n + 1, MATRIX(s[3], s[4]), MATRIX(s[5], s[6]),
                        MATRIX(s[7], s[8]));
}

/* (n),(n)->() */
MATRIX_LOOP(loop_vecdot)
{
    npy_intp size[] = {1, n[1], 1};
    return multiply_all(context, data, n[0], s, size, MATRIX(0, s[3]), MATRIX(s[4], 0),
                        MATRIX(0, 0));
}

/* (m,n),(n)->(m) */
MATRIX_LOOP(loop_matvec)
{
    npy_intp size[] = {n[1], n[2], 1};
    return multiply_all(context, data, n[0], s, size, MATRIX(s[3], s[4]), MATRIX(s[5], 0),
                        MATRIX(s[6], 0));
}

/* (n),(n,m)->(m) */
MATRIX_LOOP(loop_vecmat)
{
    npy_intp size[] = {1, n[1], n[2]};
    return multiply_all(context, data, n[0], s, size, MATRIX(0, s[3]), MATRIX(s[4], s[5]),
                        MATRIX(0, s[6]));
}

static const struct {
    const char *name;
    PyArrayMethod_StridedLoop *loop;
} rows[] = {{"matmul", loop_matmul},
            {"vecdot", loop_vecdot},
            {"matvec", loop_matvec},
            {"vecmat", loop_vecmat}};
enum { ROWS = sizeof rows / sizeof *rows };

PyArrayMethod_StridedLoop *nfnp_product_loop(const char *ufunc)
{
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, ufunc) == 0)
            return rows[i].loop;
    return NULL;
}

int nfnp_add_matmul_loops(nfnp_dtype *d)
{
    PyArray_DTypeMeta *dtypes[] = {&d->meta, &d->meta, &d->meta};
    for (int i = 0; i < ROWS; i++) {
        nfnp_loop loop = {
            .name = rows[i].name, .nin = 2, .nout = 1, .dtypes = dtypes, .loop = rows[i].loop};
        if (nfnp_add_loop(&loop) < 0)
            return -1;
    }
    return 0;
}
