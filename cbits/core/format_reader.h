/* SPDX-License-Identifier: BSD-3-Clause */
/* What is found in the text of a format, and how is a value of it read or refused? */
#ifndef NF_FORMAT_READER_H
#define NF_FORMAT_READER_H

#include "format_words.h"

#include <string.h>

typedef struct {
    const char *p;
    size_t n;
} nf_text_span;

/* The text, and what was found in it. */
typedef struct {
    const char *text;
    nf_text_error *error;
    nf_text_span value[NF_TEXT_OPTIONS];
    bool given[NF_TEXT_OPTIONS];
} nf_text_reader;

static inline bool nf_text_is(nf_text_span s, const char *word)
{
    return strlen(word) == s.n && memcmp(s.p, word, s.n) == 0;
}

/* False, with the error's status and place; a word without a pointer is nowhere. */
bool nf_text_fail(nf_text_reader *r, nf_status status, nf_text_span word);
/* Says what is allowed. */
__attribute__((format(printf, 2, 3))) void nf_text_allow(nf_text_reader *r, const char *format,
                                                         ...);
/* False: a value that cannot be; what is allowed is said already.  `usual`: the value where the text
 * gives none. */
bool nf_text_refuse(nf_text_reader *r, nf_text_option option, const char *usual);

/* Values of options; *x stays as it is where the text does not give it.  False: refused. */
bool nf_text_integer(nf_text_reader *r, nf_text_option option, int low, int high, int *x);
bool nf_text_flag(nf_text_reader *r, nf_text_option option, uint8_t *x);
/* The place of a word in a list; bit i of `possible`: word i is possible here. */
bool nf_text_word(nf_text_reader *r, nf_text_option option, const char *const *words,
                  unsigned possible, uint8_t *x);

/* The format of a family with the options that were found. */
bool nf_read_family(nf_text_reader *r, nf_text_family family, nf_format *f);

#endif
