/* SPDX-License-Identifier: BSD-3-Clause */
/* How are blocks done whose numbers do not lie side by side (inner > 1)? */
#ifndef NF_ACROSS_H
#define NF_ACROSS_H

#include "nf_blocks.h"

bool nf_measure_across(const nf_blocks *b, double *largest);
bool nf_encode_across(const nf_blocks *b, const double *divisors, char *codes);
bool nf_quantize_across(const nf_blocks *b, const nf_block_powers *p, char *codes, uint8_t *scales);

#endif
