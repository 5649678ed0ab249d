/* SPDX-License-Identifier: BSD-3-Clause */
/* How are random directions made, and made again?  They are signs, one bit of the generator each:
 * exact in every format that has 1 and -1. */
#include "core/host_rounding.h"
#include "core/ieee_rows.h"
#include "plan_signs.h"

enum { WORDS = 64 };

/* The words of columns j, j + 1, ...: j is a multiple of WORDS * BITS. */
static void draw(nf_row_of_signs *s, intptr_t columns, intptr_t j, uint64_t *words)
{
    intptr_t left = (columns - j + BITS - 1) / BITS;
    int n = left < WORDS ? (int)left : WORDS;
    nf_random_words(s->seed, s->stream, s->next, n, words);
    s->next += (uint64_t)n;
}

/* 1 and -1 as codes for each byte of a word: eight at a time are copied. */
enum { BYTE = 8, BYTES = 256, CODE_MAX = 8 };
typedef struct codes_of_bytes {
    int size;
    char codes[BYTES * BYTE * CODE_MAX];
} codes_of_bytes;

static void tabulate(codes_of_bytes *t, int size, uint64_t plus, uint64_t minus)
{
    t->size = size;
    for (int byte = 0; byte < BYTES; byte++)
        for (int e = 0; e < BYTE; e++)
            nf_store_code(t->codes + (byte * BYTE + e) * size, size, byte >> e & 1 ? plus : minus);
}

/* A row of them, side by side. */
static void write_signs(const codes_of_bytes *t, nf_row_of_signs s, intptr_t n, char *out)
{
    uint64_t words[WORDS];
    for (intptr_t j = 0; j < n; j += BYTE) {
        if (j % (WORDS * BITS) == 0)
            draw(&s, n, j, words);
        intptr_t byte = words[j / BITS % WORDS] >> j % BITS & (BYTES - 1);
        intptr_t count = n - j < BYTE ? n - j : BYTE;
        if (count == BYTE && t->size == 2) /* the common sizes: a copy of known length */
            memcpy(out + j * 2, t->codes + byte * BYTE * 2, BYTE * 2);
        else if (count == BYTE && t->size == 8)
            memcpy(out + j * 8, t->codes + byte * BYTE * 8, BYTE * 8);
        else
            memcpy(out + j * t->size, t->codes + byte * BYTE * t->size, (size_t)(count * t->size));
    }
}

void nf_plan_perturb(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_loop *add = nf_find_loop(out.format, NF_OP_add);
    intptr_t tangents = out.rows / op->first;
    codes_of_bytes codes;
    tabulate(&codes, out.size, nf_code_of_double(out.format, 1, &plan->env),
             nf_code_of_double(out.format, -1, &plan->env));
    for (intptr_t r = 0; r < out.rows; r++) {
        nf_row_of_signs s =
            nf_signs_of(plan, op, r % op->first, r / op->first, tangents, out.columns);
        char *to = nf_row_at(&out, r);
        write_signs(&codes, s, out.columns, op->a.at < 0 ? to : plan->scratch);
        if (op->a.at < 0)
            continue;
        nf_operand a = nf_operand_of(plan, op, NF_PLAN_A);
        char *data[3] = {nf_row_at(&a, r), plan->scratch, to};
        intptr_t strides[3] = {a.column, out.size, out.column};
        add(out.format, data, strides, out.columns, &plan->env);
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

/* sums[j] += x or -x; the table has the bits of 0 and -0. */
static void add_signed(const codes_of_bytes *t, nf_row_of_signs s, double x, double *sums,
                       intptr_t n)
{
    uint64_t words[WORDS], bits[BYTE], of_x;
    memcpy(&of_x, &x, sizeof x);
    for (intptr_t j = 0; j < n; j += BYTE) {
        if (j % (WORDS * BITS) == 0)
            draw(&s, n, j, words);
        intptr_t byte = words[j / BITS % WORDS] >> j % BITS & (BYTES - 1);
        double term[BYTE];
        memcpy(bits, t->codes + byte * (intptr_t)sizeof bits, sizeof bits);
        for (int e = 0; e < BYTE; e++)
            bits[e] ^= of_x;
        memcpy(term, bits, sizeof term);
        if (n - j >= BYTE)
            for (int e = 0; e < BYTE; e++)
                sums[j + e] += term[e];
        else
            for (intptr_t e = 0; e < n - j; e++)
                sums[j + e] += term[e];
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
static bool combine_in_doubles(nf_plan *plan, const nf_plan_op *op, const codes_of_bytes *minus,
                               intptr_t row, const double *d, const nf_operand *a,
                               const nf_operand *out)
{
    double *sums = (double *)(void *)plan->scratch;
    memset(sums, 0, (size_t)out->columns * sizeof *sums);
    for (intptr_t k = 0; k < a->rows; k++)
        add_signed(minus, nf_signs_of(plan, op, row, k, a->rows, out->columns), d[k], sums,
                   out->columns);
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

/* Any row: each element's sum by itself; the scratch has the words of all its tangents. */
static void combine_exactly(nf_plan *plan, const nf_plan_op *op, intptr_t row, const nf_operand *a,
                            const nf_operand *out)
{
    bool adds = op->addend.at >= 0;
    nf_operand addend = nf_operand_of(plan, op, NF_PLAN_ADDEND);
    nf_accumulator *q = nf_plan_accumulator(plan, a->format, adds ? addend.format : NULL);
    uint64_t *words = (uint64_t *)(void *)plan->scratch;
    intptr_t count = nf_words_of_signs(out->columns);
    for (intptr_t k = 0; k < a->rows; k++) {
        nf_row_of_signs s = nf_signs_of(plan, op, row, k, a->rows, out->columns);
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

static void combine(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    bool short_enough =
        a.rows <= TANGENTS_MAX && (nf_fits_double(a.format) || nf_is_binary64(a.format)) &&
        (op->addend.at < 0 || nf_fits_double(out.format) || nf_is_binary64(out.format));
    double d[TANGENTS_MAX];
    codes_of_bytes minus;
    tabulate(&minus, sizeof(double), 0, (uint64_t)1 << 63);
    for (intptr_t i = 0; i < out.rows; i++) {
        if (short_enough)
            nf_convert_row(a.format, a.data + i * a.column, a.row, &nf_binary64, (char *)d,
                           sizeof *d, a.rows, &plan->env);
        bool doubles =
            short_enough && ((op->flag & NF_PLAN_NATIVE) != 0 || sums_are_exact(d, a.rows));
        if (!doubles || !combine_in_doubles(plan, op, &minus, i, d, &a, &out))
            combine_exactly(plan, op, i, &a, &out);
    }
}

void nf_plan_combine(nf_plan *plan, const nf_plan_op *op)
{
    nf_host_float saved = nf_host_float_begin();
    combine(plan, op);
    nf_host_float_end(saved);
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
    case NF_PLAN_COMBINE:
        doubles = most(op->a.rows * nf_words_of_signs(op->out.columns), 2 * n);
        break;
    case NF_PLAN_PERTURB: doubles = n; break;
    case NF_PLAN_GRAM: doubles = rows * nf_words_of_signs(op->last); break;
    case NF_PLAN_SOLVE: doubles = rows * (rows + 1); break;
    default: break;
    }
    return doubles * (int64_t)sizeof(double);
}
