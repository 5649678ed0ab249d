# SPDX-License-Identifier: BSD-3-Clause
"""Does the translator read C as the compiler does?  Small programs, at edges of their arguments' types."""

import ctypes
import itertools
import subprocess

import pytest

from proofs.smt import terms as t
from proofs.smt.c.preprocess import COMPILER
from proofs.smt.c.program import Program
from proofs.smt.c.state import State
from proofs.smt.c.types import UnsupportedError
from proofs.smt.meaning import evaluate

NAMES = {
    "i8": (8, True), "u8": (8, False), "i16": (16, True), "u16": (16, False), "i32": (32, True), "u32": (32, False),
    "i64": (64, True), "u64": (64, False),
}  # fmt: skip
HEAD = """
typedef signed char i8; typedef unsigned char u8; typedef short i16; typedef unsigned short u16; typedef int i32;
typedef unsigned u32; typedef long i64; typedef unsigned long u64; typedef unsigned __int128 u128; typedef __int128 i128;
typedef struct { u32 a; i8 b; } pair; typedef struct { pair p; u16 c[3]; } nest;
enum { ZERO, ONE, TEN = 10, ELEVEN };
static int bump(int *n) { (*n)++; return *n; }
static pair swap(u8 x, u8 y) { pair r = {.a = y, .b = (i8)x}; return r; }
static const u32 table[4] = {3, 1, 4, 1};
"""
# result, arguments, body
PROGRAMS = [
    ("i32", "u8 a, u8 b", "return a - b;"),  # integer promotion
    ("u8", "u8 a, u8 b", "return a + b;"),
    ("i32", "u8 a, i8 b", "return a < b;"),
    ("i32", "u32 a, i32 b", "return a < b;"),  # the usual conversions make b unsigned
    ("i32", "u16 a, i32 b", "return a < b;"),
    ("i64", "u32 a, i64 b", "return a + (b >> 3);"),
    ("u64", "i32 a, u64 b", "return a + b;"),  # a's sign is extended
    ("i64", "i8 a, u8 b", "return a * b;"),
    ("u64", "u8 a, u8 b", "return (u64)a << 40 | b;"),
    ("i32", "i16 a, i16 b", "return a >> (b & 15);"),
    ("u32", "u32 a, u8 b", "return a >> (b & 31) | a << (31 - (b & 31));"),
    ("u32", "u32 a, u32 b", "return ~a ^ b;"),
    ("i32", "i8 a, i8 b", "return -a + +b;"),
    ("i32", "i32 a, i32 b", "return !a + !!b;"),
    ("u32", "u32 a, u32 b", "return b ? a / b : a % 7;"),
    ("i32", "i16 a, i16 b", "return b ? a / b : a % -7;"),
    ("i32", "i16 a, i16 b", "return b && a % b > 1;"),
    ("i32", "u8 a, u8 b", "int n = 0; return (a > 9 && bump(&n) == 1) + 10 * n;"),
    ("i32", "u8 a, u8 b", "int n = 0; return (a > 9 || bump(&n) == 1) + 10 * n;"),
    ("i32", "u8 a, u8 b", "int n = 3; int m = a > b ? bump(&n) : -1; return 100 * n + m;"),
    ("i32", "u8 a, u8 b", "int n = a; n += b; n <<= 2; n -= 7; n ^= b; return n++ * 3 + n;"),
    ("i32", "u8 a, u8 b", "u8 n = a; n++; ++n; return n;"),
    ("i32", "u8 a, u8 b", "pair p = swap(a, b); return (int)p.a - p.b;"),
    ("i32", "u8 a, u8 b", "return swap(a, b).b;"),
    ("i64", "u8 a, u8 b", "nest n = {{a, 2}, {1, b}}; nest *p = &n; p->p.a += 5; p->c[2] = a; return p->p.a + n.c[1] * 3 + n.c[2] - n.p.b;"),
    ("i32", "u8 a, u8 b", "nest n = {{a, 2}, {1, b}}; nest m = n; m.c[0] = 9; return n.c[0] * 100 + m.c[0];"),
    ("i32", "u8 a, u8 b", "int s = 0; for (int i = 0; i < 4; i++) { s += table[i] * a; if (s > 100) s -= b; } return s;"),
    ("i32", "u8 a, u8 b", "int t[4] = {5, 7, 1, 9}; return t[a & 3] - (int)table[b & 3];"),  # a branch for each place
    ("i32", "u8 a, u8 b", "if (a > b) return a; else if (a == b) return -1; return b;"),
    ("i32", "u8 a, u8 b", "int r = 1; if (a > 3) { int r = 5; r += a; } else r = b; return r;"),
    ("i32", "u8 a, u8 b", "switch (a) { case 0: return 5; case ONE: case 2: return b; case TEN: break; default: return -1; } return 77;"),
    ("i32", "u8 a, u8 b", "int r = 0; switch (a & 3) { case 0: r += 1; case 1: r += 10; break; case 2: r += 100; } return r;"),
    ("i32", "u8 a, u8 b", "return (a & 1 ? ELEVEN : ZERO) + (int)sizeof(b) + (int)sizeof(u64);"),
    ("u64", "u64 a, u64 b", "u128 p = (u128)a * b; return (u64)(p >> 64) ^ (u64)p;"),
    ("u64", "u64 a, u64 b", "return (u64)(((u128)a << 64 | b) / 10);"),
    ("u64", "i64 a, i64 b", "return (u64)((i128)a * b >> 37);"),
    ("i32", "u64 a, u64 b", "return __builtin_clzll(a | 1) - __builtin_ctzll(b | (u64)1 << 63);"),
    ("u32", "u32 a, u32 b", "_Bool t = a & 0xf0; return t + (_Bool)b;"),
    ("i32", "u8 a, u8 b", "return (i8)(a + b) + (u8)(a - b);"),
    ("i64", "i32 a, i32 b", "return (i64)a * b - 0x80000000;"),  # a hexadecimal constant is unsigned
    ("i64", "i32 a, i32 b", "return (a < 0 ? -(i64)a : a) + 2147483648;"),
    ("u64", "u32 a, u32 b", "return a - 0x100000000 + b * 3u;"),
    ("i32", "i8 a, u16 b", "return a == b;"),
    ("i32", "i32 a, i32 b", "return (a ^ -(b < 0)) == a, b > 3;"),
    ("u16", "u16 a, u16 b", "return a * (u32)b >> 16;"),
    ("i32", "u8 a, u8 b", "const u8 shift = 3; return a >> shift;"),
    ("u32", "u32 a, u32 b", "u32 x; if (a > b) x = a; else x = b; return x;"),
    ("i32", "i8 a, i8 b", "return a > b ? a : (u8)b;"),
    ("u64", "u8 a, u8 b", "return a > b ? a : (i64)-1;"),
]  # fmt: skip
# What the compiler may do as it likes: arguments, and whether the translator says so.
UNDEFINED = [
    ("i32", "i32 a, i32 b", "return a + b;", (2**31 - 1, 1), True),
    ("i32", "i32 a, i32 b", "return a + b;", (2**31 - 1, 0), False),
    ("i32", "i32 a, i32 b", "return a - b;", (-(2**31), 1), True),
    ("i32", "i32 a, i32 b", "return a * b;", (65536, 32768), True),
    ("i32", "i32 a, i32 b", "return -a;", (-(2**31), 0), True),
    ("i32", "i32 a, i32 b", "return a << b;", (1, 31), True),
    ("i32", "i32 a, i32 b", "return a << b;", (-1, 1), True),
    ("i32", "i32 a, i32 b", "return a << b;", (1, 30), False),
    ("u32", "u32 a, i32 b", "return a >> b;", (1, 32), True),
    ("u32", "u32 a, i32 b", "return a >> b;", (1, -1), True),
    ("u32", "u32 a, u32 b", "return a << b;", (7, 31), False),
    ("i32", "i32 a, i32 b", "return a / b;", (1, 0), True),
    ("i32", "i32 a, i32 b", "return a % b;", (-(2**31), -1), True),
    ("i32", "u8 a, u8 b", "return b && a / b;", (1, 0), False),
    ("i32", "u64 a, u8 b", "return __builtin_clzll(a);", (0, 0), True),
    ("i32", "i32 a, i32 b", "int n = a; n++; return n;", (2**31 - 1, 0), True),
    ("i32", "i32 a, i32 b", "int t[3] = {1, 2, 3}; return t[a];", (3, 0), True),
    ("i32", "i32 a, i32 b", "int t[3] = {1, 2, 3}; return t[a];", (-1, 0), True),
    ("i32", "i32 a, i32 b", "int t[3] = {1, 2, 3}; return t[a];", (2, 0), False),
    ("i32", "i32 a, i32 b", "if (b) return 0; return a + 1;", (2**31 - 1, 1), False),
]
REFUSED = [
    "while (a) a--; return 0;",
    "do a--; while (0); return 0;",
    "goto end; end: return 0;",
    "for (int i = 0; i < a; i++) b++; return b;",
    "for (int i = 0; i < 3; i++) if (a == i) return i; return 0;",
    "return elsewhere(a);",
]


