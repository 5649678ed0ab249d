/* SPDX-License-Identifier: BSD-3-Clause */
/* Which DType do operands of different DTypes meet in?  Never one that loses a value. */
#include "nfnp_scalar.h"

static PyObject *promotion_error; /* numpy.exceptions.DTypePromotionError */

/* ---- the common DType of two ----------------------------------------------------------------------- */

static PyObject *display_name(PyArray_DTypeMeta *cls)
{
    nfnp_dtype *d = nfnp_of_class(cls);
    if (d != NULL)
        return PyUnicode_FromString(d->name);
    return PyObject_Str(cls->singleton ? (PyObject *)cls->singleton : (PyObject *)cls);
}

static PyArray_DTypeMeta *refuse(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyObject *left = display_name(a), *right = left ? display_name(b) : NULL;
    if (right != NULL)
        PyErr_Format(promotion_error,
                     "no format holds every value of both %U and %U: convert one with astype", left,
                     right);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return NULL;
}

static PyArray_DTypeMeta *not_implemented(void)
{
    return (PyArray_DTypeMeta *)Py_NewRef(Py_NotImplemented);
}

/* The smallest of float16, float32, float64 that holds both. */
static PyArray_DTypeMeta *common_float(const nf_format *a, const nf_format *b)
{
    if (nf_contains(&nfnp_binary16, a) && nf_contains(&nfnp_binary16, b))
        return NPY_DT_NewRef(&PyArray_HalfDType);
    if (nf_contains(&nfnp_binary32, a) && nf_contains(&nfnp_binary32, b))
        return NPY_DT_NewRef(&PyArray_FloatDType);
    if (nf_contains(&nfnp_binary64, a) && nf_contains(&nfnp_binary64, b))
        return NPY_DT_NewRef(&PyArray_DoubleDType);
    return NULL;
}

/* The smallest fixed-point row that holds both; its rounding and overflow are theirs.  Bits before
 * the point may be negative in number. */
static bool common_fixed(const nf_format *a, const nf_format *b, nf_format *out)
{
    if (a->rounding != b->rounding || a->overflow != b->overflow)
        return false;
    int whole_a = a->bits - a->is_signed - a->frac, whole_b = b->bits - b->is_signed - b->frac;
    int whole = whole_a > whole_b ? whole_a : whole_b;
    int frac = a->frac > b->frac ? a->frac : b->frac;
    bool is_signed = a->is_signed || b->is_signed;
    int bits = whole + frac + is_signed;
    if (bits > 64)
        return false;
    *out = *a;
    out->bits = (uint8_t)(bits < 2 ? 2 : bits);
    out->is_signed = is_signed;
    out->frac = (int16_t)frac;
    return true;
}

/* Two rows with the same values (binary32, mlu32) must give the same answer either way round. */
static bool comes_first(const nf_format *a, const nf_format *b)
{
    return a->bits != b->bits ? a->bits < b->bits : memcmp(a, b, sizeof *a) < 0;
}

static PyArray_DTypeMeta *common_of_formats(nfnp_dtype *a, nfnp_dtype *b)
{
    bool a_holds = nf_contains(&a->format, &b->format), b_holds = nf_contains(&b->format, &a->format);
    if (a_holds && (!b_holds || comes_first(&a->format, &b->format)))
        return NPY_DT_NewRef(&a->meta);
    if (b_holds)
        return NPY_DT_NewRef(&b->meta);
    if (a->format.family == NF_FIXED && b->format.family == NF_FIXED) {
        nf_format format;
        if (!common_fixed(&a->format, &b->format, &format))
            return refuse(&a->meta, &b->meta);
        nfnp_dtype *d = nfnp_get(&format, NULL);
        return d ? NPY_DT_NewRef(&d->meta) : NULL;
    }
    PyArray_DTypeMeta *result = common_float(&a->format, &b->format);
    return result ? result : refuse(&a->meta, &b->meta);
}

