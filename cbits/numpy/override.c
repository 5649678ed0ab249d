/* SPDX-License-Identifier: BSD-3-Clause */
/* Which functions of NumPy does a scalar of a format answer itself?  np.linspace (NEP 18).
 *
 * NumPy's own computes stop - start, 0..num - 1 and the step in the format of its endpoints, where
 * they need not be values.  All else is left to NumPy, as if the scalar had no say. */
#include "nfnp_scalar.h"

/* A scalar says nothing about arguments of other classes that override functions. */
static int knows(PyObject *type)
{
    PyObject *ours[] = {(PyObject *)&PyArray_Type, (PyObject *)&nfnp_scalar_base,
                        (PyObject *)&nfnp_fixed_base};
    int known = 0;
    for (int i = 0; i < 3 && known == 0; i++)
        known = PyObject_IsSubclass(type, ours[i]);
    return known;
}

static int knows_all(PyObject *types)
{
    PyObject *list = PySequence_Fast(types, "types must be a sequence");
    int known = list ? 1 : -1;
    for (Py_ssize_t i = 0; known > 0 && i < PySequence_Fast_GET_SIZE(list); i++)
        known = knows(PySequence_Fast_GET_ITEM(list, i));
    Py_XDECREF(list);
    return known;
}

static bool is_linspace(PyObject *function)
{
    static PyObject *linspace; /* of NumPy, which is never unloaded */
    if (linspace == NULL) {
        PyObject *numpy = PyImport_ImportModule("numpy");
        linspace = numpy ? PyObject_GetAttrString(numpy, "linspace") : NULL;
        Py_XDECREF(numpy);
        PyErr_Clear(); /* a NumPy without it cannot call it */
    }
    return linspace != NULL && function == linspace;
}

/* What NumPy does when nobody overrides, by the method that arrays have for it. */
static PyObject *numpys_own(PyObject *function, PyObject *args, PyObject *kwargs)
{
    npy_intp none = 0;
    PyObject *array = PyArray_SimpleNew(1, &none, NPY_BOOL);
    PyObject *result =
        array ? PyObject_CallMethod(array, "__array_function__", "O()OO", function, args, kwargs)
              : NULL;
    Py_XDECREF(array);
    return result;
}

PyObject *nfnp_array_function(PyObject *Py_UNUSED(self), PyObject *given)
{
    PyObject *function, *types, *args, *kwargs;
    if (!PyArg_ParseTuple(given, "OOO!O!:__array_function__", &function, &types, &PyTuple_Type,
                          &args, &PyDict_Type, &kwargs))
        return NULL;
    int known = knows_all(types);
    if (known <= 0)
        return known < 0 ? NULL : Py_NewRef(Py_NotImplemented);
    if (!is_linspace(function))
        return numpys_own(function, args, kwargs);
    PyObject *module = PyImport_ImportModule("numformats.ranges");
    PyObject *ours = module ? PyObject_GetAttrString(module, "numpy_linspace") : NULL;
    PyObject *result = ours ? PyObject_Call(ours, args, kwargs) : NULL;
    Py_XDECREF(ours);
    Py_XDECREF(module);
    return result;
}
