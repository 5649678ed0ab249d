/* SPDX-License-Identifier: BSD-3-Clause */
/* How does np.dot reach the format, when NumPy passes neither array nor dtype?
 *
 * Through the address of the function: there is one for each place in nfnp_dtypes, written by the
 * preprocessor.  They differ in one constant; together they take some 60 KiB. */
#include "calls/nfnp_calls.h"
#include "dtype/nfnp_dtype.h"
#include "nf_exact.h"

/* A product of matrices is many dots, none of which can tell NumPy of an error: when one was
 * stopped, the rest are left out as long as its exception is there. */
static _Thread_local bool stopped;

static bool is_stopped(void)
{
    if (stopped) {
        PyGILState_STATE state = PyGILState_Ensure();
        stopped = PyErr_Occurred() != NULL;
        PyGILState_Release(state);
    }
    return stopped;
}

static void dot_of(int index, char *a, npy_intp a_stride, char *b, npy_intp b_stride, char *out,
                   npy_intp n)
{
    if (is_stopped())
        return;
    nfnp_dtype *d = nfnp_dtypes[index];
    nf_accumulator *sum = nf_accumulator_new(&d->format, &d->format, &d->format);
    if (sum == NULL) {
        NPY_ALLOW_C_API_DEF;
        NPY_ALLOW_C_API;
        PyErr_NoMemory();
        NPY_DISABLE_C_API;
        return;
    }
    nf_env env = nfnp_env(&d->format);
    nf_exact_dot(sum, a, a_stride, b, b_stride, n);
    nfnp_store(d, out, nf_accumulator_round(sum, &d->format, &env));
    nf_accumulator_free(sum);
    nfnp_raise_flags(env.flags);
    stopped = nf_should_stop((uint64_t)n);
    if (stopped)
        nfnp_raise_stop();
}

/* clang-format off */
/* Every three-digit hexadecimal index, for a macro ONE(h, i, j). */
#define J_16(h, i)                                                                                 \
    ONE(h, i, 0) ONE(h, i, 1) ONE(h, i, 2) ONE(h, i, 3) ONE(h, i, 4) ONE(h, i, 5) ONE(h, i, 6)     \
    ONE(h, i, 7) ONE(h, i, 8) ONE(h, i, 9) ONE(h, i, a) ONE(h, i, b) ONE(h, i, c) ONE(h, i, d)     \
    ONE(h, i, e) ONE(h, i, f)
#define I_16(h)                                                                                    \
    J_16(h, 0) J_16(h, 1) J_16(h, 2) J_16(h, 3) J_16(h, 4) J_16(h, 5) J_16(h, 6) J_16(h, 7)        \
    J_16(h, 8) J_16(h, 9) J_16(h, a) J_16(h, b) J_16(h, c) J_16(h, d) J_16(h, e) J_16(h, f)
#define ALL I_16(0) I_16(1) I_16(2) I_16(3) I_16(4) I_16(5) I_16(6) I_16(7)

#define ONE(h, i, j)                                                                               \
    static void dot_##h##i##j(void *a, npy_intp sa, void *b, npy_intp sb, void *out, npy_intp n,   \
                              void *Py_UNUSED(array))                                              \
    {                                                                                              \
        dot_of(0x##h##i##j, a, sa, b, sb, out, n);                                                 \
    }
ALL
#undef ONE

#define ONE(h, i, j) dot_##h##i##j,
static PyArray_DotFunc *const functions[] = {ALL};
#undef ONE
/* clang-format on */

_Static_assert(sizeof functions / sizeof *functions == NFNP_MAX_DTYPES, "one for each place");

PyArray_DotFunc *nfnp_dotfunc(int index)
{
    return functions[index];
}
