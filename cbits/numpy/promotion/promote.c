/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop does a ufunc take when its operands differ?  The one of their common DType; some take
 * operands as they are (promote_strangers.c). */
#include "base/nfnp.h"

/* ---- promoters ------------------------------------------------------------------------------ */

static PyArray_DTypeMeta *common(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyArray_DTypeMeta *result = nfnp_of_class(a)   ? nfnp_common_strict(a, b)
                                : nfnp_of_class(b) ? nfnp_common_strict(b, a)
                                                   : PyArray_CommonDType(a, b);
    if ((PyObject *)result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    return nfnp_refuse_common(a, b);
}

/* In a ufunc a DTypePromotionError would become NumPy's "no loop", which `==` turns into an array
 * of False, even for equal numbers: there it is a plain TypeError, with the first as its cause. */
void nfnp_make_plain_error(void)
{
    PyObject *type, *cause, *traceback;
    if (!PyErr_ExceptionMatches(nfnp_promotion_error))
        return;
    PyErr_Fetch(&type, &cause, &traceback);
    PyErr_NormalizeException(&type, &cause, &traceback);
    PyObject *error = PyObject_CallFunction(PyExc_TypeError, "N", PyObject_Str(cause));
    Py_DECREF(type);
    Py_XDECREF(traceback);
    if (error == NULL) {
        Py_DECREF(cause);
        return;
    }
    PyException_SetCause(error, cause); /* steals it */
    PyErr_SetObject(PyExc_TypeError, error);
    Py_DECREF(error);
}

/* Starts from a format, so that Python's numbers follow it. */
PyArray_DTypeMeta *nfnp_common_of(PyArray_DTypeMeta *const *dtypes, int nin)
{
    int first = 0;
    while (first < nin - 1 && (dtypes[first] == NULL || nfnp_of_class(dtypes[first]) == NULL))
        first++;
    PyArray_DTypeMeta *result = NPY_DT_NewRef(dtypes[first]);
    for (int i = 0; i < nin && result != NULL; i++) {
        if (i == first || dtypes[i] == NULL)
            continue;
        PyArray_DTypeMeta *next = common(result, dtypes[i]);
        Py_DECREF(result);
        result = next;
    }
    return result;
}

/* Outputs stay as given: the loop that is then found decides them.  Steals `all`. */
int nfnp_set_operands(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                      PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta *all,
                      PyArray_DTypeMeta **out)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    if (all == NULL) {
        nfnp_make_plain_error();
        return -1;
    }
    for (int i = 0; i < u->nin; i++)
        out[i] = NPY_DT_NewRef(signature[i] ? signature[i] : all);
    for (int i = u->nin; i < u->nargs; i++)
        out[i] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)given[i]);
    Py_DECREF(all);
    return 0;
}

/* Comparisons: only the inputs count. */
int nfnp_promote_inputs(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                        PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *all = nfnp_common_of(given, ((PyUFuncObject *)ufunc)->nin);
    return nfnp_set_operands(ufunc, given, signature, all, out);
}

/* Arithmetic: dtype= decides, else the inputs. */
int nfnp_promote(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                 PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *demanded = signature[((PyUFuncObject *)ufunc)->nin];
    if (demanded == NULL)
        return nfnp_promote_inputs(ufunc, given, signature, out);
    return nfnp_set_operands(ufunc, given, signature, NPY_DT_NewRef(demanded), out);
}

static bool is_unsigned(int type_num)
{
    return type_num == NPY_ULONG || type_num == NPY_ULONGLONG || type_num == NPY_UINT;
}

/* format ** integer and ldexp(format, integer): the integer is not rounded to the format. */
int nfnp_promote_exponent(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                          PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *base = signature[2] ? signature[2] : given[0];
    int integer =
        given[1]->type_num == NPY_BOOL || nfnp_is_kind(given[1], &PyArray_IntAbstractDType);
    if (integer < 0)
        return -1;
    bool is_power = strcmp(((PyUFuncObject *)ufunc)->name, "power") == 0;
    /* Python's integers have any size: they come whole, and those of 64 bits run the same loop. */
    bool is_whole = is_power && given[1]->type_num == -1 && signature[1] == NULL;
    if (!integer || nfnp_of_class(base) == NULL || is_whole)
        return is_power ? nfnp_promote_integers(ufunc, given, signature, out)
                        : nfnp_promote(ufunc, given, signature, out);
    out[0] = NPY_DT_NewRef(base);
    out[1] =
        NPY_DT_NewRef(is_unsigned(given[1]->type_num) ? &PyArray_UInt64DType : &PyArray_Int64DType);
    out[2] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)given[2]);
    return 0;
}

/* ---- registration --------------------------------------------------------------------------- */

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
int nfnp_add_promoter(PyObject *ufunc, PyArrayMethod_PromoterFunction *promoter)
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
    int result = ufunc ? nfnp_add_promoter(ufunc, promoter) : -1;
    Py_XDECREF(ufunc);
    return result;
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
    if (nfnp_add_promoter(nfnp_fma, nfnp_promote_integers) < 0)
        return -1;
    if (nfnp_add_promoter(nfnp_fmm, nfnp_promote_integers) < 0)
        return -1;
    return nfnp_add_demands(umath);
}
