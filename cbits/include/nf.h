/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a number format, and what may a caller ask of the core?  The public face. */
#ifndef NF_H
#define NF_H

#include "nf_types.h"

/* ---- formats --------------------------------------------------------------------------------- */

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

/* Is this a format?  Describing a format is the only thing that can fail. */
nf_status nf_format_check(const nf_format *f);
/* The parameter that a status is about and what is allowed, "es must be 0..5". */
const char *nf_status_text(nf_status status);

/* The format that [text, text + length) names: a name of the table, or family<option=value,...>.
 * *f is written only where it is NF_OK, *error always. */
nf_status nf_read_format(const char *text, size_t length, nf_format *f, nf_text_error *error);
/* The canonical text of a checked format, which reads back as it; its length.  The buffer must hold
 * NF_FORMAT_TEXT_MAX bytes. */
size_t nf_print_format(const nf_format *f, char *buffer);

/* ---- values ---------------------------------------------------------------------------------- */

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

nf_limits nf_limits_of(const nf_format *f);

/* ---- operations ------------------------------------------------------------------------------ */

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
