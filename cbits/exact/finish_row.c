/* SPDX-License-Identifier: BSD-3-Clause */
/* How do many outputs of a row become rounded codes at once?
 *
 * Their exact sums are held in limbs of doubles (levels/limbs.h), which take the slices' results,
 * the products of leftovers and the addend; rounded to odd they become doubles, and a cast puts
 * those into the format.  The unit of an output's sum is a power of two of its row and column, so
 * low that everything is a multiple of it.
 *
 * Not for formats that ask for more than a double's bits (64 bits, stochastic, wrapping), and not
 * for numbers so far apart that limbs do not hold them: finish_wide.c does those.  Into binary64
 * only where one limb has the sum, and so all of its bits. */
#include "core/ieee_rows.h"
#include "levels/limbs.h"
#include "levels/round_to_odd.h"
#include "slices.h"

/* Where scales, terms and sums are normal doubles. */
enum { UNIT_MIN = -1000, SUM_MAX = 1000 };
/* Beyond the first limb's weight terms may have so many bits: with 2^18 leftovers and 16 results of
 * slices less than 2^51. */
enum { BITS_ABOVE = 30 };

typedef struct block {
    nf_tile *t;
    int i, j, n;                                   /* columns j..j + n - 1 of row i */
    bool whole;                                    /* products of leftovers are doubles */
    bool special;                                  /* some addends are no numbers */
    int below;                                     /* limbs below those of the slices' results */
    double sign;                                   /* -1: subtract */
    double up[NF_LIMB_BLOCK], down[NF_LIMB_BLOCK]; /* the unit of each sum, and its inverse */
    double x[NF_LIMB_BLOCK];                       /* addends; sums */
    nf_limbs sums;
} block;

static bool fits_doubles(const nf_format *f)
{
    return nf_fits_double(f) || nf_same_row(f, &nf_binary64);
}

bool nf_finishes_rows(const nf_product *p)
{
    const nf_format *f = &p->out.format;
    return fits_doubles(f) && f->family != NF_TRUNCATED && f->rounding != NF_STOCHASTIC &&
           f->overflow != NF_OVERFLOW_WRAP && (!p->addend || fits_doubles(&p->addend->format));
}

/* ---- which bits are there -------------------------------------------------------------------- */

/* How far terms reach below the unit of the slices' results, and above it, in bits. */
typedef struct reach {
    int below, above;
} reach;

static void widen(reach *r, int below, int above)
{
    r->below = below > r->below ? below : r->below;
    r->above = above > r->above ? above : r->above;
}

/* The addends of the block as doubles: 0 in place of what is no number. */
static void load_addend(block *b, int least_unit, int most_unit, reach *r)
{
    const nf_matrix *c = b->t->p->addend;
    const nf_limb_loops *loops = nf_find_limb_loops();
    nf_strip s = nf_from(nf_row_of(c, b->t->i0 + b->i), b->t->j0 + b->j);
    int least, most;
    nf_to_doubles(s.format, s.data, s.stride, b->n, b->x);
    b->special = !loops->extremes(b->x, b->n, &least, &most);
    if (b->special) {
        for (int j = 0; j < b->n; j++)
            b->x[j] = nf_bits_of(nf_magnitude_of(b->x[j])) < NF_EXPONENT ? b->x[j] : 0;
        loops->extremes(b->x, b->n, &least, &most);
    }
    if (least <= most)
        widen(r, most_unit - least + nf_significand_bits(&c->format), most - least_unit);
}

