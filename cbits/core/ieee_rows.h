/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rows are the formats of IEEE 754 that a CPU knows, and is a row one of them?
 *
 * The rows are constants in every file that includes this one, so that the compiler folds them. */
#ifndef NF_IEEE_ROWS_H
#define NF_IEEE_ROWS_H

#include "bits.h"
#include "rows.h"

#define NF_BINARY16 NF_ROW_FLOAT(1, 5, 10, 15, 1, 1, 1, IEEE, IEEE, NEAREST_EVEN, INF)
#define NF_BINARY32 NF_ROW_FLOAT(1, 8, 23, 127, 1, 1, 1, IEEE, IEEE, NEAREST_EVEN, INF)
#define NF_BINARY64 NF_ROW_FLOAT(1, 11, 52, 1023, 1, 1, 1, IEEE, IEEE, NEAREST_EVEN, INF)
#define NF_BFLOAT16 NF_ROW_FLOAT(1, 8, 7, 127, 1, 1, 1, IEEE, IEEE, NEAREST_EVEN, INF)

static const nf_format nf_binary16 __attribute__((unused)) = NF_BINARY16;
static const nf_format nf_binary32 __attribute__((unused)) = NF_BINARY32;
static const nf_format nf_binary64 __attribute__((unused)) = NF_BINARY64;
static const nf_format nf_bfloat16 __attribute__((unused)) = NF_BFLOAT16;

/* Two formats are equal exactly when their bytes are (nf.h). */
NF_INLINE bool nf_same_row(const nf_format *a, const nf_format *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

NF_INLINE bool nf_is_binary32(const nf_format *f)
{
    return nf_same_row(f, &nf_binary32);
}

NF_INLINE bool nf_is_binary64(const nf_format *f)
{
    return nf_same_row(f, &nf_binary64);
}

#endif
