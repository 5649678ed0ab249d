/* SPDX-License-Identifier: BSD-3-Clause */
/* How is one loop registered with a ufunc? */
#include "ufuncs/nfnp_ufuncs.h"
#include "order/nfnp_order.h"

int nfnp_add_loop(const nfnp_loop *loop)
{
    PyObject *ufunc =
        loop->own ? Py_NewRef(loop->own) : PyObject_GetAttrString(nfnp_umath, loop->name);
    if (ufunc == NULL)
        return -1;
    PyType_Slot slots[] = {
        {NPY_METH_strided_loop, loop->loop},
        {NPY_METH_unaligned_strided_loop, loop->loop},
        {loop->initial ? NPY_METH_get_reduction_initial : 0, loop->initial},
        {0, NULL},
    };
    PyArrayMethod_Spec spec = {
        .name = loop->name,
        .nin = loop->nin,
        .nout = loop->nout,
        .casting = NPY_NO_CASTING,
        .flags = NPY_METH_SUPPORTS_UNALIGNED | loop->flags,
        .dtypes = loop->dtypes,
        .slots = slots,
    };
    int result = PyUFunc_AddLoopFromSpec(ufunc, &spec);
    Py_DECREF(ufunc);
    return result;
}

/* The DTypes that a kind of operation has for its operands. */
static void operand_dtypes(nfnp_dtype *d, nf_kind kind, PyArray_DTypeMeta **dtypes)
{
    int nin, nout;
    nfnp_count_operands(kind, &nin, &nout);
    for (int i = 0; i < nin + nout; i++)
        dtypes[i] = &d->meta;
    if (kind == NF_KIND_T_B || kind == NF_KIND_TT_B)
        dtypes[nin] = &PyArray_BoolDType;
    if (kind == NF_KIND_T_TI)
        dtypes[nin + 1] = &PyArray_IntDType;
    if (kind == NF_KIND_TI_T)
        dtypes[1] = &PyArray_Int64DType;
}

/* How a reduction starts, and NumPy's flags. */
static PyArrayMethod_GetReductionInitial *const initials[] = {[NFNP_SUM] = nfnp_sum_initial,
                                                              [NFNP_PRODUCT] = nfnp_product_initial,
                                                              [NFNP_EXTREME] = nfnp_no_initial,
                                                              [NFNP_NEIGHBOUR] = NULL};

static int flags_of(const nfnp_operation *row)
{
    return (row->events == NFNP_QUIET ? NPY_METH_NO_FLOATINGPOINT_ERRORS : 0) |
           (initials[row->use] != NULL ? NPY_METH_IS_REORDERABLE : 0);
}

int nfnp_add_operation(nfnp_dtype *d, const nfnp_operation *row)
{
    nf_kind kind = nf_op_kind(row->op);
    PyArray_DTypeMeta *dtypes[5];
    PyArrayMethod_StridedLoop *extreme = nfnp_extreme_loop(row->op);
    PyObject *own = nfnp_is_own(row) ? nfnp_own_ufunc(row->op) : NULL;
    nfnp_loop loop = {.name = own ? nf_op_name(row->op) : row->ufunc,
                      .own = own,
                      .dtypes = dtypes,
                      .loop = extreme ? extreme : nfnp_plain_loop(row->op),
                      .initial = initials[row->use],
                      .flags = flags_of(row)};
    nfnp_count_operands(kind, &loop.nin, &loop.nout);
    operand_dtypes(d, kind, dtypes);
    if (nfnp_add_loop(&loop) < 0)
        return -1;
    return kind == NF_KIND_TI_T ? nfnp_add_uint64_loop(d, loop.name, row->op, own) : 0;
}
