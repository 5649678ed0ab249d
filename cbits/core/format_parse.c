/* SPDX-License-Identifier: BSD-3-Clause */
/* Which format does a text name, and what is wrong with one that names none?
 *
 * A text is read in two passes: its words are sorted by their options, then the family looks at
 * the values.  So a word that nobody knows is reported before a value that cannot be. */
#include "format_words.h"

#include "core.h"
#include "ieee_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- pieces of text -------------------------------------------------------------------------- */

typedef struct {
    const char *p;
    size_t n;
} span;

/* The text, and what was found in it. */
typedef struct {
    const char *text;
    nf_text_error *error;
    span value[NF_TEXT_OPTIONS];
    bool given[NF_TEXT_OPTIONS];
} reader;

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static span stripped(span s)
{
    for (; s.n && is_space(*s.p); s.p++)
        s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool is(span s, const char *word)
{
    return strlen(word) == s.n && memcmp(s.p, word, s.n) == 0;
}

/* Up to the first c, or to the end: true if there is a c. */
static bool split(span s, char c, span *before, span *after)
{
    const char *found = s.n ? memchr(s.p, c, s.n) : NULL;
    *before = (span){s.p, found ? (size_t)(found - s.p) : s.n};
    *after = (span){s.p + before->n + (found != NULL), s.n - before->n - (found != NULL)};
    return found != NULL;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static bool fail(reader *r, nf_status status, span word)
{
    r->error->status = (int)status;
    r->error->at = word.p ? word.p - r->text : -1;
    r->error->length = word.n;
    return false;
}

__attribute__((format(printf, 2, 3))) static void allow(reader *r, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    vsnprintf(r->error->allowed, sizeof r->error->allowed, format, words);
    va_end(words);
}

static void allow_also(reader *r, const char *word)
{
    char *list = r->error->allowed;
    size_t n = strlen(list);
    snprintf(list + n, sizeof r->error->allowed - n, "%s%s", n ? ", " : "", word);
}

static bool unknown_option(reader *r, const nf_text_rule *rule, span key)
{
    for (int i = 0; i < rule->count; i++)
        allow_also(r, nf_option_names[rule->options[i]]);
    return fail(r, NF_UNKNOWN_OPTION, key);
}

static const nf_status statuses[NF_TEXT_OPTIONS] = {
    [NF_TEXT_N] = NF_BAD_BITS,
    [NF_TEXT_BITS] = NF_BAD_BITS,
    [NF_TEXT_RS] = NF_BAD_RS,
    [NF_TEXT_ES] = NF_BAD_ES,
    [NF_TEXT_EXP] = NF_BAD_EXP,
    [NF_TEXT_MAN] = NF_BAD_MAN,
    [NF_TEXT_COMPUTE_MAN] = NF_BAD_COMPUTE_MAN,
    [NF_TEXT_FRAC] = NF_BAD_FRAC,
    [NF_TEXT_BIAS] = NF_BAD_BIAS,
    [NF_TEXT_INF] = NF_BAD_INF,
    [NF_TEXT_NAN] = NF_BAD_NAN,
    [NF_TEXT_SIGNED] = NF_BAD_SIGN,
    [NF_TEXT_ZERO] = NF_BAD_ZERO,
    [NF_TEXT_SIGNED_ZERO] = NF_BAD_ZERO,
    [NF_TEXT_SUBNORMALS] = NF_BAD_ZERO,
    [NF_TEXT_ROUNDING] = NF_BAD_ROUNDING,
    [NF_TEXT_OVERFLOW] = NF_BAD_OVERFLOW,
    [NF_TEXT_FTZ] = NF_BAD_CUT,
    [NF_TEXT_DAZ] = NF_BAD_CUT,
    [NF_TEXT_TRUNCATE] = NF_BAD_CUT,
};

/* A value that cannot be; `allowed` is said already.  `usual`: the value where none is given. */
static bool refuse(reader *r, nf_text_option option, const char *usual)
{
    r->error->name = nf_option_names[option];
    snprintf(r->error->value, sizeof r->error->value, "%s", usual);
    span nowhere = {NULL, 0};
    return fail(r, statuses[option], r->given[option] ? r->value[option] : nowhere);
}

/* ---- values of options ----------------------------------------------------------------------- */

/* A sign and 1 to 9 digits. */
static bool read_number(span s, int *x)
{
    int sign = s.n && *s.p == '-' ? -1 : 1;
    if (s.n && (*s.p == '-' || *s.p == '+'))
        s = (span){s.p + 1, s.n - 1};
    if (s.n < 1 || s.n > 9)
        return false;
    *x = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *x = 10 * *x + (s.p[i] - '0');
    }
    *x *= sign;
    return true;
}

/* *x stays as it is where the text does not give it. */
static bool read_integer(reader *r, nf_text_option option, int low, int high, int *x)
{
    if (!r->given[option])
        return true;
    if (read_number(r->value[option], x) && low <= *x && *x <= high)
        return true;
    allow(r, "an integer in %d..%d", low, high);
    return refuse(r, option, "");
}

static bool read_flag(reader *r, nf_text_option option, uint8_t *x)
{
    if (!r->given[option])
        return true;
    *x = is(r->value[option], "true");
    if (*x || is(r->value[option], "false"))
        return true;
    allow(r, "True or False");
    return refuse(r, option, "");
}

/* The place of a value in a list of words; -1: it is none of them. */
static int find_word(const reader *r, nf_text_option option, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (is(r->value[option], words[i]))
            return i;
    return -1;
}

/* A word that is in the list and, where `possible` says which, possible here. */
static bool read_word(reader *r, nf_text_option option, const char *const *words, unsigned possible,
                      uint8_t *x)
{
    int i = r->given[option] ? find_word(r, option, words) : *x;
    if (i >= 0 && (possible >> i & 1)) {
        *x = (uint8_t)i;
        return true;
    }
    allow(r, "one of ");
    bool first = true;
    for (i = 0; words[i]; i++)
        if (possible >> i & 1) {
            if (!first)
                strcat(r->error->allowed, ", ");
            strcat(r->error->allowed, words[i]);
            first = false;
        }
    return refuse(r, option, "");
}

enum { ALL = 0xFFFF };

/* ---- families -------------------------------------------------------------------------------- */

static bool read_posit(reader *r, bool bounded, nf_format *f)
{
    int n = 0, rs = 6, es = bounded ? 5 : 2;
    if (!read_integer(r, NF_TEXT_N, 2, 64, &n) ||
        (bounded && !read_integer(r, NF_TEXT_RS, 2, 63, &rs)) ||
        !read_integer(r, NF_TEXT_ES, 0, 5, &es))
        return false;
    f->bits = (uint8_t)n;
    f->rs = (uint8_t)(bounded && rs < n - 1 ? rs : n - 1);
    f->es = (uint8_t)es;
    return true;
}

static bool read_takum(reader *r, nf_format *f)
{
    int n = 0;
    if (!read_integer(r, NF_TEXT_N, 8, 64, &n))
        return false;
    f->bits = (uint8_t)n;
    return true;
}

static bool read_fixed(reader *r, nf_format *f)
{
    int bits = 0, frac = 0;
    if (!read_flag(r, NF_TEXT_SIGNED, &f->is_signed) ||
        !read_integer(r, NF_TEXT_BITS, 2, 64, &bits) ||
        !read_integer(r, NF_TEXT_FRAC, -64, 128, &frac) ||
        !read_word(r, NF_TEXT_ROUNDING, nf_words_rounding, ALL, &f->rounding))
        return false;
    f->bits = (uint8_t)bits;
    f->frac = (int16_t)frac;
    /* Without a sign the two ways to saturate are one. */
    if (!f->is_signed && r->given[NF_TEXT_OVERFLOW] &&
        is(r->value[NF_TEXT_OVERFLOW], "saturate_symmetric"))
        return true;
    /* in the order in which Python names them: the symmetric one stands beside the other */
    static const char *const words[] = {"saturate", "saturate_symmetric", "zero", "wrap", NULL};
    static const uint8_t codes[] = {NF_OVERFLOW_SATURATE, NF_OVERFLOW_SATURATE_SYMMETRIC,
                                    NF_OVERFLOW_ZERO, NF_OVERFLOW_WRAP};
    uint8_t word = 0;
    if (!read_word(r, NF_TEXT_OVERFLOW, words, f->is_signed ? 15 : 13, &word))
        return false;
    f->overflow = codes[word];
    return true;
}

/* "1" or "'ieee'": as it stands in messages about values that follow from others. */
static bool refuse_number(reader *r, nf_text_option option, int x)
{
    char text[12];
    snprintf(text, sizeof text, "%d", x);
    return refuse(r, option, text);
}

static bool refuse_word(reader *r, nf_text_option option, const char *word)
{
    char text[24];
    snprintf(text, sizeof text, "'%s'", word);
    return refuse(r, option, text);
}

static bool check_specials(reader *r, const nf_format *f)
{
    bool ieee = f->inf == NF_INF_IEEE;
    if (ieee != (f->nan == NF_NAN_IEEE)) {
        allow(r, "'ieee' exactly when inf is 'ieee' (inf='%s')", nf_words_inf[f->inf]);
        return refuse_word(r, NF_TEXT_NAN, nf_words_nan[f->nan]);
    }
    if (ieee && (f->exp < 2 || f->man < 1)) {
        allow(r, "'none' or 'top' unless exp >= 2 and man >= 1 (%d, %d)", f->exp, f->man);
        return refuse_word(r, NF_TEXT_INF, nf_words_inf[f->inf]);
    }
    if (f->nan == NF_NAN_NEGATIVE_ZERO && !f->is_signed) {
        allow(r, "'none' or 'all_ones' in an unsigned float without IEEE specials");
        return refuse_word(r, NF_TEXT_NAN, nf_words_nan[f->nan]);
    }
    return true;
}

static bool check_zeros(reader *r, const nf_format *f, bool signed_zero)
{
    if (f->signed_zero != signed_zero && !f->is_signed) {
        allow(r, "False with signed=False");
        return refuse(r, NF_TEXT_SIGNED_ZERO, "");
    }
    if (f->signed_zero != signed_zero) {
        allow(r, "%s with nan='%s'", signed_zero ? "True" : "False", nf_words_nan[f->nan]);
        return refuse(r, NF_TEXT_SIGNED_ZERO, "");
    }
    if (!f->zero && f->is_signed) {
        allow(r, "True in a signed float");
        return refuse(r, NF_TEXT_ZERO, "");
    }
    if (!f->zero && f->subnormals) {
        allow(r, "False without a zero (zero=False)");
        return refuse(r, NF_TEXT_SUBNORMALS, "True");
    }
    return true;
}

/* Has it a number beside zero?  Where those of field 0 flush, field 1 begins. */
static bool check_largest(reader *r, const nf_format *f)
{
    uint64_t least = f->zero && !f->subnormals ? (uint64_t)1 << f->man : 1;
    if (nf_max_finite(f) >= least && nf_max_finite(f) <= nf_mask(f->bits))
        return true;
    allow(r, "larger: only zero and special codes fit");
    return refuse_number(r, NF_TEXT_EXP, f->exp);
}

static bool read_overflow(reader *r, nf_format *f)
{
    bool inf = f->inf != NF_INF_NONE, nan = f->nan != NF_NAN_NONE;
    f->overflow = inf ? NF_OVERFLOW_INF : nan ? NF_OVERFLOW_NAN : NF_OVERFLOW_SATURATE;
    /* without infinities the two ways to saturate are one */
    if (!inf && r->given[NF_TEXT_OVERFLOW] && is(r->value[NF_TEXT_OVERFLOW], "saturate_finite")) {
        f->overflow = NF_OVERFLOW_SATURATE;
        return true;
    }
    unsigned possible = 1u << NF_OVERFLOW_SATURATE;
    if (inf)
        possible |= 1u << NF_OVERFLOW_INF | 1u << NF_OVERFLOW_SATURATE_FINITE;
    if (nan)
        possible |= 1u << NF_OVERFLOW_NAN;
    return read_word(r, NF_TEXT_OVERFLOW, nf_words_overflow, possible, &f->overflow);
}

/* exp and man, and what follows from them. */
static bool read_layout(reader *r, int least_exp, int least_man, nf_format *f)
{
    int exp = f->exp, man = f->man;
    if (!read_integer(r, NF_TEXT_EXP, least_exp, 15, &exp) ||
        !read_flag(r, NF_TEXT_SIGNED, &f->is_signed) ||
        !read_integer(r, NF_TEXT_MAN, least_man, exp > 1 ? 63 - exp : 62, &man))
        return false;
    f->exp = (uint8_t)exp;
    f->man = (uint8_t)man;
    f->bits = (uint8_t)(f->is_signed + exp + man);
    f->bias = nf_usual_bias(exp);
    return true;
}

static bool read_float(reader *r, nf_format *f)
{
    f->subnormals = 1;
    f->inf = NF_INF_IEEE;
    f->nan = NF_NAN_IEEE;
    if (!read_layout(r, 1, 0, f) || !read_flag(r, NF_TEXT_ZERO, &f->zero) ||
        !read_flag(r, NF_TEXT_SIGNED_ZERO, &f->signed_zero) ||
        !read_flag(r, NF_TEXT_SUBNORMALS, &f->subnormals))
        return false;
    if (f->bits < 2) {
        allow(r, "signed + exp + man = %d + %d + %d, and at least 2", f->is_signed, f->exp, f->man);
        return refuse_number(r, NF_TEXT_BITS, f->bits);
    }
    int bias = f->bias;
    if (!read_integer(r, NF_TEXT_BIAS, -32832, 32832, &bias) ||
        !read_word(r, NF_TEXT_INF, nf_words_inf, ALL, &f->inf) ||
        !read_word(r, NF_TEXT_NAN, nf_words_nan, ALL, &f->nan) || !check_specials(r, f))
        return false;
    f->bias = bias;
    bool signed_zero = f->is_signed && f->nan != NF_NAN_NEGATIVE_ZERO;
    if (!r->given[NF_TEXT_SIGNED_ZERO])
        f->signed_zero = signed_zero;
    return check_zeros(r, f, signed_zero) && check_largest(r, f) &&
           read_word(r, NF_TEXT_ROUNDING, nf_words_rounding, ALL, &f->rounding) &&
           read_overflow(r, f);
}

static bool read_truncated(reader *r, nf_format *f)
{
    f->exp = 8;
    f->man = 23;
    if (!read_layout(r, 2, 1, f))
        return false;
    int compute_man = 20;
    if (!r->given[NF_TEXT_COMPUTE_MAN] && compute_man > f->man) {
        allow(r, "an integer in 0..%d", f->man);
        return refuse_number(r, NF_TEXT_COMPUTE_MAN, compute_man);
    }
    f->ftz = f->daz = 1;
    if (!read_integer(r, NF_TEXT_COMPUTE_MAN, 0, f->man, &compute_man) ||
        !read_flag(r, NF_TEXT_FTZ, &f->ftz) || !read_flag(r, NF_TEXT_DAZ, &f->daz) ||
        !read_word(r, NF_TEXT_TRUNCATE, nf_words_cut, ALL, &f->cut))
        return false;
    f->compute_man = (uint8_t)compute_man;
    f->signed_zero = f->subnormals = 1;
    f->inf = NF_INF_IEEE;
    f->nan = NF_NAN_IEEE;
    f->overflow = NF_OVERFLOW_INF;
    return true;
}

static bool read_family(reader *r, nf_text_family family, nf_format *f)
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

/* ---- the words ------------------------------------------------------------------------------- */

static bool read_option(reader *r, const nf_text_rule *rule, span word, bool first)
{
    span key, value;
    bool named = split(word, '=', &key, &value);
    if (!named && (!first || !rule->bare))
        return fail(r, NF_NO_OPTION, stripped(word));
    key = stripped(named ? key : word);
    value = stripped(named ? value : word);
    int option = rule->options[0];
    if (named) {
        int i = 0;
        while (i < rule->count && !is(key, nf_option_names[rule->options[i]]))
            i++;
        if (i == rule->count)
            return unknown_option(r, rule, key);
        option = rule->options[i];
    }
    if (r->given[option]) {
        r->error->name = nf_option_names[option];
        return fail(r, NF_GIVEN_TWICE, value);
    }
    r->given[option] = true;
    r->value[option] = value;
    return true;
}

static bool read_options(reader *r, const nf_text_rule *rule, span inside)
{
    bool first = true, more;
    do {
        span word;
        more = split(inside, ',', &word, &inside);
        if (!read_option(r, rule, word, first))
            return false;
        first = false;
    } while (more);
    for (int i = 0; i < rule->needed; i++)
        if (!r->given[rule->options[i]]) {
            r->error->name = nf_option_names[rule->options[i]];
            return fail(r, NF_MISSING_OPTION, (span){NULL, 0});
        }
    return true;
}

/* family<options>; false: the text is not of that form. */
static bool split_text(span text, span *family, span *inside)
{
    span end;
    if (text.n == 0 || text.p[text.n - 1] != '>')
        return false;
    if (!split((span){text.p, text.n - 1}, '<', family, inside))
        return false;
    *family = stripped(*family);
    for (size_t i = 0; i < family->n; i++)
        if (!is_word_character(family->p[i]))
            return false;
    return family->n && !split(*inside, '<', &end, &end) && !split(*inside, '>', &end, &end);
}

nf_status nf_read_format(const char *text, size_t length, nf_format *f, nf_text_error *error)
{
    reader r = {.text = text, .error = error};
    memset(error, 0, sizeof *error);
    span whole = stripped((span){text, length}), family, inside;
    for (int i = 0; i < nf_named_count; i++)
        if (is(whole, nf_named_formats[i].name)) {
            *f = nf_named_formats[i].format;
            return NF_OK;
        }
    if (!split_text(whole, &family, &inside)) {
        fail(&r, NF_UNKNOWN_FORMAT, whole);
        return NF_UNKNOWN_FORMAT;
    }
    for (int i = 0; i < NF_TEXT_FAMILIES; i++)
        if (is(family, nf_text_rules[i].name)) {
            nf_format found;
            if (!read_options(&r, &nf_text_rules[i], inside) ||
                !read_family(&r, (nf_text_family)i, &found))
                return (nf_status)error->status;
            *f = found;
            return NF_OK;
        }
    for (int i = 0; i < NF_TEXT_FAMILIES; i++)
        allow_also(&r, nf_text_rules[i].name);
    fail(&r, NF_UNKNOWN_FAMILY, family);
    return NF_UNKNOWN_FAMILY;
}
