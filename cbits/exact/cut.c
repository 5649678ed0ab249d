/* SPDX-License-Identifier: BSD-3-Clause */
/* Into how many slices is an operand cut, and what is left over? */
#include "cut.h"

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

/* A line is given up: its digits become 0, and dots do it. */
static void give_up(nf_slices *c, int i)
{
    c->bad[i] = true;
    c->bad_lines++;
    c->lefts[i] = 0;
    for (int s = 0; s < c->slices; s++)
        for (intptr_t l = 0; l < c->k; l++)
            c->slice[s][l * c->lines + i] = 0;
}

static void keep_leftovers(nf_slices *c, intptr_t l)
{
    for (int i = 0; i < c->lines; i++)
        if (c->work[i] != 0 && c->lefts[i]++ < c->most)
            c->left[i * c->most + c->lefts[i] - 1] = (nf_leftover){c->work[i], l};
}

static void cut_all(nf_slices *c)
{
    double *digits[SLICES_MAX];
    memset(c->lefts, 0, (size_t)c->lines * sizeof *c->lefts);
    for (intptr_t l = 0; l < c->k; l++) {
        for (int s = 0; s < c->slices; s++)
            digits[s] = c->slice[s] + l * c->lines;
        if (cut_place(c, digits, c->slices))
            keep_leftovers(c, l);
    }
    for (int i = 0; i < c->lines; i++)
        if (c->lefts[i] > c->most)
            give_up(c, i);
}

/* ---- the operand ----------------------------------------------------------------------------- */

enum { WORK = 1 + 3 * SLICES_MAX };

static intptr_t most_leftovers(intptr_t k)
{
    return k / 8 + 1;
}

static size_t slice_bytes(intptr_t k, int lines)
{
    return (size_t)k * (size_t)lines * sizeof(double);
}

size_t nf_cut_room(intptr_t k, int lines, int slices)
{
    size_t n = (size_t)lines;
    return (size_t)slices * nf_piece(slice_bytes(k, lines)) + nf_piece(n * WORK * sizeof(double)) +
           2 * nf_piece(n * sizeof(int)) + nf_piece(n * sizeof(bool)) +
           nf_piece(n * sizeof(intptr_t)) +
           nf_piece(n * (size_t)most_leftovers(k) * sizeof(nf_leftover));
}

/* Enough to look at the lines, and for their first slice. */
static bool take_lines(nf_slices *c, nf_room *room)
{
    size_t n = (size_t)c->lines;
    c->slice[0] = nf_take(room, slice_bytes(c->k, c->lines));
    c->work = nf_take(room, n * WORK * sizeof *c->work);
    c->top = nf_take(room, n * sizeof *c->top);
    c->bottom = nf_take(room, n * sizeof *c->bottom);
    c->bad = nf_take(room, n * sizeof *c->bad);
    return c->slice[0] && c->work && c->top && c->bottom && c->bad;
}

static bool take_slices(nf_slices *c, nf_room *room)
{
    size_t n = (size_t)c->lines;
    bool taken = true;
    for (int s = 1; s < c->slices; s++)
        taken &= (c->slice[s] = nf_take(room, slice_bytes(c->k, c->lines))) != NULL;
    c->lefts = nf_take(room, n * sizeof *c->lefts);
    c->left = nf_take(room, n * (size_t)c->most * sizeof *c->left);
    return taken && c->lefts && c->left;
}

nf_outcome nf_cut_operand(nf_slices *c, const nf_matrix *m, bool columns, intptr_t first, int lines,
                          intptr_t k, nf_room *room)
{
    *c = (nf_slices){.k = k, .lines = lines, .width = nf_digit_bits(k), .most = most_leftovers(k)};
    if (!take_lines(c, room))
        return NF_NO_MEMORY;
    unpack(c, m, columns, first);
    set_units(c);
    c->slices = choose_slices(c);
    if (c->slices == 0)
        return NF_NO_PATH;
    if (!take_slices(c, room))
        return NF_NO_MEMORY;
    cut_all(c);
    return 8 * c->bad_lines > lines ? NF_NO_PATH : NF_DONE;
}
