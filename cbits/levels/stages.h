/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a whole array go through doubles?  In stages, NF_STAGE elements at a time, all of them
 * in the L1 cache:
 *
 *     codes -> words -> doubles \
 *                                operation, rounded to odd -> words -> codes
 *     codes -> words -> doubles /
 *
 * Each stage is a loop without branches that the compiler turns into vectors; a stage of one family
 * serves every operation, and an operation every family.  What is rare (an invalid operation, an
 * infinity where the format has none) a stage only notices: the block then goes through the scalar
 * core, which raises the flags. */
#ifndef NF_STAGES_H
#define NF_STAGES_H

#include "nf.h"

enum { NF_STAGE = 256, NF_GROUP = 8 };

/* Stages work on whole groups: n is a multiple of NF_GROUP, and buffers have room for it.  What is
 * beyond the elements repeats the last one. */
static inline int nf_full(int n)
{
    return (n + NF_GROUP - 1) / NF_GROUP * NF_GROUP;
}

/* Do words hold its codes, and the comparisons of the stages order them?  These are of signed
 * integers: the magnitude of a float has 31 bits at most. */
static inline bool nf_fits_words(const nf_format *f)
{
    const bool is_float = f->family == NF_FLOAT || f->family == NF_TRUNCATED;
    return f->bits <= (is_float && !f->is_signed ? 31 : 32);
}

/* Beside the flags of nf_env: the block is for the scalar core; a result is infinite or NaN. */
#define NF_AGAIN ((uint32_t)1 << 31)
#define NF_SPECIAL ((uint32_t)1 << 30)

/* What rounding into a format needs; made once per call (target.c). */
typedef struct nf_target {
    nf_format f;
    /* floats: see encode_floats.h */
    double least, cap;
    uint64_t offset, add, even, negative, odd;
    int shift;
    uint32_t infinity, nan, beyond[2]; /* beyond: of each sign */
    /* truncated floats: what stays of a result before it is rounded, and of its code afterwards */
    uint64_t kept;
    uint32_t kept_code;
    /* fixed point: steps per unit, ends */
    double scale, end[2];
} nf_target;

/* Sets what a rounding needs that drops t->shift bits (rounding_constants.c). */
void nf_set_rounding(nf_target *t, nf_rounding mode);

/* Doubles to codes: flags, NF_AGAIN, NF_SPECIAL. */
typedef uint32_t nf_encode_stage(const nf_target *t, const double *z, int n, uint32_t *words);
/* An operation on doubles. */
typedef void nf_stage_1(const double *a, int n, double *z);
typedef void nf_stage_2(const double *a, const double *b, int n, double *z);
typedef void nf_stage_3(const double *a, const double *b, const double *c, int n, double *z);

/* Is a result without its last bits good enough (NF_NEAR), or rounded to odd (NF_ODD)? */
typedef enum { NF_NEAR, NF_ODD, NF_WAYS } nf_way;

typedef struct nf_stages {
    /* All of the below; else only fetch, store and to_doubles, for exact sums, and function_dd. */
    bool computes;
    /* Any n; fetch fills the last group. */
    void (*fetch)(const char *codes, intptr_t stride, int size, int n, uint32_t *words);
    void (*store)(const uint32_t *words, int n, char *codes, intptr_t stride, int size);
    void (*to_doubles)(const nf_format *f, const uint32_t *words, int n, double *out);
    nf_encode_stage *encode[NF_FIXED + 1]; /* by family */
    /* Floats that round stochastically, with a random word for each element. */
    uint32_t (*encode_stochastic)(const nf_target *t, const double *z, int n,
                                  const uint64_t *random, uint32_t *words);
    nf_stage_2 *add[NF_WAYS], *sub[NF_WAYS], *mul[NF_WAYS], *div[NF_WAYS];
    nf_stage_1 *sqrt[NF_WAYS], *rint, *floor, *ceil, *trunc;
    nf_stage_3 *fma, *near_fma;
    /* Did an operation on operands that are no NaN, or finite, make a NaN, or an infinity? */
    bool (*raises)(const double *const *x, int operands, const double *z, int n);
    /* Order and sign: codes to codes or truths. */
    uint32_t (*order)(const nf_format *f, nf_op op, const uint32_t *const *x, int n, uint32_t *out);
    /* Sums and products of fixed point. */
    uint32_t (*fixed)(const nf_format *f, nf_op op, const uint32_t *const *x, int n, uint32_t *out);
    /* Approximations of elementary functions (function_doubles.h), NULL where there is none: within
     * 2^-46 of the
     * value, or NaN; outside of 2^-1000 to 2^1000 all that is sure is that the value is, too. */
    nf_stage_1 *function[NF_OP_COUNT];
    /* The same of double-doubles hi + lo, in place, or NaN: function_dd.h says how near. */
    void (*function_dd[NF_OP_COUNT])(double *hi, double *lo, int n);
    /* Of two, in place of the first. */
    void (*function_dd_2[NF_OP_COUNT])(double *hi, double *lo, const double *hi_2,
                                       const double *lo_2, int n);
    bool (*all_clear)(const double *z, int n, double most, uint64_t below);
    void (*bounds)(const double *z, int n, double most, double *low, double *high, uint32_t *open);
    /* To binary32: NF_AGAIN where something overflows. */
    uint32_t (*to_floats)(const double *z, int n, uint32_t *words);
    /* Doubles themselves, their NaNs made the positive quiet one: any n, fills the last group. */
    void (*fetch_doubles)(const char *p, intptr_t stride, int n, double *out);
    void (*store_doubles)(const double *z, int n, char *p, intptr_t stride);
    uint32_t (*special_doubles)(const double *z, int n);
    /* bfloat16 (brain) and binary16 in the CPU's binary32, where it has that: n is a multiple of
     * NF_GROUP, codes adjoin; false: the block must go another way. */
    bool (*halves)(nf_op op, bool brain, const char *a, const char *b, int n, char *out);
    /* n adjoining integers of 64 bits; false: they are too long. */
    bool (*fetch_integers)(const char *p, int n, double *out);
} nf_stages;

extern const nf_stages nf_stages_portable, nf_stages_avx2, nf_stages_avx512, nf_stages_neon;
/* Of the level that runs (levels.c). */
const nf_stages *nf_find_stages(void);

/* The codes as words: in `room`, or where they are if they are words already. */
static inline const uint32_t *nf_words_at(const nf_stages *s, const char *codes, intptr_t stride,
                                          int size, int n, uint32_t *room)
{
    if (size == 4 && stride == 4 && n % NF_GROUP == 0 && (uintptr_t)codes % 4 == 0)
        return (const uint32_t *)(const void *)codes;
    s->fetch(codes, stride, size, n, room);
    return room;
}

/* Operations on the order and the sign of codes (by_words.c). */
#define NF_ORDER_OPS(X)                                                                            \
    X(equal)                                                                                       \
    X(not_equal)                                                                                   \
    X(less)                                                                                        \
    X(less_equal)                                                                                  \
    X(greater)                                                                                     \
    X(greater_equal)                                                                               \
    X(isnan)                                                                                       \
    X(isinf)                                                                                       \
    X(isfinite)                                                                                    \
    X(signbit) X(nonzero) X(maximum) X(minimum) X(fmax) X(fmin) X(clip) X(abs) X(copysign) X(neg)

#endif
