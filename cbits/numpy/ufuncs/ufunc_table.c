/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufunc does which operation of the core, and how does NumPy run it? */
#include "base/nfnp.h"
#include <stdatomic.h>
#include <stdlib.h>

/* ---- one inner-loop call -------------------------------------------------------------------- */

static void count_operands(nf_kind kind, int *nin, int *nout)
{
    static const uint8_t in[] = {[NF_KIND_T_T] = 1,   [NF_KIND_TT_T] = 2, [NF_KIND_TTT_T] = 3,
                                 [NF_KIND_T_B] = 1,   [NF_KIND_TT_B] = 2, [NF_KIND_T_TT] = 1,
                                 [NF_KIND_TT_TT] = 2, [NF_KIND_T_TI] = 1, [NF_KIND_TI_T] = 2};
    *nin = in[kind];
    *nout = kind == NF_KIND_T_TT || kind == NF_KIND_TT_TT || kind == NF_KIND_T_TI ? 2 : 1;
}

/* Tables of 65,536 elementary functions take up to 0.5 s: as many elements must have asked. */
enum { NFNP_ENOUGH = 16384 };

static bool is_costly(const nf_format *f, nf_op op)
{
    return nf_is_function(op) || (op == NF_OP_sqrt && f->bits > 8);
}

static bool has_table(const nf_format *f, nf_op op, nf_kind kind)
{
    if (f->rounding == NF_STOCHASTIC)
        return false;
    return f->bits <= 8 ? kind == NF_KIND_TT_T || kind == NF_KIND_T_T
                        : f->bits <= 16 && kind == NF_KIND_T_T && is_costly(f, op);
}

/* Is it early to make one?  8-bit tables of one operand are small. */
static bool is_early(nfnp_dtype *d, nf_op op, nf_kind kind, npy_intp n)
{
    bool is_small = d->format.bits <= 8 && kind == NF_KIND_T_T;
    if (!is_costly(&d->format, op) || is_small || n >= NFNP_ENOUGH)
        return false;
    uint32_t before = atomic_fetch_add(&d->looked[op], (uint32_t)n);
    return before + (uint32_t)n < NFNP_ENOUGH;
}

/* Codes of up to 8 bits: uint16_t; of more: uint32_t. */
static void *make_table(const nf_format *f, nf_op op, nf_kind kind)
{
    size_t entries = f->bits <= 8 && kind == NF_KIND_T_T ? 256 : 65536;
    void *table = malloc(entries * (f->bits <= 8 ? sizeof(uint16_t) : sizeof(uint32_t)));
    if (table != NULL && f->bits <= 8)
        nf_fill_table(f, op, table);
    else if (table != NULL)
        nf_fill_table_16(f, op, table);
    return table;
}

/* The table of a narrow format, made by whichever thread comes first; NULL: compute instead. */
static const void *table_of(nfnp_dtype *d, nf_op op, nf_kind kind, npy_intp n)
{
    if (!has_table(&d->format, op, kind))
        return NULL;
    void *table = atomic_load_explicit(&d->tables[op], memory_order_acquire);
    if (table != NULL)
        return table;
    void *made = is_early(d, op, kind, n) ? NULL : make_table(&d->format, op, kind);
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong(&d->tables[op], &table, made))
        return made;
    free(made);
    return table;
}

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

static void call_part(const void *argument, npy_intp start, npy_intp count, nf_env *env)
{
    const loop_call *c = argument;
    char *at[5];
    for (int k = 0; k < c->operands; k++)
        at[k] = c->data[k] + start * c->strides[k];
    call(c, at, count, env);
}

