/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one output of a tile become a rounded code?
 *
 * Its terms are integers in a unit that the row and the column give; their sum has 256 bits. */
#include "slices.h"

/* The sum over the slices as an integer: diagonals of equal weight first. */
static void add_slices(const nf_tile *t, intptr_t at, nf_wide *sum, int shift)
{
    int last = t->a.slices + t->b.slices - 2;
    for (int d = 0; d <= last; d++) {
        nf_i128 x = 0;
        for (int s = d < t->b.slices ? 0 : d - t->b.slices + 1; s <= d && s < t->a.slices; s++)
            x += (int64_t)nf_result_of(t, s, d - s)[at];
        nf_wide_add(sum, x, shift + (last - d) * t->a.width);
    }
}

/* ---- the end of an output -------------------------------------------------------------------- */

static void put(nf_tile *t, int i, int j, nf_number_128 x)
{
    const nf_product *p = t->p;
    intptr_t row = t->i0 + i, column = t->j0 + j;
    t->env.index = t->first_word + (uint64_t)(row * p->n + column);
    nf_put_code(&p->out, row, column, nf_round_number(&p->out.format, x, &t->env));
}

/* Bits that fit into 256 with a sign when two such numbers are added. */
enum { WIDE_BITS = 254, COUNT_BITS = 20 };

/* sum * 2^exp, below 2^top in magnitude, and the addend: rounded once.  False: too wide. */
static bool put_wide(nf_tile *t, int i, int j, nf_wide sum, int exp, int top)
{
    const nf_matrix *c = t->p->addend;
    if (t->p->subtract)
        sum = nf_wide_negated(sum);
    nf_number_128 x = nf_special_128(NF_ZERO, 0);
    if (c != NULL)
        x = nf_load_128_any(&c->format, nf_code_at(c, t->i0 + i, t->j0 + j));
    if (x.cls == NF_FINITE) {
        int zeros = nf_trailing_zeros(x.sig), low = x.exp - 127 + zeros;
        int base = low < exp ? low : exp, high = x.exp + 1 > top ? x.exp + 1 : top;
        if (high - base > WIDE_BITS)
            return false;
        nf_i128 sig = (nf_i128)(x.sig >> zeros);
        sum = nf_wide_shifted(sum, exp - base);
        nf_wide_add(&sum, x.sign ? -sig : sig, low - base);
        exp = base;
    }
    bool special = x.cls == NF_INFINITE || x.cls == NF_NOT_A_NUMBER;
    put(t, i, j, special ? x : nf_number_of_wide(&t->p->out.format, sum, exp));
    return true;
}

/* ---- outputs without leftovers --------------------------------------------------------------- */

static int top_of(const nf_tile *t, int i, int j)
{
    return t->a.top[i] + t->b.top[j] + COUNT_BITS;
}

/* Up to this many slices of a and b together, their sum fits 128 bits: 2 * 23 + 53 + 2 and less. */
enum { FEW_SLICES = 4 };

static bool finish_plain(nf_tile *t, int i, int j)
{
    intptr_t at = (intptr_t)i * t->b.lines + j;
    int exp = nf_unit_exponent(&t->a, i) + nf_unit_exponent(&t->b, j);
    if (t->p->addend || t->a.slices + t->b.slices > FEW_SLICES) {
        nf_wide sum = {0, 0};
        add_slices(t, at, &sum, 0);
        return put_wide(t, i, j, sum, exp, top_of(t, i, j));
    }
    nf_i128 x = 0;
    for (int d = 0; d <= t->a.slices + t->b.slices - 2; d++) {
        x = (nf_i128)((nf_u128)x << t->a.width);
        for (int s = d < t->b.slices ? 0 : d - t->b.slices + 1; s <= d && s < t->a.slices; s++)
            x += (int64_t)nf_result_of(t, s, d - s)[at];
    }
    nf_u128 magnitude = x < 0 ? 0 - (nf_u128)x : (nf_u128)x;
    put(t, i, j,
        x ? nf_number_of_128((x < 0) ^ t->p->subtract, magnitude, exp)
          : nf_special_128(NF_ZERO, 0));
    return true;
}

/* ---- outputs with leftovers ------------------------------------------------------------------ */

static int lowest(const nf_slices *c, int line)
{
    int unit = nf_unit_exponent(c, line);
    return unit < c->bottom[line] ? unit : c->bottom[line];
}

static bool is_open(const nf_tile *t, int j)
{
    return t->open[j] && !t->b.bad[j];
}

static void add_row_leftovers(nf_tile *t, int i, int from, int n)
{
    const nf_leftover *e = nf_leftovers_of(&t->a, i), *end = e + t->a.lefts[i];
    for (; e < end; e++) {
        nf_strip b = nf_from(nf_row_of(&t->p->b, e->place), t->j0 + from);
        nf_to_doubles(b.format, b.data, b.stride, n, t->row);
        for (int j = from; j < from + n; j++)
            if (is_open(t, j))
                nf_wide_add_product(&t->wide[j], e->rest, t->row[j - from],
                                    lowest(&t->a, i) + lowest(&t->b, j));
    }
}

/* cut(a) is a minus what a left over there. */
static void add_column_leftovers(nf_tile *t, int i, int j)
{
    const nf_leftover *e = nf_leftovers_of(&t->b, j), *of_row = nf_leftovers_of(&t->a, i);
    int base = lowest(&t->a, i) + lowest(&t->b, j);
    for (intptr_t n = t->b.lefts[j], at = 0; n > 0; n--, e++) {
        double x;
        nf_strip a = nf_from(nf_row_of(&t->p->a, t->i0 + i), e->place);
        nf_to_doubles(a.format, a.data, a.stride, 1, &x);
        nf_wide_add_product(&t->wide[j], x, e->rest, base);
        while (at < t->a.lefts[i] && of_row[at].place < e->place)
            at++;
        if (at < t->a.lefts[i] && of_row[at].place == e->place)
            nf_wide_add_product(&t->wide[j], -of_row[at].rest, e->rest, base);
    }
}

/* ---- a row ----------------------------------------------------------------------------------- */

static bool has_leftovers(const nf_tile *t, int i, int j)
{
    return t->a.lefts[i] > 0 || t->b.lefts[j] > 0;
}

void nf_finish_wide(nf_tile *t, int i, int from, int n)
{
    for (int j = from; j < from + n; j++) {
        if (!is_open(t, j))
            continue;
        if (!has_leftovers(t, i, j)) {
            t->open[j] = !finish_plain(t, i, j);
            continue;
        }
        t->wide[j] = (nf_wide){0, 0};
        add_slices(t, (intptr_t)i * t->b.lines + j, &t->wide[j],
                   nf_unit_exponent(&t->a, i) + nf_unit_exponent(&t->b, j) - lowest(&t->a, i) -
                       lowest(&t->b, j));
    }
    add_row_leftovers(t, i, from, n);
    for (int j = from; j < from + n; j++)
        if (is_open(t, j) && has_leftovers(t, i, j)) {
            add_column_leftovers(t, i, j);
            int exp = lowest(&t->a, i) + lowest(&t->b, j);
            t->open[j] = !put_wide(t, i, j, t->wide[j], exp, top_of(t, i, j));
        }
}
