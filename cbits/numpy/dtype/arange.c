/* SPDX-License-Identifier: BSD-3-Clause */
/* How is np.arange filled?  NumPy stores start and start + step, both rounded to the format.
 *
 * With a and b for these two, element i is a + i (b - a), computed exactly and rounded once: the
 * sequence is the best the format has, given the two that NumPy rounded, and does not drift.  The
 * step is b - a, not the caller's: that is NumPy's contract, and what it does for its own types. */
#include "calls/nfnp_calls.h"
#include "dtype/nfnp_dtype.h"

int nfnp_fill_range(void *data, npy_intp n, void *array)
{
    nfnp_dtype *d = NFNP_DTYPE(PyArray_DESCR((PyArrayObject *)array));
    nf_env env = nfnp_env(&d->format);
    nf_go_on_evenly(&d->format, data, d->size, n, &env);
    return 0;
}
