/* SPDX-License-Identifier: BSD-3-Clause */
/* Has the user pressed Ctrl-C during a long call?  Python runs its handlers between its own
 * instructions only; here they are run between pieces of work.
 *
 * Handlers belong to the main thread, so that only it looks, and only every 100 ms, as taking the
 * GIL may mean to wait for another thread.  What a handler raises is kept until the call has wound
 * up, which may be without the GIL.  A helper of threads.py stops when its flag is set. */
#include "calls/nfnp_calls.h"
#include <stdatomic.h>
#include <time.h>

enum { INTERVAL_MS = 100 };

static _Atomic unsigned long main_thread; /* 0 while it is not known */
static PyObject *raised;                  /* by a handler; the GIL guards it */
static _Thread_local const volatile char *flag_of_helper;

static int64_t milliseconds(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static PyObject *fetch(void)
{
#if PY_VERSION_HEX >= 0x030C0000
    return PyErr_GetRaisedException();
#else
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
#endif
}

static bool run_handlers(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    bool stop = PyErr_Occurred() == NULL && PyErr_CheckSignals() != 0;
    if (stop) {
        PyObject *before = raised;
        raised = fetch();
        Py_XDECREF(before);
    }
    PyGILState_Release(state);
    return stop;
}

bool nfnp_should_stop(void)
{
    static int64_t last;
    if (flag_of_helper != NULL)
        return *flag_of_helper != 0;
    if (PyThread_get_thread_ident() != atomic_load_explicit(&main_thread, memory_order_relaxed))
        return false;
    int64_t now = milliseconds();
    if (now - last >= 0 && now - last < INTERVAL_MS) /* a clock may be set back */
        return false;
    last = now;
    return run_handlers();
}

int nfnp_raise_stop(void)
{
    nf_take_stop();
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *error = raised;
    if (flag_of_helper == NULL && error != NULL) {
        raised = NULL;
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    } else {
        PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
    PyGILState_Release(state);
    return -1;
}

/* ---- for Python ----------------------------------------------------------------------------- */

PyObject *nfnp_py_stop_address(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyLong_FromVoidPtr((void *)(uintptr_t)nfnp_should_stop);
}

PyObject *nfnp_py_raise_stop(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    nfnp_raise_stop();
    return NULL;
}

PyObject *nfnp_py_set_main_thread(PyObject *Py_UNUSED(module), PyObject *ident)
{
    unsigned long n = PyLong_AsUnsignedLong(ident);
    if (n == (unsigned long)-1 && PyErr_Occurred())
        return NULL;
    atomic_store(&main_thread, n);
    Py_RETURN_NONE;
}

PyObject *nfnp_py_call_until(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *function;
    Py_buffer flag;
    if (!PyArg_ParseTuple(args, "w*O:call_until", &flag, &function))
        return NULL;
    PyObject *result = NULL;
    if (flag.len == 1) {
        const volatile char *before = flag_of_helper;
        flag_of_helper = flag.buf;
        result = PyObject_CallNoArgs(function);
        flag_of_helper = before;
    } else {
        PyErr_SetString(PyExc_ValueError, "the flag must have one byte");
    }
    PyBuffer_Release(&flag);
    return result;
}
