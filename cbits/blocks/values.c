/* SPDX-License-Identifier: BSD-3-Clause */
/* What are codes worth with their scales, and exact sums with a scale of theirs? */
#include "nf_blocks.h"
#include "core/core.h"
#include "core/host_rounding.h"
#include "levels/block_loops.h"
#include "nf_stop.h"

enum { PIECE = 1 << 15 };

#define LOOK_UP(type)                                                                              \
    do {                                                                                           \
        for (intptr_t i = 0; i < n; i++) {                                                         \
            type value;                                                                            \
            memcpy(&value, row + codes[i] * sizeof value, sizeof value);                           \
            memcpy(out + (size_t)i * sizeof value, &value, sizeof value);                          \
        }                                                                                          \
    } while (0)

static void look_up(const uint8_t *codes, const char *row, int entry, intptr_t n, char *out)
{
    switch (entry) {
    case 1: LOOK_UP(uint8_t); break;
    case 2: LOOK_UP(uint16_t); break;
    case 4: LOOK_UP(uint32_t); break;
    default: LOOK_UP(uint64_t);
    }
}

/* The blocks of one place of `length`, whose numbers lie `inner` apart. */
static void look_up_across(const nf_block_values *b, intptr_t at, intptr_t index, intptr_t n,
                           char *out)
{
    for (intptr_t k = 0; k < n; k++)
        for (intptr_t j = 0; j < b->inner; j++) {
            intptr_t i = at + k * b->inner + j, row = b->scales[index + j] * (intptr_t)b->width;
            memcpy(out + i * b->entry, b->table + (row + b->codes[i]) * b->entry, (size_t)b->entry);
        }
}

bool nf_blocks_look_up(const nf_block_values *b, char *out)
{
    intptr_t index = 0, since = 0;
    for (intptr_t row = 0; row < b->rows; row++)
        for (intptr_t i = 0; i < b->length; i += b->block, index += b->inner) {
            intptr_t n = b->length - i < b->block ? b->length - i : b->block;
            intptr_t at = (row * b->length + i) * b->inner;
            const char *values = b->table + (intptr_t)b->scales[index] * b->width * b->entry;
            if (b->inner == 1)
                look_up(b->codes + at, values, b->entry, n, out + at * b->entry);
            else
                look_up_across(b, at, index, n, out);
            since += n * b->inner;
            if (since >= PIECE && nf_should_stop((uint64_t)since / 8))
                return false;
            since = since >= PIECE ? 0 : since;
        }
    return true;
}

bool nf_blocks_scale(const double *x, double factor, intptr_t n, double *out)
{
    const nf_block_loops *loops = nf_find_block_loops();
    nf_host_float saved = nf_host_float_begin();
    bool done = true;
    for (intptr_t i = 0, count; i < n && done; i += count) {
        count = n - i < PIECE ? n - i : PIECE;
        loops->scale(x + i, factor, count, out + i);
        done = !nf_should_stop((uint64_t)count / 8);
    }
    nf_host_float_end(saved);
    return done;
}
