/* SPDX-License-Identifier: BSD-3-Clause */
/* What exact value has an object, or an element of a dtype that is not ours? */
#ifndef NFNP_VALUES_H
#define NFNP_VALUES_H

#include "calls/nfnp_calls.h"
#include "core/ieee_rows.h"
#include "nf_exact.h"

/* ---- numpy_types.c, foreign_types.c: numeric dtypes that are not ours, as rows of the core --- */

typedef struct nfnp_numeric {
    int type_num;
    bool is_complex;     /* the row describes the real part */
    bool is_long_double; /* no row: long_double.c converts it */
    nf_format row;
} nfnp_numeric;
extern const nfnp_numeric nfnp_numpy_types[]; /* every numeric type of NumPy's but bool */
extern const int nfnp_numpy_type_count;
const nfnp_numeric *nfnp_numeric_of(int type_num); /* NumPy's or another package's; NULL: neither */

/* A dtype of another package whose codes are those of a row of the core. */
typedef struct nfnp_foreign_type {
    nfnp_numeric numeric;
    PyTypeObject *scalar;    /* borrowed: the dtype keeps it alive, and NumPy keeps the dtype */
    PyArray_DTypeMeta *twin; /* the DType that stands for it in ufuncs: same values */
} nfnp_foreign_type;
/* With the registry entered: kept for good, or NULL with ValueError where there is no room. */
const nfnp_foreign_type *nfnp_add_foreign(const nfnp_foreign_type *type);
const nfnp_foreign_type *nfnp_foreign(int i);             /* in order of adoption; NULL: no more */
const nfnp_foreign_type *nfnp_find_foreign(int type_num); /* NULL: unknown */
/* Of a dtype, DType or scalar class of another package: its row; NULL: unknown or no float. */
const nf_format *nfnp_foreign_format(PyObject *obj);

/* ---- long_double.c: the one type of NumPy's without a row ----------------------------------- */

nf_unpacked nfnp_from_long_double(long double x);
long double nfnp_to_long_double(nf_unpacked x, uint32_t *flags);
bool nfnp_long_double_contains(const nf_format *f);
bool nfnp_contains_long_double(const nf_format *f);

/* ---- convert.c, convert_int.c: any Python object to a code, exactly and rounded once -------- */

/* No format reaches 2^70000: an exponent past this bound overflows or underflows all the same. */
#define NFNP_EXP_BOUND (1 << 29)

/* The code of an object: 0, or -1 with an error.  Flags are ORed into *flags, not raised. */
int nfnp_from_object(nfnp_dtype *d, PyObject *obj, uint64_t *code, uint32_t *flags);
/* The exact value of any supported object as an unpacked number (128 bits and sticky): 1 done, 0
 * not a number this knows, -1 error.  `target` names what a bad string was to be converted to. */
int nfnp_unpack_object(PyObject *obj, nf_unpacked *out);
int nfnp_unpack_named(PyObject *obj, const char *target, nf_unpacked *out);
/* 1, or -1 with an error; *out holds a zero before. */
int nfnp_unpack_integer(PyObject *integer, nf_unpacked *out);
nf_unpacked nfnp_from_double(double x);
nf_unpacked nfnp_from_magnitude(uint64_t magnitude, bool negative);
/* The digits of an int for a message, of a long one only the first. */
PyObject *nfnp_integer_text(PyObject *integer);
/* A function of numformats._convert applied to one object: new reference. */
PyObject *nfnp_helper(const char *function, PyObject *argument);
/* Emits NumPy's ComplexWarning: 0, or -1 when the filter makes it an error. */
int nfnp_warn_complex(void);

/* ---- encode.c: an exact value to a code ----------------------------------------------------- */

uint64_t nfnp_encode(const nfnp_dtype *d, nf_unpacked x, uint32_t *flags);
/* The code that a number written in a program stands for: never rounded at random. */
uint64_t nfnp_encode_literal(const nfnp_dtype *d, nf_unpacked x, nf_env *env);
/* Is the number, with its sign of zero, a value of the format?  Then *code is it. */
bool nfnp_is_value(const nfnp_dtype *d, const nf_unpacked *x, uint64_t *code);
/* Has a number lost bits that a wrapping format needs?  An unpacked number keeps the 128 leading
 * ones, and 64 of the steps and 64 below count: nfnp_from_object then reads the object again. */
bool nfnp_is_cut_short(const nfnp_dtype *d, const nf_unpacked *x);

/* ---- format_constants.c --------------------------------------------------------------------- */

int nfnp_get_constant(PyArray_Descr *descr, int id, void *data);
extern PyArrayMethod_GetReductionInitial nfnp_sum_initial, nfnp_product_initial, nfnp_no_initial;

/* ---- operand_code.c, operand_order.c: exact operands ---------------------------------------- */

static inline bool nfnp_has_nar(const nf_format *f)
{
    return f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR;
}

/* An exact operand: a number that a ufunc takes as it is.  One of more than 64 significant bits has
 * its first 128 here, the rest jammed; an int of Python's beyond them is kept whole by the
 * descriptor. */
typedef struct nfnp_operand {
    uint8_t cls, sign;
    uint8_t note; /* a sum of those below */
    uint8_t kept; /* its number among the kept ints, from 1; 0: the value is all there is */
    int32_t exp;
    uint64_t hi, lo;
} nfnp_operand;

enum {
    NFNP_LITERAL = 1, /* a Python float: stands for the nearest value of the format in its range */
    NFNP_IEEE = 2,    /* of a type with NaNs that are unordered */
    NFNP_NAR = 4      /* of a type with NaR */
};

/* What a type says about its NaNs: integers, fixed point and floats without any say nothing. */
static inline uint8_t nfnp_nan_note(const nf_format *f)
{
    if (nfnp_has_nar(f))
        return NFNP_NAR;
    return f->family == NF_FIXED || f->nan == NF_NAN_NONE ? 0 : NFNP_IEEE;
}

static inline nf_unpacked nfnp_value(const nfnp_operand *x)
{
    return (nf_unpacked){x->cls, x->sign, x->exp, x->hi, x->lo};
}

static inline nfnp_operand nfnp_operand_of(nf_unpacked x, uint8_t note)
{
    return (nfnp_operand){x.cls, x.sign, note, 0, x.exp, x.hi, x.lo};
}

static inline nfnp_operand nfnp_fetch(const char *p)
{
    nfnp_operand x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The note of an operand that is this Python object. */
uint8_t nfnp_note_of(PyObject *obj);
nfnp_operand nfnp_operand_of_code(const nfnp_dtype *d, uint64_t code);
/* Does the operand equal, or stand for, a value of the format?  Then *code is it. */
bool nfnp_stands_for(const nfnp_dtype *d, const nfnp_operand *x, uint64_t *code);
/* The value as a code, rounded as the literal or the number that it is; flags in env. */
uint64_t nfnp_round_operand(const nfnp_dtype *d, const nfnp_operand *x, nf_env *env);

enum { NFNP_UNORDERED = 2 };
/* -1, 0, 1 or unordered. */
int nfnp_compare_operands(const nfnp_operand *a, const nfnp_operand *b);
/* Does the comparison `op` of two operands that compare so hold? */
bool nfnp_holds(nf_op op, int compared);

#endif
