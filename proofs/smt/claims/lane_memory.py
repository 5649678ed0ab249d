# SPDX-License-Identifier: BSD-3-Clause
"""Do codes, doubles and integers of the host come out of memory, and go back, as what they are?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.operators import real
from proofs.smt.c.types import BOOL, DOUBLE, LONG, Int, Pointer
from proofs.smt.claims.lane_decode import INFINITE, NAN, QUIET_NAN, is_class
from proofs.smt.core import u64
from proofs.smt.lanes import LaneCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

SIZES = ("1", "2", "4")
FIXED, TOWARD_ZERO, INDEFINITE = 4, 5, 7  # nf_family, nf_rounding, nf_overflow


def codes(core, instance):
    """A code of 1, 2 or 4 bytes fills a word with zeros, and comes back; at any stride."""
    run = core.run()
    size = int(instance.part)
    code, stride = t.var("code", 8 * size), t.var("stride", 64)
    place, _ = run.array("codes", code, Int(8 * size, False))
    codes_at = (place, Pointer(Int(8, True)))
    words = run.words("words", t.var("before", 32))
    n = integer(1)
    run.call("fetch", codes_at, (stride, LONG), integer(size), n, words)
    fetched = run.st.mem["words"]
    any_word = t.var("word", 32)
    run.st.mem["words"] = any_word
    run.call("store", words, n, codes_at, (stride, LONG), integer(size))
    stored = run.st.mem["codes"]
    goal = t.land(
        t.eq(fetched, t.zext(code, 32)), t.eq(stored, t.extract(8 * size - 1, 0, any_word))
    )
    shown = {"code": code, "word": fetched, "stored word": any_word, "stored code": stored}
    yield Query(f"{size} bytes", goal, (), shown)


def doubles(core, _instance):
    """Doubles come as they are, NaNs as the positive quiet one, and go as they are."""
    run = core.run()
    word, stride = t.var("double", 64), t.var("stride", 64)
    place, _ = run.doubles("memory", word)
    out = run.doubles("out", t.var("before", 64))
    run.call("fetch_doubles", (place, Pointer(Int(8, True))), (stride, LONG), integer(1), out)
    z = run.st.mem["out"]
    nan = t.raw(f"(fp.isNaN {real(DOUBLE, 0)})", word)
    right = t.ite(nan, t.bv(QUIET_NAN, 64), word)
    back, _ = run.doubles("back", t.var("before_back", 64))
    run.call("store_doubles", out, integer(1), (back, Pointer(Int(8, True))), (stride, LONG))
    goal = t.land(t.eq(z, right), t.eq(run.st.mem["back"], z))
    yield Query("doubles", goal, tuple(run.p.axioms), {"double": word, "fetched": z})


def integers(core, instance):
    """Doubles become integers of 64 bits as the core truncates them, or are given to it."""
    run = core.run()
    is_signed = instance.part == "int64"
    names = run.core.program.types["nf_format"].fields
    parameters = {"family": FIXED, "bits": 64, "is_signed": int(is_signed), "zero": 1}
    parameters |= {"rounding": TOWARD_ZERO, "overflow": INDEFINITE}
    f, _ = run.any_row(**{name: parameters.get(name, 0) for name in names})
    z = t.var("z", 64)
    place, _ = run.array("out", t.var("before", 64), LONG)
    bytes_at, stride = (place, Pointer(Int(8, True))), (t.bv(8, 64), LONG)
    source = run.doubles("z", z)
    done = run.call(
        "store_integers", source, integer(1), bytes_at, stride, (t.bv(is_signed, 8), BOOL)
    )
    defined, stored = run.defined(), run.st.mem["out"]
    x = run.call("nf_decode_128", run.row("binary64", "doubles"), u64(z))
    right = run.call("nf_encode_128", f, (x, None), run.env)
    done = t.ne(done, t.bv(0, done.w))
    unusual = t.lor(is_class(x, INFINITE), is_class(x, NAN))
    goal = t.land(
        t.implies(done, t.land(t.eq(stored, right), t.eq(run.flags, t.bv(0, 32)))),
        t.implies(unusual, t.lnot(done)),
    )
    known = tuple(run.p.axioms)
    shown = {"double": z, "stored": stored, "the core's": right}
    yield Query(instance.part, goal, known, shown, interesting=done)
    yield Query(f"{instance.part}: defined", defined, known, shown)


CLAIMS = [
    smt_claim(
        "lane.memory",
        "Codes of 1, 2 and 4 bytes become words and come back; doubles do, with one NaN",
        ("fetch", "store", "fetch_doubles", "store_doubles"),
        lambda core, instance: (codes if instance.part in SIZES else doubles)(core, instance),
        [Instance(part=part) for part in (*SIZES, "doubles")],
        core=LaneCore,
        mutants=(
            Mutant(
                "an infinity is NaN",
                "cbits/levels/host_numbers.h",
                "(u & ~NF_SIGN) > NF_EXPONENT ? quiet : u",
                "(u & ~NF_SIGN) >= NF_EXPONENT ? quiet : u",
                Instance(part="doubles"),
            ),
            Mutant(
                "half words with a sign",
                "cbits/levels/fetch_store.h",
                "case 2: NF_FETCH(uint16_t) break;",
                "case 2: NF_FETCH(int16_t) break;",
                Instance(part="2"),
            ),
        ),
    ),
    smt_claim(
        "lane.stored_integers",
        "Doubles become integers of 64 bits as the core truncates them, or are given to the core",
        ("store_integers",),
        integers,
        [Instance(part="int64"), Instance(part="uint64")],
        core=LaneCore,
        mutants=(
            Mutant(
                "2^63 fits",
                "cbits/routes/cast.c",
                "z[i] >= least && z[i] < 0x1p63;",
                "z[i] >= least && z[i] <= 0x1p63;",
                Instance(part="int64"),
            ),
        ),
    ),
]
