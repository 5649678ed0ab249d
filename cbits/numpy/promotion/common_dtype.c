/* SPDX-License-Identifier: BSD-3-Clause */
/* Which DType do operands of different DTypes meet in?  It never loses a value. */
#include "promotion/nfnp_promotion.h"

/* ---- refusals ------------------------------------------------------------------------------- */

static PyObject *display_name(PyArray_DTypeMeta *cls)
{
    nfnp_dtype *d = nfnp_of_class(cls);
    if (d != NULL)
        return PyUnicode_FromString(d->name);
    return PyObject_Str(cls->singleton ? (PyObject *)cls->singleton : (PyObject *)cls);
}

PyArray_DTypeMeta *nfnp_refuse_common(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyObject *left = display_name(a), *right = left ? display_name(b) : NULL;
    if (right != NULL)
        PyErr_Format(nfnp_promotion_error,
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

/* The smallest of float32 and float64 that holds both. */
static PyArray_DTypeMeta *common_fast_float(const nf_format *a, const nf_format *b)
{
    if (nf_contains(&nf_binary32, a) && nf_contains(&nf_binary32, b))
        return NPY_DT_NewRef(&PyArray_FloatDType);
    if (nf_contains(&nf_binary64, a) && nf_contains(&nf_binary64, b))
        return NPY_DT_NewRef(&PyArray_DoubleDType);
    return NULL;
}

static PyArray_DTypeMeta *common_float(const nf_format *a, const nf_format *b)
{
    if (nf_contains(&nf_binary16, a) && nf_contains(&nf_binary16, b))
        return NPY_DT_NewRef(&PyArray_HalfDType);
    return common_fast_float(a, b);
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
    bool a_holds = nf_contains(&a->format, &b->format),
         b_holds = nf_contains(&b->format, &a->format);
    if (a_holds && (!b_holds || comes_first(&a->format, &b->format)))
        return NPY_DT_NewRef(&a->meta);
    if (b_holds)
        return NPY_DT_NewRef(&b->meta);
    if (a->format.family == NF_FIXED && b->format.family == NF_FIXED) {
        nf_format format;
        if (!common_fixed(&a->format, &b->format, &format))
            return nfnp_refuse_common(&a->meta, &b->meta);
        nfnp_dtype *d = nfnp_get(&format, NULL);
        return d ? NPY_DT_NewRef(&d->meta) : NULL;
    }
    PyArray_DTypeMeta *result = common_float(&a->format, &b->format);
    return result ? result : nfnp_refuse_common(&a->meta, &b->meta);
}

/* The complex type of NumPy, not smaller than the given one, whose real part holds the format. */
static PyArray_DTypeMeta *common_complex(nfnp_dtype *d, PyArray_DTypeMeta *other, int type_num)
{
    if (type_num == NPY_CFLOAT && nf_contains(&nf_binary32, &d->format))
        return NPY_DT_NewRef(&PyArray_CFloatDType);
    if (type_num != NPY_CLONGDOUBLE && nf_contains(&nf_binary64, &d->format))
        return NPY_DT_NewRef(&PyArray_CDoubleDType);
    if (type_num == NPY_CLONGDOUBLE && nfnp_long_double_contains(&d->format))
        return NPY_DT_NewRef(&PyArray_CLongDoubleDType);
    return nfnp_refuse_common(&d->meta, other);
}

static PyArray_DTypeMeta *common_with_numeric(nfnp_dtype *d, PyArray_DTypeMeta *other,
                                              const nfnp_numeric *numeric)
{
    if (numeric->is_complex)
        return common_complex(d, other, numeric->type_num);
    if (numeric->is_long_double) {
        if (nfnp_contains_long_double(&d->format))
            return NPY_DT_NewRef(&d->meta);
        return nfnp_long_double_contains(&d->format) ? NPY_DT_NewRef(other)
                                                     : nfnp_refuse_common(&d->meta, other);
    }
    if (nf_contains(&d->format, &numeric->row))
        return NPY_DT_NewRef(&d->meta);
    PyArray_DTypeMeta *result = common_float(&d->format, &numeric->row);
    /* NumPy's own answer for a float and an integer of 64 bits */
    if (result == NULL && numeric->row.family == NF_FIXED && nf_contains(&nf_binary64, &d->format))
        result = NPY_DT_NewRef(&PyArray_DoubleDType);
    return result ? result : nfnp_refuse_common(&d->meta, other);
}

/* One that holds both, ours if both do: so NumPy decides by itself when it asks the other package's
 * dtype first.  Else a float of NumPy's to which the other package casts safely, too. */
PyArray_DTypeMeta *nfnp_common_with_foreign(nfnp_dtype *d, PyArray_DTypeMeta *other)
{
    const nfnp_foreign_type *f = nfnp_find_foreign(other->type_num);
    if (f == NULL)
        return (PyArray_DTypeMeta *)Py_NewRef(Py_NotImplemented);
    if (nf_contains(&d->format, &f->numeric.row))
        return NPY_DT_NewRef(&d->meta);
    if (nf_contains(&f->numeric.row, &d->format))
        return NPY_DT_NewRef(other);
    const struct {
        const nf_format *row;
        PyArray_DTypeMeta *dtype;
    } floats[] = {{&nf_binary16, &PyArray_HalfDType},
                  {&nf_binary32, &PyArray_FloatDType},
                  {&nf_binary64, &PyArray_DoubleDType}};
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        if (nf_contains(floats[i].row, &d->format) && nf_contains(floats[i].row, &f->numeric.row) &&
            PyArray_CanCastTypeTo(other->singleton, floats[i].dtype->singleton, NPY_SAFE_CASTING))
            return NPY_DT_NewRef(floats[i].dtype);
    return nfnp_refuse_common(&d->meta, other);
}

int nfnp_is_kind(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *abstract)
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
    if (other->type_num >= 0 && PyTypeNum_ISUSERDEF(other->type_num))
        return nfnp_common_with_foreign(d, other);
    const nfnp_numeric *numeric = other->type_num >= 0 ? nfnp_numeric_of(other->type_num) : NULL;
    if (numeric != NULL)
        return common_with_numeric(d, other, numeric);
    if (other->type_num >= 0)
        return not_implemented();
    /* The classes of Python's numbers have no type number. */
    int real = nfnp_is_kind(other, &PyArray_IntAbstractDType);
    if (real == 0)
        real = nfnp_is_kind(other, &PyArray_FloatAbstractDType);
    int is_complex = real == 0 ? nfnp_is_kind(other, &PyArray_ComplexAbstractDType) : 0;
    if (real < 0 || is_complex < 0)
        return NULL;
    if (real)
        return NPY_DT_NewRef(cls);
    return is_complex ? common_complex(d, other, NPY_CFLOAT) : not_implemented();
}

/* The smallest named format with NaR that holds both; none of 64 bits, which exact operands beat.
 */
static PyArray_DTypeMeta *common_with_nar(const nf_format *a, const nf_format *b)
{
    const nf_format *best = NULL;
    for (int i = 0; i < nf_named_count; i++) {
        const nf_format *f = &nf_named_formats[i].format;
        if (nfnp_has_nar(f) && (best == NULL || f->bits < best->bits) && nf_contains(f, a) &&
            nf_contains(f, b))
            best = f;
    }
    nfnp_dtype *d = best ? nfnp_get(best, NULL) : NULL;
    return d ? NPY_DT_NewRef(&d->meta) : NULL;
}

/* A NaN must be there what it is among both (nfnp_compare_operands).  Never float16, which is
 * slower and to which ml_dtypes casts less than to float32. */
PyArray_DTypeMeta *nfnp_common_exact(nfnp_dtype *d, PyArray_DTypeMeta *other)
{
    nfnp_dtype *e = nfnp_of_class(other);
    const nfnp_numeric *numeric =
        e == NULL && other->type_num >= 0 ? nfnp_numeric_of(other->type_num) : NULL;
    if (e == NULL && (numeric == NULL || numeric->is_complex || numeric->is_long_double))
        return NULL;
    const nf_format *f = &d->format, *g = e != NULL ? &e->format : &numeric->row;
    uint8_t notes = nfnp_nan_note(f) | nfnp_nan_note(g);
    uint8_t needed = notes & NFNP_IEEE ? NFNP_IEEE : notes;
    if (nf_contains(f, g) && (needed == 0 || nfnp_nan_note(f) == needed))
        return NPY_DT_NewRef(&d->meta);
    if (e != NULL && nf_contains(g, f) && (needed == 0 || nfnp_nan_note(g) == needed))
        return NPY_DT_NewRef(&e->meta);
    return needed == NFNP_NAR ? common_with_nar(f, g) : common_fast_float(f, g);
}

/* When a Python float (int) comes first, as in np.where(m, 1.0, a), NumPy asks for the common DType
 * of the format and float16 (uint8), and cannot say on whose behalf.  Python numbers take the
 * format of the array, so these two do: joining real float16 or uint8 data with a format that is
 * too small for them rounds.  Ufuncs do not come here and are strict. */
PyArray_DTypeMeta *nfnp_common_dtype(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other)
{
    if (other == &PyArray_HalfDType || other == &PyArray_UByteDType)
        return NPY_DT_NewRef(cls);
    return nfnp_common_strict(cls, other);
}
