// convolve_2d and convolve_rows: as the library has them, for convolved.planes and convolved.overlap, which prepare the arrays.
#include "work.h"

/// An array that is read or written as it lies.
static PyArrayObject *checked(PyObject *object, int dimensions, bool is_written) {
  if (PyArray_Check(object)) {
    PyArrayObject *array = (PyArrayObject *)object;
    bool is_fit = PyArray_NDIM(array) == dimensions && PyArray_ISALIGNED(array) && PyArray_ISNOTSWAPPED(array);
    if (is_fit && (!is_written || PyArray_ISWRITEABLE(array))) return array;
  }
  PyErr_Format(PyExc_TypeError, "an aligned array of %d dimensions was expected", dimensions);
  return NULL;
}

static PyObject *convolve_2d(PyObject *module, PyObject *arguments) {
  PyObject *image, *kernel, *fill, *threads, *result;
  int mode, boundary;
  if (!PyArg_ParseTuple(arguments, "OOiiOOO", &image, &kernel, &mode, &boundary, &fill, &threads, &result)) return NULL;
  PyArrayObject *a = checked(image, 2, false), *v = a ? checked(kernel, 2, false) : NULL, *y = v ? checked(result, 2, true) : NULL;
  PyArrayObject *value = y && fill != Py_None ? checked(fill, 0, false) : NULL;
  Work work;
  if (!y || (fill != Py_None && !value) || !read_work(threads, NULL, &work)) return NULL;
  int first = dtype_of(PyArray_TYPE(a)), second = dtype_of(PyArray_TYPE(v));
  bool is_dense = PyArray_IS_C_CONTIGUOUS(a) && PyArray_IS_C_CONTIGUOUS(v) && PyArray_IS_C_CONTIGUOUS(y);
  if (first < 0 || second < 0 || !is_dense || (value && PyArray_TYPE(value) != PyArray_TYPE(y))) {
    PyErr_SetString(PyExc_TypeError, "contiguous arrays of the library's types were expected");
    return NULL;
  }
  convolved_array left = operand_of(a, first), right = operand_of(v, second);
  size_t shape[2];
  convolved_dtype dtype;
  convolved_error error = convolved_shape_2d(&left, &right, (convolved_mode)mode, shape, &dtype);
  if (error) return raise_work_error(error);
  if ((size_t)PyArray_DIM(y, 0) != shape[0] || (size_t)PyArray_DIM(y, 1) != shape[1] || (int)dtype != dtype_of(PyArray_TYPE(y))) {
    PyErr_SetString(PyExc_ValueError, "the result has another shape or type");
    return NULL;
  }
  begin_work(&work, (double)PyArray_SIZE(y) * (double)PyArray_SIZE(v));
  error = convolved_convolve_2d(
      &left, &right, (convolved_mode)mode, (convolved_boundary)boundary, value ? PyArray_DATA(value) : NULL, &work.options, PyArray_DATA(y),
      (size_t)PyArray_NBYTES(y));
  end_work(&work);
  if (error) return raise_work_error(error);
  Py_RETURN_NONE;
}

static convolved_rows rows_of(PyArrayObject *array) {
  return (convolved_rows){
      PyArray_DATA(array), (size_t)PyArray_DIM(array, 1), (ptrdiff_t)PyArray_STRIDE(array, 1), (ptrdiff_t)PyArray_STRIDE(array, 0)};
}

static PyObject *convolve_rows(PyObject *module, PyObject *arguments) {
  PyObject *signal, *kernel, *result, *threads;
  Py_ssize_t first;
  if (!PyArg_ParseTuple(arguments, "OOnOO", &signal, &kernel, &first, &result, &threads)) return NULL;
  PyArrayObject *x = checked(signal, 2, false), *h = x ? checked(kernel, 2, false) : NULL, *y = h ? checked(result, 2, true) : NULL;
  Work work;
  if (!y || !read_work(threads, NULL, &work)) return NULL;
  int type = PyArray_TYPE(y);
  npy_intp count = PyArray_DIM(y, 0);
  bool is_fit = PyArray_TYPE(x) == type && PyArray_TYPE(h) == type && PyArray_DIM(x, 0) == count && PyArray_DIM(h, 0) == count && first >= 0;
  if (!is_fit) {
    PyErr_SetString(PyExc_ValueError, "arrays of one type and of as many rows were expected");
    return NULL;
  }
  convolved_rows left = rows_of(x), right = rows_of(h), out = rows_of(y);
  double bound = 0;
  begin_work(&work, (double)PyArray_SIZE(y) * (double)right.count);
  convolved_error error = convolved_convolve_rows(
      (convolved_dtype)dtype_of(type), (size_t)count, &left, &right, (size_t)first, &out, &work.options, &bound);
  end_work(&work);
  return error ? raise_work_error(error) : PyFloat_FromDouble(bound);
}

static PyMethodDef functions[] = {
    {"convolve_2d", convolve_2d, METH_VARARGS, "(image, kernel, mode, boundary, fill, threads, result): the library's convolved_convolve_2d."},
    {"convolve_rows", convolve_rows, METH_VARARGS, "(x, h, first, y, threads): the library's convolved_convolve_rows; returns the bound."},
    {NULL}};

int add_planes(PyObject *module) { return PyModule_AddFunctions(module, functions); }
