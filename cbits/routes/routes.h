/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the files that choose a way for a call know of each other? */
#ifndef NF_ROUTES_H
#define NF_ROUTES_H

#include "levels/stages.h"

/* Fewer elements are done sooner one by one. */
enum { NF_FEW_ELEMENTS = 4 };

/* ---- target.c: which formats and operations go through doubles ------------------------------- */

/* Constants for results of arithmetic (or of a conversion) into f. */
nf_target nf_target_of(const nf_format *f, bool conversion);
/* May op on f go through doubles, and how? */
bool nf_goes_through_doubles(const nf_format *f, nf_op op, nf_way *way);
/* Are all values of f doubles that the stages decode? Do the stages round into f? */
bool nf_decodes_to_doubles(const nf_format *f);
bool nf_encodes_doubles(const nf_format *f);
bool nf_encodes_stochastically(const nf_format *f); /* with -0: floats that have it */

/* ---- elementwise.c, by_words.c, function_loops.c, cast.c ------------------------------------- */

/* The loops of a level that is made of stages: NULL where the scalar core is it. */
nf_loop *nf_find_staged_loop(const nf_format *f, nf_op op);
nf_loop *nf_find_words_loop(const nf_format *f, nf_op op); /* without doubles */
nf_loop *nf_find_function_loop(const nf_format *f, nf_op op);
nf_cast nf_staged_cast;
bool nf_casts_in_stages(const nf_format *from, const nf_format *to);

#endif
