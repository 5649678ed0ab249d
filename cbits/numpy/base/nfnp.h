/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the files of the DType module share?  One format class, its scalar, and who makes what.
 */
#ifndef NFNP_H
#define NFNP_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL nfnp_array_api
#define PY_UFUNC_UNIQUE_SYMBOL nfnp_ufunc_api
#ifndef NFNP_MAIN
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/dtype_api.h>
#include <numpy/halffloat.h>
#include <numpy/ufuncobject.h>

#include "nf.h"
#include "nf_exact.h"
#include "nf_stop.h"
#include "order/nfnp_order.h"

/* More than the user dtypes that NumPy 2.4 and 2.5 hold (1800). */
#define NFNP_MAX_DTYPES 2048

/* Ufuncs that take exact operands, at most. */
#define NFNP_STRANGER_UFUNCS 40

/* One format: its DType class (NumPy's struct first), its scalar class and its tables.  Made once,
 * never freed: NumPy cannot unregister a dtype. */
typedef struct nfnp_dtype {
    PyArray_DTypeMeta meta;
    nf_format format;
    int size;             /* bytes of an element */
    nfnp_order order;     /* how its codes sort */
    const char *name;     /* "posit32", or the canonical text for run-time formats; never freed */
    PyTypeObject *scalar; /* heap type, subclass of nfnp_scalar_base (np.floating) or, for fixed, of
                             nfnp_fixed_base (np.number) */
    PyArray_Descr *descr; /* the singleton descriptor */
    PyArray_ArrFuncs arrfuncs;
    PyArray_DescrProto proto;
    _Atomic(void *) tables[NF_OP_COUNT];   /* of results, made when they pay (ufunc_table.c) */
    _Atomic(uint32_t) looked[NF_OP_COUNT]; /* elements of functions so far, for want of a table */
    int index;                             /* in nfnp_dtypes */
    /* Loops that take numbers the format may lack, once used: a bit for each set of such inputs
     * (operand_loops.c). */
    uint8_t strangers[NFNP_STRANGER_UFUNCS];
} nfnp_dtype;

#define NFNP_DTYPE(descr) ((nfnp_dtype *)NPY_DTYPE(descr))

/* A scalar: the code in the low bits. */
typedef struct nfnp_scalar {
    PyObject ob_base; /* PyObject_HEAD */
    uint64_t code;
    nfnp_dtype *dtype;
} nfnp_scalar;

/* ---- dtype.c, register.c: every format made so far ------------------------------------------ */
extern PyArray_DTypeMeta nfnp_abstract; /* the family DType that promoters speak of */
extern nfnp_dtype **nfnp_dtypes;        /* in order of creation */
extern _Atomic int nfnp_dtype_count;
int nfnp_init_registry(void);
/* The DType of this row, made if need be; name may be NULL (the canonical text is asked of
 * numformats.number_format).  Borrowed; NULL with FormatError set. */
nfnp_dtype *nfnp_get(const nf_format *format, const char *name);
/* Making a dtype changes global tables of NumPy: one thread at a time.  True unless this thread was
 * in the registry already; what it gives is for nfnp_leave_registry. */
bool nfnp_enter_registry(void);
void nfnp_leave_registry(bool entered);
/* The DType of a DType class, descriptor or scalar type of ours, else NULL without an error. */
nfnp_dtype *nfnp_of_class(PyArray_DTypeMeta *cls);
nfnp_dtype *nfnp_of_type(PyTypeObject *type);
static inline uint64_t nfnp_load(const nfnp_dtype *d, const char *p)
{
    switch (d->size) {
    case 1: {
        uint8_t v;
        memcpy(&v, p, 1);
        return v;
    }
    case 2: {
        uint16_t v;
        memcpy(&v, p, 2);
        return v;
    }
    case 4: {
        uint32_t v;
        memcpy(&v, p, 4);
        return v;
    }
    default: {
        uint64_t v;
        memcpy(&v, p, 8);
        return v;
    }
    }
}
static inline void nfnp_store(const nfnp_dtype *d, char *p, uint64_t code)
{
    switch (d->size) {
    case 1: {
        uint8_t v = (uint8_t)code;
        memcpy(p, &v, 1);
        return;
    }
    case 2: {
        uint16_t v = (uint16_t)code;
        memcpy(p, &v, 2);
        return;
    }
    case 4: {
        uint32_t v = (uint32_t)code;
        memcpy(p, &v, 4);
        return;
    }
    default: memcpy(p, &code, 8);
    }
}

