/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the loops and conversions of this level give the codes and flags of the scalar core, for any
 * row of up to 32 bits, any layout and any length around the width of a vector? */

enum { LONGEST = 300, BESIDE_MIDPOINTS = 4, KINDS = 6 };

/* A buffer of n codes at a stride, at any alignment. */
typedef struct draw_buffer {
    char *memory, *data;
    intptr_t stride;
} draw_buffer;

static draw_buffer new_buffer(int size, int n, bool broadcast)
{
    draw_buffer b = {.stride = broadcast ? 0 : size * (draw_below(4) ? 1 : 1 + draw_below(3))};
    size_t shift = draw_below(3) ? 0 : (size_t)draw_below(8);
    b.memory = calloc(1, (size_t)(b.stride * n + size) + shift);
    b.data = b.memory + shift;
    if (!broadcast && n > 0 && draw_below(4) == 0) { /* backwards */
        b.data += b.stride * (n - 1);
        b.stride = -b.stride;
    }
    return b;
}

/* Codes of one kind throughout, so that blocks without specials are common: values with few bits
 * at near exponents, whose sums and products fall on midpoints and beside them; long integers a
 * unit beside the midpoints of shorter formats; anything finite; anything. */
static uint64_t draw_operand(const nf_format *f, int kind)
{
    nf_limits ends = nf_limits_of(f);
    uint64_t mask = nf_mask(f->bits), half = nf_mask(f->bits / 2);
    switch (kind) {
    case 0: return draw() & mask;
    case 1: return draw_code(f);
    case 2: return (ends.one ^ (draw() & half) ^ (draw() & ~(mask >> 1))) & mask;
    case 3: return (ends.one + ((uint64_t)1 << draw_below(f->bits)) - (draw() % 3)) & mask;
    case BESIDE_MIDPOINTS: return (((draw() | 1) << draw_below(f->bits)) + draw() % 3 - 1) & mask;
    default: return (draw() >> 1) % ((ends.maxpos >> 1) + 1) * 2;
    }
}

static void fill_buffer(draw_buffer b, const nf_format *f, int kind, int n)
{
    for (int i = 0; i < (b.stride ? n : 1); i++)
        nf_store_code(b.data + i * b.stride, nf_size(f),
                      draw_operand(f, draw_below(60) ? kind : 1));
}

static int draw_length(void)
{
    return draw_below(5) ? draw_below(68) : 256 + draw_below(LONGEST - 256);
}

/* On the same operands, drawn here. */
static void compare_loops(const nf_format *f, nf_op op, nf_loop *loop, nf_loop *scalar)
{
    int bytes[4], inputs, size = nf_size(f), n = draw_length();
    int operands = operand_sizes(nf_op_kind(op), size, bytes, &inputs);
    if (loop == scalar || operands != inputs + 1)
        return;
    draw_buffer b[4], want = new_buffer(bytes[inputs], n, false);
    bool in_place = bytes[inputs] == size && draw_below(4) == 0;
    char *data[4] = {NULL, NULL, NULL, NULL};
    intptr_t strides[4] = {0, 0, 0, 0};
    for (int i = 0; i < operands; i++) {
        b[i] = new_buffer(bytes[i], n, i < inputs && !in_place && draw_below(8) == 0);
        if (i < inputs)
            fill_buffer(b[i], f, draw_below(KINDS), n);
        data[i] = b[i].data;
        strides[i] = b[i].stride;
    }
    nf_env env = {0, 1, 2, 0}, other = env;
    data[inputs] = want.data, strides[inputs] = want.stride;
    scalar(f, data, strides, n, &other);
    draw_buffer got = in_place ? b[0] : b[inputs];
    data[inputs] = got.data, strides[inputs] = got.stride;
    loop(f, data, strides, n, &env);
    for (int i = 0; i < n; i++) {
        uint64_t x = nf_load_code(got.data + i * got.stride, bytes[inputs]),
                 y = nf_load_code(want.data + i * want.stride, bytes[inputs]);
        CHECK(x == y,
              "%s of family %d, %d bits (%d %d %d, rounding %d cut %d), %d of %d: %llx, not %llx",
              nf_op_name(op), f->family, f->bits, f->rs + f->exp, f->es + f->man,
              f->family == NF_FIXED ? f->frac : f->bias, f->rounding, f->cut, i, n,
              (unsigned long long)x, (unsigned long long)y);
    }
    CHECK(env.flags == other.flags, "%s of family %d, %d bits: flags %u, not %u", nf_op_name(op),
          f->family, f->bits, env.flags, other.flags);
    for (int i = 0; i < operands; i++)
        free(b[i].memory);
    free(want.memory);
}