/* Every element is a call of its own, so that each sees what the one before it has written. */
static void call_one_by_one(const void *argument, npy_intp start, npy_intp count, nf_env *env)
{
    const loop_call *c = argument;
    char *at[5];
    for (int k = 0; k < c->operands; k++)
        at[k] = c->data[k] + start * c->strides[k];
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

/* Every output is written once, at a place of its own. */
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
    count_operands(kind, &nin, &nout);
    bool one_by_one = n >= 2 && is_recurrence(data, strides, n, nin, nout), done;
    loop_call c = {d, op, kind, table_of(d, op, kind, n), NULL, data, strides, nin + nout};
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
#define NF_OP(name, kind)                                                                          \
    static int loop_##name(PyArrayMethod_Context *context, char *const *data,                      \
                           const npy_intp *dimensions, const npy_intp *strides,                    \
                           NpyAuxData *Py_UNUSED(aux))                                             \
    {                                                                                              \
        return nfnp_run(NF_OP_##name, NFNP_DTYPE(context->descriptors[0]), data, strides,          \
                        dimensions[0]);                                                            \
    }
#include "nf_ops.def"
#undef NF_OP

static PyArrayMethod_StridedLoop *const loops[] = {
#define NF_OP(name, kind) loop_##name,
#include "nf_ops.def"
#undef NF_OP
};

/* ---- the table of ufuncs -------------------------------------------------------------------- */

enum { QUIET = NPY_METH_NO_FLOATINGPOINT_ERRORS, ANY_ORDER = NPY_METH_IS_REORDERABLE };

typedef struct row {
    const char *ufunc;
    nf_op op;
    int flags;
    PyArrayMethod_GetReductionInitial *initial;
} row;

/* logical_and, or, xor and not are absent: NumPy casts their operands to bool by itself. */
static const row rows[] = {
    {"add", NF_OP_add, ANY_ORDER, nfnp_sum_initial},
    {"subtract", NF_OP_sub, 0, NULL},
    {"multiply", NF_OP_mul, ANY_ORDER, nfnp_product_initial},
    {"divide", NF_OP_div, 0, NULL},
    {"floor_divide", NF_OP_floor_divide, 0, NULL},
    {"remainder", NF_OP_remainder, 0, NULL},
    {"fmod", NF_OP_fmod, 0, NULL},
    {"divmod", NF_OP_divmod, 0, NULL},
    {"negative", NF_OP_neg, 0, NULL},
    {"positive", NF_OP_pos, QUIET, NULL},
    {"conjugate", NF_OP_pos, QUIET, NULL},
    {"absolute", NF_OP_abs, 0, NULL},
    {"fabs", NF_OP_abs, 0, NULL},
    {"sign", NF_OP_sign, QUIET, NULL},
    {"sqrt", NF_OP_sqrt, 0, NULL},
    {"square", NF_OP_square, 0, NULL},
    {"reciprocal", NF_OP_reciprocal, 0, NULL},
    {"rint", NF_OP_rint, 0, NULL},
    {"floor", NF_OP_floor, 0, NULL},
    {"ceil", NF_OP_ceil, 0, NULL},
    {"trunc", NF_OP_trunc, 0, NULL},
    {"spacing", NF_OP_spacing, 0, NULL},
    {"copysign", NF_OP_copysign, 0, NULL},
    {"nextafter", NF_OP_nextafter, 0, NULL},
    {"heaviside", NF_OP_heaviside, QUIET, NULL},
    {"maximum", NF_OP_maximum, QUIET | ANY_ORDER, nfnp_no_initial},
    {"minimum", NF_OP_minimum, QUIET | ANY_ORDER, nfnp_no_initial},
    {"fmax", NF_OP_fmax, QUIET | ANY_ORDER, nfnp_no_initial},
    {"fmin", NF_OP_fmin, QUIET | ANY_ORDER, nfnp_no_initial},
    {"clip", NF_OP_clip, QUIET, NULL},
    {"equal", NF_OP_equal, QUIET, NULL},
    {"not_equal", NF_OP_not_equal, QUIET, NULL},
    {"less", NF_OP_less, QUIET, NULL},
    {"less_equal", NF_OP_less_equal, QUIET, NULL},
    {"greater", NF_OP_greater, QUIET, NULL},
    {"greater_equal", NF_OP_greater_equal, QUIET, NULL},
    {"isnan", NF_OP_isnan, QUIET, NULL},
    {"isinf", NF_OP_isinf, QUIET, NULL},
    {"isfinite", NF_OP_isfinite, QUIET, NULL},
    {"signbit", NF_OP_signbit, QUIET, NULL},
    {"modf", NF_OP_modf, 0, NULL},
    {"frexp", NF_OP_frexp, 0, NULL},
};

