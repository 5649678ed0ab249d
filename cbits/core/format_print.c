/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the canonical text of a format?  Options that are as usual are not said. */
#include "format_words.h"

#include <string.h>

const char *const nf_words_rounding[] = {"nearest_even",
                                         "nearest_away",
                                         "nearest_zero",
                                         "nearest_positive",
                                         "nearest_negative",
                                         "toward_zero",
                                         "toward_positive",
                                         "toward_negative",
                                         "to_odd",
                                         "stochastic",
                                         NULL};
const char *const nf_words_overflow[] = {
    "inf", "saturate", "saturate_finite", "nan", "wrap", "saturate_symmetric", "zero", NULL};
const char *const nf_words_inf[] = {"none", "ieee", "top", NULL};
const char *const nf_words_nan[] = {"none", "ieee", "all_ones", "negative_zero", NULL};
const char *const nf_words_cut[] = {"result", "operand", "align", "product", "rounded", NULL};

const char *const nf_option_names[NF_TEXT_OPTIONS] = {
    [NF_TEXT_N] = "n",
    [NF_TEXT_BITS] = "bits",
    [NF_TEXT_RS] = "rs",
    [NF_TEXT_ES] = "es",
    [NF_TEXT_EXP] = "exp",
    [NF_TEXT_MAN] = "man",
    [NF_TEXT_COMPUTE_MAN] = "compute_man",
    [NF_TEXT_FRAC] = "frac",
    [NF_TEXT_BIAS] = "bias",
    [NF_TEXT_INF] = "inf",
    [NF_TEXT_NAN] = "nan",
    [NF_TEXT_SIGNED] = "signed",
    [NF_TEXT_ZERO] = "zero",
    [NF_TEXT_SIGNED_ZERO] = "signed_zero",
    [NF_TEXT_SUBNORMALS] = "subnormals",
    [NF_TEXT_ROUNDING] = "rounding",
    [NF_TEXT_OVERFLOW] = "overflow",
    [NF_TEXT_FTZ] = "ftz",
    [NF_TEXT_DAZ] = "daz",
    [NF_TEXT_TRUNCATE] = "truncate",
};

const nf_text_rule nf_text_rules[NF_TEXT_FAMILIES] = {
    [NF_TEXT_POSIT] = {"posit", 1, 2, true, {NF_TEXT_N, NF_TEXT_ES}},
    [NF_TEXT_BPOSIT] = {"bposit", 1, 3, true, {NF_TEXT_N, NF_TEXT_RS, NF_TEXT_ES}},
    [NF_TEXT_TAKUM] = {"takum_linear", 1, 1, true, {NF_TEXT_N}},
    [NF_TEXT_FLOAT] = {"float",
                       2,
                       11,
                       false,
                       {NF_TEXT_EXP, NF_TEXT_MAN, NF_TEXT_BIAS, NF_TEXT_INF, NF_TEXT_NAN,
                        NF_TEXT_SIGNED, NF_TEXT_ZERO, NF_TEXT_SIGNED_ZERO, NF_TEXT_SUBNORMALS,
                        NF_TEXT_ROUNDING, NF_TEXT_OVERFLOW}},
    [NF_TEXT_TRUNCATED] = {"truncated",
                           0,
                           6,
                           false,
                           {NF_TEXT_EXP, NF_TEXT_MAN, NF_TEXT_COMPUTE_MAN, NF_TEXT_FTZ, NF_TEXT_DAZ,
                            NF_TEXT_TRUNCATE}},
    [NF_TEXT_FIXED] = {"fixed",
                       2,
                       5,
                       true,
                       {NF_TEXT_BITS, NF_TEXT_FRAC, NF_TEXT_SIGNED, NF_TEXT_ROUNDING,
                        NF_TEXT_OVERFLOW}},
};

/* ---- pieces of the text ---------------------------------------------------------------------- */

typedef struct {
    char *at;
    bool first; /* no option stands there yet */
} writer;

static void put(writer *w, const char *text)
{
    size_t n = strlen(text);
    memcpy(w->at, text, n + 1);
    w->at += n;
}

static void put_number(writer *w, int x)
{
    char digits[12], *p = digits + sizeof digits - 1;
    unsigned magnitude = x < 0 ? 0u - (unsigned)x : (unsigned)x;
    *p = 0;
    for (; magnitude > 9; magnitude /= 10)
        *--p = (char)('0' + magnitude % 10);
    *--p = (char)('0' + magnitude);
    if (x < 0)
        *--p = '-';
    put(w, p);
}

