/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a decimal with few digits? */
#ifndef NF_DIGITS_H
#define NF_DIGITS_H

#include "core.h"

enum { NF_DIGITS = 40 };

/* 0.d1 d2 d3 ... * 10^point, d1 != 0; inexact: something not zero follows digit n. */
typedef struct {
    int n, point;
    bool inexact;
    uint8_t digit[NF_DIGITS];
} nf_digits;

/* The first NF_DIGITS digits of a finite operand. */
void nf_exact_digits(nf_digits *d, nf_number_128 x);
/* The first k digits of d, plus one unit of the last when `up`. */
nf_digits nf_cut_digits(const nf_digits *d, int k, bool up);
/* Is the value nearer to the cut plus one than to the cut?  A tie goes to the even digit. */
bool nf_is_upper_half(const nf_digits *d, int k);

#endif