/* ---- registration --------------------------------------------------------------------------- */

int nfnp_add_loop(const nfnp_loop *loop)
{
    PyObject *ufunc =
        loop->own ? Py_NewRef(loop->own) : PyObject_GetAttrString(nfnp_umath, loop->name);
    if (ufunc == NULL)
        return -1;
    PyType_Slot slots[] = {
        {NPY_METH_strided_loop, loop->loop},
        {NPY_METH_unaligned_strided_loop, loop->loop},
        {loop->initial ? NPY_METH_get_reduction_initial : 0, loop->initial},
        {0, NULL},
    };
    PyArrayMethod_Spec spec = {
        .name = loop->name,
        .nin = loop->nin,
        .nout = loop->nout,
        .casting = NPY_NO_CASTING,
        .flags = NPY_METH_SUPPORTS_UNALIGNED | loop->flags,
        .dtypes = loop->dtypes,
        .slots = slots,
    };
    int result = PyUFunc_AddLoopFromSpec(ufunc, &spec);
    Py_DECREF(ufunc);
    return result;
}

bool nfnp_has_loop(const char *ufunc)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].ufunc, ufunc) == 0)
            return true;
    return nfnp_is_function(ufunc);
}

bool nfnp_is_question(const char *ufunc)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].ufunc, ufunc) == 0)
            return nf_op_kind(rows[i].op) == NF_KIND_T_B || nf_op_kind(rows[i].op) == NF_KIND_TT_B;
    return false;
}

/* The DTypes that a kind of operation has for its operands. */
static void operand_dtypes(nfnp_dtype *d, nf_kind kind, PyArray_DTypeMeta **dtypes)
{
    int nin, nout;
    count_operands(kind, &nin, &nout);
    for (int i = 0; i < nin + nout; i++)
        dtypes[i] = &d->meta;
    if (kind == NF_KIND_T_B || kind == NF_KIND_TT_B)
        dtypes[nin] = &PyArray_BoolDType;
    if (kind == NF_KIND_T_TI)
        dtypes[nin + 1] = &PyArray_IntDType;
    if (kind == NF_KIND_TI_T)
        dtypes[1] = &PyArray_Int64DType;
}

static int add_row(nfnp_dtype *d, const row *r, PyObject *own)
{
    PyArray_DTypeMeta *dtypes[5];
    PyArrayMethod_StridedLoop *extreme = nfnp_extreme_loop(r->op);
    nfnp_loop loop = {.name = r->ufunc,
                      .own = own,
                      .dtypes = dtypes,
                      .loop = extreme ? extreme : loops[r->op],
                      .initial = r->initial,
                      .flags = r->flags};
    count_operands(nf_op_kind(r->op), &loop.nin, &loop.nout);
    operand_dtypes(d, nf_op_kind(r->op), dtypes);
    return nfnp_add_loop(&loop);
}

int nfnp_add_operation(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own)
{
    const row r = {ufunc, op, 0, NULL};
    return add_row(d, &r, own);
}

int nfnp_add_loops(nfnp_dtype *d)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (add_row(d, &rows[i], NULL) < 0)
            return -1;
    if (nfnp_add_own_loops(d) < 0 || nfnp_add_function_loops(d) < 0)
        return -1;
    if (nfnp_add_power_loops(d) < 0 || nfnp_add_matmul_loops(d) < 0)
        return -1;
    return nfnp_add_sort_loops(d);
}
