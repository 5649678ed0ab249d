/* SPDX-License-Identifier: BSD-3-Clause */
/* Which functions of NumPy does a scalar of a format answer itself?  Those that compute places in
 * its format, where places need not be values (NEP 18; the answers are in _overrides.py).  All else
 * is left to NumPy, as if the scalar had no say. */
#include "scalar/nfnp_scalar.h"

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

/* NumPy function -> ours, borrowed; NULL with an error. */
static PyObject *answers(void)
{
    static PyObject *dict; /* the module is never unloaded */
    if (dict == NULL)
        dict = nfnp_attribute("numformats._overrides", "ANSWERS");
    return dict;
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
    PyObject *dict = answers();
    PyObject *ours = dict ? PyDict_GetItemWithError(dict, function) : NULL;
    if (ours != NULL)
        return PyObject_Call(ours, args, kwargs);
    return PyErr_Occurred() ? NULL : numpys_own(function, args, kwargs);
}
