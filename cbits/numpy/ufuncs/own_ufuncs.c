/* SPDX-License-Identifier: BSD-3-Clause */
/* Where are the ufuncs that numformats adds to NumPy's, the OWN ones of nf_ops.def? */
#include "ufuncs/nfnp_ufuncs.h"

static PyObject *own[NF_OP_COUNT]; /* never freed, as NumPy's own are not */

PyObject *nfnp_own_ufunc(nf_op op)
{
    return own[op];
}

/* Without loops of NumPy's old kind, as every format adds its own. */
static int make(PyObject *module, PyObject *all, nf_op op)
{
    const char *name = nf_op_name(op), *doc = nfnp_document(op); /* kept by the ufunc */
    int nin, nout;
    nfnp_count_operands(nf_op_kind(op), &nin, &nout);
    if (doc == NULL)
        return -1;
    own[op] = PyUFunc_FromFuncAndData(NULL, NULL, NULL, 0, nin, nout, PyUFunc_None, name, doc, 0);
    if (own[op] == NULL || PyDict_SetItemString(all, name, own[op]) < 0)
        return -1;
    return PyModule_AddObjectRef(module, name, own[op]);
}

int nfnp_make_ufuncs(PyObject *module)
{
    PyObject *all = PyDict_New();
    int result = all ? PyModule_AddObjectRef(module, "ufuncs", all) : -1;
    for (const nfnp_operation *row = nfnp_operations; result == 0 && row->ufunc != NULL; row++)
        if (nfnp_is_own(row))
            result = make(module, all, row->op);
    Py_XDECREF(all);
    return result;
}
