/* SPDX-License-Identifier: BSD-3-Clause */
/* Which promoter does each ufunc get? */
#include "promotion/nfnp_promotion.h"

int nfnp_add_promoter_for(PyObject *ufunc, PyObject *tuple,
                          PyArrayMethod_PromoterFunction *promoter)
{
    PyObject *capsule =
        tuple ? PyCapsule_New((void *)promoter, "numpy._ufunc_promoter", NULL) : NULL;
    int result = capsule ? PyUFunc_AddPromoter(ufunc, tuple, capsule) : -1;
    Py_XDECREF(capsule);
    Py_XDECREF(tuple);
    return result;
}

/* One for each tuple of these disjoint kinds with at least one format in it: no call matches two,
 * and their number does not grow with the formats.  A ufunc of ours has no loops but formats':
 * there a format that dtype= demands counts, too (NumPy's: demanded_dtype.c). */
static int add_promoter(PyObject *ufunc, PyArrayMethod_PromoterFunction *promoter)
{
    PyArray_DTypeMeta *const kinds[] = {&nfnp_abstract, &PyArray_BoolDType,
                                        &PyArray_IntAbstractDType, &PyArray_FloatAbstractDType,
                                        &PyArray_ComplexAbstractDType};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    int count = 1;
    for (int i = 0; i < u->nin; i++)
        count *= KINDS;
    for (int number = 0; number < count; number++) {
        PyObject *tuple = PyTuple_New(u->nargs);
        bool has_format = false;
        for (int i = 0, digits = number; tuple != NULL && i < u->nargs; i++, digits /= KINDS) {
            PyArray_DTypeMeta *kind = i < u->nin                ? kinds[digits % KINDS]
                                      : has_format || u->ntypes ? NULL
                                                                : &nfnp_abstract;
            has_format |= kind == &nfnp_abstract;
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(kind ? (PyObject *)kind : Py_None));
        }
        if (tuple != NULL && !has_format) {
            Py_DECREF(tuple);
            continue;
        }
        if (nfnp_add_promoter_for(ufunc, tuple, promoter) < 0)
            return -1;
    }
    bool answers = promoter == nfnp_promote_comparison || u->ntypes == 0;
    return answers ? 0 : nfnp_add_demand(ufunc, promoter);
}

static int add_promoter_by_name(PyObject *umath, const char *name,
                                PyArrayMethod_PromoterFunction *promoter)
{
    PyObject *ufunc = PyObject_GetAttrString(umath, name);
    int result = ufunc ? add_promoter(ufunc, promoter) : -1;
    Py_XDECREF(ufunc);
    return result;
}

static PyArrayMethod_PromoterFunction *promoter_of(const nfnp_operation *row)
{
    switch (row->use) {
    case NFNP_EXTREME:
    case NFNP_CHOICE: return nfnp_promote_choice;
    case NFNP_NEIGHBOUR: return nfnp_promote_direction;
    default: break;
    }
    switch (nf_op_kind(row->op)) {
    case NF_KIND_TT_B: return nfnp_promote_comparison;
    case NF_KIND_TI_T: return nfnp_promote_exponent; /* which is not rounded */
    case NF_KIND_TT_T:
    case NF_KIND_TTT_T:
    case NF_KIND_TT_TT: return nfnp_promote_integers;
    default: return nfnp_promote; /* one operand has nothing to be promoted with but dtype= */
    }
}

/* A ufunc of ours: dtypes of another package come first, since they may count as one of NumPy's
 * kinds of numbers (those of ml_dtypes do from 0.7 on), for which the row's promoter has no loop. */
static int promote_own(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                       PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    if (nfnp_promote_foreign(ufunc, given, signature, out) == 0)
        return 0;
    const nfnp_operation *row = nfnp_operations;
    while (!nfnp_is_own(row) || nfnp_own_ufunc(row->op) != ufunc)
        row++;
    return promoter_of(row)(ufunc, given, signature, out);
}

/* Has the row's ufunc another one with an integer exponent, as power has?  That one's promoter
 * serves both. */
static bool is_beside_integers(const nfnp_operation *row)
{
    for (const nfnp_operation *other = nfnp_operations; other->ufunc != NULL; other++)
        if (other != row && nf_op_kind(other->op) == NF_KIND_TI_T &&
            strcmp(other->ufunc, row->ufunc) == 0)
            return true;
    return false;
}

/* NumPy's ufuncs of one operand: demanded_dtype.c. */
static int add_promoter_of(PyObject *umath, const nfnp_operation *row)
{
    int nin, nout;
    nfnp_count_operands(nf_op_kind(row->op), &nin, &nout);
    if (nfnp_is_own(row))
        return add_promoter(nfnp_own_ufunc(row->op), promote_own);
    if (nfnp_is_no_ufunc(row) || nin == 1 || is_beside_integers(row))
        return 0;
    return add_promoter_by_name(umath, row->ufunc, promoter_of(row));
}

int nfnp_add_promoters(PyObject *umath)
{
    static const char *const products[] = {"matmul", "vecdot", "matvec", "vecmat"};
    for (const nfnp_operation *row = nfnp_operations; row->ufunc != NULL; row++)
        if (add_promoter_of(umath, row) < 0)
            return -1;
    for (size_t i = 0; i < sizeof products / sizeof *products; i++)
        if (add_promoter_by_name(umath, products[i], nfnp_promote_integers) < 0)
            return -1;
    return nfnp_add_demands(umath);
}
