// How the library's offline functions are called.
#define _GNU_SOURCE
#include "work.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/// More products than a lock's exchange is worth.
static const double MUCH = 20000;
/// Stands for all processors: the library takes those that are there.
static const int MOST_THREADS = 1024;

/// How many threads are meant; 0 with an exception.
static int read_threads(PyObject *threads) {
  if (!PyIndex_Check(threads)) {
    PyErr_Format(PyExc_TypeError, "threads must be an integer from 1 to %d, or -1 for all processors, not %R", MOST_THREADS, threads);
    return 0;
  }
  PyObject *number = PyNumber_Index(threads);
  if (!number) return 0;
  int is_beyond;
  long count = PyLong_AsLongAndOverflow(number, &is_beyond);
  if (!is_beyond && count == -1) count = MOST_THREADS;
  if (is_beyond || count < 1 || count > MOST_THREADS) {
    PyErr_Format(PyExc_ValueError, "threads is %S: choose 1 to %d, or -1 for all processors", number, MOST_THREADS);
    count = 0;
  }
  Py_DECREF(number);
  return (int)count;
}

bool read_work(PyObject *threads, PyObject *profile, Work *work) {
  *work = (Work){.options = {.threads = 1}};
  if (threads && threads != Py_None && !(work->options.threads = read_threads(threads))) return false;
  if (!profile || profile == Py_None) return true;
  if (!PyUnicode_Check(profile)) {
    PyErr_Format(PyExc_TypeError, "profile must be text or None, not %R", profile);
    return false;
  }
  Py_ssize_t length;
  work->options.profile = PyUnicode_AsUTF8AndSize(profile, &length);
  if (!work->options.profile) return false;
  if (strlen(work->options.profile) == (size_t)length) return true;
  PyErr_Format(PyExc_ValueError, "profile is %R: a name has no zeros", profile);
  return false;
}

/// Runs the handlers of signals that have come. Not 0 where one of them raises.
static int raises(void *context) {
  Work *work = context;
  PyEval_RestoreThread(work->thread);
  int result = PyErr_CheckSignals();
  work->thread = PyEval_SaveThread();
  return result;
}

void begin_work(Work *work, double products) {
  work->is_released = products > MUCH;
  if (!work->is_released) return;
  // Python runs handlers in the main thread only: another need not ask for the lock.
  if (getpid() == (pid_t)syscall(SYS_gettid)) {
    work->options.stop = raises;
    work->options.context = work;
  }
  work->thread = PyEval_SaveThread();
}

void end_work(Work *work) {
  if (work->is_released) PyEval_RestoreThread(work->thread);
}

PyObject *raise_work_error(convolved_error error) {
  if (error == CONVOLVED_ERROR_STOPPED && PyErr_Occurred()) return NULL;
  return raise_error(error, true);
}

int dtype_of(int number) {
  switch (number) {
    case NPY_BOOL: return CONVOLVED_DTYPE_BOOL;
    case NPY_BYTE: return CONVOLVED_DTYPE_INT8;
    case NPY_SHORT: return CONVOLVED_DTYPE_INT16;
    case NPY_INT: return CONVOLVED_DTYPE_INT32;
    case NPY_LONG: case NPY_LONGLONG: return CONVOLVED_DTYPE_INT64;
    case NPY_UBYTE: return CONVOLVED_DTYPE_UINT8;
    case NPY_USHORT: return CONVOLVED_DTYPE_UINT16;
    case NPY_UINT: return CONVOLVED_DTYPE_UINT32;
    case NPY_ULONG: case NPY_ULONGLONG: return CONVOLVED_DTYPE_UINT64;
    case NPY_HALF: return CONVOLVED_DTYPE_FLOAT16;
    case NPY_FLOAT: return CONVOLVED_DTYPE_FLOAT32;
    case NPY_DOUBLE: return CONVOLVED_DTYPE_FLOAT64;
    case NPY_CFLOAT: return CONVOLVED_DTYPE_COMPLEX64;
    case NPY_CDOUBLE: return CONVOLVED_DTYPE_COMPLEX128;
    default: return -1;
  }
}

convolved_array operand_of(PyArrayObject *array, int dtype) {
  int dimensions = PyArray_NDIM(array);
  convolved_array operand = convolved_make_array(PyArray_DATA(array), 1, (convolved_dtype)dtype);
  operand.swapped = PyArray_ISBYTESWAPPED(array);
  for (int n = 0; n < dimensions; n++) operand.shape[n] = (size_t)PyArray_DIM(array, n);
  return operand;
}
