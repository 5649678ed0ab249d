# SPDX-License-Identifier: BSD-3-Clause
"""Which types of C do the proofs know?"""

from __future__ import annotations


class UnsupportedError(Exception):
    """C text that the translator does not read; the message says what, and where."""


class Int:
    """lane: one lane of a vector, whose comparisons are 0 or all ones and which has no promotions."""

    def __init__(self, w, signed, *, boolean=False, lane=False):
        self.w, self.signed, self.boolean, self.lane = w, signed, boolean, lane

    def __eq__(self, other):
        return isinstance(other, Int) and vars(self) == vars(other)

    def __hash__(self):
        return hash((self.w, self.signed, self.boolean, self.lane))

    def __repr__(self):
        return ("lane " if self.lane else "") + ("i" if self.signed else "u") + str(self.w)


class Double:
    """A double is the word of its 64 bits, a float (w = 32) that of its 32."""

    def __init__(self, w=64, *, lane=False):
        self.w, self.lane = w, lane


class Struct:
    def __init__(self, name):
        self.name, self.fields = name, {}


class Pointer:
    def __init__(self, to):
        self.to = to


class Array:
    def __init__(self, of, n):
        self.of, self.n = of, n


class Void:
    pass


INT, UINT, LONG, ULONG = Int(32, True), Int(32, False), Int(64, True), Int(64, False)
BOOL = Int(8, False, boolean=True)
U128, DOUBLE, SINGLE = Int(128, False), Double(), Double(32)
NAMES = {
    "_Bool": BOOL,
    "char": Int(8, True),
    "signed char": Int(8, True),
    "unsigned char": Int(8, False),
    "short": Int(16, True),
    "unsigned short": Int(16, False),
    "int": INT,
    "unsigned": UINT,
    "unsigned int": UINT,
    "long": LONG,
    "long int": LONG,
    "unsigned long": ULONG,
    "unsigned long int": ULONG,
    "long long": LONG,
    "unsigned long long": ULONG,
    "__int128": Int(128, True),
    "unsigned __int128": U128,
    "double": DOUBLE,
    "float": SINGLE,
    "void": Void(),
}
