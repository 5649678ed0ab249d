/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an array of one format become one of another, or of one of NumPy's numeric types? */
#include "casts/nfnp_casts.h"
#include "order/nfnp_order.h"

static const nf_format *format_of(PyArrayMethod_Context *context, int i)
{
    return &NFNP_DTYPE(context->descriptors[i])->format;
}

static const nfnp_numeric *numeric_of(PyArrayMethod_Context *context, int i)
{
    return nfnp_numeric_of(context->descriptors[i]->type_num);
}

/* ---- loops ---------------------------------------------------------------------------------- */

NFNP_STRIDED_LOOP(format_to_format)
{
    if (!nfnp_run_cast(format_of(context, 0), format_of(context, 1), data, *dimensions, strides))
        return nfnp_raise_stop();
    return nfnp_check_same_value(context, data, *dimensions, strides);
}

NFNP_STRIDED_LOOP(numeric_to_format)
{
    if (!nfnp_run_cast(&numeric_of(context, 0)->row, format_of(context, 1), data, *dimensions,
                       strides))
        return nfnp_raise_stop();
    return nfnp_check_same_value(context, data, *dimensions, strides);
}

NFNP_STRIDED_LOOP(long_double_to_format)
{
    const nfnp_dtype *d = NFNP_DTYPE(context->descriptors[1]);
    nf_env env = nfnp_env(&d->format);
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < *dimensions; i++, in += strides[0], out += strides[1]) {
        long double x;
        memcpy(&x, in, sizeof x);
        nfnp_store(d, out, nf_encode(&d->format, nfnp_from_long_double(x), &env));
        env.index++;
    }
    nfnp_raise_flags(env.flags);
    return nfnp_check_same_value(context, data, *dimensions, strides);
}

static void to_long_doubles(const nfnp_dtype *d, char *const *data, npy_intp n,
                            const npy_intp *strides)
{
    uint32_t flags = 0;
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < n; i++, in += strides[0], out += strides[1]) {
        nf_unpacked value = nf_decode(&d->format, nfnp_load(d, in));
        long double x = nfnp_to_long_double(value, &flags);
        memcpy(out, &x, sizeof x);
    }
    nfnp_raise_flags(flags);
}

/* An imaginary part is zero. */
static void clear_imaginary(char *out, npy_intp n, npy_intp stride, size_t half)
{
    for (npy_intp i = 0; i < n; i++, out += stride)
        memset(out + half, 0, half);
}

NFNP_STRIDED_LOOP(format_to_numeric)
{
    const nfnp_numeric *numeric = numeric_of(context, 1);
    if (numeric->is_long_double)
        to_long_doubles(NFNP_DTYPE(context->descriptors[0]), data, *dimensions, strides);
    else if (!nfnp_run_cast(format_of(context, 0), &numeric->row, data, *dimensions, strides))
        return nfnp_raise_stop();
    if (numeric->is_complex) {
        size_t half = (size_t)PyDataType_ELSIZE(context->descriptors[1]) / 2;
        clear_imaginary(data[1], *dimensions, strides[1], half);
    }
    return nfnp_check_same_value(context, data, *dimensions, strides);
}

NFNP_STRIDED_LOOP(bool_to_format)
{
    static const nf_unpacked numbers[2] = {{.cls = NF_ZERO},
                                           {.cls = NF_FINITE, .hi = (uint64_t)1 << 63}};
    const nfnp_dtype *d = NFNP_DTYPE(context->descriptors[1]);
    nf_env env = nfnp_env(&d->format);
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < *dimensions; i++, in += strides[0], out += strides[1]) {
        nfnp_store(d, out, nf_encode(&d->format, numbers[*in != 0], &env));
        env.index++;
    }
    nfnp_raise_flags(env.flags);
    return nfnp_check_same_value(context, data, *dimensions, strides);
}

NFNP_STRIDED_LOOP(format_to_bool)
{
    nfnp_to_bool(NFNP_DTYPE(context->descriptors[0]), data, *dimensions, strides);
    return nfnp_check_same_value(context, data, *dimensions, strides);
}

NFNP_STRIDED_LOOP(copy_codes)
{
    size_t size = (size_t)NFNP_DTYPE(context->descriptors[0])->size;
    char *in = data[0], *out = data[1];
    if (strides[0] == (npy_intp)size && strides[1] == (npy_intp)size)
        memmove(out, in, (size_t)*dimensions * size);
    else
        for (npy_intp i = 0; i < *dimensions; i++, in += strides[0], out += strides[1])
            memmove(out, in, size);
    return 0;
}

/* ---- methods -------------------------------------------------------------------------------- */

static NPY_CASTING resolve_self(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                PyArray_DTypeMeta *const *Py_UNUSED(dtypes),
                                PyArray_Descr *const *given, PyArray_Descr **loop,
                                npy_intp *view_offset)
{
    loop[0] = (PyArray_Descr *)Py_NewRef(given[0]);
    loop[1] = (PyArray_Descr *)Py_NewRef(given[1] != NULL ? given[1] : given[0]);
    *view_offset = 0;
    return NPY_NO_CASTING | NPY_SAME_VALUE_CASTING_FLAG;
}

/* The real part is an element of the same stride; dropping the other is worth a warning. */
static int complex_get_loop(PyArrayMethod_Context *context, int Py_UNUSED(aligned),
                            int Py_UNUSED(move_references), const npy_intp *Py_UNUSED(strides),
                            PyArrayMethod_StridedLoop **loop, NpyAuxData **aux,
                            NPY_ARRAYMETHOD_FLAGS *flags)
{
    *loop = numeric_of(context, 0)->is_long_double ? long_double_to_format : numeric_to_format;
    *aux = NULL;
    *flags = 0;
    return nfnp_warn_complex();
}

