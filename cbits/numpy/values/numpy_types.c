/* SPDX-License-Identifier: BSD-3-Clause */
/* Which row of the core is each of NumPy's numeric types? */
#include "values/nfnp_values.h"

/* As the target of a cast an integer truncates, and marks what it cannot hold. */
#define INTEGER(TYPE, SIGNED)                                                                      \
    {.family = NF_FIXED,                                                                           \
     .bits = 8 * sizeof(TYPE),                                                                     \
     .is_signed = SIGNED,                                                                          \
     .zero = 1,                                                                                    \
     .rounding = NF_TOWARD_ZERO,                                                                   \
     .overflow = NF_OVERFLOW_INDEFINITE}

const nfnp_numeric nfnp_numpy_types[] = {
    {NPY_BYTE, .row = INTEGER(npy_byte, 1)},
    {NPY_UBYTE, .row = INTEGER(npy_ubyte, 0)},
    {NPY_SHORT, .row = INTEGER(npy_short, 1)},
    {NPY_USHORT, .row = INTEGER(npy_ushort, 0)},
    {NPY_INT, .row = INTEGER(npy_int, 1)},
    {NPY_UINT, .row = INTEGER(npy_uint, 0)},
    {NPY_LONG, .row = INTEGER(npy_long, 1)},
    {NPY_ULONG, .row = INTEGER(npy_ulong, 0)},
    {NPY_LONGLONG, .row = INTEGER(npy_longlong, 1)},
    {NPY_ULONGLONG, .row = INTEGER(npy_ulonglong, 0)},
    {NPY_HALF, .row = NF_BINARY16},
    {NPY_FLOAT, .row = NF_BINARY32},
    {NPY_DOUBLE, .row = NF_BINARY64},
    {NPY_LONGDOUBLE, .is_long_double = true},
    {NPY_CFLOAT, .is_complex = true, .row = NF_BINARY32},
    {NPY_CDOUBLE, .is_complex = true, .row = NF_BINARY64},
    {NPY_CLONGDOUBLE, .is_complex = true, .is_long_double = true},
};
const int nfnp_numpy_type_count = sizeof nfnp_numpy_types / sizeof *nfnp_numpy_types;

const nfnp_numeric *nfnp_numeric_of(int type_num)
{
    for (int i = 0; i < nfnp_numpy_type_count; i++)
        if (nfnp_numpy_types[i].type_num == type_num)
            return &nfnp_numpy_types[i];
    const nfnp_foreign_type *foreign = nfnp_find_foreign(type_num);
    return foreign ? &foreign->numeric : NULL;
}
