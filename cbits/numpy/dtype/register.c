/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a format become a dtype that NumPy knows? */
#include "dtype/nfnp_dtype.h"
#include "casts/nfnp_casts.h"
#include "order/nfnp_order.h"
#include "scalar/nfnp_scalar.h"
#include "ufuncs/nfnp_ufuncs.h"

/* NumPy 2.5 makes a dtype with a type number from a prototype in the first slot; on 2.4 the same is
 * done here by hand.  The version that runs decides, whichever headers compiled this. */
#ifndef NPY_DT_legacy_descriptor_proto
#define NPY_DT_legacy_descriptor_proto ((1 << 11) - 1)
#endif
#define VERSION_2_5 0x16

/* ---- the class NumPy 2.4 wants -------------------------------------------------------------- */

/* NumPy makes a class of its own for a type number: ours takes its place. */
static int adopt_descr(nfnp_dtype *d, int type_num)
{
    PyArray_Descr *descr = PyArray_DescrFromType(type_num);
    if (descr == NULL)
        return -1;
    PyTypeObject *made_by_numpy = Py_TYPE(descr);
    PyTypeObject *old_scalar = ((_PyArray_LegacyDescr *)descr)->typeobj;
    d->meta.type_num = type_num;
    d->meta.singleton = descr;
    d->meta.flags |= 1; /* NPY_DT_LEGACY, not in the public headers */
    Py_INCREF(&d->meta);
    Py_SET_TYPE(descr, (PyTypeObject *)&d->meta);
    Py_DECREF(made_by_numpy);
    ((_PyArray_LegacyDescr *)descr)->typeobj = (PyTypeObject *)Py_NewRef(d->scalar);
    Py_DECREF(old_scalar);
    return 0;
}

/* The class has NumPy's table of element functions; ours fill and replace what it has. */
static void adopt_arrfuncs(nfnp_dtype *d)
{
    PyArray_ArrFuncs *f = PyDataType_GetArrFuncs(d->meta.singleton);
    PyArray_ArrFuncs *own = &d->arrfuncs;
    f->getitem = own->getitem;
    f->setitem = own->setitem;
    f->copyswap = own->copyswap;
    f->copyswapn = own->copyswapn;
    f->compare = own->compare;
    f->nonzero = own->nonzero;
    f->argmax = own->argmax;
    f->argmin = own->argmin;
    f->fill = own->fill;
    f->fromstr = own->fromstr;
    f->scanfunc = own->scanfunc;
    f->dotfunc = own->dotfunc;
}

static int register_2_4(nfnp_dtype *d, PyArrayDTypeMeta_Spec *spec)
{
    PyArray_DescrProto proto = d->proto;
    proto.typeobj = &PyBaseObject_Type; /* so that NumPy maps no scalar to the class it makes */
    int type_num = PyArray_RegisterDataType(&proto);
    if (type_num < 0)
        return -1;
    d->proto.type_num = type_num;
    spec->slots++; /* no prototype slot in this NumPy */
    int result = PyArrayInitDTypeMeta_FromSpec(&d->meta, spec);
    spec->slots--;
    if (result < 0 || adopt_descr(d, type_num) < 0)
        return -1;
    adopt_arrfuncs(d);
    return 0;
}

static int register_dtype(nfnp_dtype *d)
{
    PyArrayMethod_Spec **casts = nfnp_make_casts(d);
    PyType_Slot *slots = casts ? nfnp_slots() : NULL;
    int result = -1;
    if (slots != NULL) {
        slots[0].slot = NPY_DT_legacy_descriptor_proto;
        slots[0].pfunc = &d->proto;
        PyArrayDTypeMeta_Spec spec = {
            .typeobj = d->scalar, .flags = NPY_DT_NUMERIC, .casts = casts, .slots = slots};
        result = PyArray_RUNTIME_VERSION < VERSION_2_5
                     ? register_2_4(d, &spec)
                     : PyArrayInitDTypeMeta_FromSpec(&d->meta, &spec);
    }
    PyMem_Free(slots);
    if (casts != NULL)
        nfnp_free_casts(casts);
    return result;
}

/* ---- making --------------------------------------------------------------------------------- */

static char *joined(const char *before, const char *name, const char *after)
{
    size_t size = strlen(before) + strlen(name) + strlen(after) + 1;
    char *text = PyMem_RawMalloc(size);
    if (text != NULL)
        snprintf(text, size, "%s%s%s", before, name, after);
    else
        PyErr_NoMemory();
    return text;
}

/* kind 'V', not 'f': else NumPy takes every 2-byte dtype for float16.  byteorder '|': else
 * newbyteorder() makes a dtype that claims to be swapped and is not. */
static void fill_proto(nfnp_dtype *d)
{
    d->proto = (PyArray_DescrProto){
        .typeobj = d->scalar,
        .kind = 'V',
        .type = 'V',
        .byteorder = '|',
        .flags = NPY_USE_GETITEM | NPY_USE_SETITEM,
        .elsize = d->size,
        .alignment = d->size,
        .f = &d->arrfuncs,
        .hash = -1,
    };
    Py_SET_TYPE((PyObject *)&d->proto, &PyArrayDescr_Type);
    Py_SET_REFCNT((PyObject *)&d->proto, 1);
}

static int build(nfnp_dtype *d, const char *name)
{
    d->name = joined("", name, "");
    char *type_name = d->name ? joined("numformats.dtype[", name, "]") : NULL;
    if (type_name == NULL)
        return -1;
    d->size = nf_storage_bytes(&d->format);
    d->order = nfnp_order_of(&d->format);
    nfnp_fill_type(d);
    ((PyTypeObject *)&d->meta)->tp_name = type_name;
    if (PyType_Ready((PyTypeObject *)&d->meta) < 0 || (d->scalar = nfnp_scalar_type(d)) == NULL)
        return -1;
    nfnp_fill_arrfuncs(d);
    fill_proto(d);
    if (register_dtype(d) < 0)
        return -1;
    d->descr = d->meta.singleton;
    return nfnp_add_far_casts(d) < 0 ? -1 : nfnp_add_loops(d);
}

/* NumPy has no place for another user type, and never will have again. */
static bool is_full;

static void refuse(const char *name)
{
    PyErr_Format(nfnp_format_error,
                 "%s: NumPy holds no more user dtypes (%d number formats exist in this process)",
                 name, nfnp_dtype_count);
}

/* NumPy's ValueError on its limit of user types becomes ours; other errors stay. */
static void explain_limit(const char *name)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *text = value ? PyObject_Str(value) : NULL;
    const char *utf8 = text ? PyUnicode_AsUTF8(text) : NULL;
    is_full = utf8 != NULL && strstr(utf8, "Too many user") != NULL;
    PyErr_Clear();
    Py_XDECREF(text);
    PyErr_Restore(type, value, traceback);
    if (is_full)
        refuse(name);
}

nfnp_dtype *nfnp_make_dtype(const nf_format *format, const char *name)
{
    if (is_full || nfnp_dtype_count == NFNP_MAX_DTYPES) { /* before anything is allocated */
        refuse(name);
        return NULL;
    }
    nfnp_dtype *d = PyMem_RawCalloc(1, sizeof *d);
    if (d == NULL)
        return (nfnp_dtype *)PyErr_NoMemory();
    d->format = *format;
    d->index = nfnp_dtype_count;
    if (build(d, name) < 0) { /* what NumPy took it keeps: nothing can be freed */
        explain_limit(name);
        return NULL;
    }
    return d;
}