static void compare_casts(const nf_format *from, const nf_format *to, int kind, nf_cast *cast,
                          nf_cast *scalar)
{
    int n = draw_length();
    if (cast == scalar)
        return;
    draw_buffer in = new_buffer(nf_size(from), n, false);
    draw_buffer out = new_buffer(nf_size(to), n, false), want = new_buffer(nf_size(to), n, false);
    fill_buffer(in, from, kind, n);
    char *data[2] = {in.data, out.data}, *others[2] = {in.data, want.data};
    const intptr_t strides[2] = {in.stride, out.stride}, steps[2] = {in.stride, want.stride};
    nf_env env = {0, 1, 2, 0}, other = env;
    cast(from, to, data, strides, n, &env);
    scalar(from, to, others, steps, n, &other);
    for (int i = 0; i < n; i++) {
        uint64_t x = nf_load_code(out.data + i * out.stride, nf_size(to)),
                 y = nf_load_code(want.data + i * want.stride, nf_size(to));
        CHECK(x == y,
              "family %d, %d bits, %llx to family %d, %d bits (%d %d, rounding %d): %llx, not %llx",
              from->family, from->bits,
              (unsigned long long)nf_load_code(in.data + i * in.stride, nf_size(from)), to->family,
              to->bits, to->rs + to->exp, to->es + to->man, to->rounding, (unsigned long long)x,
              (unsigned long long)y);
    }
    CHECK(env.flags == other.flags, "family %d, %d bits to family %d, %d bits: flags %u, not %u",
          from->family, from->bits, to->family, to->bits, env.flags, other.flags);
    free(in.memory), free(out.memory), free(want.memory);
}

static void compare_staged_cast(const nf_format *from, const nf_format *to, int kind)
{
    compare_casts(from, to, kind, nf_find_cast(from, to), nf_find_scalar_cast(from, to));
}

/* Host integers and floats, as the casts of NumPy's types describe them. */
static nf_format draw_host(void)
{
    nf_format integer = {.family = NF_FIXED,
                         .bits = (uint8_t)(8 << draw_below(4)),
                         .is_signed = (uint8_t)draw_below(2),
                         .zero = 1,
                         .rounding = NF_TOWARD_ZERO,
                         .overflow = NF_OVERFLOW_INDEFINITE};
    switch (draw_below(3)) {
    case 0: return *named("binary32");
    case 1: return *named("binary64");
    default: return integer;
    }
}

/* Integers of 64 bits lose bits on their way through doubles: what is lost must count. */
static void compare_long_integers(void)
{
    for (int i = 0; i < 40 * nf_named_count; i++) {
        nf_format whole = {.family = NF_FIXED,
                           .bits = 64,
                           .is_signed = (uint8_t)draw_below(2),
                           .zero = 1,
                           .rounding = NF_TOWARD_ZERO,
                           .overflow = NF_OVERFLOW_INDEFINITE};
        compare_staged_cast(&whole, &nf_named_formats[i % nf_named_count].format, BESIDE_MIDPOINTS);
    }
}

static void test_stages(void)
{
    compare_long_integers();
    for (int i = 0; i < 3000; i++) {
        nf_format f = draw_row(), g = draw_row(), host = draw_host();
        if (draw_below(2)) /* long rows are the hard ones */
            f = nf_named_formats[draw_below(nf_named_count)].format;
        for (int op = 0; op < NF_OP_COUNT; op++)
            compare_loops(&f, (nf_op)op, nf_find_loop(&f, (nf_op)op),
                          nf_find_scalar_loop(&f, (nf_op)op));
        compare_staged_cast(&f, &g, draw_below(KINDS));
        compare_staged_cast(&host, &f, draw_below(KINDS));
        compare_staged_cast(&f, &host, draw_below(KINDS));
    }
}
