/* SPDX-License-Identifier: BSD-3-Clause */
/* Does nf_multiply_in give the bits of the plain loop in any room, and touch neither the heap nor a
 * byte beyond the room?
 *
 * Linked with -Wl,--wrap=malloc and so on: every call of the program and of the core comes by here.
 * The room lies between pages that may not be touched, at their very edge. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "nf_exact.h"
#include "nf_heap.h"

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

static long heap_calls;

void *__wrap_malloc(size_t bytes)
{
    heap_calls++;
    return __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    heap_calls++;
    return __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    heap_calls++;
    return __real_realloc(memory, bytes);
}

/* ---- a room between guard pages -------------------------------------------------------------- */

static char *first_byte; /* of ROOM_MAX bytes that may be touched */
enum { ROOM_MAX = 1 << 26 };

static void make_room(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *all =
        mmap(NULL, ROOM_MAX + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all, page, PROT_NONE) ||
        mprotect(all + page + ROOM_MAX, page, PROT_NONE)) {
        printf("no guard pages\n");
        exit(2);
    }
    first_byte = all + page;
}

/* ---- data ------------------------------------------------------------------------------------ */

enum { SIDE = 130, ELEMENTS = SIDE * SIDE };
typedef enum { NEAR_ONE, BINADES_200, NAN_ROW, ANY_CODE, FEW_LEFTOVERS, KINDS } kind;
static char of_a[8 * ELEMENTS], of_b[8 * ELEMENTS], of_c[8 * ELEMENTS], out[2][8 * ELEMENTS];

static uint64_t code_near(const nf_format *f, int spread)
{
    nf_env env = {0, 0, 0, 0};
    nf_unpacked x = {NF_FINITE, (uint8_t)(draw() & 1), draw_below(2 * spread + 1) - spread,
                     draw() | (uint64_t)1 << 63, 0};
    return nf_encode(f, x, &env);
}

static uint64_t code_of_kind(const nf_format *f, kind what, intptr_t row)
{
    switch (what) {
    case NEAR_ONE: return code_near(f, 2);
    case BINADES_200: return code_near(f, 100);
    case NAN_ROW: return row % 7 == 3 ? nf_limits_of(f).nan : code_near(f, 3);
    case ANY_CODE: return draw_code(f);
    default: return code_near(f, draw_below(20) ? 2 : 22);
    }
}

static nf_matrix matrix(const nf_format *f, char *data, intptr_t rows, intptr_t columns, kind what)
{
    intptr_t size = nf_storage_bytes(f);
    nf_matrix x = {*f, data, columns * size, size};
    for (intptr_t i = 0; i < rows; i++)
        for (intptr_t j = 0; j < columns; j++)
            nf_store_code(data + i * x.row + j * x.column, (int)size, code_of_kind(f, what, i));
    return x;
}

/* ---- one product in many rooms --------------------------------------------------------------- */

static void check_room(nf_product p, size_t bytes, bool at_the_end, const nf_env *want)
{
    char *room = at_the_end ? first_byte + ROOM_MAX - bytes : first_byte;
    memset(room, 0xFF, bytes < 1 << 20 ? bytes : 1 << 20); /* NaN wherever it is read as doubles */
    p.out.data = out[1];
    if (p.addend) { /* in place */
        memcpy(out[1], of_c, sizeof of_c);
        nf_matrix *c = (nf_matrix *)(uintptr_t)p.addend;
        c->data = out[1];
    }
    nf_env env = {0, 5, 6, 7};
    long before = heap_calls;
    uint64_t counted = nf_heap_calls();
    nf_outcome outcome = nf_multiply_in(&p, room, bytes, &env);
    CHECK(heap_calls == before && nf_heap_calls() == counted, "%ld calls of the heap",
          heap_calls - before);
    size_t size = (size_t)(p.m * p.n * nf_storage_bytes(&p.out.format));
    CHECK(outcome == NF_DONE && memcmp(out[0], out[1], size) == 0 && env.flags == want->flags &&
              env.index == want->index,
          "outcome %d, family %d, %d bits, %d x %d x %d in %zu bytes", outcome, p.a.format.family,
          p.a.format.bits, (int)p.m, (int)p.k, (int)p.n, bytes);
}

