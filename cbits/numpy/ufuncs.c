/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufuncs does numformats add to NumPy's?  fma and fmm, with one rounding each. */
#include "nfnp.h"

PyObject *nfnp_fma, *nfnp_fmm;

static const char fma_doc[] =
    "fma(a, b, c, /, out=None)\n\n"
    "``a * b + c`` with one rounding, elementwise.\n\n"
    "a, b, c are arrays (or scalars) of number formats, broadcast together; Python numbers take\n"
    "the format of the others.  TypeError if they have no common format.\n\n"
    ">>> import numformats as nf\n"
    ">>> nf.fma(nf.posit16(3), nf.posit16(5), nf.posit16(0.5))\n"
    "posit16(15.5)\n\n"
    "IEEE 754-2019, 5.4.1, fusedMultiplyAdd; Posit Standard (2022), 5.6.";

static const char fmm_doc[] =
    "fmm(a, b, c, /, out=None)\n\n"
    "``a * b * c`` with one rounding, elementwise.\n\n"
    "a, b, c are arrays (or scalars) of number formats, broadcast together; Python numbers take\n"
    "the format of the others.  TypeError if they have no common format.\n\n"
    ">>> import numformats as nf\n"
    ">>> nf.fmm(nf.posit16(3), nf.posit16(5), nf.posit16(0.5))\n"
    "posit16(7.5)\n\n"
    "Posit Standard (2022), 5.6.";

/* No loops of NumPy's old kind: every format adds its own. */
static PyObject *make(PyObject *module, const char *name, const char *doc)
{
    PyObject *ufunc =
        PyUFunc_FromFuncAndData(NULL, NULL, NULL, 0, 3, 1, PyUFunc_None, name, doc, 0);
    if (ufunc != NULL && PyModule_AddObjectRef(module, name, ufunc) < 0)
        Py_CLEAR(ufunc);
    return ufunc;
}

int nfnp_make_ufuncs(PyObject *module)
{
    nfnp_fma = make(module, "fma", fma_doc);
    nfnp_fmm = nfnp_fma ? make(module, "fmm", fmm_doc) : NULL;
    return nfnp_fmm ? 0 : -1;
}
