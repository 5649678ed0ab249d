/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a number format, and what may a caller ask of the core?  The public face.
 *
 * More than 300 lines: a caller finds everything in one place. */
#ifndef NF_H
#define NF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- formats --------------------------------------------------------------------------------- */

typedef enum {
    NF_POSIT,        /* posit and b-posit: one codec, a posit is rs = bits - 1 */
    NF_TAKUM_LINEAR, /* linear takum */
    NF_FLOAT,        /* sign, exponent, fraction; IEEE-like */
    NF_TRUNCATED,    /* stored as NF_FLOAT, computes with compute_man fraction bits */
    NF_FIXED         /* code * 2^-frac */
} nf_family;

/* To nearest: ties to the even code, away from zero, toward zero, upward, downward. */
typedef enum {
    NF_NEAREST_EVEN,
    NF_NEAREST_AWAY,
    NF_NEAREST_ZERO,
    NF_NEAREST_POSITIVE,
    NF_NEAREST_NEGATIVE,
    NF_TOWARD_ZERO,
    NF_TOWARD_POSITIVE,
    NF_TOWARD_NEGATIVE,
    NF_TO_ODD,
    NF_STOCHASTIC
} nf_rounding;

typedef enum {
    NF_OVERFLOW_INF,                /* float: infinity */
    NF_OVERFLOW_SATURATE,           /* the last finite value of that sign; an infinity stays one */
    NF_OVERFLOW_SATURATE_FINITE,    /* float with infinities: the same, of infinities, too */
    NF_OVERFLOW_NAN,                /* float: NaN */
    NF_OVERFLOW_WRAP,               /* fixed: modulo 2^bits */
    NF_OVERFLOW_SATURATE_SYMMETRIC, /* signed fixed: the largest of that sign, and -2^(bits-1) is
                                       too large */
    NF_OVERFLOW_ZERO,               /* fixed: 0 */
    NF_OVERFLOW_INDEFINITE /* casts to machine integers: the code with only its top bit set */
} nf_overflow;

/* Where the infinities of a float are. */
typedef enum {
    NF_INF_NONE,
    NF_INF_IEEE, /* exponent all ones, fraction zero */
    NF_INF_TOP   /* P3109: the largest code of each sign that is not NaN */
} nf_inf;

/* Where the NaNs of a float are. */
typedef enum {
    NF_NAN_NONE,         /* NaN becomes the zero whose sign bit is set, with "invalid" */
    NF_NAN_IEEE,         /* exponent all ones, fraction not zero */
    NF_NAN_ALL_ONES,     /* every bit below the sign bit is one ("fn"; unsigned: the top code) */
    NF_NAN_NEGATIVE_ZERO /* only the sign bit is set ("fnuz", P3109 signed) */
} nf_nan;

/* The five machines of NF_TRUNCATED: where the cut to compute_man bits happens. */
typedef enum {
    NF_CUT_RESULT,  /* the exact result, once (default) */
    NF_CUT_OPERAND, /* both operands when they are loaded */
    NF_CUT_ALIGN,   /* in a sum, the aligned smaller operand */
    NF_CUT_PRODUCT, /* products; sums keep the full width */
    NF_CUT_ROUNDED  /* result rounded to nearest storage code, then its low bits masked */
} nf_cut;

/* A format is a row of parameters.  Fields that a family does not use are zero (posits and takums
 * are signed and have a zero), so that two formats are equal exactly when their bytes are. */
