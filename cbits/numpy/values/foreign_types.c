/* SPDX-License-Identifier: BSD-3-Clause */
/* Which dtypes of other packages (ml_dtypes) are known, and what are their rows of the core? */
#include "values/nfnp_values.h"

enum { MOST = 64 };
static nfnp_foreign_type all[MOST]; /* written under the registry's lock, before the count grows */
static _Atomic int count;

const nfnp_foreign_type *nfnp_foreign(int i)
{
    return i < count ? &all[i] : NULL;
}

const nfnp_foreign_type *nfnp_add_foreign(const nfnp_foreign_type *type)
{
    if (count == MOST) {
        PyErr_Format(PyExc_ValueError, "no room for more dtypes of other packages than %d", MOST);
        return NULL;
    }
    all[count] = *type;
    count++; /* formats made from here on bring casts to and from it with them */
    return &all[count - 1];
}

const nfnp_foreign_type *nfnp_find_foreign(int type_num)
{
    for (int i = 0; i < count; i++)
        if (all[i].numeric.type_num == type_num)
            return &all[i];
    return NULL;
}

static const nfnp_foreign_type *find_object(PyObject *obj)
{
    if (PyArray_DescrCheck(obj))
        return nfnp_find_foreign(((PyArray_Descr *)obj)->type_num);
    if (PyObject_TypeCheck(obj, &PyArrayDTypeMeta_Type))
        return nfnp_find_foreign(((PyArray_DTypeMeta *)obj)->type_num);
    for (int i = 0; i < count; i++)
        if ((PyObject *)all[i].scalar == obj)
            return &all[i];
    return NULL;
}

const nf_format *nfnp_foreign_format(PyObject *obj)
{
    const nfnp_foreign_type *type = find_object(obj);
    return type != NULL && type->numeric.row.family != NF_FIXED ? &type->numeric.row : NULL;
}
