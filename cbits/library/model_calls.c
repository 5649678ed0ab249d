/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a caller of the library name an accumulator model, and add products in it? */
#include "library.h"

#include "nf_exact.h"

/* ---- the text of a model --------------------------------------------------------------------- */

typedef struct {
    const char *p;
    size_t n;
} span;

static bool is(span s, const char *word)
{
    return strlen(word) == s.n && memcmp(s.p, word, s.n) == 0;
}

static span stripped(span s)
{
    for (; s.n && *s.p == ' '; s.p++)
        s.n--;
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static nf_status refuse(const char *text, span word, nf_text_error *error)
{
    static const char allowed[] = "exact, sequential, pairwise, a format that does not round "
                                  "stochastically, blocked(F,k[,G]), aligned(width[,group]), "
                                  "systolic(F[,rows])";
    error->status = NF_BAD_MODEL;
    error->at = word.p - text;
    error->length = word.n;
    error->name = NULL;
    nf_copy_text(allowed, sizeof allowed - 1, error->allowed, sizeof error->allowed);
    return NF_BAD_MODEL;
}

/* The words between the parentheses, at most `most`; commas inside of <> are a format's.  -1: more. */
static int split_words(span inside, span *words, int most)
{
    int n = 0, depth = 0;
    const char *start = inside.p, *end = inside.p + inside.n;
    for (const char *p = start; p <= end; p++) {
        depth += p < end ? (*p == '<') - (*p == '>') : 0;
        if (p < end && (*p != ',' || depth))
            continue;
        if (n == most)
            return -1;
        words[n++] = stripped((span){start, (size_t)(p - start)});
        start = p + 1;
    }
    return n;
}

/* 1..most, of at most 10 digits. */
static bool read_count(span s, intptr_t most, intptr_t *x)
{
    *x = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || i == 10)
            return false;
        *x = 10 * *x + (s.p[i] - '0');
    }
    return *x >= 1 && *x <= most;
}

static nf_status read_format(const char *text, span word, nf_format *f, nf_text_error *error)
{
    nf_status status = nf_read_format(word.p, word.n, f, error);
    error->at += error->at >= 0 ? word.p - text : 0;
    if (status == NF_OK && f->rounding == NF_STOCHASTIC)
        return refuse(text, word, error);
    return status;
}

enum { BLOCK_MAX = 0x7FFFFFFF };

/* kind(words) */
static nf_status read_kind(const char *text, span kind, const span *words, int n, nf_model *model,
                           nf_text_error *error)
{
    intptr_t count = 0;
    if (is(kind, "aligned") && (n == 1 || n == 2)) {
        model->kind = NF_MODEL_ALIGNED;
        model->block = 16;
        if (!read_count(words[0], NF_MODEL_WIDTH_MAX, &count))
            return refuse(text, words[0], error);
        model->width = (int)count;
        if (n == 2 && !read_count(words[1], NF_MODEL_GROUP_MAX, &model->block))
            return refuse(text, words[1], error);
        return NF_OK;
    }
    bool systolic = is(kind, "systolic") && (n == 1 || n == 2);
    if (!systolic && !(is(kind, "blocked") && (n == 2 || n == 3)))
        return refuse(text, kind, error);
    model->kind = NF_MODEL_BLOCKED;
    model->block = 128;
    nf_status status = read_format(text, words[0], &model->f, error);
    if (status != NF_OK)
        return status;
    if (n > 1 && !read_count(words[1], BLOCK_MAX, &model->block))
        return refuse(text, words[1], error);
    static const char usual[] = "binary32";
    model->g = model->f;
    if (systolic)
        return NF_OK;
    if (n < 3)
        return nf_read_format(usual, sizeof usual - 1, &model->g, error);
    return read_format(text, words[2], &model->g, error);
}

