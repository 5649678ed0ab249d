/* SPDX-License-Identifier: BSD-3-Clause */
/* How does arithmetic take integers as they are?  Where the format lacks one, each element is
 * computed exactly and rounded once. */
#include "operand/nfnp_operand.h"

/* ---- one element ---------------------------------------------------------------------------- */

/* copysign takes codes where it can: a NaN keeps its payload. */
static uint64_t with_sign_of(const nfnp_call *c, npy_intp i, nf_env *env)
{
    const nf_format *f = &c->d->format;
    nf_limits ends = nf_limits_of(f);
    nfnp_operand x = nfnp_operand_at(c, 0, i), y = nfnp_operand_at(c, 1, i);
    char stored[3][8] = {{0}};
    char *const at[] = {stored[0], stored[1], stored[2]};
    const intptr_t steps[] = {0, 0, 0};
    bool sign = y.sign;
    if (!nfnp_is_stranger(c, 1)) {
        uint8_t truth;
        char *const ask[] = {c->data[1] + i * c->strides[1], (char *)&truth};
        nf_find_scalar_loop(f, NF_OP_signbit)(f, ask, steps, 1, env);
        sign = truth;
    }
    if (nfnp_is_stranger(c, 0) || (sign && !ends.has_negative)) {
        x.sign = sign;
        return nf_encode(f, nfnp_value(&x), env);
    }
    memcpy(stored[0], c->data[0] + i * c->strides[0], (size_t)c->d->size);
    nfnp_store(c->d, stored[1], sign ? ends.lowest : ends.maxpos);
    nf_find_scalar_loop(f, NF_OP_copysign)(f, at, steps, 1, env);
    return nfnp_load(c->d, stored[2]);
}

/* NaN, 0 or 1, or the second operand at 0. */
static uint64_t step_at_zero(const nfnp_call *c, npy_intp i, nf_env *env)
{
    nfnp_operand x = nfnp_operand_at(c, 0, i), y = nfnp_operand_at(c, 1, i);
    nf_unpacked r = {.cls = NF_ZERO};
    if (x.cls == NF_NOT_A_NUMBER)
        r = nfnp_value(&x);
    else if (x.cls == NF_ZERO)
        r = nfnp_value(&y);
    else if (!x.sign)
        r = (nf_unpacked){.cls = NF_FINITE, .hi = (uint64_t)1 << 63};
    nf_env quiet = *env;
    return nf_encode(&c->d->format, r, &quiet);
}

/* Returns -1 with an error, which only integers of any length can cause. */
static int operate(const nfnp_call *c, nf_op op, npy_intp i, PyObject *const *whole, nf_env *env,
                   char *out)
{
    uint64_t code;
    if (op == NF_OP_copysign || op == NF_OP_heaviside) {
        code = op == NF_OP_copysign ? with_sign_of(c, i, env) : step_at_zero(c, i, env);
    } else {
        nf_unpacked in[3];
        for (int k = 0; k < c->nin; k++) {
            nfnp_operand x = nfnp_operand_at(c, k, i);
            in[k] = nfnp_value(&x);
        }
        if (whole == NULL)
            code = nf_exact_operation(&c->d->format, op, in, env);
        else if (nfnp_exact_operation(c->d, op, in, whole, env, &code) < 0)
            return -1;
    }
    nfnp_store(c->d, out, code);
    return 0;
}

static int operate_in_place(const nfnp_call *c, npy_intp i, PyObject *const *whole, nf_env *env)
{
    char *out[2];
    for (int k = 0; k < c->nout; k++)
        out[k] = c->data[c->nin + k] + i * c->strides[c->nin + k];
    if (c->op != NF_OP_divmod)
        return operate(c, c->op, i, whole, env, out[0]);
    char quotient[8]; /* the output may be the memory of an input */
    if (operate(c, NF_OP_floor_divide, i, whole, env, quotient) < 0 ||
        operate(c, NF_OP_remainder, i, whole, env, out[1]) < 0)
        return -1;
    memcpy(out[0], quotient, (size_t)c->d->size);
    return 0;
}

/* ---- loops ---------------------------------------------------------------------------------- */

static void operate_at(const nfnp_call *c, npy_intp i, nf_env *env)
{
    operate_in_place(c, i, NULL, env);
}

