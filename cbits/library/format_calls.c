/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a caller of the library get a format, and ask what it is? */
#include "library.h"

#include <stdio.h>

nf_status nf_format_parse(const char *text, nf_format *format, nf_text_error *error)
{
    nf_text_error own;
    error = error ? error : &own;
    memset(error, 0, sizeof *error);
    error->at = -1;
    if (text == NULL || format == NULL) {
        error->status = NF_BAD_ARGUMENT;
        return NF_BAD_ARGUMENT;
    }
    return nf_read_format(text, strlen(text), format, error);
}

/* "es=9: must be an integer in 0..5" */
static int write_problem(const nf_text_error *e, const char *word, int length, char *buffer,
                         size_t size)
{
    switch (e->status) {
    case NF_UNKNOWN_FORMAT: return snprintf(buffer, size, "unknown format");
    case NF_UNKNOWN_FAMILY:
        return snprintf(buffer, size, "unknown family of formats '%.*s'; known: %s", length, word,
                        e->allowed);
    case NF_UNKNOWN_OPTION:
        return snprintf(buffer, size, "unknown option '%.*s'; known: %s", length, word, e->allowed);
    case NF_NO_OPTION:
        return snprintf(buffer, size, "'%.*s': must be of the form option=value", length, word);
    case NF_GIVEN_TWICE:
        return snprintf(buffer, size, "%s=%.*s: given twice", e->name, length, word);
    case NF_MISSING_OPTION: return snprintf(buffer, size, "%s is missing", e->name);
    default: break;
    }
    if (e->name == NULL)
        return snprintf(buffer, size, "'%.*s': %s%s%s", length, word,
                        nf_status_text((nf_status)e->status), e->allowed[0] ? "; allowed: " : "",
                        e->allowed);
    if (e->at < 0) {
        word = e->value;
        length = (int)strlen(word);
    }
    return snprintf(buffer, size, "%s=%.*s: must be %s", e->name, length, word, e->allowed);
}

size_t nf_format_explain(const char *text, const nf_text_error *error, char *buffer, size_t size)
{
    enum { SHOWN = 300 };
    if (text == NULL || error == NULL || (buffer == NULL && size > 0))
        return 0;
    int start = snprintf(buffer, size, "'%.*s': ", SHOWN, text);
    size_t n = strlen(text), done = (size_t)start < size ? (size_t)start : size;
    bool inside =
        error->at >= 0 && (size_t)error->at <= n && error->length <= n - (size_t)error->at;
    const char *word = inside ? text + error->at : "";
    int length = inside ? (int)(error->length < SHOWN ? error->length : SHOWN) : 0;
    return (size_t)start +
           (size_t)write_problem(error, word, length, size ? buffer + done : NULL, size - done);
}

size_t nf_copy_text(const char *text, size_t length, char *buffer, size_t size)
{
    if (buffer != NULL && size > 0) {
        size_t n = length < size - 1 ? length : size - 1;
        memcpy(buffer, text, n);
        buffer[n] = 0;
    }
    return length;
}

size_t nf_format_print(const nf_format *format, char *buffer, size_t size)
{
    char text[NF_FORMAT_TEXT_MAX];
    nf_format read;
    nf_text_error error;
    if (!nf_is_row(format))
        return nf_copy_text("", 0, buffer, size);
    size_t n = nf_print_format(format, text);
    bool same =
        nf_read_format(text, n, &read, &error) == NF_OK && memcmp(&read, format, sizeof read) == 0;
    return nf_copy_text(text, same ? n : 0, buffer, size);
}

const char *nf_format_name(const nf_format *format)
{
    int i = format ? nf_find_named(format) : -1;
    return i < 0 ? NULL : nf_named_formats[i].name;
}

const char *nf_format_listed(int i)
{
    return i >= 0 && i < nf_named_count ? nf_named_formats[i].name : NULL;
}

nf_status nf_format_status(const nf_format *format)
{
    return format ? nf_format_check(format) : NF_BAD_ARGUMENT;
}

size_t nf_format_bytes(const nf_format *format)
{
    return nf_is_row(format) ? (size_t)nf_storage_bytes(format) : 0;
}

nf_status nf_format_limits(const nf_format *format, nf_limits *limits)
{
    if (limits == NULL || !nf_is_row(format))
        return limits ? nf_format_status(format) : NF_BAD_ARGUMENT;
    *limits = nf_limits_of(format);
    return NF_OK;
}

bool nf_format_holds(const nf_format *outer, const nf_format *inner)
{
    return nf_is_row(outer) && nf_is_row(inner) && nf_contains(outer, inner);
}
