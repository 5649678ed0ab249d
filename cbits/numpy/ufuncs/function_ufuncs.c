/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufuncs are elementary functions: those that NumPy has, and ours where it has none? */
#include "ufuncs/nfnp_ufuncs.h"

/* ---- NumPy's -------------------------------------------------------------------------------- */

static const nfnp_operation numpys[] = {
    {"cbrt", NF_OP_cbrt, 0, NULL},
    {"exp", NF_OP_exp, 0, NULL},
    {"expm1", NF_OP_expm1, 0, NULL},
    {"exp2", NF_OP_exp2, 0, NULL},
    {"log", NF_OP_log, 0, NULL},
    {"log1p", NF_OP_log1p, 0, NULL},
    {"log2", NF_OP_log2, 0, NULL},
    {"log10", NF_OP_log10, 0, NULL},
    {"sin", NF_OP_sin, 0, NULL},
    {"cos", NF_OP_cos, 0, NULL},
    {"tan", NF_OP_tan, 0, NULL},
    {"arcsin", NF_OP_arcsin, 0, NULL},
    {"arccos", NF_OP_arccos, 0, NULL},
    {"arctan", NF_OP_arctan, 0, NULL},
    {"sinh", NF_OP_sinh, 0, NULL},
    {"cosh", NF_OP_cosh, 0, NULL},
    {"tanh", NF_OP_tanh, 0, NULL},
    {"arcsinh", NF_OP_arcsinh, 0, NULL},
    {"arccosh", NF_OP_arccosh, 0, NULL},
    {"arctanh", NF_OP_arctanh, 0, NULL},
    {"deg2rad", NF_OP_deg2rad, 0, NULL},
    {"radians", NF_OP_deg2rad, 0, NULL},
    {"rad2deg", NF_OP_rad2deg, 0, NULL},
    {"degrees", NF_OP_rad2deg, 0, NULL},
    {"hypot", NF_OP_hypot, 0, NULL},
    {"arctan2", NF_OP_arctan2, 0, NULL},
    {"power", NF_OP_pow, 0, NULL},
    {"logaddexp", NF_OP_logaddexp, 0, NULL},
    {"logaddexp2", NF_OP_logaddexp2, 0, NULL},
};
enum { NUMPYS = sizeof numpys / sizeof *numpys };

bool nfnp_is_function(const char *ufunc)
{
    for (int i = 0; i < NUMPYS; i++)
        if (strcmp(numpys[i].ufunc, ufunc) == 0)
            return true;
    return false;
}

/* ---- ours ----------------------------------------------------------------------------------- */

/* The docstring says f(operands) = formula and shows call and result. */
typedef struct {
    nf_op op;
    const char *operands, *formula, *call, *result, *source;
} row;

#define POSIT_1 "Posit Standard (2022), 5.5; IEEE 754-2019, 9.2."
#define POSIT_2 "Posit Standard (2022), 5.8; IEEE 754-2019, 9.2."

