// convolve and correlate: what np.convolve and np.correlate compute of plain arrays. Everything else (other objects, names of modes,
// what is refused) goes to convolved._numpy, which answers as NumPy does.
#include "work.h"

#include <stdlib.h>
#include <string.h>

typedef convolved_error (*Function)(
    const convolved_array *, const convolved_array *, convolved_mode, const convolved_options *, void *, size_t);

/// One of the two functions.
typedef struct {
  const char *name;
  Function function;
  convolved_mode default_mode;
  /// Whether NumPy takes a value without dimensions for an array of one.
  bool takes_scalars;
} Kind;

static const Kind convolution = {"convolve", convolved_convolve, CONVOLVED_FULL, true};
static const Kind correlation = {"correlate", convolved_correlate, CONVOLVED_VALID, false};

/// What was passed; NULL where nothing was.
typedef struct {
  PyObject *a, *v, *mode, *threads, *profile, *out;
} Arguments;

// --------------------------------------------------------------------------------------------------------------- arguments

static PyObject **named(Arguments *arguments, PyObject *name) {
  static const char *const names[] = {"a", "v", "mode", "threads", "profile", "out"};
  PyObject **places[] = {&arguments->a, &arguments->v, &arguments->mode, &arguments->threads, &arguments->profile, &arguments->out};
  for (int n = 0; n < 6; n++)
    if (!PyUnicode_CompareWithASCIIString(name, names[n])) return places[n];
  return NULL;
}

static bool read_arguments(const Kind *kind, PyObject *const *values, Py_ssize_t count, PyObject *names, Arguments *arguments) {
  *arguments = (Arguments){0};
  PyObject **positional[] = {&arguments->a, &arguments->v, &arguments->mode};
  if (count > 3) {
    PyErr_Format(
        PyExc_TypeError, "%s() takes from 2 to 3 positional arguments but %zd were given: name threads, profile and out", kind->name, count);
    return false;
  }
  for (Py_ssize_t n = 0; n < count; n++) *positional[n] = values[n];
  Py_ssize_t named_count = names ? PyTuple_Size(names) : 0;
  for (Py_ssize_t n = 0; n < named_count; n++) {
    PyObject *name = PyTuple_GetItem(names, n);
    PyObject **place = named(arguments, name);
    if (!place || *place) {
      PyErr_Format(PyExc_TypeError, place ? "%s() got multiple values for argument '%U'" : "%s() got an unexpected keyword argument '%U'",
                   kind->name, name);
      return false;
    }
    *place = values[count + n];
  }
  if (arguments->a && arguments->v) return true;
  PyErr_Format(PyExc_TypeError, "%s() missing required argument: '%s'", kind->name, arguments->a ? "v" : "a");
  return false;
}

static const char *const modes[] = {"full", "same", "valid"};

/// The mode; -1 where NumPy is to be asked what it makes of it.
static int read_mode(const Kind *kind, PyObject *mode) {
  if (!mode) return kind->default_mode;
  if (!PyUnicode_Check(mode)) return -1;
  for (int n = 0; n < 3; n++)
    if (!PyUnicode_CompareWithASCIIString(mode, modes[n])) return n;
  return -1;
}

// ---------------------------------------------------------------------------------------------------------------- operands

/// Leaves an exception only where it is one of memory: what else is wrong NumPy says.
static void keep_memory_error(void) {
  if (!PyErr_ExceptionMatches(PyExc_MemoryError)) PyErr_Clear();
}

/// The operand as a plain array of one dimension (or none), contiguous and aligned. NULL without an exception: it is for NumPy.
static PyArrayObject *read_operand(const Kind *kind, PyObject *object) {
  PyArrayObject *array;
  if (PyArray_CheckExact(object)) {
    array = (PyArrayObject *)object;
    Py_INCREF(object);
  } else if (PyList_CheckExact(object) || PyTuple_CheckExact(object)) {
    array = (PyArrayObject *)PyArray_FromAny(object, NULL, 0, 0, 0, NULL);
    if (!array) {
      keep_memory_error();
      return NULL;
    }
  } else {
    return NULL;
  }
  int dimensions = PyArray_NDIM(array);
  bool is_taken = (dimensions == 1 || (dimensions == 0 && kind->takes_scalars)) && PyArray_SIZE(array) > 0 && dtype_of(PyArray_TYPE(array)) >= 0;
  // NumPy copies complex operands that are read-only or swapped, and where they lie decides the order of some profiles' sums.
  bool is_single = PyArray_SIZE(array) == 1;
  bool is_ready = PyArray_IS_C_CONTIGUOUS(array) && PyArray_ISALIGNED(array);
  if (PyArray_ISCOMPLEX(array) && !is_single) is_ready = PyArray_ISCARRAY(array);
  if (is_taken && is_ready) return array;
  PyArrayObject *copy = NULL;
  if (is_taken) {
    copy = (PyArrayObject *)PyArray_FromAny(
        (PyObject *)array, PyArray_DescrFromType(PyArray_TYPE(array)), 0, 0, NPY_ARRAY_CARRAY | NPY_ARRAY_NOTSWAPPED, NULL);
    if (!copy) keep_memory_error();
  }
  Py_DECREF((PyObject *)array);
  return copy;
}

