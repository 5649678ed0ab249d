/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one call of NumPy's need: its loop, random words, flags, threads, an end on Ctrl-C? */
#ifndef NFNP_CALLS_H
#define NFNP_CALLS_H

#include "base/nfnp.h"
#include "nf_stop.h"

/* The head of a strided loop: a ufunc's or a cast's. */
#define NFNP_STRIDED_LOOP(name)                                                                    \
    static int name(PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions, \
                    const npy_intp *strides, NpyAuxData *Py_UNUSED(aux))

/* One that is run(op, context, data, dimensions, strides), for NumPy tells a loop no operation. */
#define NFNP_OPERATION_LOOP(run, op)                                                               \
    NFNP_STRIDED_LOOP(run##_##op)                                                                  \
    {                                                                                              \
        return run(NF_OP_##op, context, data, dimensions, strides);                                \
    }

/* ---- env.c ---------------------------------------------------------------------------------- */

/* A fresh environment for one call: for stochastic rounding the seed and the next stream of the
 * process, else nothing. */
nf_env nfnp_env(const nf_format *format);
void nfnp_seed(uint64_t seed);
void nfnp_resume(uint64_t seed, uint64_t stream);
void nfnp_take_stream(uint64_t *seed, uint64_t *stream);
/* Raises the core's flags as NumPy floating-point status of this thread (feraiseexcept). */
void nfnp_raise_flags(uint32_t flags);
/* Lets np.errstate judge the core's flags: 0, or -1 with FloatingPointError. */
int nfnp_judge_flags(const char *name, uint32_t flags);

/* ---- pool.c: several threads for one large call --------------------------------------------- */

/* Elements start to start + count - 1; env has its index at the first of them. */
typedef void nfnp_part(const void *argument, npy_intp start, npy_intp count, nf_env *env);
/* All n elements, of about cost * 10 ns each; flags of all parts are ORed into env.  False: stopped
 * (nfnp_raise_stop).  `alone`: by this thread, in order, as recurrences and reductions need it. */
bool nfnp_in_parts(nfnp_part *part, const void *argument, npy_intp n, unsigned cost, nf_env *env);
bool nfnp_alone(nfnp_part *part, const void *argument, npy_intp n, unsigned cost, nf_env *env);
void nfnp_set_threads(int n);

/* ---- interrupts.c: signals during long calls ------------------------------------------------ */

nf_stop nfnp_should_stop;  /* asked by the core of both modules */
int nfnp_raise_stop(void); /* sets what a handler raised; -1.  Called with or without the GIL */
PyObject *nfnp_py_stop_address(PyObject *, PyObject *), *nfnp_py_raise_stop(PyObject *, PyObject *),
    *nfnp_py_set_main_thread(PyObject *, PyObject *), *nfnp_py_call_until(PyObject *, PyObject *);

/* ---- result_tables.c, run.c: one call of an operation --------------------------------------- */

static inline void nfnp_count_operands(nf_kind kind, int *nin, int *nout)
{
    static const uint8_t in[] = {[NF_KIND_T_T] = 1,   [NF_KIND_TT_T] = 2, [NF_KIND_TTT_T] = 3,
                                 [NF_KIND_T_B] = 1,   [NF_KIND_TT_B] = 2, [NF_KIND_T_TT] = 1,
                                 [NF_KIND_TT_TT] = 2, [NF_KIND_T_TI] = 1, [NF_KIND_TI_T] = 2};
    *nin = in[kind];
    *nout = kind == NF_KIND_T_TT || kind == NF_KIND_TT_TT || kind == NF_KIND_T_TI ? 2 : 1;
}

/* The table of all results of an operation, if it pays by now for a call of n elements; NULL:
 * compute. */
const void *nfnp_table(nfnp_dtype *d, nf_op op, npy_intp n);
/* One inner-loop call of an operation: its table or its kernel, the flags raised. */
int nfnp_run(nf_op op, nfnp_dtype *d, char *const *data, const npy_intp *strides, npy_intp n);
PyArrayMethod_StridedLoop *nfnp_plain_loop(nf_op op); /* such a call, as NumPy makes it */

#endif
