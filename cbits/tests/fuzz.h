/* SPDX-License-Identifier: BSD-3-Clause */
/* Does every operation of every row survive every code, with results that are codes? */
#include "check.h"

static nf_format draw_row(void)
{
    for (;;) { /* few draws are rows: the check decides */
        nf_format f = {0};
        f.family = (uint8_t)draw_below(5);
        f.zero = f.is_signed = 1;
        f.rounding = (uint8_t)(f.family == NF_TRUNCATED ? 0 : draw_below(NF_STOCHASTIC + 1));
        f.overflow = NF_OVERFLOW_SATURATE;
        f.bits = (uint8_t)(2 + draw_below(63));
        if (f.family == NF_POSIT) {
            f.es = (uint8_t)draw_below(6);
            f.rs = (uint8_t)(draw_below(2) ? f.bits - 1 : 1 + draw_below(f.bits));
        } else if (f.family == NF_FIXED) {
            f.is_signed = (uint8_t)draw_below(2);
            f.frac = (int16_t)(draw_below(193) - 64);
            f.overflow = (uint8_t)draw_below(NF_OVERFLOW_INDEFINITE);
        } else if (f.family != NF_TAKUM_LINEAR) {
            f.exp = (uint8_t)(1 + draw_below(15));
            f.man = (uint8_t)draw_below(draw_below(2) ? 10 : 63);
            f.is_signed = f.family == NF_TRUNCATED || draw_below(4);
            f.bits = f.exp + f.man + f.is_signed;
            f.zero = f.family == NF_TRUNCATED || draw_below(8);
            f.signed_zero = f.subnormals = f.family == NF_TRUNCATED || draw_below(4);
            f.inf = f.family == NF_TRUNCATED ? NF_INF_IEEE : (uint8_t)draw_below(3);
            f.nan = f.family == NF_TRUNCATED ? NF_NAN_IEEE : (uint8_t)draw_below(4);
            f.overflow = f.family == NF_TRUNCATED ? NF_OVERFLOW_INF
                                                  : (uint8_t)draw_below(NF_OVERFLOW_NAN + 1);
            f.bias = draw_below(3) ? (1 << (f.exp - 1)) - 1 : draw_below(65665) - 32832;
        }
        if (f.family == NF_TRUNCATED) {
            f.compute_man = (uint8_t)draw_below(f.man + 1);
            f.ftz = (uint8_t)draw_below(2);
            f.daz = (uint8_t)draw_below(2);
            f.cut = (uint8_t)draw_below(5);
        }
        if (nf_format_check(&f) == NF_OK)
            return f;
    }
}

enum { COUNT = 12 };

/* Sizes of the operands of a kind, inputs first; `size`: of a code.  Returns their number. */
static int operand_sizes(nf_kind kind, int size, int *bytes, int *inputs)
{
    static const char *const shapes[] = {
        [NF_KIND_T_T] = "1tt",   [NF_KIND_TT_T] = "2ttt",   [NF_KIND_TTT_T] = "3tttt",
        [NF_KIND_T_B] = "1tb",   [NF_KIND_TT_B] = "2ttb",   [NF_KIND_T_TT] = "1ttt",
        [NF_KIND_T_TI] = "1tti", [NF_KIND_TT_TT] = "2tttt", [NF_KIND_TI_T] = "2tlt"};
    const char *shape = shapes[kind];
    int n = 0;
    *inputs = shape[0] - '0';
    for (const char *p = shape + 1; *p; p++)
        bytes[n++] = *p == 't' ? size : *p == 'b' ? 1 : *p == 'i' ? 4 : 8;
    return n;
}

/* Does the host's own status show an operation that was invalid, divided by 0 or overflowed?  It
 * must not: NumPy would take it for the result's. */
#ifdef __SSE2__
#include <xmmintrin.h>
static void clear_host_status(void)
{
    _mm_setcsr(_mm_getcsr() & ~0x3Fu);
}
static bool host_status_is_clear(void)
{
    return (_mm_getcsr() & 0x0D) == 0;
}
#else
static void clear_host_status(void)
{
}
static bool host_status_is_clear(void)
{
    return true;
}
#endif

/* Below 4 the root's digits are ones, and a double's root is 2 already. */
static void test_host_status(void)
{
    for (int i = 0; i < nf_named_count; i++) {
        const nf_format *f = &nf_named_formats[i].format;
        uint64_t four = read_code(f, "4"), in[8] = {0}, out[8];
        char *data[2] = {(char *)in, (char *)out};
        const intptr_t strides[2] = {nf_size(f), nf_size(f)};
        for (int j = 0; j < 8; j++)
            nf_store_code(data[0] + j * nf_size(f), nf_size(f), four - 1 - (uint64_t)j);
        nf_env env = {0, 0, 0, 0};
        clear_host_status();
        nf_find_loop(f, NF_OP_sqrt)(f, data, strides, 8, &env);
        CHECK(host_status_is_clear(), "sqrt of %s", nf_named_formats[i].name);
    }
}

