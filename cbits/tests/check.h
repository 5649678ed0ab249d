/* SPDX-License-Identifier: BSD-3-Clause */
/* What do all the tests of the core use? */
#ifndef NF_CHECK_H
#define NF_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "core/long_results.h"

static long passed, failed;

#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (condition) {                                                                           \
            passed++;                                                                              \
        } else if (++failed < 50) {                                                                \
            printf("%s:%d: %s: ", __FILE__, __LINE__, #condition);                                 \
            printf(__VA_ARGS__);                                                                   \
            printf("\n");                                                                          \
        }                                                                                          \
    } while (0)

static uint64_t draws; /* the tests' own random numbers: one stream of the generator */
static uint64_t draw(void)
{
    return nf_random(20260101, 7, draws++);
}
static int draw_below(int n)
{
    return (int)(draw() % (uint64_t)n);
}
/* Half of the codes are near the ends and the specials. */
static uint64_t draw_code(const nf_format *f)
{
    uint64_t all = nf_mask(f->bits), top = (uint64_t)1 << (f->bits - 1);
    uint64_t near = (draw() & 1 ? top : 0) + draw() % 7 - 3;
    return (draw() & 1 ? near : draw()) & all;
}

static const nf_format *named(const char *name)
{
    for (int i = 0; i < nf_named_count; i++)
        if (strcmp(nf_named_formats[i].name, name) == 0)
            return &nf_named_formats[i].format;
    printf("no format %s\n", name);
    exit(2);
}

static __attribute__((unused)) uint64_t read_code(const nf_format *f, const char *text)
{
    nf_unpacked x = {NF_NOT_A_NUMBER, 0, 0, 0, 0};
    nf_env env = {0, 0, 0, 0};
    CHECK(nf_parse(text, strlen(text), &x), "%s", text);
    return nf_encode(f, x, &env);
}

#endif
