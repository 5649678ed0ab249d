/* SPDX-License-Identifier: BSD-3-Clause */
/* Is the value of an option a number, a truth or a word, and what is said when it is not? */
#include "format_reader.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- errors ----------------------------------------------------------------------------------- */

bool nf_text_fail(nf_text_reader *r, nf_status status, nf_text_span word)
{
    r->error->status = (int)status;
    r->error->at = word.p ? word.p - r->text : -1;
    r->error->length = word.n;
    return false;
}

void nf_text_allow(nf_text_reader *r, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    vsnprintf(r->error->allowed, sizeof r->error->allowed, format, words);
    va_end(words);
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
bool nf_text_refuse(nf_text_reader *r, nf_text_option option, const char *usual)
{
    r->error->name = nf_option_names[option];
    snprintf(r->error->value, sizeof r->error->value, "%s", usual);
    nf_text_span nowhere = {NULL, 0};
    return nf_text_fail(r, statuses[option], r->given[option] ? r->value[option] : nowhere);
}

/* ---- values of options ------------------------------------------------------------------------ */

/* A sign and 1 to 9 digits. */
static bool read_number(nf_text_span s, int *x)
{
    int sign = s.n && *s.p == '-' ? -1 : 1;
    if (s.n && (*s.p == '-' || *s.p == '+'))
        s = (nf_text_span){s.p + 1, s.n - 1};
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
bool nf_text_integer(nf_text_reader *r, nf_text_option option, int low, int high, int *x)
{
    if (!r->given[option])
        return true;
    if (read_number(r->value[option], x) && low <= *x && *x <= high)
        return true;
    nf_text_allow(r, "an integer in %d..%d", low, high);
    return nf_text_refuse(r, option, "");
}

bool nf_text_flag(nf_text_reader *r, nf_text_option option, uint8_t *x)
{
    if (!r->given[option])
        return true;
    *x = nf_text_is(r->value[option], "true");
    if (*x || nf_text_is(r->value[option], "false"))
        return true;
    nf_text_allow(r, "True or False");
    return nf_text_refuse(r, option, "");
}

/* The place of a value in a list of words; -1: it is none of them. */
static int find_word(const nf_text_reader *r, nf_text_option option, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (nf_text_is(r->value[option], words[i]))
            return i;
    return -1;
}

/* A word that is in the list and, where `possible` says which, possible here. */
bool nf_text_word(nf_text_reader *r, nf_text_option option, const char *const *words,
                  unsigned possible, uint8_t *x)
{
    int i = r->given[option] ? find_word(r, option, words) : *x;
    if (i >= 0 && (possible >> i & 1)) {
        *x = (uint8_t)i;
        return true;
    }
    nf_text_allow(r, "one of ");
    bool first = true;
    for (i = 0; words[i]; i++)
        if (possible >> i & 1) {
            if (!first)
                strcat(r->error->allowed, ", ");
            strcat(r->error->allowed, words[i]);
            first = false;
        }
    return nf_text_refuse(r, option, "");
}
