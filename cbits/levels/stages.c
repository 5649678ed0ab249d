/* SPDX-License-Identifier: BSD-3-Clause */
/* All stages of one CPU level: compiled once per level with -DNF_LEVEL=portable, avx2, ... */
#include "stages.h"
#include "of_level.h"
#include "fetch_store.h"
#include "families.h"
#include "function_doubles.h"
#include "function_of_two_dd.h"
#ifdef NF_COMPUTES
#include "double_operations.h"
#include "fixed_vectors.h"
#include "half_floats.h"
#include "order_vectors.h"
#endif

const nf_stages NF_OF_LEVEL(nf_stages_) = {
    .fetch = fetch,
    .store = store,
    .to_doubles = to_doubles,
    .function_dd =
        {
#define NF_FUNCTION(name, kind, kernel, ...) NF_OF_ONE_##kernel([NF_OP_##name] = stage_dd_##name, )
#include "nf_functions.def"
#undef NF_FUNCTION
        },
    .function_dd_2 =
        {
#define NF_FUNCTION(name, kind, kernel, ...) NF_OF_TWO_##kernel([NF_OP_##name] = stage_dd_##name, )
#include "nf_functions.def"
#undef NF_FUNCTION
        },
#ifdef NF_COMPUTES
    .computes = true,
    .encode = {[NF_POSIT] = encode_posits,
               [NF_TAKUM_LINEAR] = encode_takums,
               [NF_FLOAT] = encode_any_floats,
               [NF_TRUNCATED] = encode_truncated,
               [NF_FIXED] = encode_fixeds},
    .encode_stochastic = encode_stochastic,
    .add = {stage_near_add, stage_odd_add},
    .sub = {stage_near_sub, stage_odd_sub},
    .mul = {stage_near_mul, stage_odd_mul},
    .div = {stage_near_div, stage_odd_div},
    .sqrt = {stage_near_sqrt, stage_odd_sqrt},
    .rint = stage_rint,
    .floor = stage_floor,
    .ceil = stage_ceil,
    .trunc = stage_trunc,
    .fma = stage_fma,
    .raises = raises,
    .function =
        {
#define NF_FUNCTION(name, kind, kernel, ...) NF_OF_ONE_##kernel([NF_OP_##name] = stage_##name, )
#include "nf_functions.def"
#undef NF_FUNCTION
        },
    .all_clear = all_clear,
    .bounds = bounds,
    .near_fma = stage_near_fma,
#ifdef NF_HAS_HALVES
    .halves = halves,
#endif
    .to_floats = to_floats,
    .fetch_doubles = fetch_doubles,
    .store_doubles = store_doubles,
    .special_doubles = special_doubles,
    .fetch_integers = fetch_integers,
    .order = order,
    .fixed = fixed,
#endif
};