/// The number of the result's type: NumPy's promotion. -1 with an exception.
static int promoted(PyArrayObject *a, PyArrayObject *v) {
  int number = PyArray_TYPE(a);
  if (number == PyArray_TYPE(v)) return number;
  PyArray_Descr *type = PyArray_PromoteTypes(PyArray_DESCR(a), PyArray_DESCR(v));
  if (!type) return -1;
  number = type->type_num;
  Py_DECREF((PyObject *)type);
  return number;
}

/// How many outputs there are of n values with m. No array has so many that the sum overflows.
static size_t length_of(size_t n, size_t m, convolved_mode mode) {
  size_t longer = n > m ? n : m, shorter = n + m - longer;
  return mode == CONVOLVED_SAME ? longer : mode == CONVOLVED_FULL ? longer + shorter - 1 : longer - shorter + 1;
}

/// Whether a product of one complex value is NumPy's own: of what operand it makes a copy first decides its bits.
static bool is_single_complex(PyArrayObject *a, PyArrayObject *v) {
  return (PyArray_ISCOMPLEX(a) || PyArray_ISCOMPLEX(v)) && (PyArray_SIZE(a) == 1 || PyArray_SIZE(v) == 1);
}

// ------------------------------------------------------------------------------------------------------------------ result

static bool overlaps(PyArrayObject *a, PyArrayObject *b) {
  return PyArray_BYTES(a) < PyArray_BYTES(b) + PyArray_NBYTES(b) && PyArray_BYTES(b) < PyArray_BYTES(a) + PyArray_NBYTES(a);
}

static bool check_out(PyObject *out, npy_intp length, int number) {
  if (!PyArray_Check(out)) {
    PyErr_Format(PyExc_TypeError, "out must be an array, not %R", out);
    return false;
  }
  PyArrayObject *array = (PyArrayObject *)out;
  if (PyArray_NDIM(array) == 1 && PyArray_DIM(array, 0) == length && PyArray_TYPE(array) == number && PyArray_ISWRITEABLE(array)) {
    if (length == 1 || labs(PyArray_STRIDE(array, 0)) >= (long)PyArray_ITEMSIZE(array)) return true;
    PyErr_SetString(PyExc_ValueError, "out has values that share memory: give an array whose values have places of their own");
    return false;
  }
  PyArray_Descr *type = PyArray_DescrFromType(number);
  PyObject *shape = PyObject_GetAttrString(out, "shape");
  if (shape) {
    PyErr_Format(
        PyExc_ValueError, "out must be a writable array of shape (%zd,) and type %S, not a %s one of shape %S and type %S", (Py_ssize_t)length,
        (PyObject *)type, PyArray_ISWRITEABLE(array) ? "writable" : "read-only", shape, (PyObject *)PyArray_DESCR(array));
  }
  Py_XDECREF(shape);
  Py_DECREF((PyObject *)type);
  return false;
}

/// Computes into a new array or into `out`. `a`, `v` stay the caller's. NULL without an exception: the processor's profile does not
/// have the order of these sums, so that they are for NumPy.
static PyObject *compute(
    const Kind *kind, PyArrayObject *a, PyArrayObject *v, convolved_mode mode, const Arguments *arguments, Work work) {
  convolved_array first = operand_of(a, dtype_of(PyArray_TYPE(a))), second = operand_of(v, dtype_of(PyArray_TYPE(v)));
  size_t length = length_of(first.shape[0], second.shape[0], mode);
  int number = promoted(a, v);
  if (number < 0) return NULL;
  PyObject *out = arguments->out && arguments->out != Py_None ? arguments->out : NULL;
  if (out && !check_out(out, (npy_intp)length, number)) return NULL;
  PyArrayObject *taker = (PyArrayObject *)out;
  bool is_direct = out && PyArray_ISCARRAY(taker) && !overlaps(taker, a) && !overlaps(taker, v);
  npy_intp shape = (npy_intp)length;
  PyArrayObject *result = taker;
  if (is_direct) Py_INCREF(out);
  else if (!(result = (PyArrayObject *)PyArray_SimpleNew(1, &shape, number))) return NULL;
  begin_work(&work, (double)first.shape[0] * (double)second.shape[0]);
  convolved_error error = kind->function(&first, &second, mode, &work.options, PyArray_DATA(result), (size_t)PyArray_NBYTES(result));
  end_work(&work);
  if (error) {
    Py_DECREF((PyObject *)result);
    return error == CONVOLVED_ERROR_PROFILE && !work.options.profile ? NULL : raise_work_error(error);
  }
  if (!out || is_direct) return (PyObject *)result;
  int copied = PyArray_CopyInto(taker, result);
  Py_DECREF((PyObject *)result);
  if (copied < 0) return NULL;
  Py_INCREF(out);
  return out;
}

