/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an elementary function of a format of up to 64 bits run through double-doubles, and
 * still round correctly?
 *
 *     codes -> x = hi + lo -> z, known to 2^-80 -> 128 bits, if no switch of codes is near -> codes
 *     (of two arguments: to 2^-76)
 *
 * Switches have at most p + 1 significant bits, p those of the format: 127 - p bits below are 0.
 *
 *     z   1 fffffffffffffff r 0101110110100111...   not within reach of 000...0: between the same
 *         |<-    p    ->|   |<- 127 - p bits ->|    two switches as the exact value (Ziv's test)
 *
 * All others, and what the kernels do not know, are the core's. */
#include "core/core.h"
#include "core/long_results.h"
#include "functions/functions.h"
#include "functions/numbers.h"
#include "function_call.h"
#include "levels/round_to_odd.h"

enum { NF_FAREST = 500 }; /* exponents of arguments and values that are taken */

/* x = hi + lo exactly: 53 bits of 64 and the rest, rounded into place. */
static void split(nf_number_128 x, double *hi, double *lo)
{
    uint64_t sig = (uint64_t)(x.sig >> 64), last = sig & 0x7FF;
    bool takes =
        x.cls == NF_FINITE && (uint64_t)x.sig == 0 && x.exp > -NF_FAREST && x.exp < NF_FAREST;
    double power = takes ? nf_power_of_two(x.exp - 63) : __builtin_nan("");
    double high = (double)(sig - last) * (x.sign ? -power : power);
    double low = (double)last * (x.sign ? -power : power);
    *hi = high + low;
    *lo = low - (*hi - high);
}

/* hi + lo, cut below 2^-114 of it; false: no number, or far. */
static bool join(double hi, double lo, nf_number_128 *z)
{
    uint64_t u = nf_bits_of(hi);
    int exp = (int)(u >> 52 & 0x7FF) - 1023;
    bool is_normal = nf_magnitude_of(lo) <= nf_magnitude_of(hi) * 0x1p-52; /* and lo is no NaN */
    if (exp <= -NF_FAREST || exp >= NF_FAREST || !is_normal)
        return false;
    nf_u128 sig = (nf_u128)((u & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52) << 74;
    int64_t rest = (int64_t)(lo * nf_power_of_two(114 - exp)); /* 2^-53 of 2^114 at most */
    nf_u128 moved = (nf_u128)(__int128)(u & NF_SIGN ? -rest : rest) << 12;
    sig += moved;
    int up = nf_clz_128(sig);
    *z = nf_finite_128(u >> 63, exp + 1 - up, sig << up);
    return true;
}

static bool is_clear(nf_number_128 z, int p, nf_u128 reach)
{
    const nf_u128 below = ((nf_u128)1 << (127 - p)) - 1;
    return ((z.sig + reach) & below) > 2 * reach;
}

typedef struct operand {
    uint64_t codes[NF_STAGE];
    double hi[NF_STAGE], lo[NF_STAGE];
} operand;

static nf_number_128 whole_number(uint64_t code)
{
    int64_t k = (int64_t)code;
    return nf_whole_number(k < 0 ? 0 - code : code, k < 0);
}

static void load(const nf_function_call *c, bool whole, const char *from, intptr_t stride, int n,
                 operand *x)
{
    for (int i = 0; i < nf_full(n); i++) {
        const char *at = from + (i < n ? i : n - 1) * stride;
        x->codes[i] = nf_load_code(at, whole ? 8 : c->size);
        split(whole ? whole_number(x->codes[i]) : nf_load_128_any(c->f, x->codes[i]), &x->hi[i],
              &x->lo[i]);
    }
}

static uint64_t by_the_core(const nf_function_call *c, nf_kind kind, uint64_t a, uint64_t b,
                            nf_env *env)
{
    switch (kind) {
    case NF_KIND_T_T: return nf_function(c->f, c->op, a, env);
    case NF_KIND_TT_T: return nf_function_2(c->f, c->op, a, b, env);
    default: return nf_function_int(c->f, c->op, a, (int64_t)b, env);
    }
}

void nf_function_block_64(const nf_function_call *c, char *const *data, const intptr_t *strides,
                          intptr_t start, int n, nf_env *env)
{
    operand x[2];
    const nf_kind kind = nf_op_kind(c->op);
    const int p = nf_significand_bits(c->f), operands = kind == NF_KIND_T_T ? 1 : 2;
    const nf_u128 reach = (nf_u128)1 << (operands == 1 ? 48 : 52);
    for (int k = 0; k < operands; k++)
        load(c, k == 1 && kind == NF_KIND_TI_T, data[k] + start * strides[k], strides[k], n, &x[k]);
    if (operands == 1)
        c->stages->function_dd[c->op](x[0].hi, x[0].lo, nf_full(n));
    else
        c->stages->function_dd_2[c->op](x[0].hi, x[0].lo, x[1].hi, x[1].lo, nf_full(n));
    char *to = data[operands] + start * strides[operands];
    for (int i = 0; i < n; i++, to += strides[operands]) {
        nf_number_128 z;
        nf_env e = *env;
        e.index += (uint64_t)(start + i);
        uint64_t code =
            join(x[0].hi[i], x[0].lo[i], &z) && is_clear(z, p, reach)
                ? nf_round_value(c->f, z, &e)
                : by_the_core(c, kind, x[0].codes[i], operands == 1 ? 0 : x[1].codes[i], &e);
        env->flags |= e.flags;
        nf_store_code(to, c->size, code);
    }
}