NFNP_CAST_SLOTS(format_to_format_slots, format_to_format);
NFNP_CAST_SLOTS(numeric_to_format_slots, numeric_to_format);
NFNP_CAST_SLOTS(long_double_to_format_slots, long_double_to_format);
NFNP_CAST_SLOTS(format_to_numeric_slots, format_to_numeric);
NFNP_CAST_SLOTS(bool_to_format_slots, bool_to_format);
NFNP_CAST_SLOTS(format_to_bool_slots, format_to_bool);
static PyType_Slot complex_slots[] = {{NPY_METH_get_loop, complex_get_loop}, {0, NULL}};
static PyType_Slot self_slots[] = {{NPY_METH_resolve_descriptors, resolve_self},
                                   {NPY_METH_strided_loop, copy_codes},
                                   {NPY_METH_unaligned_strided_loop, copy_codes},
                                   {0, NULL}};

/* All numeric casts but those from complex can also check that they kept the value. */
static void add_checked(nfnp_cast_list *list, PyArray_DTypeMeta *from, PyArray_DTypeMeta *to,
                        NPY_CASTING casting, PyType_Slot *slots)
{
    nfnp_add_cast(list, from, to, casting | NPY_SAME_VALUE_CASTING_FLAG, 0, slots);
}

/* `self` is the DType of the format f, NULL while it is being made. */
static void add_numeric_casts(nfnp_cast_list *list, PyArray_DTypeMeta *self, const nf_format *f,
                              const nfnp_numeric *numeric)
{
    PyArray_DTypeMeta *type = nfnp_builtin_dtype(numeric->type_num);
    bool wide = numeric->is_long_double;
    bool holds_numeric = wide ? nfnp_contains_long_double(f) : nf_contains(f, &numeric->row);
    bool fits_numeric = wide ? nfnp_long_double_contains(f) : nf_contains(&numeric->row, f);
    bool is_integer = !wide && numeric->row.family == NF_FIXED;
    if (numeric->is_complex)
        nfnp_add_cast(list, type, self, NPY_UNSAFE_CASTING, 0, complex_slots);
    else
        add_checked(list, type, self, holds_numeric ? NPY_SAFE_CASTING : NPY_SAME_KIND_CASTING,
                    wide ? long_double_to_format_slots : numeric_to_format_slots);
    add_checked(list, self, type,
                fits_numeric ? NPY_SAFE_CASTING
                : is_integer ? NPY_UNSAFE_CASTING
                             : NPY_SAME_KIND_CASTING,
                format_to_numeric_slots);
}

static void add_bool_casts(nfnp_cast_list *list, const nf_format *f)
{
    nf_env env = {0};
    nf_unpacked zero = nf_decode(f, nf_encode(f, (nf_unpacked){.cls = NF_ZERO}, &env));
    nf_unpacked one = nf_decode(f, nf_limits_of(f).one);
    bool holds = zero.cls == NF_ZERO && one.cls == NF_FINITE && one.exp == 0 && !one.sign &&
                 one.hi == (uint64_t)1 << 63;
    PyArray_DTypeMeta *type = nfnp_builtin_dtype(NPY_BOOL);
    add_checked(list, type, NULL, holds ? NPY_SAFE_CASTING : NPY_SAME_KIND_CASTING,
                bool_to_format_slots);
    add_checked(list, NULL, type, NPY_UNSAFE_CASTING, format_to_bool_slots);
}

static NPY_CASTING level(const nfnp_dtype *from, const nfnp_dtype *to)
{
    return nf_contains(&to->format, &from->format) ? NPY_SAFE_CASTING : NPY_SAME_KIND_CASTING;
}

/* With the formats made so far; casts_far.c says with which not. */
static void add_format_casts(nfnp_cast_list *list, nfnp_dtype *d)
{
    for (int i = 0; i < nfnp_dtype_count; i++) {
        nfnp_dtype *e = nfnp_dtypes[i];
        if (e == d || nfnp_is_far_pair(d, e))
            continue;
        add_checked(list, NULL, &e->meta, level(d, e), format_to_format_slots);
        add_checked(list, &e->meta, NULL, level(e, d), format_to_format_slots);
    }
}

static void add_self_cast(nfnp_cast_list *list)
{
    nfnp_add_cast(list, NULL, NULL, NPY_NO_CASTING | NPY_SAME_VALUE_CASTING_FLAG,
                  NPY_METH_NO_FLOATINGPOINT_ERRORS, self_slots);
}

PyArrayMethod_Spec **nfnp_make_casts(nfnp_dtype *d)
{
    nfnp_cast_list list = {0};
    add_self_cast(&list);
    add_bool_casts(&list, &d->format);
    for (int i = 0; i < nfnp_numpy_type_count; i++)
        add_numeric_casts(&list, NULL, &d->format, &nfnp_numpy_types[i]);
    for (int i = 0; nfnp_foreign(i) != NULL; i++)
        add_numeric_casts(&list, NULL, &d->format, &nfnp_foreign(i)->numeric);
    nfnp_add_text_casts(&list);
    nfnp_add_refused_casts(&list);
    nfnp_add_exact_cast(&list);
    add_format_casts(&list, d);
    return nfnp_finish_casts(&list);
}

PyArrayMethod_Spec **nfnp_make_foreign_casts(const nfnp_numeric *numeric)
{
    nfnp_cast_list list = {0};
    add_self_cast(&list);
    for (int i = 0; i < nfnp_dtype_count; i++)
        add_numeric_casts(&list, &nfnp_dtypes[i]->meta, &nfnp_dtypes[i]->format, numeric);
    nfnp_add_foreign_exact_cast(&list, numeric);
    return nfnp_finish_casts(&list);
}
