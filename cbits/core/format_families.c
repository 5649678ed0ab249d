/* SPDX-License-Identifier: BSD-3-Clause */
/* Which values may the options of a family have together, and which row do they make?
 *
 * In the order in which the factories of Python look at them (numformats/factories.py), so that both
 * report the same one of two errors. */
#include "format_reader.h"

#include "core.h"
#include "ieee_rows.h"

#include <stdio.h>

enum { ALL = 0xFFFF };

static bool read_posit(nf_text_reader *r, bool bounded, nf_format *f)
{
    int n = 0, rs = 6, es = bounded ? 5 : 2;
    if (!nf_text_integer(r, NF_TEXT_N, 2, 64, &n) ||
        (bounded && !nf_text_integer(r, NF_TEXT_RS, 2, 63, &rs)) ||
        !nf_text_integer(r, NF_TEXT_ES, 0, 5, &es))
        return false;
    f->bits = (uint8_t)n;
    f->rs = (uint8_t)(bounded && rs < n - 1 ? rs : n - 1);
    f->es = (uint8_t)es;
    return true;
}

static bool read_takum(nf_text_reader *r, nf_format *f)
{
    int n = 0;
    if (!nf_text_integer(r, NF_TEXT_N, 8, 64, &n))
        return false;
    f->bits = (uint8_t)n;
    return true;
}

static bool read_fixed(nf_text_reader *r, nf_format *f)
{
    int bits = 0, frac = 0;
    if (!nf_text_flag(r, NF_TEXT_SIGNED, &f->is_signed) ||
        !nf_text_integer(r, NF_TEXT_BITS, 2, 64, &bits) ||
        !nf_text_integer(r, NF_TEXT_FRAC, -64, 128, &frac) ||
        !nf_text_word(r, NF_TEXT_ROUNDING, nf_words_rounding, ALL, &f->rounding))
        return false;
    f->bits = (uint8_t)bits;
    f->frac = (int16_t)frac;
    /* Without a sign the two ways to saturate are one. */
    if (!f->is_signed && r->given[NF_TEXT_OVERFLOW] &&
        nf_text_is(r->value[NF_TEXT_OVERFLOW], "saturate_symmetric"))
        return true;
    /* in the order in which Python names them: the symmetric one stands beside the other */
    static const char *const words[] = {"saturate", "saturate_symmetric", "zero", "wrap", NULL};
    static const uint8_t codes[] = {NF_OVERFLOW_SATURATE, NF_OVERFLOW_SATURATE_SYMMETRIC,
                                    NF_OVERFLOW_ZERO, NF_OVERFLOW_WRAP};
    uint8_t word = 0;
    if (!nf_text_word(r, NF_TEXT_OVERFLOW, words, f->is_signed ? 15 : 13, &word))
        return false;
    f->overflow = codes[word];
    return true;
}

/* "1" or "'ieee'": as it stands in messages about values that follow from others. */
static bool refuse_number(nf_text_reader *r, nf_text_option option, int x)
{
    char text[12];
    snprintf(text, sizeof text, "%d", x);
    return nf_text_refuse(r, option, text);
}

static bool refuse_word(nf_text_reader *r, nf_text_option option, const char *word)
{
    char text[24];
    snprintf(text, sizeof text, "'%s'", word);
    return nf_text_refuse(r, option, text);
}

static bool check_specials(nf_text_reader *r, const nf_format *f)
{
    bool ieee = f->inf == NF_INF_IEEE;
    if (ieee != (f->nan == NF_NAN_IEEE)) {
        nf_text_allow(r, "'ieee' exactly when inf is 'ieee' (inf='%s')", nf_words_inf[f->inf]);
        return refuse_word(r, NF_TEXT_NAN, nf_words_nan[f->nan]);
    }
    if (ieee && (f->exp < 2 || f->man < 1)) {
        nf_text_allow(r, "'none' or 'top' unless exp >= 2 and man >= 1 (%d, %d)", f->exp, f->man);
        return refuse_word(r, NF_TEXT_INF, nf_words_inf[f->inf]);
    }
    if (f->nan == NF_NAN_NEGATIVE_ZERO && !f->is_signed) {
        nf_text_allow(r, "'none' or 'all_ones' in an unsigned float without IEEE specials");
        return refuse_word(r, NF_TEXT_NAN, nf_words_nan[f->nan]);
    }
    return true;
}

static bool check_zeros(nf_text_reader *r, const nf_format *f, bool signed_zero)
{
    if (f->signed_zero != signed_zero && !f->is_signed) {
        nf_text_allow(r, "False with signed=False");
        return nf_text_refuse(r, NF_TEXT_SIGNED_ZERO, "");
    }
    if (f->signed_zero != signed_zero) {
        nf_text_allow(r, "%s with nan='%s'", signed_zero ? "True" : "False", nf_words_nan[f->nan]);
        return nf_text_refuse(r, NF_TEXT_SIGNED_ZERO, "");
    }
    if (!f->zero && f->is_signed) {
        nf_text_allow(r, "True in a signed float");
        return nf_text_refuse(r, NF_TEXT_ZERO, "");
    }
    if (!f->zero && f->subnormals) {
        nf_text_allow(r, "False without a zero (zero=False)");
        return nf_text_refuse(r, NF_TEXT_SUBNORMALS, "True");
    }
    return true;
}

/* Has it a number beside zero?  Where those of field 0 flush, field 1 begins. */
static bool check_largest(nf_text_reader *r, const nf_format *f)
{
    uint64_t least = f->zero && !f->subnormals ? (uint64_t)1 << f->man : 1;
    if (nf_max_finite(f) >= least && nf_max_finite(f) <= nf_mask(f->bits))
        return true;
    nf_text_allow(r, "larger: only zero and special codes fit");
    return refuse_number(r, NF_TEXT_EXP, f->exp);
}

