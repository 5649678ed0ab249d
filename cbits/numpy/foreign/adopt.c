/* SPDX-License-Identifier: BSD-3-Clause */
/* How do dtypes of another package (ml_dtypes) meet number formats: casts, promotion, names? */
#include "foreign/nfnp_foreign.h"

enum { MOST = 64 };

/* A dtype of another package whose codes are those of a row of the core. */
typedef struct foreign {
    nfnp_host host;
    PyTypeObject *scalar;    /* borrowed: the dtype keeps it alive, and NumPy keeps the dtype */
    PyArray_DTypeMeta *twin; /* the DType that stands for it in ufuncs: same values */
} foreign;

static foreign all[MOST]; /* written under the registry's lock, before the count grows */
static _Atomic int count;

const nfnp_host *nfnp_foreign(int i)
{
    return i < count ? &all[i].host : NULL;
}

static foreign *find(int type_num)
{
    for (int i = 0; i < count; i++)
        if (all[i].host.type_num == type_num)
            return &all[i];
    return NULL;
}

static const foreign *find_object(PyObject *obj)
{
    if (PyArray_DescrCheck(obj))
        return find(((PyArray_Descr *)obj)->type_num);
    if (PyObject_TypeCheck(obj, &PyArrayDTypeMeta_Type))
        return find(((PyArray_DTypeMeta *)obj)->type_num);
    for (int i = 0; i < count; i++)
        if ((PyObject *)all[i].scalar == obj)
            return &all[i];
    return NULL;
}

const nf_format *nfnp_foreign_format(PyObject *obj)
{
    const foreign *f = find_object(obj);
    return f != NULL && f->host.row.family != NF_FIXED ? &f->host.row : NULL;
}

/* ---- promotion ------------------------------------------------------------------------------ */

/* One that holds both, ours if both do: so NumPy decides by itself when it asks the other package's
 * dtype first.  Else a float of NumPy's to which the other package casts safely, too. */
PyArray_DTypeMeta *nfnp_common_with_foreign(nfnp_dtype *d, PyArray_DTypeMeta *other)
{
    const foreign *f = find(other->type_num);
    if (f == NULL)
        return (PyArray_DTypeMeta *)Py_NewRef(Py_NotImplemented);
    if (nf_contains(&d->format, &f->host.row))
        return NPY_DT_NewRef(&d->meta);
    if (nf_contains(&f->host.row, &d->format))
        return NPY_DT_NewRef(other);
    const struct {
        const nf_format *row;
        PyArray_DTypeMeta *dtype;
    } floats[] = {{&nfnp_binary16, &PyArray_HalfDType},
                  {&nfnp_binary32, &PyArray_FloatDType},
                  {&nfnp_binary64, &PyArray_DoubleDType}};
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        if (nf_contains(floats[i].row, &d->format) && nf_contains(floats[i].row, &f->host.row) &&
            PyArray_CanCastTypeTo(other->singleton, floats[i].dtype->singleton, NPY_SAFE_CASTING))
            return NPY_DT_NewRef(floats[i].dtype);
    return nfnp_refuse_common(&d->meta, other);
}

/* ---- ufuncs --------------------------------------------------------------------------------- */

/* What an operand of another package counts as: its twin, a format or a NumPy integer; or the float
 * that it and a format among the operands meet in, for the twin might lead to a smaller one to
 * which the other package has no cast.  Comparisons choose none that is. */
static PyArray_DTypeMeta *stand_in(const foreign *f, PyArray_DTypeMeta *self,
                                   PyArray_DTypeMeta *const *given, const PyUFuncObject *u)
{
    bool is_settled = f->host.row.family == NF_FIXED || nfnp_is_question(u->name);
    for (int i = 0; i < u->nin && !is_settled; i++) {
        nfnp_dtype *d = given[i] ? nfnp_of_class(given[i]) : NULL;
        PyArray_DTypeMeta *common = d ? nfnp_common_with_foreign(d, self) : NULL;
        if (common == NULL) {
            PyErr_Clear(); /* the promoter of the twins says what is wrong */
            continue;
        }
        bool is_float = common->type_num == NPY_FLOAT || common->type_num == NPY_DOUBLE;
        Py_DECREF(common); /* NumPy keeps its own */
        if (is_float)
            return common;
    }
    return f->twin;
}

