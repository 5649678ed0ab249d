/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the ufuncs say of themselves that NumPy does not have, the OWN ones of nf_ops.def? */
#include "ufuncs/nfnp_ufuncs.h"

/* ---- in full -------------------------------------------------------------------------------- */

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

/* ---- in a row ------------------------------------------------------------------------------- */

/* The text says name(operands) = formula and shows call and result; or it is `whole`. */
typedef struct {
    const char *operands, *formula, *call, *result, *source, *whole;
} row;

#define POSIT_1 "Posit Standard (2022), 5.5; IEEE 754-2019, 9.2."
#define POSIT_2 "Posit Standard (2022), 5.8; IEEE 754-2019, 9.2."

static const row rows[NF_OP_COUNT] = {
    [NF_OP_rint_ties_away] = {.whole = rint_ties_away_doc},
    [NF_OP_ieee_remainder] = {.whole = ieee_remainder_doc},
    [NF_OP_fma] = {.whole = fma_doc},
    [NF_OP_fmm] = {.whole = fmm_doc},
    [NF_OP_rsqrt] = {"x", "1 / sqrt(x)", "nf.posit16(0.25)", "2.0", POSIT_1},
    [NF_OP_exp2m1] = {"x", "2**x - 1", "nf.posit16(3)", "7.0", POSIT_1},
    [NF_OP_exp10] = {"x", "10**x", "nf.posit16(2)", "100.0", POSIT_1},
    [NF_OP_exp10m1] = {"x", "10**x - 1", "nf.posit16(2)", "99.0", POSIT_1},
    [NF_OP_log2p1] = {"x", "log2(1 + x)", "nf.posit16(7)", "3.0", POSIT_1},
    [NF_OP_log10p1] = {"x", "log10(1 + x)", "nf.posit16(99)", "2.0", POSIT_1},
    [NF_OP_sinpi] = {"x", "sin(pi x)", "nf.posit16(0.5)", "1.0", POSIT_1},
    [NF_OP_cospi] = {"x", "cos(pi x)", "nf.posit16(0.5)", "0.0", POSIT_1},
    [NF_OP_tanpi] = {"x", "tan(pi x)", "nf.posit16(0.25)", "1.0", POSIT_1},
    [NF_OP_arcsinpi] = {"x", "arcsin(x) / pi", "nf.posit16(1)", "0.5", POSIT_1},
    [NF_OP_arccospi] = {"x", "arccos(x) / pi", "nf.posit16(-1)", "1.0", POSIT_1},
    [NF_OP_arctanpi] = {"x", "arctan(x) / pi", "nf.posit16(1)", "0.25", POSIT_1},
    [NF_OP_sigmoid] = {"x", "1 / (1 + exp(-x))", "nf.posit16(0)", "0.5", "The logistic function."},
    [NF_OP_softplus] = {"x", "log(1 + exp(x))", "nf.posit16(0)", "0.6931", "Dugas et al. (2001)."},
    [NF_OP_silu] = {"x", "x / (1 + exp(-x))", "nf.posit16(1)", "0.731",
                    "Elfwing, Uchibe, Doya (2018)."},
    [NF_OP_gelu] = {"x", "x (1 + erf(x / sqrt(2))) / 2", "nf.posit16(1)", "0.8413",
                    "Hendrycks, Gimpel (2016): the exact form, not the one with tanh."},
    [NF_OP_erf] = {"x",
                   "the error function, 2 / sqrt(pi) times the integral of exp(-t**2) from 0 to x",
                   "nf.posit16(1)", "0.8428", "DLMF 7.2.1."},
    [NF_OP_erfc] = {"x", "1 - erf(x)", "nf.posit16(1)", "0.1573", "DLMF 7.2.2."},
    [NF_OP_gamma] = {"x", "the gamma function, (x - 1)! at whole numbers", "nf.posit16(5)", "24.0",
                     "DLMF 5.2.1."},
    [NF_OP_lgamma] = {"x", "log(abs(gamma(x)))", "nf.posit16(5)", "3.178", "DLMF 5.2.1."},
    [NF_OP_sinc] = {"x", "sin(pi x) / (pi x), 1 at 0", "nf.posit16(0.5)", "0.6367",
                    "As numpy.sinc."},
    [NF_OP_arctan2pi] =
        {"y, x", "arctan2(y, x) / pi, in NumPy's order of arguments",
         "nf.posit16(1), nf.posit16(1)", "0.25",
         "Posit Standard (2022), 5.6, with the arguments the other way round; IEEE 754-2019, 9.2."},
    [NF_OP_compound] = {"x, n", "(1 + x)**n, n an integer", "nf.posit16(0.5), 2", "2.25", POSIT_2},
    [NF_OP_rootn] = {"x, n", "x**(1/n), n an integer", "nf.posit16(8), 3", "2.0", POSIT_2},
};

static const char doc_format[] =
    "%s(%s, /, out=None)\n\n"
    "%s, correctly rounded, elementwise.\n\n"
    "Takes arrays (or scalars) of one number format, broadcast together%s; the result is the\n"
    "exact value rounded once by the format.%s  TypeError for other dtypes.\n\n"
    ">>> import numformats as nf\n"
    ">>> nf.%s(%s)\n"
    "posit16(%s)\n\n"
    "%s";

const char *nfnp_document(nf_op op)
{
    const row *r = &rows[op];
    const char *name = nf_op_name(op);
    if (r->whole != NULL)
        return r->whole;
    if (r->formula == NULL)
        return PyErr_Format(PyExc_SystemError, "the ufunc %s has no row in own_docs.c", name), NULL;
    size_t size = sizeof doc_format + 1024;
    char *text = malloc(size);
    if (text == NULL)
        return PyErr_NoMemory(), NULL;
    snprintf(text, size, doc_format, name, r->operands, r->formula,
             nf_op_kind(op) == NF_KIND_TI_T ? " with integers" : "",
             nf_is_function(op) ? "  Poles raise NumPy's divide, arguments outside the\ndomain its "
                                  "invalid."
                                : "",
             name, r->call, r->result, r->source);
    return text;
}
