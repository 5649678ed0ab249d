/* SPDX-License-Identifier: BSD-3-Clause */
/* The codec as plain functions, for callers that hold one code. */
#include "core.h"

nf_unpacked nf_decode(const nf_format *f, uint64_t code)
{
    return nf_export(nf_decode_128_any(f, code));
}

uint64_t nf_encode(const nf_format *f, nf_unpacked x, nf_env *env)
{
    return nf_encode_128_any(f, nf_import(x), env);
}

uint64_t nf_round_result(const nf_format *f, nf_unpacked x, nf_env *env)
{
    return nf_result_128_any(f, nf_import(x), env);
}