/* NumPy then asks again with those.  Without a change it would ask for ever: no answer, and no
 * error. */
static int promote_foreign(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                           PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    PyArray_DTypeMeta *twins[NPY_MAXARGS] = {NULL};
    bool changed = false;
    for (int i = 0; i < u->nin; i++) {
        foreign *f = given[i] && !signature[i] ? find(given[i]->type_num) : NULL;
        twins[i] = f ? stand_in(f, given[i], given, u) : NULL;
        changed |= f != NULL;
    }
    if (!changed)
        return -1;
    for (int i = 0; i < u->nargs; i++) {
        PyArray_DTypeMeta *kept = signature[i] ? signature[i] : given[i];
        out[i] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)(twins[i] ? twins[i] : kept));
    }
    return 0;
}

/* For the calls whose operands are of these two kinds, and of both. */
static int add_promoters_to(PyObject *ufunc, PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    for (unsigned set = 1; set + 1 < 1u << u->nin; set++) {
        PyObject *tuple = PyTuple_New(u->nargs);
        for (int i = 0; tuple != NULL && i < u->nargs; i++) {
            PyArray_DTypeMeta *kind = set >> i & 1 ? a : b;
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(i < u->nin ? (PyObject *)kind : Py_None));
        }
        if (nfnp_add_promoter_for(ufunc, tuple, promote_foreign) < 0)
            return -1;
    }
    return 0;
}

/* A ufunc of ours: for every call that nothing else serves, whatever its operands are. */
static int add_last_promoter(PyObject *ufunc)
{
    int nargs = ((PyUFuncObject *)ufunc)->nargs;
    PyObject *tuple = PyTuple_New(nargs);
    for (int i = 0; tuple != NULL && i < nargs; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(Py_None));
    return nfnp_add_promoter_for(ufunc, tuple, promote_foreign);
}

/* NumPy's ufunc with formats among the operands; calls without one are the other package's.  Two
 * truth values need no common DType. */
static int add_promoters_of_numpy(PyObject *ufunc, PyArray_DTypeMeta *dtype)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    if (!nfnp_takes_formats(u->name) || strncmp(u->name, "logical_", 8) == 0)
        return 0;
    return add_promoters_to(ufunc, dtype, &nfnp_abstract);
}

/* Every ufunc of a module, once; dtype == NULL: the module is ours. */
static int add_promoters(PyObject *module, PyArray_DTypeMeta *dtype)
{
    PyObject *names = PyModule_GetDict(module), *seen = PySet_New(NULL), *key, *value;
    int result = seen ? 0 : -1;
    for (Py_ssize_t at = 0; result == 0 && PyDict_Next(names, &at, &key, &value);) {
        if (!PyObject_TypeCheck(value, &PyUFunc_Type) || PySet_Contains(seen, value) != 0)
            continue; /* some have two names */
        result = PySet_Add(seen, value);
        if (result == 0)
            result = dtype ? add_promoters_of_numpy(value, dtype) : add_last_promoter(value);
    }
    Py_XDECREF(seen);
    return result;
}

/* ---- casts ---------------------------------------------------------------------------------- */

/* Was this cast registered?  The answer no is kept by NumPy for good: asked only when adding it has
 * failed. */
static bool is_there(const PyArrayMethod_Spec *cast)
{
    if (cast->dtypes[1]->singleton == NULL) /* the exact operand, which nobody else can ask for */
        return true;
    return PyArray_CanCastTypeTo(cast->dtypes[0]->singleton, cast->dtypes[1]->singleton,
                                 NPY_UNSAFE_CASTING);
}

static int report(PyObject *missing, const PyArrayMethod_Spec *cast)
{
    PyObject *pair = PyTuple_Pack(2, (PyObject *)cast->dtypes[0]->singleton,
                                  (PyObject *)cast->dtypes[1]->singleton);
    int result = pair ? PyList_Append(missing, pair) : -1;
    Py_XDECREF(pair);
    return result;
}

