/* SPDX-License-Identifier: BSD-3-Clause */
/* Did astype(casting="same_value") keep every value? */
#include "casts/nfnp_casts.h"

/* The exact value of an element; of a complex one, its real part. */
static nf_unpacked value_at(PyArray_Descr *descr, const char *p)
{
    nfnp_dtype *d = nfnp_of_class(NPY_DTYPE(descr));
    if (d != NULL)
        return nf_decode(&d->format, nfnp_load(d, p));
    if (descr->type_num == NPY_BOOL)
        return nfnp_from_magnitude(*p != 0, false);
    const nfnp_numeric *numeric = nfnp_numeric_of(descr->type_num);
    if (!numeric->is_long_double)
        return nf_decode(&numeric->row, nf_load_code(p, nf_storage_bytes(&numeric->row)));
    long double x;
    memcpy(&x, p, sizeof x);
    return nfnp_from_long_double(x);
}

/* NaN is kept as any NaN, zero as any zero. */
static bool is_same(nf_unpacked a, nf_unpacked b)
{
    if (a.cls != b.cls || a.cls == NF_NOT_A_NUMBER || a.cls == NF_ZERO)
        return a.cls == b.cls;
    return a.sign == b.sign &&
           (a.cls == NF_INFINITE || (a.exp == b.exp && a.hi == b.hi && a.lo == b.lo));
}

int nfnp_check_same_value(PyArrayMethod_Context *context, char *const *data, npy_intp n,
                          const npy_intp *strides)
{
    if (!(context->flags & NPY_SAME_VALUE_CONTEXT_FLAG))
        return 0;
    PyArray_Descr *from = context->descriptors[0], *to = context->descriptors[1];
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < n; i++, in += strides[0], out += strides[1]) {
        if (is_same(value_at(from, in), value_at(to, out)))
            continue;
        PyGILState_STATE state = PyGILState_Ensure(); /* a cast runs without the lock */
        PyErr_Format(PyExc_ValueError, "could not cast 'same_value' %S to %S", from, to);
        PyGILState_Release(state);
        return -1;
    }
    return 0;
}
