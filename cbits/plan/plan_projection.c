/* SPDX-License-Identifier: BSD-3-Clause */
/* How is a gradient projected on the span of random directions?  By the products of these, which
 * are whole numbers, and a small system of equations. */
#include "core/host_rounding.h"
#include "core/ieee_rows.h"
#include "plan_signs.h"

/* Two tangents' signs agree in all but as many places as their words differ: sums of integers. */
void nf_plan_gram(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    intptr_t K = out.rows, count = nf_words_of_signs(op->last);
    uint64_t *words = (uint64_t *)(void *)plan->scratch;
    uint64_t last = nf_mask((op->last - 1) % BITS + 1);
    for (intptr_t k = 0; op->a.at < 0 && k < K; k++)
        for (intptr_t l = 0; l < K; l++)
            *(double *)(void *)(nf_row_at(&out, k) + l * out.column) = 0;
    for (intptr_t i = 0; i < op->first; i++) {
        for (intptr_t k = 0; k < K; k++) {
            nf_row_of_signs s = nf_signs_of(plan, op, i, k, K, op->last);
            nf_random_words(s.seed, s.stream, s.next, (int)count, words + k * count);
            words[k * count + count - 1] &= last;
        }
        for (intptr_t k = 0; k < K; k++)
            for (intptr_t l = 0; l < K; l++) {
                int differ = 0;
                for (intptr_t w = 0; w < count; w++)
                    differ += __builtin_popcountll(words[k * count + w] ^ words[l * count + w]);
                *(double *)(void *)(nf_row_at(&out, k) + l * out.column) += op->last - 2 * differ;
            }
    }
}

/* By Cholesky's factorisation, in a fixed order. */
static bool solve(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), b = nf_operand_of(plan, op, NF_PLAN_B),
               out = nf_operand_of(plan, op, NF_PLAN_OUT);
    intptr_t n = a.rows;
    double *m = (double *)(void *)plan->scratch, *x = m + n * n;
    nf_convert_row(b.format, b.data, b.row, &nf_binary64, (char *)x, sizeof *x, n, &plan->env);
    for (intptr_t i = 0; i < n; i++)
        for (intptr_t j = 0; j <= i; j++) {
            double s = *(double *)(void *)(nf_row_at(&a, i) + j * a.column);
            for (intptr_t k = 0; k < j; k++)
                s -= m[i * n + k] * m[j * n + k];
            if (i == j && !(s > 1e-9 * *(double *)(void *)(nf_row_at(&a, i) + i * a.column)))
                return false;
            m[i * n + j] = i == j ? __builtin_sqrt(s) : s / m[j * n + j];
        }
    for (intptr_t i = 0; i < n; i++) {
        for (intptr_t k = 0; k < i; k++)
            x[i] -= m[i * n + k] * x[k];
        x[i] /= m[i * n + i];
    }
    for (intptr_t i = n - 1; i >= 0; i--) {
        for (intptr_t k = i + 1; k < n; k++)
            x[i] -= m[k * n + i] * x[k];
        x[i] /= m[i * n + i];
    }
    nf_convert_row(&nf_binary64, (const char *)x, sizeof *x, out.format, out.data, out.row, n,
                   &plan->env);
    return true;
}

bool nf_plan_solve(nf_plan *plan, const nf_plan_op *op)
{
    nf_host_float saved = nf_host_float_begin();
    bool good = solve(plan, op);
    nf_host_float_end(saved);
    return good;
}