def edges(name):
    w, is_signed = NAMES[name]
    low, high = (-(1 << (w - 1)), (1 << (w - 1)) - 1) if is_signed else (0, (1 << w) - 1)
    inner = [v for v in (-2, -1, 0, 1, 2, 3, 10, 31, 32, 100, 200) if low <= v <= high]
    return sorted({low, low + 1, high - 1, high, high // 2 + 1, *inner})


def function(i, result, args, body):
    return f"{result} f{i}({args}) {{ {body} }}\n"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    text = HEAD + "".join(function(i, *p) for i, p in enumerate(PROGRAMS))
    (folder / "p.c").write_text(text)
    command = [
        *COMPILER,
        "-w",
        "-O1",
        "-fwrapv",
        "-shared",
        "-fPIC",
        str(folder / "p.c"),
        "-o",
        str(folder / "p.so"),
    ]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(folder / "p.so")), Program(text)


def executed(program, name, types):
    """The result and the obligations as terms of variables a and b."""
    p = program.copy()
    words = [(t.var(x, NAMES[ty][0]), p.types[ty]) for x, ty in zip("ab", types, strict=True)]
    result, _ = p.call(name, words, State({}, t.TRUE))
    return result, t.lor(*[bad for _, bad in p.obligations])


def at(types, values):
    return {x: v & ((1 << NAMES[ty][0]) - 1) for x, ty, v in zip("ab", types, values, strict=True)}


@pytest.mark.parametrize("i", range(len(PROGRAMS)), ids=[p[2][:40] for p in PROGRAMS])
def test_programs(compiled, i):
    library, program = compiled
    result, args, _ = PROGRAMS[i]
    types = [a.split()[0] for a in args.split(",")]
    f = getattr(library, f"f{i}")
    f.restype = getattr(ctypes, f"c_{'' if NAMES[result][1] else 'u'}int{NAMES[result][0]}")
    term, undefined = executed(program, f"f{i}", types)
    defined = 0
    for values in itertools.product(*map(edges, types)):
        given, bad = evaluate([term, undefined], at(types, values))
        if bad:
            continue
        defined += 1
        words = [
            getattr(ctypes, f"c_{'' if NAMES[ty][1] else 'u'}int{NAMES[ty][0]}")(v)
            for ty, v in zip(types, values, strict=True)
        ]
        assert given == f(*words) & ((1 << NAMES[result][0]) - 1), values
    assert defined >= 20


@pytest.mark.parametrize(("result", "args", "body", "values", "bad"), UNDEFINED)
def test_undefined_behaviour(result, args, body, values, bad):
    types = [a.split()[0] for a in args.split(",")]
    _, undefined = executed(Program(HEAD + function(0, result, args, body)), "f0", types)
    assert evaluate([undefined], at(types, values)) == [bad]


@pytest.mark.parametrize("body", REFUSED)
def test_what_is_not_read_is_refused(body):
    with pytest.raises(UnsupportedError):
        executed(Program(HEAD + function(0, "i32", "i32 a, i32 b", body)), "f0", ["i32", "i32"])
