/* SPDX-License-Identifier: BSD-3-Clause */
/* What do ufuncs say that number formats do not have: never a silent float64?
 *
 * For a dtype with a type number NumPy would look for a loop after a safe cast, and find one for
 * float64.  A promoter that raises comes before that. */
#include "promotion/nfnp_promotion.h"

/* ---- the two refusals ----------------------------------------------------------------------- */

static nfnp_dtype *first_format(PyObject *ufunc, PyArray_DTypeMeta *const *given)
{
    for (int i = 0; i < ((PyUFuncObject *)ufunc)->nin; i++) {
        nfnp_dtype *d = given[i] ? nfnp_of_class(given[i]) : NULL;
        if (d != NULL)
            return d;
    }
    return NULL;
}

static int reject(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                  PyArray_DTypeMeta *const *Py_UNUSED(signature),
                  PyArray_DTypeMeta **Py_UNUSED(out))
{
    nfnp_dtype *d = first_format(ufunc, given);
    PyErr_Format(PyExc_TypeError,
                 "ufunc '%s' has no loop for %s: convert first, as in astype(np.float64)",
                 ((PyUFuncObject *)ufunc)->name, d ? d->name : "number formats");
    return -1;
}

/* Numbers and text: a DTypePromotionError, which == turns into an array of False. */
static int reject_text(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                       PyArray_DTypeMeta *const *Py_UNUSED(signature),
                       PyArray_DTypeMeta **Py_UNUSED(out))
{
    nfnp_dtype *d = first_format(ufunc, given);
    PyErr_Format(nfnp_promotion_error, "%s and text cannot be compared",
                 d ? d->name : "number formats");
    return -1;
}

/* ---- where ---------------------------------------------------------------------------------- */

/* Loops of formats, beside those of the table in ufunc_table.c; and what NumPy does through bool.
 */
static const char *const other_names[] = {"matmul",      "vecdot",      "matvec",
                                          "vecmat",      "logical_and", "logical_or",
                                          "logical_xor", "logical_not"};

bool nfnp_takes_formats(const char *name)
{
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (strcmp(other_names[i], name) == 0)
            return true;
    return nfnp_has_loop(name);
}

/* For every non-empty set of inputs that are formats.  Supersets come first: NumPy takes the first
 * match that no later one beats, and gives up at two matches of which neither beats the other. */
static int reject_everywhere(PyObject *ufunc)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    for (unsigned set = (1u << u->nin) - 1; set > 0; set--) {
        PyObject *tuple = PyTuple_New(u->nargs);
        for (int i = 0; tuple != NULL && i < u->nargs; i++) {
            bool is_format = i < u->nin && (set >> i & 1);
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(is_format ? (PyObject *)&nfnp_abstract : Py_None));
        }
        if (nfnp_add_promoter_for(ufunc, tuple, reject) < 0)
            return -1;
    }
    return 0;
}

static int reject_text_in(PyObject *umath, const char *name)
{
    PyArray_DTypeMeta *const texts[] = {&PyArray_UnicodeDType, &PyArray_BytesDType,
                                        &PyArray_StringDType};
    PyObject *ufunc = PyObject_GetAttrString(umath, name);
    int result = ufunc ? 0 : -1;
    for (size_t i = 0; result == 0 && i < sizeof texts / sizeof *texts; i++) {
        result = nfnp_add_promoter_for(ufunc, PyTuple_Pack(3, &nfnp_abstract, texts[i], Py_None),
                                       reject_text);
        if (result == 0)
            result = nfnp_add_promoter_for(
                ufunc, PyTuple_Pack(3, texts[i], &nfnp_abstract, Py_None), reject_text);
    }
    Py_XDECREF(ufunc);
    return result;
}

/* A ufunc may be there under several names. */
static int reject_once(PyObject *value, PyObject *seen)
{
    if (!PyObject_TypeCheck(value, &PyUFunc_Type) ||
        nfnp_takes_formats(((PyUFuncObject *)value)->name))
        return 0;
    int known = PySet_Contains(seen, value);
    if (known != 0)
        return known < 0 ? -1 : 0;
    return PySet_Add(seen, value) < 0 ? -1 : reject_everywhere(value);
}

static int reject_module(PyObject *module)
{
    PyObject *names = PyModule_GetDict(module), *key, *value;
    PyObject *seen = PySet_New(NULL);
    Py_ssize_t at = 0;
    int result = seen ? 0 : -1;
    while (result == 0 && PyDict_Next(names, &at, &key, &value))
        result = reject_once(value, seen);
    Py_XDECREF(seen);
    return result;
}

/* numpy.fft is made of ufuncs, which take what casts safely to complex128.  Their module is
 * private: a NumPy without it has nothing to reject here. */
static int reject_fft(void)
{
    PyObject *fft = PyImport_ImportModule("numpy.fft._pocketfft_umath");
    if (fft == NULL && PyErr_ExceptionMatches(PyExc_ModuleNotFoundError)) {
        PyErr_Clear();
        return 0;
    }
    int result = fft ? reject_module(fft) : -1;
    Py_XDECREF(fft);
    return result;
}

int nfnp_add_rejections(PyObject *umath)
{
    if (reject_fft() < 0 || reject_module(umath) < 0 || reject_text_in(umath, "equal") < 0)
        return -1;
    return reject_text_in(umath, "not_equal");
}
