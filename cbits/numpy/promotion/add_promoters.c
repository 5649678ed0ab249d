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

/* One operand has nothing to be promoted with but dtype=; an integer exponent is not rounded. */
static int add_promoters_to_own(void)
{
    for (nf_op op = 0; op < NF_OP_COUNT; op++) {
        PyObject *ufunc = nfnp_own_ufunc(op);
        nf_kind kind = nf_op_kind(op);
        if (ufunc != NULL &&
            add_promoter(ufunc, kind == NF_KIND_T_T    ? nfnp_promote
                                : kind == NF_KIND_TI_T ? nfnp_promote_exponent
                                                       : nfnp_promote_integers) < 0)
            return -1;
    }
    return 0;
}

int nfnp_add_promoters(PyObject *umath)
{
    static const struct {
        const char *names[18];
        PyArrayMethod_PromoterFunction *promoter;
    } rows[] = {
        {{"add", "subtract", "multiply", "divide", "floor_divide", "remainder", "fmod", "divmod",
          "copysign", "heaviside", "hypot", "arctan2", "logaddexp", "logaddexp2"},
         nfnp_promote_integers},
        {{"matmul", "vecdot", "matvec", "vecmat"}, nfnp_promote_integers},
        {{"maximum", "minimum", "fmax", "fmin", "clip"}, nfnp_promote_choice},
        {{"nextafter"}, nfnp_promote_direction},
        {{"power", "ldexp"}, nfnp_promote_exponent},
        {{"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"},
         nfnp_promote_comparison},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (const char *const *name = rows[i].names; *name != NULL; name++)
            if (add_promoter_by_name(umath, *name, rows[i].promoter) < 0)
                return -1;
    if (add_promoters_to_own() < 0)
        return -1;
    return nfnp_add_demands(umath);
}