static void check_product(const nf_format *f, const nf_format *of_addend, kind what)
{
    static const int shapes[][3] = {
        {30, 40, 26}, {130, 24, 33}, {3, 130, 5}, {24, 1, 24}, {26, 65, 1}};
    const int *shape = shapes[draw_below(5)];
    nf_matrix c;
    nf_product p = {.m = shape[0], .k = shape[1], .n = shape[2], .subtract = draw() & 1};
    p.a = matrix(f, of_a, p.m, p.k, what);
    p.b = matrix(f, of_b, p.k, p.n, draw() & 1 ? what : NEAR_ONE);
    p.out = matrix(of_addend, out[0], p.m, p.n, NEAR_ONE);
    c = matrix(of_addend, of_c, p.m, p.n, what);
    p.addend = draw() % 4 ? &c : NULL;
    nf_env env = {0, 5, 6, 7};
    p.path = NF_PATH_LOOP;
    CHECK(nf_multiply(&p, &env) == NF_DONE, "loop");
    p.path = draw() % 2 ? NF_PATH_AUTO : NF_PATH_SLICES;
    size_t least = nf_product_least_room(&p), most = nf_product_room(&p);
    CHECK(most <= ROOM_MAX, "%zu bytes", most);
    if (most == least)
        p.path = NF_PATH_AUTO; /* these formats have no slices */
    check_room(p, most, true, &env);
    check_room(p, least, true, &env);
    check_room(p, least + draw() % (most - least + 1), true, &env);
    check_room(p, least + draw() % ((most - least) / 16 + 1), false, &env);
    nf_env none = {0, 0, 0, 0};
    CHECK(nf_multiply_in(&p, first_byte, least - 65, &none) == NF_NO_MEMORY, "too small");
}

static void test_rooms(void)
{
    for (int i = 0; i < nf_named_count; i++)
        for (int what = 0; what < KINDS; what++) {
            const nf_format *f = &nf_named_formats[i].format;
            check_product(f, f, (kind)what);
            check_product(f, &nf_named_formats[draw() % (unsigned)nf_named_count].format,
                          (kind)what);
        }
}

/* What is counted must be seen: nf_multiply takes its room from the heap, once. */
static void test_the_counters_count(void)
{
    const nf_format *f = named("posit16");
    nf_product p = {.m = 30, .k = 30, .n = 30, .a = matrix(f, of_a, 30, 30, NEAR_ONE)};
    p.b = matrix(f, of_b, 30, 30, NEAR_ONE);
    p.out = matrix(f, out[0], 30, 30, NEAR_ONE);
    nf_env env = {0, 0, 0, 0};
    long before = heap_calls;
    uint64_t counted = nf_heap_calls();
    CHECK(nf_multiply(&p, &env) == NF_DONE, "product");
    CHECK(heap_calls == before + 1 && nf_heap_calls() == counted + 1, "calls of the heap");
}

static void test_accumulators_in_place(void)
{
    for (int i = 0; i < nf_named_count; i++) {
        const nf_format *f = &nf_named_formats[i].format;
        size_t bytes = nf_accumulator_bytes(f, f, f);
        char *room = first_byte + ROOM_MAX - (bytes + 15) / 16 * 16;
        memset(room, 0xFF, bytes);
        nf_accumulator *q[2] = {nf_accumulator_new(f, f, f), nf_accumulator_in(room, f, f, f)};
        nf_limits limits = nf_limits_of(f);
        uint64_t sum[2];
        nf_env env = {0, 0, 0, 0};
        long before = heap_calls;
        for (int s = 0; s < 2; s++) {
            nf_accumulate(q[s], limits.maxpos, limits.maxpos);
            nf_accumulate(q[s], limits.minpos, limits.minpos);
            nf_accumulator_subtract(q[s], true);
            nf_accumulate(q[s], limits.maxpos, limits.maxpos);
            nf_accumulate_value(q[s], f, limits.one);
            env.index = 0;
            sum[s] = nf_accumulator_round(q[s], f, &env);
        }
        CHECK(sum[0] == sum[1] && heap_calls == before, "%s", nf_named_formats[i].name);
        nf_accumulator_free(q[0]);
    }
}

/* Every loop of every named format, in cells of eight bytes, on codes of all kinds; and casts. */
static void test_loops(void)
{
    enum { CELLS = 24 };
    static uint64_t cell[4][CELLS];
    char *const data[] = {(char *)cell[0], (char *)cell[1], (char *)cell[2], (char *)cell[3]};
    const intptr_t strides[] = {8, 8, 8, 8};
    for (int i = 0; i < nf_named_count; i++)
        for (int op = 0; op < NF_OP_COUNT; op++) {
            const nf_format *f = &nf_named_formats[i].format,
                            *to = &nf_named_formats[(i + op) % nf_named_count].format;
            for (int j = 0; j < 4 * CELLS; j++)
                cell[j / CELLS][j % CELLS] = draw_code(f);
            nf_env env = {0, 1, 2, 3};
            long before = heap_calls;
            nf_find_loop(f, (nf_op)op)(f, data, strides, CELLS, &env);
            nf_find_cast(f, to)(f, to, data, strides, CELLS, &env);
            CHECK(heap_calls == before, "%s of %s", nf_op_name((nf_op)op),
                  nf_named_formats[i].name);
        }
}

int main(void)
{
    const char *problem = nf_core_init(getenv("NUMFORMATS_LEVEL"));
    if (problem) {
        printf("%s\n", problem);
        return 2;
    }
    make_room();
    test_the_counters_count();
    test_accumulators_in_place();
    test_rooms();
    test_loops();
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
