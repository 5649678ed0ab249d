/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rows and columns of the matrix of all windows of images can be had? */
#ifndef NF_PLAN_GATHER_H
#define NF_PLAN_GATHER_H

#include "plan_kernels.h"

NF_INLINE int64_t nf_windows_of(const nf_plan_windows *w)
{
    return (int64_t)w->count[0] * w->count[1];
}

/* The windows from number `first` on, one in a row of `columns` codes; a last one more than the
 * window has is 1 or 0. */
void nf_gather_windows(nf_plan *plan, const nf_plan_op *op, const nf_plan_windows *w, int64_t first,
                       int64_t rows, int64_t columns, char *to);
/* What weight number `row` meets in all windows. */
void nf_gather_weight(nf_plan *plan, const nf_plan_op *op, const nf_plan_windows *w, int64_t row,
                      char *to);
/* What arrives at the windows in which the pixels from number `first` on are at a place; 0 where
 * there is none. */
void nf_gather_arrivals(const nf_operand *g, const nf_plan_windows *w, int64_t first, int64_t rows,
                        int32_t place, int64_t n, uint64_t zero, char *to);

#endif
