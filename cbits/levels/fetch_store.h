/* SPDX-License-Identifier: BSD-3-Clause */
/* How do codes of up to 32 bits, at any stride and alignment, become words and come back? */
#ifndef NF_FETCH_STORE_H
#define NF_FETCH_STORE_H

#include <string.h>

#include "stages.h"

#define NF_FETCH(type)                                                                             \
    {                                                                                              \
        type code;                                                                                 \
        if (stride == sizeof code)                                                                 \
            for (int i = 0; i < n; i++) {                                                          \
                memcpy(&code, codes + (size_t)i * sizeof code, sizeof code);                       \
                words[i] = code;                                                                   \
            }                                                                                      \
        else                                                                                       \
            for (int i = 0; i < n; i++) {                                                          \
                memcpy(&code, codes + i * stride, sizeof code);                                    \
                words[i] = code;                                                                   \
            }                                                                                      \
    }

static void fetch(const char *codes, intptr_t stride, int size, int n, uint32_t *restrict words)
{
    switch (size) {
    case 1: NF_FETCH(uint8_t) break;
    case 2: NF_FETCH(uint16_t) break;
    default: NF_FETCH(uint32_t)
    }
    for (int i = n; i < nf_full(n); i++)
        words[i] = words[n - 1];
}

#define NF_STORE(type)                                                                             \
    {                                                                                              \
        if (stride == sizeof(type))                                                                \
            for (int i = 0; i < n; i++) {                                                          \
                type code = (type)words[i];                                                        \
                memcpy(codes + (size_t)i * sizeof code, &code, sizeof code);                       \
            }                                                                                      \
        else                                                                                       \
            for (int i = 0; i < n; i++) {                                                          \
                type code = (type)words[i];                                                        \
                memcpy(codes + i * stride, &code, sizeof code);                                    \
            }                                                                                      \
    }

static void store(const uint32_t *restrict words, int n, char *codes, intptr_t stride, int size)
{
    switch (size) {
    case 1: NF_STORE(uint8_t) break;
    case 2: NF_STORE(uint16_t) break;
    default: NF_STORE(uint32_t)
    }
}

#endif
