/* SPDX-License-Identifier: BSD-3-Clause */
/* Which constants make one addition and one shift round in every mode?
 *
 *     m   1010011|0110      bits behind the bar, `shift` of them, are dropped
 *       +        |add       a carry out of them rounds up; `even` adds the last bit that stays (ties
 *                           to even), `negative` what a sign changes, `odd` sets that bit */
#include "stages.h"

void nf_set_rounding(nf_target *t, nf_rounding mode)
{
    uint64_t step = (uint64_t)1 << t->shift;
    if (step == 1) /* nothing is dropped */
        return;
    switch (mode) {
    case NF_NEAREST_EVEN: t->add = step / 2 - 1, t->even = 1; break;
    case NF_NEAREST_AWAY: t->add = step / 2; break;
    case NF_NEAREST_ZERO: t->add = step / 2 - 1; break;
    case NF_NEAREST_POSITIVE: t->add = step / 2, t->negative = ~(uint64_t)0; break; /* -1 */
    case NF_NEAREST_NEGATIVE: t->add = step / 2 - 1, t->negative = 1; break;
    case NF_TOWARD_POSITIVE: t->add = step - 1, t->negative = 1 - step; break;
    case NF_TOWARD_NEGATIVE: t->negative = step - 1; break;
    case NF_TO_ODD: t->odd = step - 1; break;
    default: break;
    }
}