static bool read_overflow(nf_text_reader *r, nf_format *f)
{
    bool inf = f->inf != NF_INF_NONE, nan = f->nan != NF_NAN_NONE;
    f->overflow = inf ? NF_OVERFLOW_INF : nan ? NF_OVERFLOW_NAN : NF_OVERFLOW_SATURATE;
    /* without infinities the two ways to saturate are one */
    if (!inf && r->given[NF_TEXT_OVERFLOW] &&
        nf_text_is(r->value[NF_TEXT_OVERFLOW], "saturate_finite")) {
        f->overflow = NF_OVERFLOW_SATURATE;
        return true;
    }
    unsigned possible = 1u << NF_OVERFLOW_SATURATE;
    if (inf)
        possible |= 1u << NF_OVERFLOW_INF | 1u << NF_OVERFLOW_SATURATE_FINITE;
    if (nan)
        possible |= 1u << NF_OVERFLOW_NAN;
    return nf_text_word(r, NF_TEXT_OVERFLOW, nf_words_overflow, possible, &f->overflow);
}

/* exp and man, and what follows from them. */
static bool read_layout(nf_text_reader *r, int least_exp, int least_man, nf_format *f)
{
    int exp = f->exp, man = f->man;
    if (!nf_text_integer(r, NF_TEXT_EXP, least_exp, 15, &exp) ||
        !nf_text_flag(r, NF_TEXT_SIGNED, &f->is_signed) ||
        !nf_text_integer(r, NF_TEXT_MAN, least_man, exp > 1 ? 63 - exp : 62, &man))
        return false;
    f->exp = (uint8_t)exp;
    f->man = (uint8_t)man;
    f->bits = (uint8_t)(f->is_signed + exp + man);
    f->bias = nf_usual_bias(exp);
    return true;
}

static bool read_float(nf_text_reader *r, nf_format *f)
{
    f->subnormals = 1;
    f->inf = NF_INF_IEEE;
    f->nan = NF_NAN_IEEE;
    if (!read_layout(r, 1, 0, f) || !nf_text_flag(r, NF_TEXT_ZERO, &f->zero) ||
        !nf_text_flag(r, NF_TEXT_SIGNED_ZERO, &f->signed_zero) ||
        !nf_text_flag(r, NF_TEXT_SUBNORMALS, &f->subnormals))
        return false;
    if (f->bits < 2) {
        nf_text_allow(r, "signed + exp + man = %d + %d + %d, and at least 2", f->is_signed, f->exp,
                      f->man);
        return refuse_number(r, NF_TEXT_BITS, f->bits);
    }
    int bias = f->bias;
    if (!nf_text_integer(r, NF_TEXT_BIAS, -32832, 32832, &bias) ||
        !nf_text_word(r, NF_TEXT_INF, nf_words_inf, ALL, &f->inf) ||
        !nf_text_word(r, NF_TEXT_NAN, nf_words_nan, ALL, &f->nan) || !check_specials(r, f))
        return false;
    f->bias = bias;
    bool signed_zero = f->is_signed && f->nan != NF_NAN_NEGATIVE_ZERO;
    if (!r->given[NF_TEXT_SIGNED_ZERO])
        f->signed_zero = signed_zero;
    return check_zeros(r, f, signed_zero) && check_largest(r, f) &&
           nf_text_word(r, NF_TEXT_ROUNDING, nf_words_rounding, ALL, &f->rounding) &&
           read_overflow(r, f);
}

static bool read_truncated(nf_text_reader *r, nf_format *f)
{
    f->exp = 8;
    f->man = 23;
    if (!read_layout(r, 2, 1, f))
        return false;
    int compute_man = 20;
    if (!r->given[NF_TEXT_COMPUTE_MAN] && compute_man > f->man) {
        nf_text_allow(r, "an integer in 0..%d", f->man);
        return refuse_number(r, NF_TEXT_COMPUTE_MAN, compute_man);
    }
    f->ftz = f->daz = 1;
    if (!nf_text_integer(r, NF_TEXT_COMPUTE_MAN, 0, f->man, &compute_man) ||
        !nf_text_flag(r, NF_TEXT_FTZ, &f->ftz) || !nf_text_flag(r, NF_TEXT_DAZ, &f->daz) ||
        !nf_text_word(r, NF_TEXT_TRUNCATE, nf_words_cut, ALL, &f->cut))
        return false;
    f->compute_man = (uint8_t)compute_man;
    f->signed_zero = f->subnormals = 1;
    f->inf = NF_INF_IEEE;
    f->nan = NF_NAN_IEEE;
    f->overflow = NF_OVERFLOW_INF;
    return true;
}

bool nf_read_family(nf_text_reader *r, nf_text_family family, nf_format *f)
{
    static const uint8_t families[] = {NF_POSIT, NF_POSIT,     NF_TAKUM_LINEAR,
                                       NF_FLOAT, NF_TRUNCATED, NF_FIXED};
    memset(f, 0, sizeof *f);
    f->family = families[family];
    f->is_signed = f->zero = 1;
    f->overflow = NF_OVERFLOW_SATURATE;
    switch (family) {
    case NF_TEXT_FLOAT: return read_float(r, f);
    case NF_TEXT_TRUNCATED: return read_truncated(r, f);
    case NF_TEXT_FIXED: return read_fixed(r, f);
    case NF_TEXT_TAKUM: return read_takum(r, f);
    default: return read_posit(r, family == NF_TEXT_BPOSIT, f);
    }
}