typedef struct nf_format {
    uint8_t family;      /* nf_family */
    uint8_t bits;        /* 2..64 */
    uint8_t rs, es;      /* posit: longest regime (bits - 1: standard posit), exponent bits */
    uint8_t exp, man;    /* float, truncated: exponent and fraction bits */
    uint8_t is_signed;   /* float, fixed: has a sign bit */
    uint8_t zero;        /* float: the all-zero code is 0 (E8M0: it is the least power of two) */
    uint8_t signed_zero; /* float: has -0 */
    uint8_t subnormals;  /* float: exponent field 0 holds subnormals (else it is zero) */
    uint8_t inf, nan;    /* float: nf_inf, nf_nan */
    uint8_t rounding;    /* nf_rounding */
    uint8_t overflow;    /* nf_overflow; posit and takum: NF_OVERFLOW_SATURATE */
    uint8_t compute_man; /* truncated: fraction bits that survive the cut */
    uint8_t ftz, daz;    /* truncated: flush results, operands, below the smallest normal */
    uint8_t cut;         /* truncated: nf_cut */
    int16_t frac;        /* fixed: value = code * 2^-frac, -64..128 */
    int32_t bias;        /* float: value = 1.fraction * 2^(exponent field - bias) */
} nf_format;

/* One named row of nf_formats.def. */
typedef struct nf_named {
    const char *name;
    nf_format format;
} nf_named;

extern const nf_named nf_named_formats[];
extern const int nf_named_count;

/* The named row equal to f, or -1. */
int nf_find_named(const nf_format *f);

/* Bytes of one element: the next of 1, 2, 4, 8. */
int nf_storage_bytes(const nf_format *f);

typedef enum {
    NF_OK,
    NF_BAD_FAMILY,
    NF_BAD_BITS,
    NF_BAD_RS,
    NF_BAD_ES,
    NF_BAD_EXP,
    NF_BAD_MAN,
    NF_BAD_BIAS,
    NF_BAD_INF,
    NF_BAD_NAN,
    NF_BAD_SIGN,
    NF_BAD_ZERO,
    NF_BAD_ROUNDING,
    NF_BAD_OVERFLOW,
    NF_BAD_COMPUTE_MAN,
    NF_BAD_CUT,
    NF_BAD_FRAC
} nf_status;

/* Is this a format?  Describing a format is the only thing that can fail. */
nf_status nf_format_check(const nf_format *f);
/* The parameter that a status is about and what is allowed, "es must be 0..5". */
const char *nf_status_text(nf_status status);

/* ---- values ---------------------------------------------------------------------------------- */

typedef enum { NF_ZERO, NF_FINITE, NF_INFINITE, NF_NOT_A_NUMBER } nf_class;

/* An exact value, or an exact value with everything below its field jammed into bit 0:
 * (-1)^sign * (hi:lo) / 2^127 * 2^exp.  Bit 63 of hi is set exactly when cls is NF_FINITE. */
typedef struct nf_unpacked {
    uint8_t cls, sign;
    int32_t exp;
    uint64_t hi, lo;
} nf_unpacked;

enum { NF_INVALID = 1, NF_DIVIDE = 2, NF_OVERFLOW = 4 };

/* What a call may draw on and leave behind: status flags are ORed in; stochastic rounding takes
 * the word number `index` of the generator (seed, stream). */
typedef struct nf_env {
    uint32_t flags;
    uint64_t seed, stream, index;
} nf_env;

nf_unpacked nf_decode(const nf_format *f, uint64_t code);
/* Rounds a value into the format by the row's rounding and overflow: a conversion. */
uint64_t nf_encode(const nf_format *f, nf_unpacked x, nf_env *env);
/* Rounds a value as the result of an operation: truncated floats cut and flush. */
uint64_t nf_round_result(const nf_format *f, nf_unpacked x, nf_env *env);
/* Numbers at even distances, as exact fractions: (first + i * step) / divisor * 2^exponent.
 * first and step are of 128 bits in two's complement, all sums of at most 127 bits and a sign;
 * 0 < divisor < 2^60. */
typedef struct nf_evenly {
    uint64_t first_hi, first_lo, step_hi, step_lo, divisor;
    int32_t exponent;
} nf_evenly;

/* Rounds elements 0..n - 1 into the format, each once; element i takes word env->index + i. */
void nf_fill_evenly(const nf_format *f, const nf_evenly *e, char *out, intptr_t stride, intptr_t n,
                    nf_env *env);
