/* SPDX-License-Identifier: BSD-3-Clause */
/* How is the list of casts that NumPy's registration wants allocated and freed? */
#include "casts/nfnp_casts.h"

typedef struct {
    PyArrayMethod_Spec spec; /* first: the list points here */
    PyArray_DTypeMeta *dtypes[2];
} cast_spec;

static bool make_room(nfnp_cast_list *list)
{
    if (list->count + 1 < list->room)
        return true;
    int room = list->room ? 2 * list->room : 64;
    void *specs = PyMem_Realloc(list->specs, (size_t)room * sizeof *list->specs);
    if (specs == NULL)
        return false;
    list->specs = specs;
    list->room = room;
    return true;
}

void nfnp_add_cast(nfnp_cast_list *list, PyArray_DTypeMeta *from, PyArray_DTypeMeta *to,
                   NPY_CASTING casting, int flags, PyType_Slot *slots)
{
    cast_spec *cast = list->failed || !make_room(list) ? NULL : PyMem_Calloc(1, sizeof *cast);
    if (cast == NULL) {
        list->failed = true;
        return;
    }
    cast->dtypes[0] = from;
    cast->dtypes[1] = to;
    cast->spec = (PyArrayMethod_Spec){
        .name = "numformats_cast",
        .nin = 1,
        .nout = 1,
        .casting = casting,
        .flags = (NPY_ARRAYMETHOD_FLAGS)(flags | NPY_METH_SUPPORTS_UNALIGNED),
        .dtypes = cast->dtypes,
        .slots = slots,
    };
    list->specs[list->count++] = &cast->spec;
    list->specs[list->count] = NULL;
}

PyArrayMethod_Spec **nfnp_finish_casts(nfnp_cast_list *list)
{
    if (!list->failed)
        return list->specs;
    nfnp_free_casts(list->specs);
    PyErr_NoMemory();
    return NULL;
}

void nfnp_free_casts(PyArrayMethod_Spec **casts)
{
    for (PyArrayMethod_Spec **cast = casts; cast != NULL && *cast != NULL; cast++)
        PyMem_Free(*cast);
    PyMem_Free(casts);
}

PyArray_DTypeMeta *nfnp_builtin_dtype(int type_num)
{
    PyArray_Descr *descr = PyArray_DescrFromType(type_num);
    PyArray_DTypeMeta *type = NPY_DTYPE(descr); /* NumPy keeps its own types alive */
    Py_DECREF(descr);
    return type;
}