/* The complex type of NumPy, not smaller than the given one, whose real part holds the format. */
static PyArray_DTypeMeta *common_complex(nfnp_dtype *d, PyArray_DTypeMeta *other, int type_num)
{
    if (type_num == NPY_CFLOAT && nf_contains(&nfnp_binary32, &d->format))
        return NPY_DT_NewRef(&PyArray_CFloatDType);
    if (type_num != NPY_CLONGDOUBLE && nf_contains(&nfnp_binary64, &d->format))
        return NPY_DT_NewRef(&PyArray_CDoubleDType);
    if (type_num == NPY_CLONGDOUBLE && nfnp_long_double_contains(&d->format))
        return NPY_DT_NewRef(&PyArray_CLongDoubleDType);
    return refuse(&d->meta, other);
}

static PyArray_DTypeMeta *common_with_host(nfnp_dtype *d, PyArray_DTypeMeta *other,
                                           const nfnp_host *host)
{
    if (host->is_complex)
        return common_complex(d, other, host->type_num);
    if (host->is_long_double) {
        if (nfnp_contains_long_double(&d->format))
            return NPY_DT_NewRef(&d->meta);
        return nfnp_long_double_contains(&d->format) ? NPY_DT_NewRef(other)
                                                     : refuse(&d->meta, other);
    }
    if (nf_contains(&d->format, &host->row))
        return NPY_DT_NewRef(&d->meta);
    PyArray_DTypeMeta *result = common_float(&d->format, &host->row);
    return result ? result : refuse(&d->meta, other);
}

/* -1 with an error. */
static int is_kind(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *abstract)
{
    return PyObject_IsSubclass((PyObject *)cls, (PyObject *)abstract);
}

PyArray_DTypeMeta *nfnp_common_strict(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other)
{
    nfnp_dtype *d = nfnp_of_class(cls), *e = nfnp_of_class(other);
    if (cls == other || other->type_num == NPY_BOOL) /* bool: True and False are Python numbers */
        return NPY_DT_NewRef(cls);
    if (e != NULL)
        return common_of_formats(d, e);
    const nfnp_host *host = other->type_num >= 0 ? nfnp_host_of(other->type_num) : NULL;
    if (host != NULL)
        return common_with_host(d, other, host);
    if (other->type_num >= 0)
        return not_implemented();
    /* The classes of Python's numbers have no type number. */
    int real = is_kind(other, &PyArray_IntAbstractDType);
    if (real == 0)
        real = is_kind(other, &PyArray_FloatAbstractDType);
    int is_complex = real == 0 ? is_kind(other, &PyArray_ComplexAbstractDType) : 0;
    if (real < 0 || is_complex < 0)
        return NULL;
    if (real)
        return NPY_DT_NewRef(cls);
    return is_complex ? common_complex(d, other, NPY_CFLOAT) : not_implemented();
}

/* When a Python float (int) comes first, as in np.where(m, 1.0, a), NumPy asks for the common DType
 * of the format and float16 (uint8), and cannot say on whose behalf.  Python numbers take the format
 * of the array, so these two do: joining real float16 or uint8 data with a format that is too small
 * for them rounds.  Ufuncs do not come here and are strict. */
PyArray_DTypeMeta *nfnp_common_dtype(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other)
{
    if (other == &PyArray_HalfDType || other == &PyArray_UByteDType)
        return NPY_DT_NewRef(cls);
    return nfnp_common_strict(cls, other);
}

/* ---- promoters --------------------------------------------------------------------------------- */

static PyArray_DTypeMeta *common(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyArray_DTypeMeta *result = nfnp_of_class(a)   ? nfnp_common_strict(a, b)
                                : nfnp_of_class(b) ? nfnp_common_strict(b, a)
                                                   : PyArray_CommonDType(a, b);
    if ((PyObject *)result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    return refuse(a, b);
}

/* Starts from a format, so that Python's numbers follow it. */
static PyArray_DTypeMeta *common_of_inputs(PyArray_DTypeMeta *const *dtypes, int nin)
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
static int set_operands(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                        PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta *all,
                        PyArray_DTypeMeta **out)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    if (all == NULL)
        return -1;
    for (int i = 0; i < u->nin; i++)
        out[i] = NPY_DT_NewRef(signature[i] ? signature[i] : all);
    for (int i = u->nin; i < u->nargs; i++)
        out[i] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)given[i]);
    Py_DECREF(all);
    return 0;
}

