/* SPDX-License-Identifier: BSD-3-Clause */
/* Which format does a text name, and what is wrong with one that names none?
 *
 * A text is read in two passes: its words are sorted by their options, then the family looks at
 * the values.  So a word that nobody knows is reported before a value that cannot be. */
#include "format_reader.h"

#include <stdio.h>

/* ---- pieces of text --------------------------------------------------------------------------- */
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static nf_text_span stripped(nf_text_span s)
{
    for (; s.n && is_space(*s.p); s.p++)
        s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Up to the first c, or to the end: true if there is a c. */
static bool split(nf_text_span s, char c, nf_text_span *before, nf_text_span *after)
{
    const char *found = s.n ? memchr(s.p, c, s.n) : NULL;
    *before = (nf_text_span){s.p, found ? (size_t)(found - s.p) : s.n};
    *after = (nf_text_span){s.p + before->n + (found != NULL), s.n - before->n - (found != NULL)};
    return found != NULL;
}

static void allow_also(nf_text_reader *r, const char *word)
{
    char *list = r->error->allowed;
    size_t n = strlen(list);
    snprintf(list + n, sizeof r->error->allowed - n, "%s%s", n ? ", " : "", word);
}

static bool unknown_option(nf_text_reader *r, const nf_text_rule *rule, nf_text_span key)
{
    for (int i = 0; i < rule->count; i++)
        allow_also(r, nf_option_names[rule->options[i]]);
    return nf_text_fail(r, NF_UNKNOWN_OPTION, key);
}

/* ---- the words -------------------------------------------------------------------------------- */

static bool read_option(nf_text_reader *r, const nf_text_rule *rule, nf_text_span word, bool first)
{
    nf_text_span key, value;
    bool named = split(word, '=', &key, &value);
    if (!named && (!first || !rule->bare))
        return nf_text_fail(r, NF_NO_OPTION, stripped(word));
    key = stripped(named ? key : word);
    value = stripped(named ? value : word);
    int option = rule->options[0];
    if (named) {
        int i = 0;
        while (i < rule->count && !nf_text_is(key, nf_option_names[rule->options[i]]))
            i++;
        if (i == rule->count)
            return unknown_option(r, rule, key);
        option = rule->options[i];
    }
    if (r->given[option]) {
        r->error->name = nf_option_names[option];
        return nf_text_fail(r, NF_GIVEN_TWICE, value);
    }
    r->given[option] = true;
    r->value[option] = value;
    return true;
}

static bool read_options(nf_text_reader *r, const nf_text_rule *rule, nf_text_span inside)
{
    bool first = true, more;
    do {
        nf_text_span word;
        more = split(inside, ',', &word, &inside);
        if (!read_option(r, rule, word, first))
            return false;
        first = false;
    } while (more);
    for (int i = 0; i < rule->needed; i++)
        if (!r->given[rule->options[i]]) {
            r->error->name = nf_option_names[rule->options[i]];
            return nf_text_fail(r, NF_MISSING_OPTION, (nf_text_span){NULL, 0});
        }
    return true;
}

/* family<options>; false: the text is not of that form. */
static bool split_text(nf_text_span text, nf_text_span *family, nf_text_span *inside)
{
    nf_text_span end;
    if (text.n == 0 || text.p[text.n - 1] != '>')
        return false;
    if (!split((nf_text_span){text.p, text.n - 1}, '<', family, inside))
        return false;
    *family = stripped(*family);
    for (size_t i = 0; i < family->n; i++)
        if (!is_word_character(family->p[i]))
            return false;
    return family->n && !split(*inside, '<', &end, &end) && !split(*inside, '>', &end, &end);
}

nf_status nf_read_format(const char *text, size_t length, nf_format *f, nf_text_error *error)
{
    nf_text_reader r = {.text = text, .error = error};
    memset(error, 0, sizeof *error);
    nf_text_span whole = stripped((nf_text_span){text, length}), family, inside;
    for (int i = 0; i < nf_named_count; i++)
        if (nf_text_is(whole, nf_named_formats[i].name)) {
            *f = nf_named_formats[i].format;
            return NF_OK;
        }
    if (!split_text(whole, &family, &inside)) {
        nf_text_fail(&r, NF_UNKNOWN_FORMAT, whole);
        return NF_UNKNOWN_FORMAT;
    }
    for (int i = 0; i < NF_TEXT_FAMILIES; i++)
        if (nf_text_is(family, nf_text_rules[i].name)) {
            nf_format found;
            if (!read_options(&r, &nf_text_rules[i], inside) ||
                !nf_read_family(&r, (nf_text_family)i, &found))
                return (nf_status)error->status;
            *f = found;
            return NF_OK;
        }
    for (int i = 0; i < NF_TEXT_FAMILIES; i++)
        allow_also(&r, nf_text_rules[i].name);
    nf_text_fail(&r, NF_UNKNOWN_FAMILY, family);
    return NF_UNKNOWN_FAMILY;
}
