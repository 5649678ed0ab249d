/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one take a double to pieces?
 *
 *     s eeeeeeeeeee ffffffffffffffffffffffffffffffffffffffffffffffffffff
 *     63        52                                                    0     e: exponent + 1023 */
#ifndef NF_DOUBLE_BITS_H
#define NF_DOUBLE_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define NF_UNUSED __attribute__((unused)) /* perhaps */
#define NF_LANE static inline __attribute__((always_inline, unused))
#define NF_SIGN ((uint64_t)1 << 63)
#define NF_EXPONENT ((uint64_t)0x7FF << 52)

NF_LANE uint64_t nf_bits_of(double x)
{
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

NF_LANE double nf_double_of(uint64_t u)
{
    double x;
    memcpy(&x, &u, sizeof x);
    return x;
}

NF_LANE double nf_magnitude_of(double x)
{
    return nf_double_of(nf_bits_of(x) & ~NF_SIGN);
}

/* 2^e; -1022 <= e <= 1023 (1024: infinity). */
NF_LANE double nf_power_of_two(int e)
{
    return nf_double_of((uint64_t)(e + 1023) << 52);
}

#endif