/* Elements 2..n - 1 of a sequence whose first two codes are a and b: (1 - i) a + i b, exact and
 * rounded once; element i takes word i.  NaN unless both are finite. */
void nf_go_on_evenly(const nf_format *f, char *codes, intptr_t stride, intptr_t n, nf_env *env);
/* The generator: word `index` of the Philox4x64-10 stream with key (seed, stream). */
uint64_t nf_random(uint64_t seed, uint64_t stream, uint64_t index);
/* The words first..first + n - 1. */
void nf_random_words(uint64_t seed, uint64_t stream, uint64_t first, int n, uint64_t *out);

/* Codes of the special values.  has_* are false where the format has none. */
typedef struct nf_limits {
    uint64_t maxpos, minpos, one, nan, lowest; /* lowest: the most negative finite value */
    int32_t max_exp, min_exp;                  /* of maxpos and minpos */
    bool has_nan, has_inf, has_neg_zero, has_negative;
} nf_limits;
nf_limits nf_limits_of(const nf_format *f);

/* ---- operations ------------------------------------------------------------------------------ */

/* Every elementwise operation.  Kinds: see nf_ops.def, the table of operations. */
typedef enum {
#define NF_OP(name, ...) NF_OP_##name,
#include "nf_ops.def"
#undef NF_OP
    NF_OP_COUNT
} nf_op;

/* The shapes of operations (T: the format's code, in its storage). */
typedef enum {
    NF_KIND_T_T,   /* T -> T */
    NF_KIND_TT_T,  /* T, T -> T */
    NF_KIND_TTT_T, /* T, T, T -> T */
    NF_KIND_T_B,   /* T -> uint8 truth */
    NF_KIND_TT_B,  /* T, T -> uint8 truth */
    NF_KIND_T_TT,  /* T -> T, T */
    NF_KIND_TT_TT, /* T, T -> T, T */
    NF_KIND_T_TI,  /* T -> T, int32 (frexp) */
    NF_KIND_TI_T   /* T, int64 -> T (ldexp, powi) */
} nf_kind;

/* A strided loop over n elements: data and strides (bytes) for each operand, inputs first.
 * Elements may be unaligned; an output may be the same memory as an input of the same stride.
 * No loop, and no cast, takes memory from the heap: a caller in C finds it once and calls it on
 * rows, with an nf_env of its own. */
typedef void nf_loop(const nf_format *f, char *const *data, const intptr_t *strides, intptr_t n,
                     nf_env *env);
/* Never NULL for a checked format.  The scalar one is faster for a single element. */
nf_loop *nf_find_loop(const nf_format *f, nf_op op);
nf_loop *nf_find_scalar_loop(const nf_format *f, nf_op op);
nf_kind nf_op_kind(nf_op op);
const char *nf_op_name(nf_op op);

/* An operation on exact values, which need not be values of f, rounded once into f: in[0], in[1],
 * in[2] as the operation has inputs.  For add, sub, mul, div, floor_divide, remainder, fmod, fma,
 * fmm and the functions of two operands.  Each value has at most 64 significant bits (lo is 0) and,
 * if it is finite, lies between 2^-70000 and 2^NF_EXACT_EXP. */
enum { NF_EXACT_EXP = 4096 };
uint64_t nf_exact_operation(const nf_format *f, nf_op op, const nf_unpacked *in, nf_env *env);
/* Can nf_exact_operation take it? */
static inline bool nf_is_exact_operand(const nf_unpacked *x)
{
    return x->lo == 0 && (x->cls != NF_FINITE || x->exp < NF_EXACT_EXP);
}

/* One rounding from one format to another; data[0] -> data[1]. */
typedef void nf_cast(const nf_format *from, const nf_format *to, char *const *data,
                     const intptr_t *strides, intptr_t n, nf_env *env);
nf_cast *nf_find_cast(const nf_format *from, const nf_format *to);
nf_cast *nf_find_scalar_cast(const nf_format *from, const nf_format *to);