/* Units, weights and limbs for a block.  False: they do not hold it. */
static bool lay_out(block *b)
{
    nf_tile *t = b->t;
    const int width = t->a.width, last = t->a.slices + t->b.slices - 2;
    const int unit = nf_unit_exponent(&t->a, b->i);
    reach r = {0, 0};
    if (t->a.lefts[b->i] > 0)
        widen(&r, unit - t->a.bottom[b->i] + t->deepest, 0);
    if (t->b_leaves)
        widen(&r, t->deepest, 0);
    if (t->p->addend)
        load_addend(b, unit + t->least_unit, unit + t->most_unit, &r);
    b->below = (r.below + width - 1) / width;
    int above = r.above - width * (last + 1) - BITS_ABOVE;
    above = above > 0 ? (above + width - 1) / width : 0;
    bool plain = t->a.slices == 1 && t->b.slices == 1 && r.below == 0 && !t->p->addend &&
                 t->a.lefts[b->i] == 0 && !t->b_leaves;
    b->sums.count = plain ? 1 : b->below + last + 2 + above;
    int low = unit - b->below * width;
    if (b->sums.count > NF_LIMBS_MAX || low + t->least_unit < UNIT_MIN ||
        low + t->most_unit + width * b->sums.count + BITS_ABOVE > SUM_MAX)
        return false;
    for (int d = 0; d < b->sums.count; d++) {
        b->sums.weight[d] = nf_power_of_two(width * (b->sums.count - 1 - d));
        b->sums.sigma[d] = 0x1.8p52 * b->sums.weight[d];
    }
    for (int j = 0; j < b->n; j++) {
        b->up[j] = nf_power_of_two(low + t->unit[b->j + j]);
        b->down[j] = nf_power_of_two(-low - t->unit[b->j + j]);
    }
    return true;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static void add_slices(block *b)
{
    const nf_tile *t = b->t;
    const nf_limb_loops *loops = nf_find_limb_loops();
    const int last = t->a.slices + t->b.slices - 2;
    for (int s = 0; s < t->a.slices; s++)
        for (int u = 0; u < t->b.slices; u++) {
            const double *x = nf_result_of(t, s, u) + (intptr_t)b->i * t->b.lines + b->j;
            int d = b->sums.count - 1 - b->below - (last - s - u);
            if (b->sums.count > 1)
                loops->add_integers(&b->sums, d, x, b->sign * b->sums.weight[d], b->n);
            else
                for (int j = 0; j < b->n; j++)
                    b->sums.limb[0][j] = b->sign * x[j];
        }
}

static void add_row_leftovers(block *b)
{
    const nf_tile *t = b->t;
    const nf_leftover *e = nf_leftovers_of(&t->a, b->i), *end = e + t->a.lefts[b->i];
    for (; e < end; e++) {
        double row[NF_LIMB_BLOCK];
        nf_strip s = nf_from(nf_row_of(&t->p->b, e->place), t->j0 + b->j);
        nf_to_doubles(s.format, s.data, s.stride, b->n, row);
        for (int j = 0; j < b->n; j++) /* of columns that are not cut: perhaps no numbers */
            row[j] = t->b.bad[b->j + j] ? 0 : row[j];
        nf_find_limb_loops()->add_products(&b->sums, row, b->sign * e->rest, b->down, b->whole,
                                           b->n);
    }
}

static void add_one(block *b, int j, double rest)
{
    for (int d = 0; d < b->sums.count; d++) {
        double part = (rest + b->sums.sigma[d]) - b->sums.sigma[d];
        rest -= part;
        b->sums.limb[d][j] += part;
    }
}

/* cut(a) at a place, in units of its line. */
static double digits_of(const nf_slices *a, int line, intptr_t place)
{
    double x = 0;
    for (int s = 0; s < a->slices; s++)
        x = x * nf_power_of_two(a->width) + a->slice[s][place * a->lines + line];
    return x;
}

static void add_column_leftovers(block *b)
{
    const nf_tile *t = b->t;
    const double unit = nf_power_of_two(nf_unit_exponent(&t->a, b->i));
    for (int j = 0; j < b->n; j++) {
        const nf_leftover *e = nf_leftovers_of(&t->b, b->j + j), *end = e + t->b.lefts[b->j + j];
        for (; e < end; e++) {
            double x = b->sign * unit * digits_of(&t->a, b->i, e->place), p = x * e->rest;
            add_one(b, j, p * b->down[j]);
            if (!b->whole)
                add_one(b, j, nf_residual_of_product(x, e->rest, p) * b->down[j]);
        }
    }
}

/* ---- codes ----------------------------------------------------------------------------------- */

/* Is output j of the block a number's? */
static bool is_plain(const block *b, int j)
{
    const nf_tile *t = b->t;
    const nf_matrix *c = t->p->addend;
    if (t->b.bad[b->j + j])
        return false;
    if (!b->special)
        return true;
    double x;
    nf_strip s = nf_from(nf_row_of(c, t->i0 + b->i), t->j0 + b->j + j);
    nf_to_doubles(s.format, s.data, s.stride, 1, &x);
    return nf_bits_of(nf_magnitude_of(x)) < NF_EXPONENT;
}

/* A number that is rounded without a flag: 0, and where a format has none its least. */
static double quiet_number(const nf_format *f)
{
    double x = 0;
    if (!f->zero) {
        char code[8];
        nf_store_code(code, nf_size(f), nf_limits_of(f).minpos);
        nf_to_doubles(f, code, 0, 1, &x);
    }
    return x;
}

static void round_block(block *b, char *target, intptr_t stride)
{
    const nf_format *f = &b->t->p->out.format;
    nf_find_cast(&nf_binary64, f)(&nf_binary64, f, (char *[]){(char *)b->x, target},
                                  (intptr_t[]){sizeof(double), stride}, b->n, &b->t->env);
}

/* The sums as codes into those outputs that are theirs; of the others the addend must stay, for it
 * may lie in the same place. */
static void put_block(block *b)
{
    nf_tile *t = b->t;
    const nf_matrix *out = &t->p->out;
    char *target = out->data + (t->i0 + b->i) * out->row + (t->j0 + b->j) * out->column;
    bool all = !b->special && t->b.bad_lines == 0;
    const double quiet = all ? 0 : quiet_number(&out->format);
    for (int j = 0; j < b->n; j++) {
        t->open[b->j + j] = !all && !is_plain(b, j);
        if (t->open[b->j + j])
            b->x[j] = quiet;
    }
    if (all) {
        round_block(b, target, out->column);
        return;
    }
    char codes[8 * NF_LIMB_BLOCK];
    const int size = nf_size(&out->format);
    round_block(b, codes, size);
    for (int j = 0; j < b->n; j++)
        if (!t->open[b->j + j])
            memcpy(target + j * out->column, codes + j * size, (size_t)size);
}

bool nf_finish_columns(nf_tile *t, int i, int j, int n)
{
    block b; /* large: set field by field */
    b.t = t;
    b.i = i;
    b.j = j;
    b.n = n;
    b.special = false;
    b.sign = t->p->subtract ? -1 : 1;
    nf_product_size size = nf_plan_doubles(&t->p->a.format, &t->p->b.format).size;
    b.whole = size == NF_PRODUCT_SHORT;
    if ((size == NF_PRODUCT_ANY && (t->a.lefts[i] > 0 || t->b_leaves)) || !lay_out(&b))
        return false;
    if (nf_is_binary64(&t->p->out.format) && b.sums.count > 1)
        return false;
    for (int d = 0; d < b.sums.count; d++)
        memset(b.sums.limb[d], 0, (size_t)n * sizeof(double));
    add_slices(&b);
    if (t->p->addend)
        nf_find_limb_loops()->add_doubles(&b.sums, b.x, b.down, n);
    add_row_leftovers(&b);
    if (t->b_leaves)
        add_column_leftovers(&b);
    nf_find_limb_loops()->round(&b.sums, b.up, n, b.x);
    put_block(&b);
    return true;
}
