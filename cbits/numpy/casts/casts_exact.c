/* SPDX-License-Identifier: BSD-3-Clause */
/* How do arrays become exact operands?  Nothing is lost, so that every cast is safe; no cast leads
 * back. */
#include "casts/nfnp_casts.h"

/* ---- loops ---------------------------------------------------------------------------------- */

static void store(char *const *data, const npy_intp *strides, npy_intp i, nfnp_operand x)
{
    memcpy(data[1] + i * strides[1], &x, sizeof x);
}

NFNP_STRIDED_LOOP(format_to_exact)
{
    const nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    for (npy_intp i = 0; i < *dimensions; i++)
        store(data, strides, i, nfnp_operand_of_code(d, nfnp_load(d, data[0] + i * strides[0])));
    return 0;
}

/* A float, or any number of another package. */
NFNP_STRIDED_LOOP(float_to_exact)
{
    const nfnp_numeric *numeric = nfnp_numeric_of(context->descriptors[0]->type_num);
    for (npy_intp i = 0; i < *dimensions; i++) {
        uint64_t code = 0;
        memcpy(&code, data[0] + i * strides[0], (size_t)nf_storage_bytes(&numeric->row));
        store(data, strides, i,
              nfnp_operand_of(nf_decode(&numeric->row, code), nfnp_nan_note(&numeric->row)));
    }
    return 0;
}

NFNP_STRIDED_LOOP(long_double_to_exact)
{
    (void)context;
    for (npy_intp i = 0; i < *dimensions; i++) {
        long double x;
        memcpy(&x, data[0] + i * strides[0], sizeof x);
        store(data, strides, i, nfnp_operand_of(nfnp_from_long_double(x), NFNP_IEEE));
    }
    return 0;
}

#define INTEGER_LOOP(name, type)                                                                   \
    NFNP_STRIDED_LOOP(name##_to_exact)                                                             \
    {                                                                                              \
        (void)context;                                                                             \
        for (npy_intp i = 0; i < *dimensions; i++) {                                               \
            type x;                                                                                \
            memcpy(&x, data[0] + i * strides[0], sizeof x);                                        \
            bool minus = x < (type)1 && x != 0;                                                    \
            uint64_t magnitude = minus ? -(uint64_t)x : (uint64_t)x;                               \
            store(data, strides, i, nfnp_operand_of(nfnp_from_magnitude(magnitude, minus), 0));    \
        }                                                                                          \
        return 0;                                                                                  \
    }
INTEGER_LOOP(bool, npy_bool)
INTEGER_LOOP(byte, npy_byte)
INTEGER_LOOP(short, npy_short)
INTEGER_LOOP(int, npy_int)
INTEGER_LOOP(long, npy_long)
INTEGER_LOOP(longlong, npy_longlong)
INTEGER_LOOP(ubyte, npy_ubyte)
INTEGER_LOOP(ushort, npy_ushort)
INTEGER_LOOP(uint, npy_uint)
INTEGER_LOOP(ulong, npy_ulong)
INTEGER_LOOP(ulonglong, npy_ulonglong)

NFNP_STRIDED_LOOP(copy_exact)
{
    (void)context;
    for (npy_intp i = 0; i < *dimensions; i++)
        memmove(data[1] + i * strides[1], data[0] + i * strides[0], sizeof(nfnp_operand));
    return 0;
}

/* ---- methods -------------------------------------------------------------------------------- */

static NPY_CASTING resolve_self(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                PyArray_DTypeMeta *const *Py_UNUSED(dtypes),
                                PyArray_Descr *const *given, PyArray_Descr **loop,
                                npy_intp *view_offset)
{
    loop[0] = (PyArray_Descr *)Py_NewRef((PyObject *)given[0]);
    loop[1] = (PyArray_Descr *)Py_NewRef((PyObject *)(given[1] != NULL ? given[1] : given[0]));
    *view_offset = 0;
    return NPY_NO_CASTING;
}

enum { QUIET = NPY_METH_NO_FLOATINGPOINT_ERRORS };

PyArrayMethod_Spec **nfnp_make_exact_casts(void)
{
    static const struct {
        int type_num;
        PyArrayMethod_StridedLoop *loop;
    } rows[] = {
        {NPY_BOOL, bool_to_exact},
        {NPY_BYTE, byte_to_exact},
        {NPY_SHORT, short_to_exact},
        {NPY_INT, int_to_exact},
        {NPY_LONG, long_to_exact},
        {NPY_LONGLONG, longlong_to_exact},
        {NPY_UBYTE, ubyte_to_exact},
        {NPY_USHORT, ushort_to_exact},
        {NPY_UINT, uint_to_exact},
        {NPY_ULONG, ulong_to_exact},
        {NPY_ULONGLONG, ulonglong_to_exact},
        {NPY_HALF, float_to_exact},
        {NPY_FLOAT, float_to_exact},
        {NPY_DOUBLE, float_to_exact},
        {NPY_LONGDOUBLE, long_double_to_exact},
    };
    static PyType_Slot self_slots[] = {{NPY_METH_resolve_descriptors, resolve_self},
                                       {NPY_METH_strided_loop, copy_exact},
                                       {NPY_METH_unaligned_strided_loop, copy_exact},
                                       {0, NULL}};
    enum { ROWS = sizeof rows / sizeof *rows };
    static PyType_Slot slots[ROWS][3]; /* read when the class is registered */
    nfnp_cast_list list = {0};
    nfnp_add_cast(&list, NULL, NULL, NPY_NO_CASTING, QUIET, self_slots);
    for (int i = 0; i < ROWS; i++) {
        slots[i][0] = (PyType_Slot){NPY_METH_strided_loop, rows[i].loop};
        slots[i][1] = (PyType_Slot){NPY_METH_unaligned_strided_loop, rows[i].loop};
        nfnp_add_cast(&list, nfnp_builtin_dtype(rows[i].type_num), NULL, NPY_SAFE_CASTING, QUIET,
                      slots[i]);
    }
    return nfnp_finish_casts(&list);
}

void nfnp_add_exact_cast(nfnp_cast_list *list)
{
    NFNP_CAST_SLOTS(slots, format_to_exact);
    nfnp_add_cast(list, NULL, &nfnp_exact, NPY_SAFE_CASTING, QUIET, slots);
}

void nfnp_add_foreign_exact_cast(nfnp_cast_list *list, const nfnp_numeric *numeric)
{
    NFNP_CAST_SLOTS(slots, float_to_exact);
    if (!numeric->is_complex)
        nfnp_add_cast(list, nfnp_builtin_dtype(numeric->type_num), &nfnp_exact, NPY_SAFE_CASTING,
                      QUIET, slots);
}