/* The slots and type fields of one DType class (dtype.c), filled in before registration. */
void nfnp_fill_type(nfnp_dtype *d);
PyType_Slot *nfnp_slots(void); /* legacy proto first: its pfunc is to be set */
int nfnp_get_constant(PyArray_Descr *descr, int id, void *data); /* format_constants.c */
int nfnp_make_abstract(PyObject *module);

/* ---- code_order.c, search.c, arrfuncs.c, dotfunc.c: what NumPy asks of single elements ------ */
/* Codes sort by value, -0 as +0, NaN and NaR last. */
nfnp_order nfnp_order_of(const nf_format *f);
bool nfnp_is_zero(const nf_format *f, uint64_t code);
void nfnp_fill_search(nfnp_dtype *d); /* compare, nonzero, argmax, argmin */
void nfnp_to_bool(const nfnp_dtype *d, char *const *data, npy_intp n, const npy_intp *strides);
void nfnp_fill_arrfuncs(nfnp_dtype *d);
int nfnp_fill_range(void *data, npy_intp n, void *array); /* arange.c */
/* dot knows no array, hence no format: one function for each place in nfnp_dtypes. */
PyArray_DotFunc *nfnp_dotfunc(int index);

/* ---- convert.c: any Python object to a code, exactly and rounded once ----------------------- */
/* 0, or -1 with an error.  Flags are ORed into *flags, not raised. */
int nfnp_from_object(nfnp_dtype *d, PyObject *obj, uint64_t *code, uint32_t *flags);
/* The exact value of any supported object as an unpacked number (128 bits and sticky). 1 done,
 * 0 not a number this knows, -1 error. */
int nfnp_unpack_object(PyObject *obj, nf_unpacked *out);

/* convert_int.c: the digits of an int for a message, of a long one only the first. */
PyObject *nfnp_integer_text(PyObject *integer);

/* ---- scalar.c: the scalar classes ----------------------------------------------------------- */
int nfnp_scalar_init(PyObject *module);        /* makes the two base classes */
PyTypeObject *nfnp_scalar_type(nfnp_dtype *d); /* new heap type for a format; NULL on error */
PyObject *nfnp_scalar_new(nfnp_dtype *d, uint64_t code);
/* Is obj a scalar of one of our formats? */
int nfnp_scalar_check(PyObject *obj);

/* ---- casts_numeric.c ------------------------------------------------------------------------ */
/* All casts of a new format: self, NumPy's types, strings, and both ways to every format made
 * before.  NULL-terminated array for PyArrayDTypeMeta_Spec.casts; freed by nfnp_free_casts after
 * the registration. */
PyArrayMethod_Spec **nfnp_make_casts(nfnp_dtype *d);
void nfnp_free_casts(PyArrayMethod_Spec **casts);
/* casts_far.c: after the registration, casts that NumPy looks up when they are asked for: 0 or -1
 * with an error. */
int nfnp_add_far_casts(nfnp_dtype *d);

/* ---- common_dtype.c, promote.c, reject.c ---------------------------------------------------- */
extern PyObject *nfnp_promotion_error; /* numpy.exceptions.DTypePromotionError */
int nfnp_init_common(void);
/* Sets that error for two DTypes without a common one; NULL. */
PyArray_DTypeMeta *nfnp_refuse_common(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b);
/* Is cls a subclass of NumPy's abstract one?  -1 with an error. */
int nfnp_is_kind(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *abstract);
/* The smallest DType that holds both without losing a value: new reference; NotImplemented for
 * what is no number; NULL with DTypePromotionError if there is none. */
PyArray_DTypeMeta *nfnp_common_dtype(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other);
int nfnp_add_promoters(PyObject *umath);
/* One promoter for every combination of operand kinds with at least one number format. */
int nfnp_add_promoter(PyObject *ufunc, PyArrayMethod_PromoterFunction *promoter);
/* One promoter for one tuple of DTypes, which it takes over: NULL is an error met before. */
int nfnp_add_promoter_for(PyObject *ufunc, PyObject *tuple,
                          PyArrayMethod_PromoterFunction *promoter);
extern PyArrayMethod_PromoterFunction nfnp_promote, nfnp_promote_inputs, nfnp_promote_exponent;
PyArray_DTypeMeta *nfnp_common_of(PyArray_DTypeMeta *const *dtypes, int count);
/* Inputs become `all`, which is stolen; NULL: the error becomes a TypeError. */
int nfnp_set_operands(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                      PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta *all,
                      PyArray_DTypeMeta **out);
