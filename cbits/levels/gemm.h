/* SPDX-License-Identifier: BSD-3-Clause */
/* How does the core multiply slices where no BLAS is given?  Included once per CPU level.
 *
 * The operands are integers whose sums are exact in any order (cut.h), so that all that counts is
 * speed: panels of b are copied side by side into an L1 cache, and a block of outputs stays in
 * registers while a column of a and a row of the panel pass by.
 *
 *     c[ROWS][WIDTH] += a[l][ROWS] (each in all lanes) * panel[l][WIDTH]      l = 0..DEPTH-1 */
#ifndef NF_GEMM_H
#define NF_GEMM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX__
#include <immintrin.h>
#endif

/* Registers: BLOCK_ROWS * VECTORS sums, VECTORS of the panel, one of a. */
#if defined(__AVX512F__)
enum { GEMM_LANES = 8, VECTORS = 3, BLOCK_ROWS = 8 };
#elif defined(__AVX__)
enum { GEMM_LANES = 4, VECTORS = 3, BLOCK_ROWS = 4 };
#else
enum { GEMM_LANES = 2, VECTORS = 3, BLOCK_ROWS = 4 };
#endif
enum { WIDTH = GEMM_LANES * VECTORS, DEPTH = 128 };

typedef double nf_gemm_vector __attribute__((vector_size(8 * GEMM_LANES), aligned(8), may_alias));

/* sum + x * y, x in all lanes. */
static inline __attribute__((always_inline)) nf_gemm_vector add_product(nf_gemm_vector sum,
                                                                        double x, nf_gemm_vector y)
{
#if defined(__AVX512F__)
    return _mm512_fmadd_pd(_mm512_set1_pd(x), y, sum);
#elif defined(__FMA__)
    return _mm256_fmadd_pd(_mm256_set1_pd(x), y, sum);
#else
    return sum + x * y;
#endif
}

/* A panel: rows of b from l on, columns from j on; what is beyond the last column is 0. */
static void copy_panel(const double *b, intptr_t n, intptr_t depth, intptr_t columns, double *panel)
{
    for (intptr_t l = 0; l < depth; l++, b += n, panel += WIDTH) {
        for (intptr_t j = 0; j < columns; j++)
            panel[j] = b[j];
        for (intptr_t j = columns; j < WIDTH; j++)
            panel[j] = 0;
    }
}

/* The outputs of a whole block; column i of a is at a + i, its places m apart. */
static void multiply_block(const double *a, intptr_t m, const double *panel, intptr_t depth,
                           double *out)
{
    nf_gemm_vector sum[BLOCK_ROWS][VECTORS];
    memset(sum, 0, sizeof sum);
    for (intptr_t l = 0; l < depth; l++, a += m, panel += WIDTH)
#pragma GCC unroll 8
        for (int i = 0; i < BLOCK_ROWS; i++)
#pragma GCC unroll 3
            for (int v = 0; v < VECTORS; v++)
                sum[i][v] = add_product(sum[i][v], a[i], ((const nf_gemm_vector *)panel)[v]);
    memcpy(out, sum, sizeof sum);
}

/* out -> c, or added to it. */
static void store_block(const double *out, intptr_t rows, intptr_t columns, bool first, double *c,
                        intptr_t n)
{
    for (intptr_t i = 0; i < rows; i++, out += WIDTH, c += n)
        for (intptr_t j = 0; j < columns; j++)
            c[j] = first ? out[j] : c[j] + out[j];
}

/* The last rows of a, fewer than a block has, with zeros for the others. */
static void copy_rows(const double *a, intptr_t m, intptr_t rows, intptr_t depth, double *copy)
{
    memset(copy, 0, (size_t)depth * BLOCK_ROWS * sizeof *copy);
    for (intptr_t l = 0; l < depth; l++)
        for (intptr_t i = 0; i < rows; i++)
            copy[l * BLOCK_ROWS + i] = a[l * m + i];
}

/* As nf_gemm (nf_exact.h). */
static void gemm(intptr_t m, intptr_t k, intptr_t n, const double *a, const double *b, double *c)
{
    double panel[DEPTH * WIDTH], last[DEPTH * BLOCK_ROWS], out[BLOCK_ROWS * WIDTH];
    intptr_t whole = m / BLOCK_ROWS * BLOCK_ROWS;
    for (intptr_t l = 0; l < k; l += DEPTH) {
        intptr_t depth = k - l < DEPTH ? k - l : DEPTH;
        copy_rows(a + l * m + whole, m, m - whole, depth, last);
        for (intptr_t j = 0; j < n; j += WIDTH) {
            intptr_t columns = n - j < WIDTH ? n - j : WIDTH;
            copy_panel(b + l * n + j, n, depth, columns, panel);
            for (intptr_t i = 0; i < m; i += BLOCK_ROWS) {
                bool full = i < whole;
                multiply_block(full ? a + l * m + i : last, full ? m : BLOCK_ROWS, panel, depth,
                               out);
                store_block(out, full ? BLOCK_ROWS : m - i, columns, l == 0, c + i * n + j, n);
            }
        }
    }
}

#endif
