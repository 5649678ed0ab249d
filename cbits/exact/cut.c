/* SPDX-License-Identifier: BSD-3-Clause */
/* Into how many slices is an operand cut, and what is left over? */
#include "cut.h"

#include <stdlib.h>

#include "core/core.h"
#include "levels/round_to_odd.h"

int nf_digit_bits(intptr_t k)
{
    int count = 0; /* ceil(log2 k) */
    while ((INT64_C(1) << count) < k)
        count++;
    return (53 - count + 2) / 2;
}

static int exponent_of(double x) /* |x| < 2^result; x is not 0 */
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (int)(bits >> 52 & 0x7FF) - 1022;
}

/* Place l of all lines. */
static void load_place(const nf_slices *c, const nf_matrix *m, bool columns, intptr_t first,
                       intptr_t l, double *out)
{
    nf_strip s = nf_from(columns ? nf_row_of(m, l) : nf_column_of(m, l), first);
    nf_to_doubles(s.format, s.data, s.stride, c->lines, out);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void describe_line(nf_slices *c, int i, double largest, double smallest, int significand)
{
    int top = 0, bottom = 0;
    bool bad = false;
    if (largest > 0) {
        top = exponent_of(largest);
        bottom = exponent_of(smallest) - significand;
        bad = top > EXPONENT_MAX || bottom < -EXPONENT_MAX || top - bottom > LINE_BITS;
    }
    c->top[i] = bad ? 0 : top;
    c->bottom[i] = bad ? 0 : bottom;
    c->bad[i] = bad;
    c->bad_lines += bad;
}

/* Unpacks the operand into slice[0] and looks at every line. */
static void unpack(nf_slices *c, const nf_matrix *m, bool columns, intptr_t first)
{
    const nf_exact_kernels *kernels = nf_find_exact_kernels();
    double *largest = c->work, *smallest = c->work + c->lines;
    for (int i = 0; i < c->lines; i++) {
        largest[i] = 0;
        smallest[i] = nf_double_of(NF_EXPONENT);
    }
    for (intptr_t l = 0; l < c->k; l++) {
        double *x = c->slice[0] + l * c->lines;
        load_place(c, m, columns, first, l, x);
        kernels->measure(x, c->lines, largest, smallest);
    }
    c->bad_lines = 0;
    for (int i = 0; i < c->lines; i++)
        describe_line(c, i, largest[i], smallest[i], nf_significand_bits(&m->format));
    for (int i = 0; c->bad_lines && i < c->lines; i++)
        for (intptr_t l = 0; c->bad[i] && l < c->k; l++)
            c->slice[0][l * c->lines + i] = 0;
}

/* ---- slices ---------------------------------------------------------------------------------- */

/* work: rest, then sigma and scale of each slice, one of each for each line. */
static double *sigma_of(const nf_slices *c, int s)
{
    return c->work + c->lines * (1 + 2 * s);
}

static void set_units(const nf_slices *c)
{
    for (int s = 0; s < SLICES_MAX; s++)
        for (int i = 0; i < c->lines; i++) {
            int unit = c->top[i] - (c->width - 1) - s * c->width;
            sigma_of(c, s)[i] = 1.5 * nf_power_of_two(unit + 52);
            sigma_of(c, s)[c->lines + i] = nf_power_of_two(-unit);
        }
}

static bool cut_place(const nf_slices *c, double *const *digits, int slices)
{
    const double *sigma[SLICES_MAX], *scale[SLICES_MAX];
    for (int s = 0; s < slices; s++) {
        sigma[s] = sigma_of(c, s);
        scale[s] = sigma[s] + c->lines;
    }
    return nf_find_exact_kernels()->cut(digits, slices, c->lines, sigma, scale, c->work);
}

/* Measured, in picoseconds: a multiply-add of the BLAS, a leftover times one number, and a product
 * by dots. */
enum { BLAS_PS = 60, LEFTOVER_PS = 6000, DOT_PS = 1600, SAMPLES = 48 };

/* The number of slices that should cost least, from a sample; 0: dots cost less. */
static int choose_slices(const nf_slices *c)
{
    double *scratch = c->work + c->lines * (1 + 2 * SLICES_MAX), *digits[SLICES_MAX];
    intptr_t step = c->k / SAMPLES + 1, seen = 0, left[SLICES_MAX] = {0};
    for (intptr_t l = 0; l < c->k; l += step, seen += c->lines)
        for (int s = 0; s < SLICES_MAX; s++) {
            for (int t = 0; t <= s; t++)
                digits[t] = scratch + t * c->lines;
            memcpy(scratch, c->slice[0] + l * c->lines, (size_t)c->lines * sizeof *scratch);
            if (!cut_place(c, digits, s + 1))
                break;
            for (int i = 0; i < c->lines; i++)
                left[s] += c->work[i] != 0;
        }
    int best = 0;
    double least = DOT_PS;
    for (int s = 1; s <= SLICES_MAX; s++) {
        double cost = BLAS_PS * s * s + 2.0 * LEFTOVER_PS * (double)left[s - 1] / (double)seen;
        if (cost < least) {
            best = s;
            least = cost;
        }
    }
    return best;
}

static bool keep_leftovers(nf_slices *c, intptr_t l, const double *whole)
{
    for (int i = 0; i < c->lines; i++) {
        if (c->work[i] == 0)
            continue;
        if (c->lefts == c->capacity) {
            intptr_t capacity = 2 * c->capacity + 64;
            nf_leftover *more = realloc(c->left, (size_t)capacity * sizeof *more);
            if (more == NULL)
                return false;
            c->left = more;
            c->capacity = capacity;
        }
        c->left[c->lefts++] = (nf_leftover){i, (int32_t)l, whole[i], c->work[i]};
    }
    return true;
}

static bool cut_all(nf_slices *c)
{
    double *whole = c->work + c->lines * (1 + 2 * SLICES_MAX), *digits[SLICES_MAX];
    for (intptr_t l = 0; l < c->k; l++) {
        for (int s = 0; s < c->slices; s++)
            digits[s] = c->slice[s] + l * c->lines;
        memcpy(whole, digits[0], (size_t)c->lines * sizeof *whole);
        if (cut_place(c, digits, c->slices) && !keep_leftovers(c, l, whole))
            return false;
    }
    return true;
}

/* ---- the operand ----------------------------------------------------------------------------- */

static bool allocate(nf_slices *c)
{
    size_t lines = (size_t)c->lines;
    c->slice[0] = malloc((size_t)c->k * lines * sizeof(double));
    c->work = malloc(lines * (1 + 3 * SLICES_MAX) * sizeof(double));
    c->top = malloc(2 * lines * sizeof *c->top);
    c->bad = malloc(lines * sizeof *c->bad);
    c->bottom = c->top ? c->top + lines : NULL;
    return c->slice[0] && c->work && c->top && c->bad;
}

nf_outcome nf_cut_operand(nf_slices *c, const nf_matrix *m, bool columns, intptr_t first, int lines,
                          intptr_t k)
{
    *c = (nf_slices){.k = k, .lines = lines, .width = nf_digit_bits(k)};
    if (!allocate(c))
        return NF_NO_MEMORY;
    unpack(c, m, columns, first);
    set_units(c);
    c->slices = choose_slices(c);
    if (c->slices == 0 || 8 * c->bad_lines > lines)
        return NF_NO_PATH;
    for (int s = 1; s < c->slices; s++)
        if ((c->slice[s] = malloc((size_t)k * (size_t)lines * sizeof(double))) == NULL)
            return NF_NO_MEMORY;
    return cut_all(c) ? NF_DONE : NF_NO_MEMORY;
}

void nf_cut_free(nf_slices *c)
{
    for (int s = 0; s < SLICES_MAX; s++)
        free(c->slice[s]);
    free(c->work);
    free(c->top);
    free(c->bad);
    free(c->left);
}