void nfnp_make_plain_error(void);
/* A DType that holds every value of both; NULL, mostly without an error, if there is none, or if
 * `other` is weak, an integer that decides by its value, or no real number. */
PyArray_DTypeMeta *nfnp_common_exact(nfnp_dtype *d, PyArray_DTypeMeta *other);
/* demanded_dtype.c: dtype= of a format where no operand has one. */
int nfnp_add_demand(PyObject *ufunc, PyArrayMethod_PromoterFunction *promoter);
int nfnp_add_demands(PyObject *umath);
/* promote_strangers.c: operands as they are. */
extern PyArrayMethod_PromoterFunction nfnp_promote_integers, nfnp_promote_choice,
    nfnp_promote_direction, nfnp_promote_comparison;
int nfnp_make_exact(PyObject *module); /* operand_dtype.c */
int nfnp_add_stranger_comparisons(void);
/* The same, without the concession to Python numbers that nfnp_common_dtype must make. */
PyArray_DTypeMeta *nfnp_common_strict(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other);
int nfnp_add_rejections(PyObject *umath);   /* reject.c: ufuncs without a loop say so */
bool nfnp_takes_formats(const char *ufunc); /* of NumPy's */

/* ---- ufunc_table.c, integer_operand.c, matmul.c, sort.c, own_ufuncs.c ----------------------- */
int nfnp_add_loops(nfnp_dtype *d);      /* every ufunc loop of one format */
int nfnp_make_ufuncs(PyObject *module); /* nf.fma, nf.fmm, ... */
int nfnp_add_own_loops(nfnp_dtype *d);
extern PyObject *nfnp_umath, *nfnp_fma, *nfnp_fmm;
nf_gemm nfnp_gemm;                    /* NumPy's BLAS */
int nfnp_outcome(nf_outcome outcome); /* 0, or -1 and an exception; called without the GIL */
/* One inner-loop call of an operation: its table or its kernel, the flags raised. */
int nfnp_run(nf_op op, nfnp_dtype *d, char *const *data, const npy_intp *strides, npy_intp n);
/* A loop of the named ufunc (or of `own`) for these DTypes; flags: NPY_METH_*. */
typedef struct nfnp_loop {
    const char *name;
    PyObject *own; /* a ufunc of ours; else NULL: the one of this name in NumPy */
    int nin, nout;
    PyArray_DTypeMeta **dtypes;
    PyArrayMethod_StridedLoop *loop;
    PyArrayMethod_GetReductionInitial *initial;
    int flags;
} nfnp_loop;
int nfnp_add_loop(const nfnp_loop *loop);
/* The loop of an operation for the ufunc of this name in NumPy, or for `own`. */
int nfnp_add_operation(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own);
/* function_ufuncs.c: elementary functions. */
int nfnp_make_functions(PyObject *module);
int nfnp_add_function_loops(nfnp_dtype *d);
bool nfnp_is_function(const char *ufunc); /* of NumPy's */
/* extremes.c: the loop of maximum, minimum, fmax and fmin; NULL for other operations. */
PyArrayMethod_StridedLoop *nfnp_extreme_loop(nf_op op);
bool nfnp_has_loop(const char *ufunc);    /* in the table of ufunc_table.c */
bool nfnp_is_question(const char *ufunc); /* answered by a truth */
int nfnp_add_power_loops(nfnp_dtype *d);  /* integer_operand.c: power, ldexp */
int nfnp_add_uint64_loop(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own);
int nfnp_add_matmul_loops(nfnp_dtype *d); /* matmul.c */
int nfnp_add_sort_loops(nfnp_dtype *d);   /* sort.c */
extern PyArrayMethod_GetReductionInitial nfnp_sum_initial, nfnp_product_initial, nfnp_no_initial;

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

/* ---- module.c ------------------------------------------------------------------------------- */
/* Raises the core's flags as NumPy floating-point status of this thread (feraiseexcept). */
void nfnp_raise_flags(uint32_t flags);
/* A fresh environment for one inner-loop call: seed and the next stream of the process. */
nf_env nfnp_env(const nf_format *format);
/* Errors: numformats.errors.FormatError, borrowed. */
PyObject *nfnp_format_error(void);

#endif
