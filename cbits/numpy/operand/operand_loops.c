/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufuncs take strangers, and when do their loops come into being?
 *
 * A format has none of them until a promoter asks: each is registered on its first use.  NumPy
 * looks for a loop anew after promotion and finds it. */
#include "operand/nfnp_operand.h"

static const struct {
    const char *ufunc;
    nf_op op;
} rows[] = {
    {"equal", NF_OP_equal},
    {"not_equal", NF_OP_not_equal},
    {"less", NF_OP_less},
    {"less_equal", NF_OP_less_equal},
    {"greater", NF_OP_greater},
    {"greater_equal", NF_OP_greater_equal},
    {"add", NF_OP_add},
    {"subtract", NF_OP_sub},
    {"multiply", NF_OP_mul},
    {"divide", NF_OP_div},
    {"floor_divide", NF_OP_floor_divide},
    {"remainder", NF_OP_remainder},
    {"fmod", NF_OP_fmod},
    {"ieee_remainder", NF_OP_ieee_remainder},
    {"divmod", NF_OP_divmod},
    {"copysign", NF_OP_copysign},
    {"heaviside", NF_OP_heaviside},
    {"fma", NF_OP_fma},
    {"fmm", NF_OP_fmm},
    {"hypot", NF_OP_hypot},
    {"arctan2", NF_OP_arctan2},
    {"arctan2pi", NF_OP_arctan2pi},
    {"power", NF_OP_pow},
    {"logaddexp", NF_OP_logaddexp},
    {"logaddexp2", NF_OP_logaddexp2},
    {"maximum", NF_OP_maximum},
    {"minimum", NF_OP_minimum},
    {"fmax", NF_OP_fmax},
    {"fmin", NF_OP_fmin},
    {"clip", NF_OP_clip},
    {"nextafter", NF_OP_nextafter},
    {"matmul", NF_OP_COUNT},
    {"vecdot", NF_OP_COUNT},
    {"matvec", NF_OP_COUNT},
    {"vecmat", NF_OP_COUNT},
};
enum { ROWS = sizeof rows / sizeof *rows, COMPARISONS = 6 };
_Static_assert(ROWS <= NFNP_STRANGER_UFUNCS, "a format has a byte for each");

static int row_of(const char *name)
{
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].ufunc, name) == 0)
            return i;
    return -1;
}

static PyArrayMethod_StridedLoop *loop_of(int i)
{
    nf_op op = rows[i].op;
    if (i < COMPARISONS)
        return nfnp_compare_loop(op);
    PyArrayMethod_StridedLoop *loop = nfnp_arithmetic_loop(op);
    if (loop == NULL)
        loop = nfnp_choice_loop(op);
    return loop ? loop : nfnp_product_loop(rows[i].ufunc);
}

static int add(nfnp_dtype *d, PyObject *ufunc, int i, unsigned strangers)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    PyArray_DTypeMeta *dtypes[5];
    for (int k = 0; k < u->nargs; k++) {
        dtypes[k] = k < u->nin && (strangers >> k & 1) ? &nfnp_exact : &d->meta;
        if (k >= u->nin && i < COMPARISONS)
            dtypes[k] = &PyArray_BoolDType;
    }
    nfnp_loop loop = {.name = rows[i].ufunc,
                      .own = ufunc,
                      .nin = u->nin,
                      .nout = u->nout,
                      .dtypes = dtypes,
                      .loop = loop_of(i),
                      .flags = i < COMPARISONS ? NPY_METH_NO_FLOATINGPOINT_ERRORS : 0};
    return nfnp_add_loop(&loop);
}

/* `strangers` is a bit of the format's byte for this ufunc: 1 to 7. */
int nfnp_ensure_loop(nfnp_dtype *d, PyObject *ufunc, unsigned strangers)
{
    int i = row_of(((PyUFuncObject *)ufunc)->name);
    if (i < 0) {
        PyErr_Format(PyExc_RuntimeError, "ufunc '%s' has no loops for exact operands",
                     ((PyUFuncObject *)ufunc)->name);
        return -1;
    }
    if (d->strangers[i] >> strangers & 1)
        return 0;
    if (add(d, ufunc, i, strangers) < 0)
        return -1;
    d->strangers[i] |= (uint8_t)(1u << strangers);
    return 0;
}

int nfnp_add_stranger_comparisons(void)
{
    for (int i = 0; i < COMPARISONS; i++) {
        PyArray_DTypeMeta *dtypes[] = {&nfnp_exact, &nfnp_exact, &PyArray_BoolDType};
        nfnp_loop loop = {.name = rows[i].ufunc,
                          .nin = 2,
                          .nout = 1,
                          .dtypes = dtypes,
                          .loop = nfnp_compare_loop(rows[i].op),
                          .flags = NPY_METH_NO_FLOATINGPOINT_ERRORS};
        if (nfnp_add_loop(&loop) < 0)
            return -1;
    }
    return 0;
}
