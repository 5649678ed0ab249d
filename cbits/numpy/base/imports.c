/* SPDX-License-Identifier: BSD-3-Clause */
/* What do all files take from NumPy and from the package when the extension is imported? */
#define NFNP_IMPORTS
#include "base/nfnp.h"

PyObject *nfnp_umath, *nfnp_format_error, *nfnp_promotion_error;

PyObject *nfnp_attribute(const char *module, const char *name)
{
    PyObject *imported = PyImport_ImportModule(module);
    PyObject *attribute = imported ? PyObject_GetAttrString(imported, name) : NULL;
    Py_XDECREF(imported);
    return attribute;
}

int nfnp_import(void)
{
    import_array1(-1);
    import_umath1(-1);
    nfnp_umath = PyImport_ImportModule("numpy._core.umath");
    if (nfnp_umath == NULL)
        return -1;
    nfnp_format_error = nfnp_attribute("numformats.errors", "FormatError");
    if (nfnp_format_error == NULL)
        return -1;
    nfnp_promotion_error = nfnp_attribute("numpy.exceptions", "DTypePromotionError");
    return nfnp_promotion_error ? 0 : -1;
}