static void run_operation(const nf_format *f, nf_op op)
{
    int bytes[4] = {0, 0, 0, 0}, inputs, size = nf_size(f);
    int n = operand_sizes(nf_op_kind(op), size, bytes, &inputs);
    char *data[4] = {NULL, NULL, NULL, NULL};
    intptr_t strides[4] = {0, 0, 0, 0};
    for (int i = 0; i < n; i++) {
        data[i] = malloc((size_t)(COUNT * bytes[i]));
        strides[i] = bytes[i];
        for (int j = 0; i < inputs && j < COUNT; j++) {
            bool power = op == NF_OP_powi && i == 1;
            uint64_t k = (uint64_t)(int64_t)(draw_below(129) - 64);
            nf_store_code(data[i] + j * bytes[i], bytes[i], power ? k : draw_code(f));
        }
    }
    nf_env env = {0, draw(), draw(), 0};
    clear_host_status();
    nf_find_loop(f, op)(f, data, strides, COUNT, &env);
    CHECK(host_status_is_clear(), "%s, family %d bits %d", nf_op_name(op), f->family, f->bits);
    CHECK((env.flags & ~7u) == 0, "flags %u", env.flags);
    for (int i = inputs; i < n; i++)
        for (int j = 0; j < COUNT && bytes[i] == size; j++) {
            uint64_t code = nf_load_code(data[i] + j * size, size);
            bool exponent = nf_op_kind(op) == NF_KIND_T_TI && i > inputs,
                 fits = code <= nf_mask(f->bits);
            CHECK(exponent || fits, "%s family %d bits %d: %llx", nf_op_name(op), f->family,
                  f->bits, (unsigned long long)code);
        }
    for (int i = 0; i < n; i++)
        free(data[i]);
}

static void run_sums_and_text(const nf_format *f)
{
    char text[NF_TEXT_MAX];
    nf_accumulator *q = nf_accumulator_new(f, f, f);
    CHECK(q != NULL, "no memory");
    nf_env env = {0, 0, 0, 0};
    for (int i = 0; i < 3; i++) {
        uint64_t code = draw_code(f), one = nf_limits_of(f).one;
        nf_accumulator_clear(q);
        nf_accumulate(q, code, one);
        CHECK(nf_accumulator_round(q, f, &env) <= nf_mask(f->bits), "a code");
        CHECK(nf_format_code(f, code, text) == strlen(text), "%s", text);
        nf_unpacked x;
        CHECK(nf_parse(text, strlen(text), &x), "%s", text);
        bool nearest = f->rounding <= NF_NEAREST_NEGATIVE;
        /* what saturates symmetrically can hold the code below its ends, and does not return it */
        bool below =
            f->overflow == NF_OVERFLOW_SATURATE_SYMMETRIC && code == nf_mask(f->bits - 1) + 1;
        bool canonical = x.cls == NF_FINITE && !below;
        CHECK(!nearest || !canonical || nf_encode(f, x, &env) == code,
              "%s: family %d bits %d code %llx", text, f->family, f->bits,
              (unsigned long long)code);
    }
    nf_accumulator_free(q);
}

static void run_cast(const nf_format *from, const nf_format *to)
{
    uint64_t in[COUNT], out[COUNT];
    char *data[2] = {(char *)in, (char *)out};
    const intptr_t strides[2] = {8, 8};
    for (int i = 0; i < COUNT; i++)
        nf_store_code((char *)&in[i], nf_size(from), draw_code(from));
    memset(out, 0, sizeof out);
    nf_env env = {0, 1, 2, 3};
    nf_find_cast(from, to)(from, to, data, strides, COUNT, &env);
    for (int i = 0; i < COUNT; i++)
        CHECK(nf_load_code((char *)&out[i], nf_size(to)) <= nf_mask(to->bits), "a code");
    (void)nf_contains(to, from);
}

static void test_any_row(void)
{
    nf_format before = nf_named_formats[0].format;
    for (int i = 0; i < 1500; i++) {
        nf_format f = draw_row();
        for (int op = 0; op < NF_OP_COUNT; op++)
            run_operation(&f, (nf_op)op);
        run_sums_and_text(&f);
        run_cast(&before, &f);
        before = f;
    }
}
