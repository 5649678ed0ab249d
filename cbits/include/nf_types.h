/* SPDX-License-Identifier: BSD-3-Clause */
/* Which types do all callers of the core share?  (Part of the public face.)
 *
 * library/generate.py copies this file into numformats.h: it is plain C99 and C++. */
#ifndef NF_TYPES_H
#define NF_TYPES_H

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
    NF_BAD_FRAC,
    NF_BAD_UNUSED, /* a field that the family does not use, and that is not 0 */
    /* of texts */
    NF_UNKNOWN_FORMAT, /* neither a name nor family<...> */
    NF_UNKNOWN_FAMILY,
    NF_UNKNOWN_OPTION,
    NF_NO_OPTION, /* a word that is not option=value */
    NF_GIVEN_TWICE,
    NF_MISSING_OPTION,
    NF_BAD_NUMBER, /* a text that is not a number */
    NF_BAD_MODEL,  /* a text that is not an accumulator model */
    /* of calls */
    NF_BAD_OPERATION, /* not a row of the table of operations */
    NF_BAD_CODE,      /* a code that is wider than its format, or parts that are no value */
    NF_BAD_ARGUMENT,  /* NULL where there must be something, or a size that cannot be */
    NF_OUT_OF_MEMORY,
    NF_STATUS_COUNT
} nf_status;

/* What is wrong with a text: the wrong word, and what was allowed in its place. */
typedef struct nf_text_error {
    int status;        /* nf_status */
    int64_t at;        /* where the word begins, in bytes; -1: the text does not have it */
    size_t length;     /* of the word, in bytes */
    const char *name;  /* the parameter; NULL: what is wrong is no parameter's value */
    char value[24];    /* its value, where the text does not have it */
    char allowed[232]; /* unknown words: all those that there are; else what the value must be */
} nf_text_error;

/* Bytes that hold the canonical text of any format, with its NUL. */
#define NF_FORMAT_TEXT_MAX 192

/* ---- values ---------------------------------------------------------------------------------- */

typedef enum { NF_ZERO, NF_FINITE, NF_INFINITE, NF_NOT_A_NUMBER } nf_class;

/* An exact value, or an exact value with everything below its field jammed into bit 0:
 * (-1)^sign * (hi:lo) / 2^127 * 2^exp.  Bit 63 of hi is set exactly when cls is NF_FINITE. */
typedef struct nf_unpacked {
    uint8_t cls, sign;
    int32_t exp;
    uint64_t hi, lo;
} nf_unpacked;

/* Status flags.  NF_REFUSED, of the library alone: the call could not be, and its result is 0. */
enum { NF_INVALID = 1, NF_DIVIDE = 2, NF_OVERFLOW = 4, NF_REFUSED = 8 };

/* What a call may draw on and leave behind: status flags are ORed in; stochastic rounding takes
 * the word number `index` of the generator (seed, stream). */
typedef struct nf_env {
    uint32_t flags;
    uint64_t seed, stream, index;
} nf_env;

/* Codes of the special values.  has_* are false where the format has none. */
typedef struct nf_limits {
    uint64_t maxpos, minpos, one, nan, lowest; /* lowest: the most negative finite value */
    int32_t max_exp, min_exp;                  /* of maxpos and minpos */
    bool has_nan, has_inf, has_neg_zero, has_negative;
} nf_limits;

/* A quire's shape: a two's-complement number of so many bits, worth 2^lsb each step. */
typedef struct nf_quire_layout {
    int32_t bits, lsb;
} nf_quire_layout;

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

#endif