static bool has_long(const nfnp_call *c)
{
    for (int k = 0; k < c->nin; k++)
        for (npy_intp i = 0; nfnp_is_stranger(c, k) && i < (c->strides[k] ? c->n : 1); i++)
            if (nfnp_fetch(c->data[k] + i * c->strides[k]).kept)
                return true;
    return false;
}

/* With integers of any length, which are Python's. */
static int run_long(const nfnp_call *c, nf_env *env)
{
    int status = 0;
    NPY_ALLOW_C_API_DEF;
    NPY_ALLOW_C_API;
    for (npy_intp i = 0; i < c->n && status == 0; i++) {
        PyObject *whole[3] = {NULL, NULL, NULL};
        for (int k = 0; k < c->nin && status == 0; k++) {
            if (!nfnp_is_stranger(c, k))
                continue;
            nfnp_operand x = nfnp_fetch(c->data[k] + i * c->strides[k]);
            whole[k] = x.kept ? nfnp_kept(c->context->descriptors[k], &x) : NULL;
            status = x.kept && whole[k] == NULL ? -1 : 0;
        }
        env->index = (uint64_t)i;
        if (status == 0)
            status = operate_in_place(c, i, whole, env);
        if (status == 0 && i % 256 == 0)
            status = PyErr_CheckSignals();
        for (int k = 0; k < c->nin; k++)
            Py_XDECREF(whole[k]);
    }
    NPY_DISABLE_C_API;
    return status;
}

/* About the time of an element, in units of 10 ns. */
static unsigned cost_of(const nfnp_call *c)
{
    return nf_is_function(c->op) ? 512 : 8;
}

/* x ** k for a constant k of 64 bits is the plain loop of such exponents: 1 done, 0 not so, -1 with
 * an exception. */
static int run_power(const nfnp_call *c)
{
    int64_t k;
    if (c->op != NF_OP_pow || nfnp_is_stranger(c, 0) || c->strides[1] != 0)
        return 0;
    nfnp_operand y = nfnp_fetch(c->data[1]);
    if (!nfnp_integer_of(&y, &k))
        return 0;
    char *const data[] = {c->data[0], (char *)&k, c->data[2]};
    const npy_intp strides[] = {c->strides[0], 0, c->strides[2]};
    return nfnp_run(NF_OP_powi, c->d, data, strides, c->n) < 0 ? -1 : 1;
}

static int run(nf_op op, PyArrayMethod_Context *context, char *const *data,
               const npy_intp *dimensions, const npy_intp *strides)
{
    nfnp_call c = nfnp_begin_call(op, context, data, dimensions, strides);
    int ran = c.n == 0 ? 1 : run_power(&c);
    if (ran == 0)
        ran = nfnp_run_constants(&c, nfnp_code_of_value);
    if (ran != 0)
        return ran < 0 ? -1 : 0;
    nf_env env = nfnp_env(&c.d->format);
    bool done = true;
    int status = 0;
    if (has_long(&c))
        status = run_long(&c, &env);
    else
        done = nfnp_run_elements(&c, operate_at, cost_of(&c), &env);
    nfnp_raise_flags(env.flags);
    return done ? status : nfnp_raise_stop();
}

#define EACH(OF)                                                                                   \
    OF(add)                                                                                        \
    OF(sub)                                                                                        \
    OF(mul)                                                                                        \
    OF(div)                                                                                        \
    OF(floor_divide)                                                                               \
    OF(remainder)                                                                                  \
    OF(fmod)                                                                                       \
    OF(ieee_remainder)                                                                             \
    OF(divmod)                                                                                     \
    OF(copysign)                                                                                   \
    OF(heaviside)                                                                                  \
    OF(fma)                                                                                        \
    OF(fmm)                                                                                        \
    OF(hypot)                                                                                      \
    OF(arctan2)                                                                                    \
    OF(arctan2pi)                                                                                  \
    OF(pow)                                                                                        \
    OF(logaddexp)                                                                                  \
    OF(logaddexp2)
#define LOOP(name) NFNP_OPERATION_LOOP(run, name)
EACH(LOOP)

#define CASE(name)                                                                                 \
    case NF_OP_##name: return run_##name;
PyArrayMethod_StridedLoop *nfnp_arithmetic_loop(nf_op op)
{
    switch (op) {
        EACH(CASE)
    default: return NULL;
    }
}
