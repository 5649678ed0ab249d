/* SPDX-License-Identifier: BSD-3-Clause */
/* How are blocks done whose numbers do not lie side by side?  In tiles: a few blocks are turned so
 * that they do, and their codes are turned back. */
#include "across.h"
#include "core/core.h"

enum { WIDE = 16 }; /* blocks of a tile: what a cache line holds of binary32 */

/* Blocks side by side, with their place in the array. */
typedef struct tile {
    nf_blocks part;
    intptr_t at, of_block; /* of the first number, of the first block */
    char numbers[NF_BLOCK_ACROSS * WIDE * sizeof(double)];
    char codes[NF_BLOCK_ACROSS * WIDE * 2];
} tile;

#define TURN(type, from, from_row, from_column, to, rows, columns)                                 \
    do {                                                                                           \
        for (intptr_t c = 0; c < (columns); c++)                                                   \
            for (intptr_t r = 0; r < (rows); r++)                                                  \
                memcpy((to) + (c * (rows) + r) * (intptr_t)sizeof(type),                           \
                       (from) + (r * (from_row) + c * (from_column)) * (intptr_t)sizeof(type),     \
                       sizeof(type));                                                              \
    } while (0)

/* n numbers of each of `count` blocks, turned. */
static void load(tile *t, const nf_blocks *b, intptr_t n, intptr_t count)
{
    const char *x = (const char *)b->x + t->at * (intptr_t)(b->doubles ? 8 : 4);
    t->part = (nf_blocks){b->element, t->numbers, b->doubles, count, n, 1, n};
    if (b->doubles)
        TURN(double, x, b->inner, 1, t->numbers, n, count);
    else
        TURN(float, x, b->inner, 1, t->numbers, n, count);
}

static void store(const tile *t, const nf_blocks *b, char *codes)
{
    const int size = nf_size(&b->element);
    char *to = codes + t->at * size;
    for (intptr_t r = 0; r < t->part.length; r++)
        for (intptr_t c = 0; c < t->part.rows; c++)
            memcpy(to + (r * b->inner + c) * size, t->codes + (c * t->part.length + r) * size,
                   (size_t)size);
}

/* What the three have of each block, and what they do with a tile. */
typedef struct work {
    double *largest;
    const double *divisors;
    const nf_block_powers *powers;
    char *codes;
    uint8_t *scales;
} work;

typedef bool tile_step(tile *t, const work *w);

static bool walk_tiles(const nf_blocks *b, const work *w, tile_step *visit)
{
    tile t;
    t.of_block = 0;
    for (intptr_t row = 0; row < b->rows; row++)
        for (intptr_t i = 0, n; i < b->length; i += n) {
            n = b->length - i < b->block ? b->length - i : b->block;
            for (intptr_t j = 0, count; j < b->inner; j += count, t.of_block += count) {
                count = b->inner - j < WIDE ? b->inner - j : WIDE;
                t.at = (row * b->length + i) * b->inner + j;
                load(&t, b, n, count);
                if (!visit(&t, w))
                    return false;
                if (w->codes)
                    store(&t, b, w->codes);
            }
        }
    return true;
}

static bool measure_tile(tile *t, const work *w)
{
    return nf_blocks_measure(&t->part, w->largest + t->of_block);
}

static bool encode_tile(tile *t, const work *w)
{
    return nf_blocks_encode(&t->part, w->divisors + t->of_block, t->codes);
}

static bool quantize_tile(tile *t, const work *w)
{
    return nf_blocks_quantize(&t->part, w->powers, t->codes, w->scales + t->of_block);
}

bool nf_measure_across(const nf_blocks *b, double *largest)
{
    return walk_tiles(b, &(work){.largest = largest}, measure_tile);
}

bool nf_encode_across(const nf_blocks *b, const double *divisors, char *codes)
{
    return walk_tiles(b, &(work){.divisors = divisors, .codes = codes}, encode_tile);
}

bool nf_quantize_across(const nf_blocks *b, const nf_block_powers *p, char *codes, uint8_t *scales)
{
    return walk_tiles(b, &(work){.powers = p, .codes = codes, .scales = scales}, quantize_tile);
}