/// convolved._numpy.convolve or correlate with the same arguments.
static PyObject *ask_numpy(const Kind *kind, Arguments *arguments) {
  PyObject *module = PyImport_ImportModule("convolved._numpy");
  PyObject *function = module ? PyObject_GetAttrString(module, kind->name) : NULL;
  Py_XDECREF(module);
  PyObject *mode = arguments->mode ? Py_NewRef(arguments->mode) : PyUnicode_FromString(modes[kind->default_mode]), *result = NULL;
  if (function && mode) {
    result = PyObject_CallFunctionObjArgs(
        function, arguments->a, arguments->v, mode, arguments->threads ? arguments->threads : Py_None,
        arguments->profile ? arguments->profile : Py_None, arguments->out ? arguments->out : Py_None, NULL);
  }
  Py_XDECREF(mode);
  Py_XDECREF(function);
  return result;
}

static PyObject *call(const Kind *kind, PyObject *const *values, Py_ssize_t count, PyObject *names) {
  Arguments arguments;
  if (!read_arguments(kind, values, count, names, &arguments)) return NULL;
  Work work;
  if (!read_work(arguments.threads, arguments.profile, &work)) return NULL;
  // What NumPy picks is what it computes itself.
  if (work.options.profile && !strcmp(work.options.profile, "auto")) work.options.profile = NULL, arguments.profile = NULL;
  int mode = read_mode(kind, arguments.mode);
  PyArrayObject *a = mode < 0 ? NULL : read_operand(kind, arguments.a);
  PyArrayObject *v = a ? read_operand(kind, arguments.v) : NULL;
  bool is_pinned = work.options.profile;
  PyObject *result = NULL;
  if (v && (is_pinned || !is_single_complex(a, v))) result = compute(kind, a, v, (convolved_mode)mode, &arguments, work);
  if (!result && !PyErr_Occurred()) result = ask_numpy(kind, &arguments);
  Py_XDECREF((PyObject *)a);
  Py_XDECREF((PyObject *)v);
  return result;
}

static PyObject *convolve(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names) {
  return call(&convolution, values, count, names);
}

static PyObject *correlate(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names) {
  return call(&correlation, values, count, names);
}

static PyObject *profile(PyObject *module, PyObject *none) { return PyUnicode_FromString(convolved_profile()); }

PyDoc_STRVAR(
    convolve_text,
    "convolve($module, /, a, v, mode='full', *, threads=1, profile=None, out=None)\n--\n\n"
    "The linear convolution of two one-dimensional arrays: np.convolve(a, v, mode), bit for bit.\n\n"
    "a: N values. v: M values. mode: 'full' (N + M - 1 outputs), 'same' (max(N, M)) or 'valid' (those of complete overlap).\n"
    "threads: that compute, 1 to 1024, or -1 for all processors. They do not change the result.\n"
    "profile: whose order of float sums, such as 'haswell' or 'skylakex'; None: the one that NumPy picks on this processor.\n"
    "out: a writable array of the result's shape and type, which is filled and returned. It may be an operand.\n\n"
    "Returns an array of NumPy's type of the result. Types that the library has none for (longdouble, object) NumPy computes.\n"
    "Raises NumPy's own errors; ValueError for threads, a profile or an out that do not fit. O(N M); O(N log M) for integers.\n"
    "Other threads of Python run meanwhile. A signal, such as Ctrl-C, stops it.");

PyDoc_STRVAR(
    correlate_text,
    "correlate($module, /, a, v, mode='valid', *, threads=1, profile=None, out=None)\n--\n\n"
    "The cross-correlation of two one-dimensional arrays: np.correlate(a, v, mode), bit for bit.\n\n"
    "c[k] = sum of a[n + k] * conj(v[n]). Otherwise as convolve, but for the mode.");

PyDoc_STRVAR(
    profile_text, "profile($module, /)\n--\n\nWhose order of float sums NumPy picks on this processor: 'skylakex', 'haswell', 'sandybridge' ...");

static PyMethodDef functions[] = {
    {"convolve", (PyCFunction)(void (*)(void))convolve, METH_FASTCALL | METH_KEYWORDS, convolve_text},
    {"correlate", (PyCFunction)(void (*)(void))correlate, METH_FASTCALL | METH_KEYWORDS, correlate_text},
    {"profile", profile, METH_NOARGS, profile_text},
    {NULL}};

int add_convolution(PyObject *module) { return PyModule_AddFunctions(module, functions); }
