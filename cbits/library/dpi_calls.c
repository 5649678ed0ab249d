/* SPDX-License-Identifier: BSD-3-Clause */
/* How does SystemVerilog get a format, convert numbers, and add exactly or in a model? */
#include "dpi.h"

#include "nf_heap.h"

static void *take_zeros(size_t bytes)
{
    void *memory = nf_heap_take(bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

/* ---- contexts -------------------------------------------------------------------------------- */

void *nf_dpi_open(const char *text)
{
    nf_text_error error;
    nf_dpi_context *c = take_zeros(sizeof *c);
    if (c == NULL)
        return NULL;
    if (nf_format_parse(text, &c->format, &error) == NF_OK)
        nf_format_print(&c->format, c->text, sizeof c->text);
    else
        nf_format_explain(text ? text : "", &error, c->error, sizeof c->error);
    return c;
}

const char *nf_dpi_error(void *context)
{
    nf_dpi_context *c = context;
    return c->error;
}

void nf_dpi_close(void *context)
{
    nf_heap_give(context);
}

const char *nf_dpi_text(void *context)
{
    nf_dpi_context *c = context;
    return c->text;
}

unsigned nf_dpi_bits(void *context)
{
    nf_dpi_context *c = context;
    return c->format.bits;
}

unsigned nf_dpi_take_flags(void *context)
{
    nf_dpi_context *c = context;
    unsigned flags = c->env.flags;
    c->env.flags = 0;
    return flags;
}

void nf_dpi_set_random(void *context, unsigned long long seed, unsigned long long stream,
                       unsigned long long index)
{
    nf_dpi_context *c = context;
    c->env.seed = seed;
    c->env.stream = stream;
    c->env.index = index;
}

/* ---- values ---------------------------------------------------------------------------------- */

double nf_dpi_to_real(void *context, unsigned long long code)
{
    nf_dpi_context *c = context;
    return nf_to_double(&c->format, code, &c->env);
}

unsigned long long nf_dpi_from_real(void *context, double x)
{
    nf_dpi_context *c = context;
    uint64_t code = nf_from_double(&c->format, x, &c->env);
    c->env.index++;
    return code;
}

const char *nf_dpi_to_text(void *context, unsigned long long code)
{
    nf_dpi_context *c = context;
    if (nf_to_text(&c->format, code, c->number, sizeof c->number) == 0)
        c->env.flags |= NF_REFUSED;
    return c->number;
}

unsigned long long nf_dpi_from_text(void *context, const char *text)
{
    nf_dpi_context *c = context;
    uint64_t code = 0;
    if (nf_from_text(&c->format, text, &code, &c->env) != NF_OK)
        c->env.flags |= NF_REFUSED;
    c->env.index++;
    return code;
}

unsigned long long nf_dpi_convert(void *context, unsigned long long code, void *to)
{
    nf_dpi_context *c = context, *into = to;
    uint64_t result = nf_convert(&c->format, &into->format, code, &into->env);
    into->env.index++;
    return result;
}

/* ---- quires ---------------------------------------------------------------------------------- */

typedef struct {
    nf_dpi_context *context;
    uint64_t words[];
} quire;

static void settle(nf_dpi_context *c, nf_status status)
{
    if (status != NF_OK)
        c->env.flags |= NF_REFUSED;
}

void *nf_dpi_quire_open(void *context)
{
    nf_dpi_context *c = context;
    quire *q = take_zeros(sizeof *q + nf_quire_size(&c->format) * sizeof *q->words);
    if (q)
        q->context = c;
    return q;
}

void nf_dpi_quire_close(void *quire)
{
    nf_heap_give(quire);
}

void nf_dpi_quire_clear(void *handle)
{
    quire *q = handle;
    settle(q->context, nf_quire_clear(&q->context->format, q->words));
}

void nf_dpi_quire_add(void *handle, unsigned long long a)
{
    quire *q = handle;
    settle(q->context, nf_quire_add(&q->context->format, q->words, a));
}

void nf_dpi_quire_sub(void *handle, unsigned long long a)
{
    quire *q = handle;
    settle(q->context, nf_quire_sub(&q->context->format, q->words, a));
}

void nf_dpi_quire_mul_add(void *handle, unsigned long long a, unsigned long long b)
{
    quire *q = handle;
    settle(q->context, nf_quire_mul_add(&q->context->format, q->words, a, b));
}

void nf_dpi_quire_mul_sub(void *handle, unsigned long long a, unsigned long long b)
{
    quire *q = handle;
    settle(q->context, nf_quire_mul_sub(&q->context->format, q->words, a, b));
}

unsigned long long nf_dpi_quire_round(void *handle, void *to)
{
    quire *q = handle;
    nf_dpi_context *into = to;
    uint64_t code = 0;
    settle(into, nf_quire_round(&q->context->format, q->words, &into->format, &code, &into->env));
    into->env.index++;
    return code;
}

/* ---- sums in a model ------------------------------------------------------------------------- */

typedef struct {
    nf_dpi_context *context;
    nf_model model;
    size_t count, room;
    char *pairs; /* room elements a, then room elements b, in the format's storage */
} sum;

void *nf_dpi_sum_open(void *context, const char *model)
{
    nf_model found;
    if (nf_model_parse(model, &found, NULL) != NF_OK)
        return NULL;
    sum *s = take_zeros(sizeof *s);
    if (s) {
        s->context = context;
        s->model = found;
    }
    return s;
}

void nf_dpi_sum_close(void *handle)
{
    sum *s = handle;
    if (s)
        nf_heap_give(s->pairs);
    nf_heap_give(s);
}

void nf_dpi_sum_clear(void *handle)
{
    sum *s = handle;
    if (s)
        s->count = 0;
}

static bool make_room(sum *s, size_t size)
{
    size_t room = s->room ? 2 * s->room : 64;
    char *pairs = nf_heap_take(2 * room * size);
    if (pairs == NULL)
        return false;
    for (int half = 0; s->pairs && half < 2; half++)
        memcpy(pairs + (size_t)half * room * size, s->pairs + (size_t)half * s->room * size,
               s->count * size);
    nf_heap_give(s->pairs);
    s->pairs = pairs;
    s->room = room;
    return true;
}

void nf_dpi_sum_push(void *handle, unsigned long long a, unsigned long long b)
{
    sum *s = handle;
    if (s == NULL)
        return;
    const nf_format *f = &s->context->format;
    size_t size = nf_format_bytes(f);
    if (size == 0 || !nf_is_code_of(f, a) || !nf_is_code_of(f, b) ||
        (s->count == s->room && !make_room(s, size))) {
        s->context->env.flags |= NF_REFUSED;
        return;
    }
    nf_store_code(s->pairs + s->count * size, (int)size, a);
    nf_store_code(s->pairs + (s->room + s->count) * size, (int)size, b);
    s->count++;
}

unsigned long long nf_dpi_sum_round(void *handle, void *to)
{
    sum *s = handle;
    nf_dpi_context *into = to;
    if (s == NULL) {
        into->env.flags |= NF_REFUSED;
        return 0;
    }
    const nf_format *f = &s->context->format;
    intptr_t size = (intptr_t)nf_format_bytes(f);
    uint64_t code = 0;
    settle(into,
           nf_dot_product(f, s->pairs, size, s->pairs ? s->pairs + (intptr_t)s->room * size : NULL,
                          size, s->count, &s->model, &into->format, &code, &into->env));
    into->env.index++;
    return code;
}