/* Registers the casts after the first one, which is the carrier's own.  NumPy stops at one that
 * somebody has tried in vain before: that one is reported, and the rest goes with a new carrier. */
static int add_casts(PyArrayMethod_Spec **casts, PyObject *missing)
{
    PyArrayMethod_Spec *own = casts[0];
    while (nfnp_carry(casts) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_RuntimeError))
            return -1;
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        PyArrayMethod_Spec **next = casts + 1;
        while (*next != NULL && is_there(*next))
            next++;
        if (*next == NULL) { /* it failed for another reason */
            PyErr_Restore(type, error, traceback);
            return -1;
        }
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
        if (report(missing, *next) < 0)
            return -1;
        casts[0] = *next; /* every entry stays in the list, which is freed as a whole */
        *next = own;
        casts = next;
    }
    return 0;
}

/* ---- adoption ------------------------------------------------------------------------------- */

/* A new entry, not yet counted.  An integer takes what casts to NumPy's integers do. */
static int describe(foreign *f, PyArray_Descr *descr, const nf_format *format)
{
    *f = (foreign){.host = {.type_num = descr->type_num, .row = *format}, .scalar = descr->typeobj};
    if (format->family == NF_FIXED) {
        f->host.row.rounding = NF_TOWARD_ZERO;
        f->host.row.overflow = NF_OVERFLOW_INDEFINITE;
        f->twin = format->is_signed ? &PyArray_Int8DType : &PyArray_UInt8DType;
        return 0;
    }
    nfnp_dtype *d = nfnp_get(format, NULL);
    f->twin = d ? &d->meta : NULL;
    return d ? 0 : -1;
}

static int adopt_one(PyObject *module, PyArray_Descr *descr, const nf_format *format,
                     PyObject *missing)
{
    if (find(descr->type_num) != NULL)
        return 0;
    if (count == 0 && add_promoters(module, NULL) < 0)
        return -1;
    if (count == MOST) {
        PyErr_Format(PyExc_ValueError, "no room for more dtypes of other packages than %d", MOST);
        return -1;
    }
    if (describe(&all[count], descr, format) < 0)
        return -1;
    count++; /* formats made from here on bring these casts with them */
    PyArrayMethod_Spec **casts = nfnp_make_foreign_casts(&all[count - 1].host);
    int result = casts ? add_casts(casts, missing) : -1;
    if (casts != NULL)
        nfnp_free_casts(casts);
    return result < 0 ? -1 : add_promoters(nfnp_umath, NPY_DTYPE(descr));
}

static int adopt_item(PyObject *module, PyObject *item, PyObject *missing)
{
    PyArray_Descr *descr;
    Py_buffer bytes;
    if (!PyTuple_Check(item)) {
        PyErr_Format(PyExc_TypeError, "adopt needs pairs, not %R", item);
        return -1;
    }
    if (!PyArg_ParseTuple(item, "O!y*", &PyArrayDescr_Type, &descr, &bytes))
        return -1;
    nf_format format;
    bool fits = bytes.len == sizeof format;
    if (fits)
        memcpy(&format, bytes.buf, sizeof format);
    PyBuffer_Release(&bytes);
    if (!fits || !PyTypeNum_ISUSERDEF(descr->type_num) || nfnp_of_class(NPY_DTYPE(descr)) != NULL ||
        PyDataType_ELSIZE(descr) != nf_storage_bytes(&format)) {
        PyErr_Format(PyExc_ValueError, "%R is no dtype whose elements are codes of that format",
                     descr);
        return -1;
    }
    return adopt_one(module, descr, &format, missing);
}

PyObject *nfnp_adopt(PyObject *module, PyObject *pairs)
{
    PyObject *missing = PyList_New(0), *items = PySequence_Fast(pairs, "adopt needs a list");
    int result = missing && items ? 0 : -1;
    bool entered = nfnp_enter_registry();
    for (Py_ssize_t i = 0; result == 0 && i < PySequence_Fast_GET_SIZE(items); i++)
        result = adopt_item(module, PySequence_Fast_GET_ITEM(items, i), missing);
    nfnp_leave_registry(entered);
    Py_XDECREF(items);
    if (result < 0)
        Py_CLEAR(missing);
    return missing;
}
