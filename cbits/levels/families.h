/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop turns codes of a row into doubles, and doubles into codes of a row? */
#ifndef NF_FAMILIES_H
#define NF_FAMILIES_H

#include "core/ieee_rows.h"
#include "decode.h"
#include "host_numbers.h"
#ifdef NF_COMPUTES
#include "encode_fixed.h"
#include "encode_floats.h"
#include "encode_tapered.h"
#endif

NF_INLINE void to_doubles_any(const nf_format *f, const uint32_t *words, int n, double *out)
{
    for (int i = 0; i < n; i += NF_LANES) {
        nf_words code = nf_reorder(nf_get(words + i));
        switch (f->family) {
        case NF_POSIT: nf_put_pair(out + i, nf_posit_pair(f, code)); break;
        case NF_TAKUM_LINEAR: nf_put_pair(out + i, nf_takum_pair(f, code)); break;
        case NF_FIXED: nf_put_pair(out + i, nf_fixed_pair(f, code)); break;
        default: nf_put_pair(out + i, nf_float_pair(f, code));
        }
    }
}

/* Formats whose rows fold into loops of their own, those used most. */
static const nf_format posit32 = NF_ROW_POSIT(32, 31, 2), bposit32 = NF_ROW_POSIT(32, 6, 5);
static const nf_format posit16 = NF_ROW_POSIT(16, 15, 2), bposit16 = NF_ROW_POSIT(16, 6, 5);
static const nf_format takum32 = NF_ROW_TAKUM(32), takum16 = NF_ROW_TAKUM(16);
#define NF_POSIT_ROWS(X) X(posit32) X(bposit32) X(posit16) X(bposit16)
#define NF_TAKUM_ROWS(X) X(takum32) X(takum16)

static void to_doubles_of_family(const nf_format *f, const uint32_t *words, int n, double *out)
{
    nf_format g = *f;
    switch (f->family) { /* a constant family in each loop */
    case NF_POSIT:
        g.family = NF_POSIT;
        to_doubles_any(&g, words, n, out);
        break;
    case NF_TAKUM_LINEAR:
        g.family = NF_TAKUM_LINEAR;
        to_doubles_any(&g, words, n, out);
        break;
    case NF_FIXED:
        g.family = NF_FIXED;
        to_doubles_any(&g, words, n, out);
        break;
    default: to_doubles_any(&g, words, n, out);
    }
}

static void to_doubles(const nf_format *f, const uint32_t *restrict words, int n,
                       double *restrict out)
{
#define NF_DECODE(row)                                                                             \
    if (nf_same_row(f, &row)) {                                                                    \
        to_doubles_any(&row, words, n, out);                                                       \
        return;                                                                                    \
    }
    NF_POSIT_ROWS(NF_DECODE)
    NF_TAKUM_ROWS(NF_DECODE)
#undef NF_DECODE
    if (!begins_binary32(f))
        to_doubles_of_family(f, words, n, out);
    else if (f->daz)
        hosts_to_doubles(words, 32 - f->bits, true, n, out);
    else
        hosts_to_doubles(words, 32 - f->bits, false, n, out);
}

#ifdef NF_COMPUTES

#define NF_ENCODE(row)                                                                             \
    if (nf_same_row(&t->f, &row))                                                                  \
        return nf_encode_tapered(&row, z, n, words);

static uint32_t encode_posits(const nf_target *t, const double *restrict z, int n,
                              uint32_t *restrict words)
{
    NF_POSIT_ROWS(NF_ENCODE)
    nf_format f = t->f;
    f.family = NF_POSIT;
    return nf_encode_tapered(&f, z, n, words);
}

static uint32_t encode_takums(const nf_target *t, const double *restrict z, int n,
                              uint32_t *restrict words)
{
    NF_TAKUM_ROWS(NF_ENCODE)
    nf_format f = t->f;
    f.family = NF_TAKUM_LINEAR;
    return nf_encode_tapered(&f, z, n, words);
}

#undef NF_ENCODE

static uint32_t encode_any_floats(const nf_target *t, const double *restrict z, int n,
                                  uint32_t *restrict words)
{
    return nf_is_binary32(&t->f) ? to_floats(z, n, words) : encode_floats(t, z, n, words);
}

#endif

#endif
