/* SPDX-License-Identifier: BSD-3-Clause */
/* How are single elements copied and read from text?  (ArrFuncs; search.c has the rest of them.)
 * NumPy may pass no array: then the format is unknown, and only copying is possible. */
#include "dtype/nfnp_dtype.h"
#include "order/nfnp_order.h"
#include "scalar/nfnp_scalar.h"

static nfnp_dtype *dtype_of(void *array)
{
    return NFNP_DTYPE(PyArray_DESCR((PyArrayObject *)array));
}

/* ---- items ---------------------------------------------------------------------------------- */

static int require_array(void *array)
{
    if (array != NULL)
        return 0;
    PyErr_SetString(PyExc_RuntimeError, "an element of a number format needs its array");
    return -1;
}

static PyObject *get_item(void *data, void *array)
{
    if (require_array(array) < 0)
        return NULL;
    nfnp_dtype *d = dtype_of(array);
    return nfnp_scalar_new(d, nfnp_load(d, data));
}

static int set_item(PyObject *obj, void *data, void *array)
{
    uint64_t code;
    uint32_t flags = 0;
    if (require_array(array) < 0)
        return -1;
    nfnp_dtype *d = dtype_of(array);
    if (nfnp_from_object(d, obj, &code, &flags) < 0)
        return -1;
    nfnp_store(d, data, code);
    return 0;
}

/* One copy function for each size, for it may be called without an array. */
#define COPYSWAP(bits)                                                                             \
    static void copyswap_##bits(void *to, void *from, int swap, void *Py_UNUSED(array))            \
    {                                                                                              \
        char *p = to;                                                                              \
        if (from != NULL)                                                                          \
            memmove(to, from, bits / 8);                                                           \
        for (int i = 0; swap && i < bits / 16; i++) {                                              \
            char c = p[i];                                                                         \
            p[i] = p[bits / 8 - 1 - i];                                                            \
            p[bits / 8 - 1 - i] = c;                                                               \
        }                                                                                          \
    }                                                                                              \
    static void copyswapn_##bits(void *to, npy_intp to_stride, void *from, npy_intp from_stride,   \
                                 npy_intp n, int swap, void *array)                                \
    {                                                                                              \
        for (npy_intp i = 0; i < n; i++)                                                           \
            copyswap_##bits((char *)to + i * to_stride,                                            \
                            from ? (char *)from + i * from_stride : NULL, swap, array);            \
    }
COPYSWAP(8)
COPYSWAP(16)
COPYSWAP(32)
COPYSWAP(64)

/* ---- text ----------------------------------------------------------------------------------- */

enum { WORD_MAX = 4096 };

static bool is_number_character(int c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '-' || c == '.' || c == '_';
}

/* The code of a word that needs Python to be read; NumPy may have let other threads run. */
static int parse_slowly(nfnp_dtype *d, const char *word, size_t length, uint64_t *code)
{
    uint32_t flags = 0;
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *text = PyUnicode_FromStringAndSize(word, (Py_ssize_t)length);
    int status = text ? nfnp_from_object(d, text, code, &flags) : -1;
    Py_XDECREF(text);
    if (status < 0)
        PyErr_Clear();
    PyGILState_Release(state);
    return status;
}

static int parse_word(nfnp_dtype *d, const char *word, size_t length, void *data)
{
    nf_unpacked x;
    nf_env env = {0};
    uint64_t code;
    if (!nf_parse(word, length, &x))
        return -1;
    if (!nfnp_is_cut_short(d, &x))
        code = nf_encode(&d->format, x, &env);
    else if (parse_slowly(d, word, length, &code) < 0)
        return -1;
    nfnp_store(d, data, code);
    return 0;
}

/* np.fromstring: the longest run of number characters; *end == text says that there is none. */
static int from_string(char *text, void *data, char **end, PyArray_Descr *descr)
{
    char *start = text;
    while (*start == ' ' || (*start >= '\t' && *start <= '\r'))
        start++;
    size_t length = 0;
    while (is_number_character((unsigned char)start[length]))
        length++;
    bool ok = parse_word(NFNP_DTYPE(descr), start, length, data) == 0;
    *end = ok ? start + length : text;
    return ok ? 0 : -1;
}

/* np.fromfile(sep=...): 1 a number, 0 none here, EOF. */
static int scan(FILE *file, void *data, char *Py_UNUSED(ignored), PyArray_Descr *descr)
{
    char word[WORD_MAX];
    size_t length = 0;
    int c = getc(file);
    while (c == ' ' || (c >= '\t' && c <= '\r'))
        c = getc(file);
    if (c == EOF)
        return EOF;
    for (; is_number_character(c) && length < WORD_MAX; c = getc(file))
        word[length++] = (char)c;
    if (c != EOF)
        ungetc(c, file);
    return parse_word(NFNP_DTYPE(descr), word, length, data) == 0 ? 1 : 0;
}

/* ---- the table ------------------------------------------------------------------------------ */

static void fill_copyswap(nfnp_dtype *d)
{
    switch (d->size) {
    case 1:
        d->arrfuncs.copyswap = copyswap_8;
        d->arrfuncs.copyswapn = copyswapn_8;
        return;
    case 2:
        d->arrfuncs.copyswap = copyswap_16;
        d->arrfuncs.copyswapn = copyswapn_16;
        return;
    case 4:
        d->arrfuncs.copyswap = copyswap_32;
        d->arrfuncs.copyswapn = copyswapn_32;
        return;
    default: d->arrfuncs.copyswap = copyswap_64; d->arrfuncs.copyswapn = copyswapn_64;
    }
}

void nfnp_fill_arrfuncs(nfnp_dtype *d)
{
    PyArray_InitArrFuncs(&d->arrfuncs);
    fill_copyswap(d);
    nfnp_fill_search(d);
    d->arrfuncs.getitem = get_item;
    d->arrfuncs.setitem = set_item;
    d->arrfuncs.fill = nfnp_fill_range;
    d->arrfuncs.fromstr = from_string;
    d->arrfuncs.scanfunc = scan;
    d->arrfuncs.dotfunc = nfnp_dotfunc(d->index);
}
