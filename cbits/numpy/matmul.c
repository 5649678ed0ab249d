/* SPDX-License-Identifier: BSD-3-Clause */
/* matmul, vecdot, matvec, vecmat: exact products, an exact sum, one rounding for each output. */
#include "nfnp.h"

/* An operand of up to two core dimensions: element (i, j) is at data + i * by_row + j * by_column.
 */
typedef struct matrix {
    char *data;
    npy_intp by_row, by_column;
} matrix;

static void multiply(const nfnp_dtype *d, nf_accumulator *sum, const npy_intp *size, matrix a,
                     matrix b, matrix out, nf_env *env)
{
    npy_intp rows = size[0], inner = size[1], columns = size[2];
    for (npy_intp i = 0; i < rows; i++)
        for (npy_intp j = 0; j < columns; j++) {
            const char *p = a.data + i * a.by_row, *q = b.data + j * b.by_column;
            nf_accumulator_clear(sum);
            nf_accumulate_dot(sum, p, a.by_column, q, b.by_row, inner);
            nfnp_store(d, out.data + i * out.by_row + j * out.by_column,
                       nf_accumulator_round(sum, &d->format, env));
            env->index++;
        }
}

/* The outer dimension: `outer` is the count and the three outer strides. */
static int multiply_all(PyArrayMethod_Context *context, char *const *data, npy_intp count,
                        const npy_intp *outer, const npy_intp *size, matrix a, matrix b, matrix out)
{
    nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    nf_accumulator *sum = nf_accumulator_new(&d->format, &d->format, &d->format);
    if (sum == NULL) {
        NPY_ALLOW_C_API_DEF;
        NPY_ALLOW_C_API;
        PyErr_NoMemory();
        NPY_DISABLE_C_API;
        return -1;
    }
    nf_env env = nfnp_env(&d->format);
    for (npy_intp i = 0; i < count; i++) {
        a.data = data[0] + i * outer[0];
        b.data = data[1] + i * outer[1];
        out.data = data[2] + i * outer[2];
        multiply(d, sum, size, a, b, out, &env);
    }
    nf_accumulator_free(sum);
    nfnp_raise_flags(env.flags);
    return 0;
}

/* (n,k),(k,m)->(n,m) */
static int loop_matmul(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    return multiply_all(context, data, n[0], s, n + 1, (matrix){NULL, s[3], s[4]},
                        (matrix){NULL, s[5], s[6]}, (matrix){NULL, s[7], s[8]});
}

/* (n),(n)->() */
static int loop_vecdot(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    npy_intp size[] = {1, n[1], 1};
    return multiply_all(context, data, n[0], s, size, (matrix){NULL, 0, s[3]},
                        (matrix){NULL, s[4], 0}, (matrix){NULL, 0, 0});
}

/* (m,n),(n)->(m) */
static int loop_matvec(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    npy_intp size[] = {n[1], n[2], 1};
    return multiply_all(context, data, n[0], s, size, (matrix){NULL, s[3], s[4]},
                        (matrix){NULL, s[5], 0}, (matrix){NULL, s[6], 0});
}

/* (n),(n,m)->(m) */
static int loop_vecmat(PyArrayMethod_Context *context, char *const *data, const npy_intp *n,
                       const npy_intp *s, NpyAuxData *Py_UNUSED(aux))
{
    npy_intp size[] = {1, n[1], n[2]};
    return multiply_all(context, data, n[0], s, size, (matrix){NULL, 0, s[3]},
                        (matrix){NULL, s[4], s[5]}, (matrix){NULL, 0, s[6]});
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
