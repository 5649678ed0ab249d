// SPDX-License-Identifier: BSD-3-Clause
// What does a device answer to lines of vectors?  For Verilator: player.v at millions of cases a second.
//
//   player OPERANDS A B C R FLAGS PATIENCE [stall] < VECTORS > ANSWERS
//
// Lines of TestFloat come in: operands in hexadecimal, what follows them is not read.  Lines
// "A B RESULT [FLAGS]" go out, in order.  A, B, C and R are bits.  With `stall` results are not taken
// in three of four cycles.  The device is numformats_dut, the adapter that numformats writes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "Vnumformats_dut.h"
#include "verilated.h"

namespace {

struct Case {
    uint64_t operand[3];
};

struct Shape {
    int operands, bits[3], result, flags;
    long patience;
};

[[noreturn]] void fail(const char *reason) {
    std::fflush(stdout);
    std::fprintf(stderr, "numformats player: %s\n", reason);
    std::exit(1);
}

int digit(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The operands of the next line that has any; false at the end of the input.
bool read(const Shape &shape, Case &into) {
    int found = 0, c;
    while ((c = getc_unlocked(stdin)) != EOF) {
        if (c == '\n' && found) break;
        if (found == shape.operands || c == '#' || c == '/') {
            while (c != '\n' && c != EOF) c = getc_unlocked(stdin);
            if (found) break;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        uint64_t value = 0;
        for (int d; (d = digit(c)) >= 0; c = getc_unlocked(stdin)) value = value << 4 | d;
        if (c != EOF && c > ' ') fail("a line of vectors is not hexadecimal");
        into.operand[found++] = value & ~uint64_t(0) >> (64 - shape.bits[found]);
        std::ungetc(c, stdin);
    }
    if (found && found < shape.operands) fail("a line has too few operands");
    return found;
}

void write(uint64_t value, int bits, char end) {
    char text[20];
    int n = (bits + 3) / 4;
    for (int i = n - 1; i >= 0; i--, value >>= 4) text[i] = "0123456789ABCDEF"[value & 15];
    text[n] = end;
    std::fwrite(text, 1, n + 1, stdout);
}

void answer(const Shape &shape, const Case &asked, const Vnumformats_dut &dut) {
    for (int i = 0; i < shape.operands; i++) write(asked.operand[i], shape.bits[i], ' ');
    write(dut.result & ~uint64_t(0) >> (64 - shape.result), shape.result, shape.flags ? ' ' : '\n');
    if (shape.flags) write(dut.flags, 8, '\n');
}

void play(const Shape &shape, bool stall, Vnumformats_dut &dut) {
    std::deque<Case> asked;
    Case next{};
    bool pending = false, at_end = false;
    uint32_t random = 1;
    for (long waited = 0, cycle = 0; !at_end || !asked.empty(); cycle++) {
        dut.rst = cycle < 2;
        random = random * 1664525 + 1013904223;
        dut.out_ready = !stall || random >> 30 == 0;
        if (!dut.rst && !pending && !at_end) {
            pending = read(shape, next);
            at_end = !pending;
        }
        dut.in_valid = pending;
        dut.a = next.operand[0];
        dut.b = next.operand[1];
        dut.c = next.operand[2];
        dut.clk = 0;
        dut.eval();
        if (!dut.rst && pending && dut.in_ready) {
            asked.push_back(next);
            pending = false;
        }
        waited = asked.empty() && !pending ? 0 : waited + 1;
        if (!dut.rst && dut.out_valid && dut.out_ready) {
            if (asked.empty()) fail("a result came before its operands were taken");
            answer(shape, asked.front(), dut);
            asked.pop_front();
            waited = 0;
        }
        if (waited == shape.patience) fail("no result within the cycles of PATIENCE");
        dut.clk = 1;
        dut.eval();
    }
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 8) fail("usage: player OPERANDS A B C R FLAGS PATIENCE [stall]");
    Shape shape{std::atoi(argv[1]),
                {std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4])},
                std::atoi(argv[5]),
                std::atoi(argv[6]),
                std::atol(argv[7])};
    VerilatedContext context;
    Vnumformats_dut dut{&context};
    play(shape, argc > 8, dut);
    dut.final();
    return 0;
}
