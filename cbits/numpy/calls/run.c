/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one call of NumPy's run an operation of the core: in parts, at once, or one by one? */
#include "calls/nfnp_calls.h"

/* Does element i read what an earlier element wrote?  accumulate's output is its input one element
 * later, which looks contiguous: a kernel for contiguous data would work on many elements at once.
 * (reduce has stride 0, and strided kernels go element by element.) */
static bool is_recurrence(char *const *data, const npy_intp *strides, npy_intp n, int nin, int nout)
{
    for (int out = nin; out < nin + nout; out++)
        for (int in = 0; in < nin; in++) {
            npy_intp ahead = data[out] - data[in], span = strides[in] * n;
            bool inside = span > 0 ? ahead > 0 && ahead < span : ahead < 0 && ahead > span;
            if (inside && ahead % strides[in] == 0) /* else: two fields of one record */
                return true;
        }
    return false;
}

typedef struct loop_call {
    nfnp_dtype *d;
    nf_op op;
    nf_kind kind;
    const void *table;
    nf_loop *loop; /* found once for the call; NULL where there is a table */
    char *const *data;
    const npy_intp *strides;
    int operands;
} loop_call;

static void call(const loop_call *c, char *const *data, npy_intp n, nf_env *env)
{
    const intptr_t *strides = (const intptr_t *)c->strides;
    if (c->loop != NULL)
        c->loop(&c->d->format, data, strides, n, env);
    else if (c->d->format.bits > 8)
        nf_table_loop_16(c->table, data, strides, n, env);
    else
        nf_table_loop(c->table, c->kind, data, strides, n, env);
}

/* The operands of element `start`. */
static void operands_at(const loop_call *c, npy_intp start, char **at)
{
    for (int k = 0; k < c->operands; k++)
        at[k] = c->data[k] + start * c->strides[k];
}

static void call_part(const void *argument, npy_intp start, npy_intp count, nf_env *env)
{
    const loop_call *c = argument;
    char *at[5];
    operands_at(c, start, at);
    call(c, at, count, env);
}

/* Every element is a call of its own, so that each sees what the one before it has written. */
static void call_one_by_one(const void *argument, npy_intp start, npy_intp count, nf_env *env)
{
    const loop_call *c = argument;
    char *at[5];
    operands_at(c, start, at);
    for (npy_intp i = start; i < start + count; i++) {
        env->index = (uint64_t)i;
        call(c, at, 1, env);
        for (int k = 0; k < c->operands; k++)
            at[k] += c->strides[k];
    }
}

/* About the time of an element, in units of 10 ns: functions of 64 bits may take Ziv's loop. */
static unsigned cost_of(const loop_call *c)
{
    bool is_wide = c->d->format.bits > 32;
    if (c->table != NULL)
        return 1;
    return nf_is_function(c->op) ? (is_wide ? 512 : 64) : is_wide ? 16 : 2;
}

/* Is every output written once, at a place of its own? */
static bool is_elementwise(const npy_intp *strides, int nin, int nout)
{
    for (int k = nin; k < nin + nout; k++)
        if (strides[k] == 0)
            return false;
    return true;
}

int nfnp_run(nf_op op, nfnp_dtype *d, char *const *data, const npy_intp *strides, npy_intp n)
{
    nf_env env = nfnp_env(&d->format);
    nf_kind kind = nf_op_kind(op);
    int nin, nout;
    nfnp_count_operands(kind, &nin, &nout);
    bool one_by_one = n >= 2 && is_recurrence(data, strides, n, nin, nout), done;
    loop_call c = {d, op, kind, nfnp_table(d, op, n), NULL, data, strides, nin + nout};
    if (c.table == NULL) /* the scalar loop is the fastest for one element */
        c.loop = one_by_one ? nf_find_scalar_loop(&d->format, op) : nf_find_loop(&d->format, op);
    if (one_by_one)
        done = nfnp_alone(call_one_by_one, &c, n, 16, &env);
    else if (is_elementwise(strides, nin, nout))
        done = nfnp_in_parts(call_part, &c, n, cost_of(&c), &env);
    else
        done = nfnp_alone(call_part, &c, n, cost_of(&c), &env);
    nfnp_raise_flags(env.flags);
    return done ? 0 : nfnp_raise_stop();
}

/* One function for each operation, for NumPy tells a loop its operands only. */
#define NF_OP(name, ...)                                                                           \
    NFNP_STRIDED_LOOP(loop_##name)                                                                 \
    {                                                                                              \
        return nfnp_run(NF_OP_##name, NFNP_DTYPE(context->descriptors[0]), data, strides,          \
                        dimensions[0]);                                                            \
    }
#include "nf_ops.def"
#undef NF_OP

PyArrayMethod_StridedLoop *nfnp_plain_loop(nf_op op)
{
    static PyArrayMethod_StridedLoop *const loops[] = {
#define NF_OP(name, ...) loop_##name,
#include "nf_ops.def"
#undef NF_OP
    };
    return loops[op];
}
