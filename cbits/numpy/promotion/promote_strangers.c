/* SPDX-License-Identifier: BSD-3-Clause */
/* Which operands does a ufunc take as they are, without rounding them to the format?
 *
 *     arithmetic, products  integers
 *     comparisons           whatever no common DType holds
 *     maximum, clip, ...    integers and Python's floats
 *     nextafter             any direction */
#include "promotion/nfnp_promotion.h"

enum { OTHER, FORMAT, INTEGER, FLOAT, LITERAL };

/* -1 with an error. */
static int kind_of(PyArray_DTypeMeta *cls)
{
    if (nfnp_of_class(cls) != NULL)
        return FORMAT;
    if (cls->type_num == NPY_BOOL)
        return INTEGER;
    if (PyTypeNum_ISUSERDEF(cls->type_num)) /* of another package, which may call it a number */
        return OTHER;
    int yes = nfnp_is_kind(cls, &PyArray_IntAbstractDType);
    if (yes != 0)
        return yes < 0 ? -1 : INTEGER;
    yes = nfnp_is_kind(cls, &PyArray_FloatAbstractDType);
    return yes < 0 ? -1 : !yes ? OTHER : cls->type_num < 0 ? LITERAL : FLOAT;
}

static bool is_plain(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                     PyArray_DTypeMeta *const *signature)
{
    for (int i = 0; i < ((PyUFuncObject *)ufunc)->nin; i++)
        if (given[i] == NULL || signature[i] != NULL) /* a reduction, or signature= */
            return true;
    return false;
}

static void keep_outputs(PyObject *ufunc, PyArray_DTypeMeta *const *given, PyArray_DTypeMeta **out)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    for (int i = u->nin; i < u->nargs; i++)
        out[i] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)given[i]);
}

/* The format that the other operands meet in, or that dtype= demands; NULL without an error: none,
 * and the ufunc is promoted as if there were no strangers. */
static nfnp_dtype *target_of(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                             PyArray_DTypeMeta *const *signature, unsigned strangers)
{
    int nin = ((PyUFuncObject *)ufunc)->nin, count = 0;
    if (signature[nin] != NULL)
        return nfnp_of_class(signature[nin]);
    PyArray_DTypeMeta *others[3];
    for (int i = 0; i < nin; i++)
        if (!(strangers >> i & 1))
            others[count++] = given[i];
    PyArray_DTypeMeta *all = count ? nfnp_common_of(others, count) : NULL;
    nfnp_dtype *d = all ? nfnp_of_class(all) : NULL; /* made for ever */
    Py_XDECREF(all);
    return d;
}

static int use_strangers(PyObject *ufunc, PyArray_DTypeMeta *const *given, nfnp_dtype *target,
                         unsigned strangers, PyArray_DTypeMeta **out)
{
    if (nfnp_ensure_loop(target, ufunc, strangers) < 0)
        return -1;
    for (int i = 0; i < ((PyUFuncObject *)ufunc)->nin; i++)
        out[i] = NPY_DT_NewRef(strangers >> i & 1 ? &nfnp_exact : &target->meta);
    keep_outputs(ufunc, given, out);
    return 0;
}

static int promote(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                   PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out, bool literals)
{
    if (is_plain(ufunc, given, signature))
        return nfnp_promote(ufunc, given, signature, out);
    unsigned strangers = 0;
    for (int i = 0; i < ((PyUFuncObject *)ufunc)->nin; i++) {
        int kind = kind_of(given[i]);
        if (kind < 0)
            return -1;
        if (kind == INTEGER || (literals && kind == LITERAL))
            strangers |= 1u << i;
    }
    nfnp_dtype *target = strangers ? target_of(ufunc, given, signature, strangers) : NULL;
    if (target != NULL)
        return use_strangers(ufunc, given, target, strangers, out);
    if (PyErr_Occurred()) {
        nfnp_make_plain_error();
        return -1;
    }
    return nfnp_promote(ufunc, given, signature, out);
}

int nfnp_promote_integers(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                          PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    return promote(ufunc, given, signature, out, false);
}

int nfnp_promote_choice(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                        PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    return promote(ufunc, given, signature, out, true);
}

int nfnp_promote_direction(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                           PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    if (is_plain(ufunc, given, signature))
        return nfnp_promote(ufunc, given, signature, out);
    nfnp_dtype *d = nfnp_of_class(signature[2] ? signature[2] : given[0]);
    int kind = kind_of(given[1]);
    if (kind < 0)
        return -1;
    if (d == NULL || kind == OTHER || given[1] == &d->meta)
        return nfnp_promote(ufunc, given, signature, out);
    return use_strangers(ufunc, given, d, 2, out);
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

/* ---- comparisons ---------------------------------------------------------------------------- */

int nfnp_promote_comparison(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                            PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    if (is_plain(ufunc, given, signature))
        return nfnp_promote_inputs(ufunc, given, signature, out);
    int kinds[] = {kind_of(given[0]), kind_of(given[1])};
    if (kinds[0] < 0 || kinds[1] < 0)
        return -1;
    if (kinds[0] == OTHER || kinds[1] == OTHER)
        return nfnp_promote_inputs(ufunc, given, signature, out);
    int first = kinds[0] != FORMAT; /* a format */
    PyArray_DTypeMeta *all = nfnp_common_exact(nfnp_of_class(given[first]), given[1 - first]);
    if (all != NULL) /* comparing there is exact, and several times faster */
        return nfnp_set_operands(ufunc, given, signature, all, out);
    if (PyErr_Occurred())
        return -1;
    if (kinds[1 - first] != FORMAT)
        return use_strangers(ufunc, given, nfnp_of_class(given[first]), 2u >> first, out);
    out[0] = NPY_DT_NewRef(&nfnp_exact); /* six loops for all pairs of formats */
    out[1] = NPY_DT_NewRef(&nfnp_exact);
    keep_outputs(ufunc, given, out);
    return 0;
}
