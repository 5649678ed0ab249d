/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufuncs does numformats add to NumPy's?  Operations of IEEE 754 and of the Posit Standard,
 * here, and the functions of function_ufuncs.c. */
#include "ufuncs/nfnp_ufuncs.h"

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

static const char ieee_remainder_doc[] =
    "ieee_remainder(x, y, /, out=None)\n\n"
    "``x - y*n``, n the integer nearest to the exact ``x / y``, ties to even, elementwise.\n\n"
    "x, y are arrays (or scalars) of number formats, broadcast together; Python numbers take the\n"
    "format of the other.  The result is at most abs(y)/2, exact in floats and fixed point and\n"
    "rounded once in tapered formats; a zero has the sign of x.  An infinite x or y = 0 is\n"
    "invalid.  `np.remainder` (the sign of y) and `np.fmod` (that of x) are others.\n"
    "TypeError if they have no common format.\n\n"
    ">>> import numformats as nf\n"
    ">>> nf.ieee_remainder(nf.binary32(5), nf.binary32(3)), nf.binary32(5) % nf.binary32(3)\n"
    "(binary32(-1.0), binary32(2.0))\n\n"
    "IEEE 754-2019, 5.3.1, remainder; Python's math.remainder.";

static const char rint_ties_away_doc[] =
    "rint_ties_away(x, /, out=None)\n\n"
    "The nearest integer, halves away from zero, elementwise.\n\n"
    "x is an array (or scalar) of a number format; where the integer is no value of it, it is\n"
    "rounded into it.  `np.rint` takes halves to even.  TypeError for other dtypes.\n\n"
    ">>> import numformats as nf\n"
    ">>> nf.rint_ties_away(nf.posit16(2.5)), nf.rint_ties_away(nf.posit16(-0.5))\n"
    "(posit16(3.0), posit16(-1.0))\n\n"
    "IEEE 754-2019, 5.3.1, roundToIntegralTiesToAway; C's round().";

static PyObject *own[NF_OP_COUNT]; /* never freed, as NumPy's own are not */

PyObject *nfnp_own_ufunc(nf_op op)
{
    return own[op];
}

/* Without loops of NumPy's old kind, as every format adds its own. */
int nfnp_make_own(PyObject *module, nf_op op, const char *doc)
{
    const char *name = nf_op_name(op);
    int nin, nout;
    nfnp_count_operands(nf_op_kind(op), &nin, &nout);
    own[op] = PyUFunc_FromFuncAndData(NULL, NULL, NULL, 0, nin, nout, PyUFunc_None, name, doc, 0);
    return own[op] ? PyModule_AddObjectRef(module, name, own[op]) : -1;
}

int nfnp_make_ufuncs(PyObject *module)
{
    if (nfnp_make_own(module, NF_OP_fma, fma_doc) < 0 ||
        nfnp_make_own(module, NF_OP_fmm, fmm_doc) < 0 ||
        nfnp_make_own(module, NF_OP_ieee_remainder, ieee_remainder_doc) < 0)
        return -1;
    return nfnp_make_own(module, NF_OP_rint_ties_away, rint_ties_away_doc);
}

int nfnp_add_own_loops(nfnp_dtype *d)
{
    for (nf_op op = 0; op < NF_OP_COUNT; op++) {
        const nfnp_operation row = {.ufunc = nf_op_name(op), .op = op};
        if (own[op] == NULL)
            continue;
        if (nfnp_add_operation(d, &row, own[op]) < 0)
            return -1;
        if (nf_op_kind(op) == NF_KIND_TI_T && nfnp_add_uint64_loop(d, row.ufunc, op, own[op]) < 0)
            return -1;
    }
    return 0;
}