static void put_name(writer *w, nf_text_option option)
{
    if (!w->first)
        put(w, ",");
    w->first = false;
    put(w, nf_option_names[option]);
    put(w, "=");
}

static void put_integer(writer *w, nf_text_option option, int x)
{
    put_name(w, option);
    put_number(w, x);
}

static void put_word(writer *w, nf_text_option option, const char *word, bool usual)
{
    if (usual)
        return;
    put_name(w, option);
    put(w, word);
}

static void put_flag(writer *w, nf_text_option option, bool x, bool usual)
{
    put_word(w, option, x ? "true" : "false", x == usual);
}

static void put_rounding(writer *w, const nf_format *f, int usual_overflow)
{
    put_word(w, NF_TEXT_ROUNDING, nf_words_rounding[f->rounding], f->rounding == NF_NEAREST_EVEN);
    put_word(w, NF_TEXT_OVERFLOW, nf_words_overflow[f->overflow], f->overflow == usual_overflow);
}

/* ---- families -------------------------------------------------------------------------------- */

static void put_family(writer *w, nf_text_family family)
{
    put(w, nf_text_rules[family].name);
    put(w, "<");
}

static void put_posit(writer *w, const nf_format *f)
{
    bool bounded = f->rs != f->bits - 1;
    put_family(w, bounded ? NF_TEXT_BPOSIT : NF_TEXT_POSIT);
    put_number(w, f->bits);
    w->first = false;
    if (bounded)
        put_integer(w, NF_TEXT_RS, f->rs);
    put_integer(w, NF_TEXT_ES, f->es);
}

static void put_float(writer *w, const nf_format *f)
{
    put_family(w, NF_TEXT_FLOAT);
    put_integer(w, NF_TEXT_EXP, f->exp);
    put_integer(w, NF_TEXT_MAN, f->man);
    if (f->bias != nf_usual_bias(f->exp))
        put_integer(w, NF_TEXT_BIAS, f->bias);
    put_flag(w, NF_TEXT_SIGNED, f->is_signed, true);
    put_flag(w, NF_TEXT_ZERO, f->zero, true); /* signed_zero follows from signed and nan */
    put_flag(w, NF_TEXT_SUBNORMALS, f->subnormals, true);
    put_word(w, NF_TEXT_INF, nf_words_inf[f->inf], f->inf == NF_INF_IEEE);
    put_word(w, NF_TEXT_NAN, nf_words_nan[f->nan], f->nan == NF_NAN_IEEE);
    put_rounding(w, f, NF_OVERFLOW_INF);
}

static void put_truncated(writer *w, const nf_format *f)
{
    put_family(w, NF_TEXT_TRUNCATED);
    put_integer(w, NF_TEXT_EXP, f->exp);
    put_integer(w, NF_TEXT_MAN, f->man);
    put_integer(w, NF_TEXT_COMPUTE_MAN, f->compute_man);
    put_flag(w, NF_TEXT_FTZ, f->ftz, true);
    put_flag(w, NF_TEXT_DAZ, f->daz, true);
    put_word(w, NF_TEXT_TRUNCATE, nf_words_cut[f->cut], f->cut == NF_CUT_RESULT);
}

static void put_fixed(writer *w, const nf_format *f)
{
    put_family(w, NF_TEXT_FIXED);
    put_number(w, f->bits);
    w->first = false;
    put_integer(w, NF_TEXT_FRAC, f->frac);
    put_flag(w, NF_TEXT_SIGNED, f->is_signed, true);
    put_rounding(w, f, NF_OVERFLOW_SATURATE);
}

size_t nf_print_format(const nf_format *f, char *buffer)
{
    writer w = {buffer, true};
    switch (f->family) {
    case NF_POSIT: put_posit(&w, f); break;
    case NF_TAKUM_LINEAR:
        put_family(&w, NF_TEXT_TAKUM);
        put_number(&w, f->bits);
        break;
    case NF_FLOAT: put_float(&w, f); break;
    case NF_TRUNCATED: put_truncated(&w, f); break;
    default: put_fixed(&w, f); break;
    }
    put(&w, ">");
    return (size_t)(w.at - buffer);
}
