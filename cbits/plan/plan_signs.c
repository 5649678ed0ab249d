/* SPDX-License-Identifier: BSD-3-Clause */
/* How are random directions made, and made again?  They are signs, one bit of the generator each:
 * exact in every format that has 1 and -1.
 *
 * Row r of tangent k draws ceil(columns / 64) words of the stream of its layer, from word
 * (sample * tangents + k) * words on, where `sample` is the number of the row's sample in the data
 * set: neither the order nor the split of a batch shows. */
#include "core/ieee_rows.h"
#include "plan_kernels.h"

enum { WORDS = 64, BITS = 64 };

/* The words of one row of signs, in pieces. */
typedef struct row_of_signs {
    uint64_t seed, stream, next;
} row_of_signs;

static row_of_signs signs_of(const nf_plan *plan, const nf_plan_op *op, intptr_t row, intptr_t k,
                             intptr_t tangents, intptr_t columns)
{
    const int64_t *samples = plan->batch->samples;
    bool by_sample = (op->flag & NF_PLAN_BY_SAMPLE) != 0 && samples != NULL;
    uint64_t sample = (uint64_t)(by_sample ? samples[row] : (int64_t)row);
    uint64_t words = (uint64_t)(columns + BITS - 1) / BITS;
    return (row_of_signs){plan->knobs->seed, (uint64_t)op->stream,
                          (sample * (uint64_t)tangents + (uint64_t)k) * words};
}

/* The words of columns j, j + 1, ...: j is a multiple of WORDS * BITS. */
static void draw(row_of_signs *s, intptr_t columns, intptr_t j, uint64_t *words)
{
    intptr_t left = (columns - j + BITS - 1) / BITS;
    int n = left < WORDS ? (int)left : WORDS;
    nf_random_words(s->seed, s->stream, s->next, n, words);
    s->next += (uint64_t)n;
}

/* 1 or -1 as codes of one size, by the bits of a word. */
#define NF_WRITE_WORD(T)                                                                           \
    static void write_word_##T(uint64_t word, int n, uint64_t plus, uint64_t minus, char *to,      \
                               intptr_t step)                                                      \
    {                                                                                              \
        T *out = (T *)(void *)to, yes = (T)plus, no = (T)minus;                                    \
        for (int j = 0; j < n; j++)                                                                \
            out[j * step] = word >> j & 1 ? yes : no;                                              \
    }
NF_WRITE_WORD(uint8_t)
NF_WRITE_WORD(uint16_t)
NF_WRITE_WORD(uint32_t)
NF_WRITE_WORD(uint64_t)

/* A row of them; step in elements. */
static void write_signs(row_of_signs s, intptr_t n, uint64_t plus, uint64_t minus, char *out,
                        intptr_t step, int size)
{
    uint64_t words[WORDS];
    void (*write)(uint64_t, int, uint64_t, uint64_t, char *, intptr_t) =
        size == 1   ? write_word_uint8_t
        : size == 2 ? write_word_uint16_t
        : size == 4 ? write_word_uint32_t
                    : write_word_uint64_t;
    for (intptr_t j = 0; j < n; j += BITS) {
        if (j % (WORDS * BITS) == 0)
            draw(&s, n, j, words);
        write(words[j / BITS % WORDS], n - j < BITS ? (int)(n - j) : BITS, plus, minus,
              out + j * step * size, step);
    }
}

