/* SPDX-License-Identifier: BSD-3-Clause */
/* Which words of the generator are the signs of a row?
 *
 * Row r of tangent k draws ceil(columns / 64) words of the stream of its layer, from word
 * (sample * tangents + k) * words on, where `sample` is the number of the row's sample in the data
 * set: neither the order nor the split of a batch shows.  Weights' rows count by themselves. */
#ifndef NF_PLAN_SIGNS_H
#define NF_PLAN_SIGNS_H

#include "plan_kernels.h"

enum { BITS = 64 };

/* From word `next` on. */
typedef struct nf_row_of_signs {
    uint64_t seed, stream, next;
} nf_row_of_signs;

NF_INLINE nf_row_of_signs nf_signs_of(const nf_plan *plan, const nf_plan_op *op, intptr_t row,
                                      intptr_t k, intptr_t tangents, intptr_t columns)
{
    const int64_t *samples = plan->batch->samples;
    bool by_sample = (op->flag & NF_PLAN_BY_SAMPLE) != 0 && samples != NULL;
    uint64_t sample = (uint64_t)(by_sample ? samples[row] : (int64_t)row);
    uint64_t words = (uint64_t)(columns + BITS - 1) / BITS;
    return (nf_row_of_signs){plan->knobs->seed, (uint64_t)op->stream,
                             (sample * (uint64_t)tangents + (uint64_t)k) * words};
}

NF_INLINE int64_t nf_words_of_signs(int32_t columns)
{
    return (columns + BITS - 1) / BITS;
}

#endif
