// What the files of this extension share: NumPy, the library's errors as exceptions, and what each file adds to the module.
#ifndef LIBRARY_H
#define LIBRARY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL convolved_array_api
#ifndef IS_MODULE
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include <convolved_arrays.h>
#include <stdbool.h>

/// Raises what the library's error means in Python: ValueError, MemoryError, Busy or Overtaken, with the message of this thread
/// where the call has left one. Returns NULL.
PyObject *raise_error(convolved_error error, bool has_message);

/// Adds a class or functions to the module. Returns -1 with an exception.
int add_errors(PyObject *module);
int add_convolver(PyObject *module);
int add_convolution(PyObject *module);
int add_planes(PyObject *module);

#endif