void nf_plan_perturb(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_op add = NF_OP_add;
    nf_loop *loop = nf_find_loop(out.format, add);
    uint64_t plus = nf_code_of_double(out.format, 1, &plan->env),
             minus = nf_code_of_double(out.format, -1, &plan->env);
    intptr_t tangents = out.rows / op->first;
    for (intptr_t r = 0; r < out.rows; r++) {
        row_of_signs s = signs_of(plan, op, r % op->first, r / op->first, tangents, out.columns);
        char *to = nf_row_at(&out, r);
        if (op->a.at < 0) {
            write_signs(s, out.columns, plus, minus, to, op->out.column, out.size);
            continue;
        }
        nf_operand a = nf_operand_of(plan, op, NF_PLAN_A);
        write_signs(s, out.columns, plus, minus, plan->scratch, 1, out.size);
        char *data[3] = {nf_row_at(&a, r), plan->scratch, to};
        intptr_t strides[3] = {a.column, out.size, out.column};
        loop(out.format, data, strides, out.columns, &plan->env);
        plan->env.index += (uint64_t)out.columns;
    }
}

/* ---- sums of signed numbers ------------------------------------------------------------------ */

enum { TANGENTS_MAX = 1024 };

/* Is every sum of these numbers with any signs exact in doubles?  All are multiples of 2^least, and
 * the sum of their magnitudes is below 2^(least + 53). */
static bool sums_are_exact(const double *x, intptr_t n)
{
    int least = 2000, most = -2000;
    for (intptr_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        int field = (int)(bits >> 52 & 0x7FF);
        uint64_t significand = bits & nf_mask(52);
        if (field == 0x7FF || (field == 0 && significand))
            return false;
        if (field == 0)
            continue;
        int zeros = nf_trailing_zeros(significand | UINT64_C(1) << 52);
        least = field - 52 + zeros < least ? field - 52 + zeros : least;
        most = field + 1 > most ? field + 1 : most;
    }
    return most + 10 - least <= 53; /* TANGENTS_MAX of them: 10 bits more */
}

static void add_signed(row_of_signs s, double x, double *sums, intptr_t n)
{
    uint64_t words[WORDS];
    for (intptr_t j = 0; j < n; j += BITS) {
        if (j % (WORDS * BITS) == 0)
            draw(&s, n, j, words);
        uint64_t word = words[j / BITS % WORDS];
        intptr_t count = n - j < BITS ? n - j : BITS;
        for (intptr_t e = 0; e < count; e++)
            sums[j + e] += word >> e & 1 ? x : -x;
    }
}

/* sums = addend - sums.  False: a difference is not exact. */
static bool take_from(nf_plan *plan, const nf_operand *addend, intptr_t row, double *sums,
                      double *values)
{
    bool exact = true;
    nf_convert_row(addend->format, nf_row_at(addend, row), addend->column, &nf_binary64,
                   (char *)values, sizeof *values, addend->columns, &plan->env);
    for (intptr_t j = 0; j < addend->columns; j++) {
        /* Knuth's two-sum of values and -sums */
        double x = values[j], y = -sums[j], z = x + y, w = z - x;
        exact &= (x - (z - w)) + (y - w) == 0;
        sums[j] = z;
    }
    return exact;
}

/* A row whose sums doubles hold; with an addend it may turn out that they do not. */
static bool combine_in_doubles(nf_plan *plan, const nf_plan_op *op, intptr_t row, const double *d,
                               const nf_operand *a, const nf_operand *out)
{
    double *sums = (double *)(void *)plan->scratch;
    memset(sums, 0, (size_t)out->columns * sizeof *sums);
    for (intptr_t k = 0; k < a->rows; k++)
        add_signed(signs_of(plan, op, row, k, a->rows, out->columns), d[k], sums, out->columns);
    if (op->addend.at >= 0) {
        nf_operand addend = nf_operand_of(plan, op, NF_PLAN_ADDEND);
        if (!take_from(plan, &addend, row, sums, sums + out->columns) &&
            (op->flag & NF_PLAN_NATIVE) == 0)
            return false;
    }
    nf_convert_row(&nf_binary64, (const char *)sums, sizeof *sums, out->format, nf_row_at(out, row),
                   out->column, out->columns, &plan->env);
    return true;
}

static int64_t words_of(int32_t columns)
{
    return (columns + BITS - 1) / BITS;
}

