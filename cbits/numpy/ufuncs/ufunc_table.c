/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufunc of NumPy's does which operation of the core? */
#include "ufuncs/nfnp_ufuncs.h"
#include "order/nfnp_order.h"

enum { QUIET = NPY_METH_NO_FLOATINGPOINT_ERRORS, ANY_ORDER = NPY_METH_IS_REORDERABLE };

/* logical_and, or, xor and not are absent: NumPy casts their operands to bool by itself. */
static const nfnp_operation rows[] = {
    {"add", NF_OP_add, ANY_ORDER, nfnp_sum_initial},
    {"subtract", NF_OP_sub, 0, NULL},
    {"multiply", NF_OP_mul, ANY_ORDER, nfnp_product_initial},
    {"divide", NF_OP_div, 0, NULL},
    {"floor_divide", NF_OP_floor_divide, 0, NULL},
    {"remainder", NF_OP_remainder, 0, NULL},
    {"fmod", NF_OP_fmod, 0, NULL},
    {"divmod", NF_OP_divmod, 0, NULL},
    {"negative", NF_OP_neg, 0, NULL},
    {"positive", NF_OP_pos, QUIET, NULL},
    {"conjugate", NF_OP_pos, QUIET, NULL},
    {"absolute", NF_OP_abs, 0, NULL},
    {"fabs", NF_OP_abs, 0, NULL},
    {"sign", NF_OP_sign, QUIET, NULL},
    {"sqrt", NF_OP_sqrt, 0, NULL},
    {"square", NF_OP_square, 0, NULL},
    {"reciprocal", NF_OP_reciprocal, 0, NULL},
    {"rint", NF_OP_rint, 0, NULL},
    {"floor", NF_OP_floor, 0, NULL},
    {"ceil", NF_OP_ceil, 0, NULL},
    {"trunc", NF_OP_trunc, 0, NULL},
    {"spacing", NF_OP_spacing, 0, NULL},
    {"copysign", NF_OP_copysign, 0, NULL},
    {"nextafter", NF_OP_nextafter, 0, NULL},
    {"heaviside", NF_OP_heaviside, QUIET, NULL},
    {"maximum", NF_OP_maximum, QUIET | ANY_ORDER, nfnp_no_initial},
    {"minimum", NF_OP_minimum, QUIET | ANY_ORDER, nfnp_no_initial},
    {"fmax", NF_OP_fmax, QUIET | ANY_ORDER, nfnp_no_initial},
    {"fmin", NF_OP_fmin, QUIET | ANY_ORDER, nfnp_no_initial},
    {"clip", NF_OP_clip, QUIET, NULL},
    {"equal", NF_OP_equal, QUIET, NULL},
    {"not_equal", NF_OP_not_equal, QUIET, NULL},
    {"less", NF_OP_less, QUIET, NULL},
    {"less_equal", NF_OP_less_equal, QUIET, NULL},
    {"greater", NF_OP_greater, QUIET, NULL},
    {"greater_equal", NF_OP_greater_equal, QUIET, NULL},
    {"isnan", NF_OP_isnan, QUIET, NULL},
    {"isinf", NF_OP_isinf, QUIET, NULL},
    {"isfinite", NF_OP_isfinite, QUIET, NULL},
    {"signbit", NF_OP_signbit, QUIET, NULL},
    {"modf", NF_OP_modf, 0, NULL},
    {"frexp", NF_OP_frexp, 0, NULL},
};

bool nfnp_has_loop(const char *ufunc)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].ufunc, ufunc) == 0)
            return true;
    return nfnp_is_function(ufunc);
}

bool nfnp_is_question(const char *ufunc)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].ufunc, ufunc) == 0)
            return nf_op_kind(rows[i].op) == NF_KIND_T_B || nf_op_kind(rows[i].op) == NF_KIND_TT_B;
    return false;
}

int nfnp_add_loops(nfnp_dtype *d)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (nfnp_add_operation(d, &rows[i], NULL) < 0)
            return -1;
    if (nfnp_add_own_loops(d) < 0 || nfnp_add_function_loops(d) < 0)
        return -1;
    if (nfnp_add_power_loops(d) < 0 || nfnp_add_matmul_loops(d) < 0)
        return -1;
    return nfnp_add_sort_loops(d);
}