static nf_status read_model(const char *text, span whole, nf_model *model, nf_text_error *error)
{
    static const struct {
        const char *word;
        int kind;
    } plain[] = {{"exact", NF_MODEL_EXACT},
                 {"sequential", NF_MODEL_SEQUENTIAL},
                 {"pairwise", NF_MODEL_PAIRWISE}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (is(whole, plain[i].word)) {
            model->kind = plain[i].kind;
            return NF_OK;
        }
    const char *open = whole.n ? memchr(whole.p, '(', whole.n) : NULL;
    if (open == NULL) {
        model->kind = NF_MODEL_FORMAT;
        return read_format(text, whole, &model->f, error);
    }
    span words[3], kind = stripped((span){whole.p, (size_t)(open - whole.p)});
    span inside = {open + 1, whole.n - (size_t)(open - whole.p) - 1};
    if (inside.n == 0 || inside.p[inside.n - 1] != ')')
        return refuse(text, whole, error);
    inside.n--;
    int n = split_words(inside, words, 3);
    return n < 0 ? refuse(text, whole, error) : read_kind(text, kind, words, n, model, error);
}

nf_status nf_model_parse(const char *text, nf_model *model, nf_text_error *error)
{
    nf_text_error own;
    nf_model found;
    error = error ? error : &own;
    memset(error, 0, sizeof *error);
    memset(&found, 0, sizeof found);
    error->at = -1;
    if (text == NULL || model == NULL) {
        error->status = NF_BAD_ARGUMENT;
        return NF_BAD_ARGUMENT;
    }
    nf_status status = read_model(text, stripped((span){text, strlen(text)}), &found, error);
    error->status = (int)status;
    if (status == NF_OK)
        *model = found;
    return status;
}

/* ---- sums and products ----------------------------------------------------------------------- */

static bool is_accumulator(const nf_format *f)
{
    return nf_is_row(f) && f->rounding != NF_STOCHASTIC;
}

/* Is it one, for results in `to`?  It is defined nowhere which random word a step would draw. */
static bool is_model(const nf_model *model, const nf_format *to)
{
    switch (model->kind) {
    case NF_MODEL_SEQUENTIAL:
    case NF_MODEL_PAIRWISE: return to->rounding != NF_STOCHASTIC;
    case NF_MODEL_FORMAT: return is_accumulator(&model->f);
    case NF_MODEL_BLOCKED:
        return is_accumulator(&model->f) && is_accumulator(&model->g) && model->block >= 1 &&
               model->block <= BLOCK_MAX;
    case NF_MODEL_ALIGNED:
        return model->width >= 1 && model->width <= NF_MODEL_WIDTH_MAX && model->block >= 1 &&
               model->block <= NF_MODEL_GROUP_MAX;
    default: return false;
    }
}

static nf_status check_formats(const nf_format *format, const nf_model *model, const nf_format *to)
{
    nf_status status = nf_format_status(format);
    status = status == NF_OK ? nf_format_status(to) : status;
    bool exact = model == NULL || model->kind == NF_MODEL_EXACT;
    if (status == NF_OK && !exact && !is_model(model, to))
        return NF_BAD_MODEL;
    return status;
}

static nf_status multiply(nf_product *p, const nf_model *model, nf_env *env)
{
    p->model = model && model->kind != NF_MODEL_EXACT ? model : NULL;
    nf_env own = nf_enter(env);
    nf_outcome outcome = nf_multiply(p, &own);
    nf_leave(env, own.flags);
    return outcome == NF_DONE ? NF_OK : NF_OUT_OF_MEMORY;
}

nf_status nf_dot_product(const nf_format *format, const void *x, intptr_t x_stride, const void *y,
                         intptr_t y_stride, size_t n, const nf_model *model, const nf_format *to,
                         uint64_t *code, nf_env *env)
{
    nf_status status = check_formats(format, model, to);
    if (status != NF_OK)
        return status;
    uint64_t out = 0, none = 0;
    if (code == NULL || (n > 0 && (x == NULL || y == NULL)) || n > (size_t)INTPTR_MAX / 16)
        return NF_BAD_ARGUMENT;
    if (!nf_are_codes(format, x, x_stride, n) || !nf_are_codes(format, y, y_stride, n))
        return NF_BAD_CODE;
    char *a = n ? (char *)(uintptr_t)x : (char *)&none, *b = n ? (char *)(uintptr_t)y : a;
    nf_product p = {.a = {*format, a, 0, x_stride},
                    .b = {*format, b, y_stride, 0},
                    .out = {*to, (char *)&out, 0, 0},
                    .m = 1,
                    .k = (intptr_t)n,
                    .n = 1};
    status = multiply(&p, model, env);
    if (status == NF_OK)
        *code = nf_load_code((const char *)&out, nf_storage_bytes(to));
    return status;
}

/* rows * columns elements of 8 bytes fit the address space. */
static bool is_size(size_t rows, size_t columns)
{
    return columns == 0 || rows <= (size_t)INTPTR_MAX / 16 / columns;
}

nf_status nf_matrix_product(const nf_format *format, const void *a, const void *b, size_t m,
                            size_t k, size_t n, const nf_model *model, const nf_format *to,
                            void *out, nf_env *env)
{
    nf_status status = check_formats(format, model, to);
    if (status != NF_OK || m == 0 || n == 0)
        return status;
    if (out == NULL || (k > 0 && (a == NULL || b == NULL)) || !is_size(m, k) || !is_size(k, n) ||
        !is_size(m, n))
        return NF_BAD_ARGUMENT;
    uint64_t none = 0;
    const intptr_t size = nf_storage_bytes(format), wide = nf_storage_bytes(to);
    if (!nf_are_codes(format, a, size, m * k) || !nf_are_codes(format, b, size, k * n))
        return NF_BAD_CODE;
    nf_product p = {
        .a = {*format, k ? (char *)(uintptr_t)a : (char *)&none, (intptr_t)k * size, size},
        .b = {*format, k ? (char *)(uintptr_t)b : (char *)&none, (intptr_t)n * size, size},
        .out = {*to, out, (intptr_t)n * wide, wide},
        .m = (intptr_t)m,
        .k = (intptr_t)k,
        .n = (intptr_t)n};
    return multiply(&p, model, env);
}
