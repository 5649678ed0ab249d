/* SPDX-License-Identifier: BSD-3-Clause */
/* How do maximum, minimum, fmax, fmin, clip and nextafter take numbers that the format lacks?
 *
 * They are compared as they are, and rounded only where they are chosen. */
#include "operand/nfnp_operand.h"

static bool takes_largest(nf_op op)
{
    return op == NF_OP_maximum || op == NF_OP_fmax;
}

/* Which of the two does the operation choose?  As order.h has it: the first of two equal ones, but
 * of two zeros the one of the right sign. */
static bool chooses_second(nf_op op, const nfnp_operand *x, const nfnp_operand *y)
{
    bool nan_x = x->cls == NF_NOT_A_NUMBER, nan_y = y->cls == NF_NOT_A_NUMBER;
    if (nan_x || nan_y)
        return op == NF_OP_fmax || op == NF_OP_fmin ? nan_x : !nan_x;
    int order = nfnp_compare_operands(y, x);
    if (order == 0 && x->cls == NF_ZERO)
        order = x->sign - y->sign;
    return takes_largest(op) ? order > 0 : order < 0;
}

/* An operand as it was given: a code, or a number to be rounded if it is chosen. */
typedef struct {
    nfnp_operand value;
    const char *code; /* NULL: a stranger */
} choice;

/* A literal is what it stands for. */
static choice choice_at(const nfnp_call *c, int k, npy_intp i)
{
    choice x = {nfnp_operand_at(c, k, i), NULL};
    uint64_t code;
    if (!nfnp_is_stranger(c, k))
        x.code = c->data[k] + i * c->strides[k];
    else if ((x.value.note & NFNP_LITERAL) && nfnp_stands_for(c->d, &x.value, &code)) {
        x.value = nfnp_operand_of_code(c->d, code);
    }
    return x;
}

static uint64_t code_of(const nfnp_call *c, const choice *x, nf_env *env)
{
    if (x->value.cls == NF_NOT_A_NUMBER) /* the NaN of results */
        return nf_limits_of(&c->d->format).nan;
    return x->code ? nfnp_load(c->d, x->code) : nfnp_round_operand(c->d, &x->value, env);
}

static uint64_t step_toward(const nfnp_call *c, npy_intp i, nf_env *env)
{
    const nf_format *f = &c->d->format;
    nf_limits ends = nf_limits_of(f);
    choice x = choice_at(c, 0, i), y = choice_at(c, 1, i);
    if (x.value.cls == NF_NOT_A_NUMBER || y.value.cls == NF_NOT_A_NUMBER)
        return ends.nan;
    int order = nfnp_compare_operands(&x.value, &y.value);
    if (order == 0)
        return code_of(c, &y, env);
    /* toward the last code on that side: at the largest finite one that is infinity, if any */
    char to[8], out[8];
    uint64_t last = order < 0 ? ends.maxpos : ends.lowest;
    if (ends.has_inf && (order < 0 || ends.has_negative) && nfnp_load(c->d, x.code) == last) {
        nf_unpacked infinity = {.cls = NF_INFINITE, .sign = order > 0};
        last = nf_encode(f, infinity, env);
    }
    nfnp_store(c->d, to, last);
    char *const at[] = {(char *)x.code, to, out};
    const intptr_t steps[] = {0, 0, 0};
    nf_find_scalar_loop(f, NF_OP_nextafter)(f, at, steps, 1, env);
    return nfnp_load(c->d, out);
}

static choice chosen(nf_op op, choice x, choice y)
{
    return chooses_second(op, &x.value, &y.value) ? y : x;
}

static uint64_t choose(const nfnp_call *c, npy_intp i, nf_env *env)
{
    bool clips = c->op == NF_OP_clip;
    choice x = chosen(clips ? NF_OP_maximum : c->op, choice_at(c, 0, i), choice_at(c, 1, i));
    if (clips)
        x = chosen(NF_OP_minimum, x, choice_at(c, 2, i));
    return code_of(c, &x, env);
}

static void choose_at(const nfnp_call *c, npy_intp i, nf_env *env)
{
    uint64_t code = c->op == NF_OP_nextafter ? step_toward(c, i, env) : choose(c, i, env);
    nfnp_store(c->d, c->data[c->nin] + i * c->strides[c->nin], code);
}

/* A constant that is never chosen may be the last code on its side, and one within the range is as
 * good as what it rounds to, for rounding keeps the order. */
static bool code_of_bound(const nfnp_call *c, int i, const nfnp_operand *x, uint64_t *code)
{
    if (nfnp_stands_for(c->d, x, code))
        return true;
    if (x->cls == NF_NOT_A_NUMBER)
        return false;
    nf_limits ends = nf_limits_of(&c->d->format);
    nfnp_operand top = nfnp_operand_of_code(c->d, ends.maxpos),
                 bottom = nfnp_operand_of_code(c->d, ends.lowest);
    bool largest = c->op == NF_OP_clip ? i == 1 : takes_largest(c->op);
    bool below = nfnp_compare_operands(x, &bottom) < 0, above = nfnp_compare_operands(x, &top) > 0;
    if (below || above) {
        *code = below ? ends.lowest : ends.maxpos;
        bool may_stand_for_nan = c->op == NF_OP_fmax || c->op == NF_OP_fmin;
        return below == largest && !may_stand_for_nan && !ends.has_inf &&
               !(c->op == NF_OP_clip && i == 0);
    }
    nf_env ignored = {0};
    *code = nf_encode(&c->d->format, nfnp_value(x), &ignored);
    return c->d->format.rounding != NF_STOCHASTIC && x->cls != NF_ZERO;
}

static int run(nf_op op, PyArrayMethod_Context *context, char *const *data,
               const npy_intp *dimensions, const npy_intp *strides)
{
    nfnp_call c = nfnp_begin_call(op, context, data, dimensions, strides);
    nfnp_code_of *code_of = op == NF_OP_nextafter ? nfnp_code_of_value : code_of_bound;
    int ran = c.n == 0 ? 1 : nfnp_run_constants(&c, code_of);
    if (ran != 0)
        return ran < 0 ? -1 : 0;
    nf_env env = nfnp_env(&c.d->format);
    bool done = nfnp_run_elements(&c, choose_at, 4, &env);
    nfnp_raise_flags(env.flags);
    return done ? 0 : nfnp_raise_stop();
}

NFNP_OPERATION_LOOP(run, maximum)
NFNP_OPERATION_LOOP(run, minimum)
NFNP_OPERATION_LOOP(run, fmax)
NFNP_OPERATION_LOOP(run, fmin)
NFNP_OPERATION_LOOP(run, clip)
NFNP_OPERATION_LOOP(run, nextafter)

PyArrayMethod_StridedLoop *nfnp_choice_loop(nf_op op)
{
    switch (op) {
    case NF_OP_maximum: return run_maximum;
    case NF_OP_minimum: return run_minimum;
    case NF_OP_fmax: return run_fmax;
    case NF_OP_fmin: return run_fmin;
    case NF_OP_clip: return run_clip;
    case NF_OP_nextafter: return run_nextafter;
    default: return NULL;
    }
}