/* Any row: each element's sum by itself; the scratch has the words of all its tangents. */
static void combine_exactly(nf_plan *plan, const nf_plan_op *op, intptr_t row, const nf_operand *a,
                            const nf_operand *out)
{
    bool adds = op->addend.at >= 0;
    nf_operand addend = nf_operand_of(plan, op, NF_PLAN_ADDEND);
    nf_accumulator *q = nf_plan_accumulator(plan, a->format, adds ? addend.format : NULL);
    uint64_t *words = (uint64_t *)(void *)plan->scratch;
    intptr_t count = words_of(out->columns);
    for (intptr_t k = 0; k < a->rows; k++) {
        row_of_signs s = signs_of(plan, op, row, k, a->rows, out->columns);
        nf_random_words(s.seed, s.stream, s.next, (int)count, words + k * count);
    }
    for (intptr_t j = 0; j < out->columns; j++, plan->env.index++) {
        nf_accumulator_clear(q);
        if (adds)
            nf_accumulate_value(
                q, addend.format,
                nf_load_code(nf_row_at(&addend, row) + j * addend.column, addend.size));
        for (intptr_t k = 0; k < a->rows; k++) {
            bool plus = words[k * count + j / BITS] >> (j % BITS) & 1;
            nf_accumulator_subtract(q, plus == adds);
            nf_accumulate_value(q, a->format,
                                nf_load_code(nf_row_at(a, k) + row * a->column, a->size));
        }
        nf_store_code(nf_row_at(out, row) + j * out->column, out->size,
                      nf_accumulator_round(q, out->format, &plan->env));
    }
}

void nf_plan_combine(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    bool short_enough =
        a.rows <= TANGENTS_MAX && (nf_fits_double(a.format) || nf_is_binary64(a.format)) &&
        (op->addend.at < 0 || nf_fits_double(out.format) || nf_is_binary64(out.format));
    double d[TANGENTS_MAX];
    for (intptr_t i = 0; i < out.rows; i++) {
        if (short_enough)
            nf_convert_row(a.format, a.data + i * a.column, a.row, &nf_binary64, (char *)d,
                           sizeof *d, a.rows, &plan->env);
        bool doubles =
            short_enough && ((op->flag & NF_PLAN_NATIVE) != 0 || sums_are_exact(d, a.rows));
        if (!doubles || !combine_in_doubles(plan, op, i, d, &a, &out))
            combine_exactly(plan, op, i, &a, &out);
    }
}

/* ---- projections ----------------------------------------------------------------------------- */

/* Two tangents' signs agree in all but as many places as their words differ: sums of integers. */
void nf_plan_gram(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    intptr_t K = out.rows, count = words_of(op->last);
    uint64_t *words = (uint64_t *)(void *)plan->scratch;
    uint64_t last = nf_mask((op->last - 1) % BITS + 1);
    for (intptr_t k = 0; op->a.at < 0 && k < K; k++)
        for (intptr_t l = 0; l < K; l++)
            *(double *)(void *)(nf_row_at(&out, k) + l * out.column) = 0;
    for (intptr_t i = 0; i < op->first; i++) {
        for (intptr_t k = 0; k < K; k++) {
            row_of_signs s = signs_of(plan, op, i, k, K, op->last);
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
bool nf_plan_solve(nf_plan *plan, const nf_plan_op *op)
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

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t nf_plan_row_scratch(const nf_plan_op *op)
{
    int64_t n = op->out.columns, rows = op->out.rows, doubles = 0;
    switch (op->kind) {
    case NF_PLAN_LOSS: doubles = 2 * n + rows; break;
    case NF_PLAN_COMBINE: doubles = most(op->a.rows * words_of(op->out.columns), 2 * n); break;
    case NF_PLAN_PERTURB: doubles = n; break;
    case NF_PLAN_GRAM: doubles = rows * words_of(op->last); break;
    case NF_PLAN_SOLVE: doubles = rows * (rows + 1); break;
    default: break;
    }
    return doubles * (int64_t)sizeof(double);
}