static const row ours[] = {
    {NF_OP_rsqrt, "x", "1 / sqrt(x)", "nf.posit16(0.25)", "2.0", POSIT_1},
    {NF_OP_exp2m1, "x", "2**x - 1", "nf.posit16(3)", "7.0", POSIT_1},
    {NF_OP_exp10, "x", "10**x", "nf.posit16(2)", "100.0", POSIT_1},
    {NF_OP_exp10m1, "x", "10**x - 1", "nf.posit16(2)", "99.0", POSIT_1},
    {NF_OP_log2p1, "x", "log2(1 + x)", "nf.posit16(7)", "3.0", POSIT_1},
    {NF_OP_log10p1, "x", "log10(1 + x)", "nf.posit16(99)", "2.0", POSIT_1},
    {NF_OP_sinpi, "x", "sin(pi x)", "nf.posit16(0.5)", "1.0", POSIT_1},
    {NF_OP_cospi, "x", "cos(pi x)", "nf.posit16(0.5)", "0.0", POSIT_1},
    {NF_OP_tanpi, "x", "tan(pi x)", "nf.posit16(0.25)", "1.0", POSIT_1},
    {NF_OP_arcsinpi, "x", "arcsin(x) / pi", "nf.posit16(1)", "0.5", POSIT_1},
    {NF_OP_arccospi, "x", "arccos(x) / pi", "nf.posit16(-1)", "1.0", POSIT_1},
    {NF_OP_arctanpi, "x", "arctan(x) / pi", "nf.posit16(1)", "0.25", POSIT_1},
    {NF_OP_sigmoid, "x", "1 / (1 + exp(-x))", "nf.posit16(0)", "0.5", "The logistic function."},
    {NF_OP_softplus, "x", "log(1 + exp(x))", "nf.posit16(0)", "0.6931", "Dugas et al. (2001)."},
    {NF_OP_silu, "x", "x / (1 + exp(-x))", "nf.posit16(1)", "0.731",
     "Elfwing, Uchibe, Doya (2018)."},
    {NF_OP_gelu, "x", "x (1 + erf(x / sqrt(2))) / 2", "nf.posit16(1)", "0.8413",
     "Hendrycks, Gimpel (2016): the exact form, not the one with tanh."},
    {NF_OP_erf, "x",
     "the error function, 2 / sqrt(pi) times the integral of exp(-t**2) from 0 to x",
     "nf.posit16(1)", "0.8428", "DLMF 7.2.1."},
    {NF_OP_erfc, "x", "1 - erf(x)", "nf.posit16(1)", "0.1573", "DLMF 7.2.2."},
    {NF_OP_gamma, "x", "the gamma function, (x - 1)! at whole numbers", "nf.posit16(5)", "24.0",
     "DLMF 5.2.1."},
    {NF_OP_lgamma, "x", "log(abs(gamma(x)))", "nf.posit16(5)", "3.178", "DLMF 5.2.1."},
    {NF_OP_sinc, "x", "sin(pi x) / (pi x), 1 at 0", "nf.posit16(0.5)", "0.6367", "As numpy.sinc."},
    {NF_OP_arctan2pi, "y, x", "arctan2(y, x) / pi, in NumPy's order of arguments",
     "nf.posit16(1), nf.posit16(1)", "0.25",
     "Posit Standard (2022), 5.6, with the arguments the other way round; IEEE 754-2019, 9.2."},
    {NF_OP_compound, "x, n", "(1 + x)**n, n an integer", "nf.posit16(0.5), 2", "2.25", POSIT_2},
    {NF_OP_rootn, "x, n", "x**(1/n), n an integer", "nf.posit16(8), 3", "2.0", POSIT_2},
};
enum { OURS = sizeof ours / sizeof *ours };

static const char doc_format[] =
    "%s(%s, /, out=None)\n\n"
    "%s, correctly rounded, elementwise.\n\n"
    "Takes arrays (or scalars) of one number format, broadcast together%s; the result is the\n"
    "exact value rounded once by the format.  Poles raise NumPy's divide, arguments outside the\n"
    "domain its invalid.  TypeError for other dtypes.\n\n"
    ">>> import numformats as nf\n"
    ">>> nf.%s(%s)\n"
    "posit16(%s)\n\n"
    "%s";

static char *document(const row *r, const char *name)
{
    bool integer = nf_op_kind(r->op) == NF_KIND_TI_T;
    char *text = malloc(sizeof doc_format + 1024);
    if (text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    snprintf(text, sizeof doc_format + 1024, doc_format, name, r->operands, r->formula,
             integer ? " with integers" : "", name, r->call, r->result, r->source);
    return text;
}

int nfnp_make_functions(PyObject *module)
{
    for (int i = 0; i < OURS; i++) {
        const char *text = document(&ours[i], nf_op_name(ours[i].op)); /* kept by the ufunc */
        if (text == NULL || nfnp_make_own(module, ours[i].op, text) < 0)
            return -1;
    }
    return 0;
}

int nfnp_add_function_loops(nfnp_dtype *d)
{
    for (int i = 0; i < NUMPYS; i++)
        if (nfnp_add_operation(d, &numpys[i], NULL) < 0)
            return -1;
    return 0;
}
