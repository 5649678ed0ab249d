/* SPDX-License-Identifier: BSD-3-Clause */
/* What does dtype= of a format mean where no operand is a format, as in np.sqrt([4.0], dtype=F)?
 *
 * NumPy finds no promoter then: one whose tuple named the output only would also match every call
 * without dtype=.  What it asks last is the ufunc's type resolver, with the operands and the
 * demand. Ours answers where the demand is a format, by the promoter of the ufunc, and leaves all
 * else to NumPy's. */
#include "promotion/nfnp_promotion.h"

typedef struct {
    PyUFuncObject *ufunc;
    PyUFunc_TypeResolutionFunc *before;
    PyArrayMethod_PromoterFunction *promoter;
} demand;
enum { ROOM = NF_OP_COUNT + 16 }; /* an operation has a ufunc or two; and there are products */
static demand demands[ROOM];      /* in the order of their making */
static int count;

static const demand *demand_of(const PyUFuncObject *u)
{
    for (int i = 0; i < count; i++)
        if (demands[i].ufunc == u)
            return &demands[i];
    return NULL;
}

/* Item i as one of our formats, or NULL. */
static nfnp_dtype *demanded(PyObject *types, int i)
{
    if (types == NULL || !PyTuple_CheckExact(types) || PyTuple_GET_SIZE(types) <= i)
        return NULL;
    PyObject *item = PyTuple_GET_ITEM(types, i);
    return PyArray_DescrCheck(item) ? nfnp_of_class(NPY_DTYPE((PyArray_Descr *)item)) : NULL;
}

static bool is_number(PyArray_DTypeMeta *cls)
{
    return PyTypeNum_ISBOOL(cls->type_num) || PyTypeNum_ISNUMBER(cls->type_num) ||
           nfnp_of_class(cls) != NULL;
}

static int resolve(PyUFuncObject *u, NPY_CASTING casting, PyArrayObject **operands, PyObject *types,
                   PyArray_Descr **out)
{
    const demand *own = demand_of(u);
    PyArray_DTypeMeta *given[NPY_MAXARGS] = {NULL}, *signature[NPY_MAXARGS] = {NULL},
                      *found[NPY_MAXARGS] = {NULL};
    bool answers = u->nargs <= NPY_MAXARGS && demanded(types, u->nin) != NULL;
    for (int i = 0; answers && i < u->nargs; i++) {
        nfnp_dtype *d = demanded(types, i);
        signature[i] = d ? &d->meta : NULL;
        given[i] = i < u->nin && !d ? NPY_DTYPE(PyArray_DESCR(operands[i])) : signature[i];
        answers = i >= u->nin ? d != NULL : is_number(given[i]);
    }
    if (!answers)
        return own->before(u, casting, operands, types, out);
    int status = own->promoter((PyObject *)u, given, signature, found);
    for (int i = 0; status == 0 && i < u->nargs; i++) {
        out[i] = PyArray_GetDefaultDescr(found[i]);
        status = out[i] ? 0 : -1;
    }
    for (int i = 0; i < u->nargs; i++)
        Py_XDECREF((PyObject *)found[i]);
    return status;
}

int nfnp_add_demand(PyObject *ufunc, PyArrayMethod_PromoterFunction *promoter)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    if (demand_of(u) != NULL)
        return 0;
    if (count == ROOM) {
        PyErr_SetString(PyExc_RuntimeError, "more ufuncs than numformats knows of");
        return -1;
    }
    demands[count++] = (demand){u, u->type_resolver, promoter};
    u->type_resolver = resolve;
    return 0;
}

/* Every ufunc of NumPy's with one operand that has loops of formats. */
int nfnp_add_demands(PyObject *umath)
{
    PyObject *names = PyModule_GetDict(umath), *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(names, &at, &key, &value)) {
        PyUFuncObject *u = (PyUFuncObject *)value;
        if (PyObject_TypeCheck(value, &PyUFunc_Type) && u->nin == 1 && nfnp_has_loop(u->name) &&
            !nfnp_is_question(u->name) && nfnp_add_demand(value, nfnp_promote) < 0)
            return -1;
    }
    return 0;
}
