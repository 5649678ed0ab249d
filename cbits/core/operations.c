/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the operations of nf_ops.def called, and of which shape is each? */
#include "nf.h"

#define NF_OP(name, kind, ...) NF_KIND_##kind,
static const nf_kind kinds[NF_OP_COUNT] = {
#include "nf_ops.def"
};
#undef NF_OP
#define NF_OP(name, ...) #name,
static const char *const names[NF_OP_COUNT] = {
#include "nf_ops.def"
};
#undef NF_OP

nf_kind nf_op_kind(nf_op op)
{
    return kinds[op];
}
const char *nf_op_name(nf_op op)
{
    return names[op];
}
