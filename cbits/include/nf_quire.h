/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a quire, in memory, and what can be done with it?  (Part of the public face.)
 *
 * A two's-complement number of `bits` bits, worth 2^lsb each step, in 64-bit words, the lowest
 * first; the last word is sign-extended.  Only the top bit set: NaR.
 *
 *     | s | carry | integer part      .      fraction |      value = code * 2^lsb
 *     bits-1                                         0
 */
#ifndef NF_QUIRE_H
#define NF_QUIRE_H

#include "nf.h"

/* Standard posits: 16n bits (Posit Standard 3.2).  b-posits <n, 6, 5>: one layout of 1024 bits for
 * all n.  Others: every product exact, and 31 bits for carries. */
nf_quire_layout nf_quire_layout_of(const nf_format *f);
/* Words of one quire. */
int nf_quire_words(nf_quire_layout layout);
/* Is every product of a value of a and one of b a multiple of 2^lsb?  b NULL: values of a. */
bool nf_quire_holds(nf_quire_layout layout, const nf_format *a, const nf_format *b);

/* Operands of a sum for each of `count` quires: term i of quire c is at data + c * outer + i *
 * inner. */
typedef struct nf_terms_of {
    nf_format format;
    const char *data;
    intptr_t outer, inner;
} nf_terms_of;

/* Quire c += (or -=) the exact sum of n products x * y, in one step; y NULL: of n values x.  A NaN,
 * NaR or infinity in, or a result that needs more bits, makes it NaR; NaR it stays.  Products must
 * be held.  False: no memory, and nothing is changed. */
bool nf_quires_add(nf_quire_layout layout, uint64_t *words, intptr_t count, const nf_terms_of *x,
                   const nf_terms_of *y, intptr_t n, bool subtract);
/* out[c] = quire c rounded once.  False: no memory. */
bool nf_quires_round(nf_quire_layout layout, const uint64_t *words, intptr_t count,
                     const nf_format *f, char *out, intptr_t stride, nf_env *env);

#endif