/* Comparisons: only the inputs count. */
static int promote_inputs(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                          PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *all = common_of_inputs(given, ((PyUFuncObject *)ufunc)->nin);
    return set_operands(ufunc, given, signature, all, out);
}

/* Arithmetic: dtype= decides, else the inputs. */
static int promote(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                   PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *demanded = signature[((PyUFuncObject *)ufunc)->nin];
    if (demanded == NULL)
        return promote_inputs(ufunc, given, signature, out);
    return set_operands(ufunc, given, signature, NPY_DT_NewRef(demanded), out);
}

static bool is_unsigned(int type_num)
{
    return type_num == NPY_ULONG || type_num == NPY_ULONGLONG || type_num == NPY_UINT;
}

/* format ** integer and ldexp(format, integer): the integer is not rounded to the format. */
static int promote_exponent(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                            PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *base = signature[2] ? signature[2] : given[0];
    int integer = given[1]->type_num == NPY_BOOL || is_kind(given[1], &PyArray_IntAbstractDType);
    if (integer < 0)
        return -1;
    if (!integer || nfnp_of_class(base) == NULL)
        return promote(ufunc, given, signature, out);
    out[0] = NPY_DT_NewRef(base);
    out[1] = NPY_DT_NewRef(is_unsigned(given[1]->type_num) ? &PyArray_UInt64DType
                                                           : &PyArray_Int64DType);
    out[2] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)given[2]);
    return 0;
}

/* format / long long is format / int64, which has a loop (power.c); the rest as all arithmetic. */
static int promote_divide(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                          PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    bool is_count = given[1] != &PyArray_Int64DType && given[1]->type_num == NPY_LONGLONG;
    if (!is_count || nfnp_of_class(given[0]) == NULL || signature[2] != NULL)
        return promote(ufunc, given, signature, out);
    out[0] = NPY_DT_NewRef(given[0]);
    out[1] = NPY_DT_NewRef(&PyArray_Int64DType);
    out[2] = NULL;
    return 0;
}

/* ---- registration ------------------------------------------------------------------------------ */

static int add_promoter(PyObject *ufunc, PyObject *tuple, PyArrayMethod_PromoterFunction *promoter)
{
    PyObject *capsule =
        tuple ? PyCapsule_New((void *)promoter, "numpy._ufunc_promoter", NULL) : NULL;
    int result = capsule ? PyUFunc_AddPromoter(ufunc, tuple, capsule) : -1;
    Py_XDECREF(capsule);
    Py_XDECREF(tuple);
    return result;
}

/* One for each tuple of these disjoint kinds with at least one format in it: no call matches two,
 * and their number does not grow with the formats. */
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
            PyArray_DTypeMeta *kind = i < u->nin ? kinds[digits % KINDS] : NULL;
            has_format |= kind == &nfnp_abstract;
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(kind ? (PyObject *)kind : Py_None));
        }
        if (tuple != NULL && !has_format) {
            Py_DECREF(tuple);
            continue;
        }
        if (add_promoter(ufunc, tuple, promoter) < 0)
            return -1;
    }
    return 0;
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
        {{"add", "subtract", "multiply", "floor_divide", "remainder", "fmod", "divmod", "copysign",
          "nextafter", "heaviside", "maximum", "minimum", "fmax", "fmin"},
         promote},
        {{"clip", "matmul", "vecdot", "matvec", "vecmat"}, promote},
        {{"divide"}, promote_divide},
        {{"power", "ldexp"}, promote_exponent},
        {{"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}, promote_inputs},
    };
    PyObject *exceptions = PyImport_ImportModule("numpy.exceptions");
    promotion_error =
        exceptions ? PyObject_GetAttrString(exceptions, "DTypePromotionError") : NULL;
    Py_XDECREF(exceptions);
    if (promotion_error == NULL)
        return -1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (const char *const *name = rows[i].names; *name != NULL; name++)
            if (add_promoter_by_name(umath, *name, rows[i].promoter) < 0)
                return -1;
    if (nfnp_add_promoter(nfnp_fma, promote) < 0)
        return -1;
    return nfnp_add_promoter(nfnp_fmm, promote);
}