/* Does every value of `from` exist in `to`? (NaN needs a NaN, infinity an infinity; -0 may
 * become 0.) */
bool nf_contains(const nf_format *to, const nf_format *from);

/* Tables for formats of 8 bits and narrower: entry = result code | flags << 8, indexed by
 * a << 8 | b (TT_T: 65,536 entries) or a (T_T: 256).  The caller owns the memory. */
void nf_fill_table(const nf_format *f, nf_op op, uint16_t *table);
void nf_table_loop(const uint16_t *table, nf_kind kind, char *const *data, const intptr_t *strides,
                   intptr_t n, nf_env *env);
/* T_T of formats of 9 to 16 bits: entry = result code | flags << 16, 65,536 entries. */
void nf_fill_table_16(const nf_format *f, nf_op op, uint32_t *table);
void nf_table_loop_16(const uint32_t *table, char *const *data, const intptr_t *strides, intptr_t n,
                      nf_env *env);

/* Is it a row of nf_functions.def? */
static inline bool nf_is_function(nf_op op)
{
    switch (op) {
#define NF_FUNCTION(name, ...) case NF_OP_##name:
#include "nf_functions.def"
#undef NF_FUNCTION
        return true;
    default: return false;
    }
}

/* ---- exact sums of products ------------------------------------------------------------------ */

/* A two's-complement accumulator in which every product of a value of `a` and a value of `b`, and
 * every value of a, b or c, is exact. */
typedef struct nf_accumulator nf_accumulator;
nf_accumulator *nf_accumulator_new(const nf_format *a, const nf_format *b,
                                   const nf_format *c); /* NULL: no memory */
void nf_accumulator_free(nf_accumulator *q);
/* The same in the caller's memory, aligned as malloc's is: so many bytes, which only the formats
 * decide; it is not freed. */
size_t nf_accumulator_bytes(const nf_format *a, const nf_format *b, const nf_format *c);
nf_accumulator *nf_accumulator_in(void *room, const nf_format *a, const nf_format *b,
                                  const nf_format *c);
void nf_accumulator_clear(nf_accumulator *q);
/* What is added from now on is subtracted; clear ends it. */
void nf_accumulator_subtract(nf_accumulator *q, bool subtract);
void nf_accumulate(nf_accumulator *q, uint64_t a, uint64_t b); /* += a * b */
/* += a value of f, which is a, b or c; += a double that is a multiple of what they can add to. */
void nf_accumulate_value(nf_accumulator *q, const nf_format *f, uint64_t code);
void nf_accumulate_double(nf_accumulator *q, double x);
/* += the sum of x[i] * y[i]: n elements at strides in bytes. */
void nf_accumulate_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                       intptr_t y_stride, intptr_t n);
uint64_t nf_accumulator_round(const nf_accumulator *q, const nf_format *f, nf_env *env);

/* ---- text ------------------------------------------------------------------------------------ */

/* Correctly rounded decimal -> value with 128 bits and sticky.  Accepts what Python's float()
 * accepts, plus "nar"; false when it is not a number.  Not NUL-terminated: [text, text + len). */
bool nf_parse(const char *text, size_t len, nf_unpacked *out);
/* The shortest decimal that this format reads back as the same code; "nan", "inf", "-inf".
 * Returns the length (without the NUL); the buffer must hold NF_TEXT_MAX bytes. */
#define NF_TEXT_MAX 96
size_t nf_format_code(const nf_format *f, uint64_t code, char *buffer);

/* ---- CPU levels ------------------------------------------------------------------------------ */

/* Call once before any kernel: picks the level, NUMFORMATS_LEVEL permitting.  Returns NULL, or
 * the reason why the demanded level is not there. */
const char *nf_core_init(const char *demanded);
const char *nf_level(void);
/* The levels of this build, the best one first; NULL after the last.  Does this CPU run them? */
const char *nf_built_level(int i);
bool nf_level_runs(int i);

#endif
