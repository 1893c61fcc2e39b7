// The real-time convolver of convolved.h as a class, of which convolved.Convolver is made.
#include "library.h"

#include <stdlib.h>

typedef struct {
  PyObject_HEAD
  convolved *convolver;
  int block, inputs, outputs;
  /// Whether a thread is in convolved_process or convolved_reset. Read and written under the interpreter's lock.
  bool is_processing;
} Convolver;

// ------------------------------------------------------------------------------------------------------------------ routes

/// Routes of a sequence of tuples (input, output, taps, gain, delay), and what holds their taps.
typedef struct {
  convolved_route *routes;
  PyObject **taps;
  Py_ssize_t count;
} Routes;

static void release(Routes *routes) {
  for (Py_ssize_t n = 0; n < routes->count; n++) Py_XDECREF(routes->taps[n]);
  PyMem_Free(routes->taps);
  PyMem_Free(routes->routes);
}

static bool read_route(PyObject *item, convolved_route *route, PyObject **held) {
  PyObject *taps;
  long long delay;
  if (!PyArg_ParseTuple(item, "iiOdL", &route->from, &route->to, &taps, &route->gain, &delay)) return false;
  // A copy, since the taps may change in another thread while they are read without the interpreter's lock.
  PyObject *array = PyArray_FromAny(taps, PyArray_DescrFromType(NPY_DOUBLE), 1, 1, NPY_ARRAY_IN_ARRAY | NPY_ARRAY_ENSURECOPY, NULL);
  if (!array) return false;
  *held = array;
  route->taps = PyArray_DATA((PyArrayObject *)array);
  route->count = (size_t)PyArray_SIZE((PyArrayObject *)array);
  route->delay = delay;
  return true;
}

static bool read_routes(PyObject *list, Routes *routes) {
  *routes = (Routes){0};
  Py_ssize_t count = PyList_Size(list);
  if (count < 0) return false;
  routes->routes = PyMem_Calloc((size_t)count + 1, sizeof *routes->routes);
  routes->taps = PyMem_Calloc((size_t)count + 1, sizeof *routes->taps);
  if (!routes->routes || !routes->taps) {
    release(routes);
    PyErr_NoMemory();
    return false;
  }
  for (Py_ssize_t n = 0; n < count; n++) {
    routes->count = n + 1;
    PyObject *item = PyList_GetItem(list, n);
    if (!item || !read_route(item, &routes->routes[n], &routes->taps[n])) {
      release(routes);
      return false;
    }
  }
  return true;
}

// --------------------------------------------------------------------------------------------------------------- life

static int initialize(PyObject *object, PyObject *arguments, PyObject *keywords) {
  Convolver *self = (Convolver *)object;
  PyObject *list;
  int block, inputs, outputs, precision;
  if (keywords && PyDict_Size(keywords)) {
    PyErr_SetString(PyExc_TypeError, "the arguments are positional");
    return -1;
  }
  if (!PyArg_ParseTuple(arguments, "O!iiii", &PyList_Type, &list, &block, &inputs, &outputs, &precision)) return -1;
  if (self->convolver) {
    PyErr_SetString(PyExc_RuntimeError, "the convolver has been made: make another one");
    return -1;
  }
  Routes routes;
  if (!read_routes(list, &routes)) return -1;
  convolved *made;
  convolved_error error;
  Py_BEGIN_ALLOW_THREADS
  error = convolved_create(&made, block, inputs, outputs, (convolved_precision)precision, routes.routes, (size_t)routes.count);
  Py_END_ALLOW_THREADS
  if (error) raise_error(error, true);
  release(&routes);
  if (error) return -1;
  if (self->convolver) {  // By another thread meanwhile.
    convolved_destroy(made);
    PyErr_SetString(PyExc_RuntimeError, "the convolver has been made: make another one");
    return -1;
  }
  self->convolver = made;
  self->block = block;
  self->inputs = inputs;
  self->outputs = outputs;
  return 0;
}

static void deallocate(PyObject *object) {
  PyTypeObject *type = Py_TYPE(object);
  convolved_destroy(((Convolver *)object)->convolver);
  freefunc release_memory = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release_memory(object);
  Py_DECREF(type);
}

static bool is_made(Convolver *self) {
  if (!self->convolver) PyErr_SetString(PyExc_RuntimeError, "the convolver has not been made: call __init__ of the base class");
  return self->convolver;
}

/// Takes the place of the processing thread.
static bool begin_processing(Convolver *self) {
  if (!is_made(self)) return false;
  if (self->is_processing) {
    PyErr_SetString(PyExc_RuntimeError, "another thread is processing a block: one thread at a time may process and reset");
    return false;
  }
  self->is_processing = true;
  return true;
}

// ------------------------------------------------------------------------------------------------------------- process

/// Pointers to the rows of an array of one or two dimensions.
static void list_rows(PyArrayObject *array, char **rows) {
  bool is_flat = PyArray_NDIM(array) == 1;
  npy_intp count = is_flat ? 1 : PyArray_DIM(array, 0), stride = is_flat ? 0 : PyArray_STRIDE(array, 0);
  for (npy_intp n = 0; n < count; n++) rows[n] = PyArray_BYTES(array) + n * stride;
}

static PyArrayObject *read_block(Convolver *self, PyObject *object) {
  // float32 samples stay as they are; all others that float64 holds become that.
  bool is_single = PyArray_Check(object) && PyArray_TYPE((PyArrayObject *)object) == NPY_FLOAT;
  if (PyArray_Check(object) && PyArray_ISCOMPLEX((PyArrayObject *)object)) {
    PyErr_SetString(PyExc_TypeError, "the block is complex: give real samples, such as block.real and block.imag as two inputs");
    return NULL;
  }
  PyArray_Descr *type = PyArray_DescrFromType(is_single ? NPY_FLOAT : NPY_DOUBLE);
  PyArrayObject *in = (PyArrayObject *)PyArray_FromAny(object, type, 0, 0, NPY_ARRAY_IN_ARRAY, NULL);
  if (!in) return NULL;
  int dimensions = PyArray_NDIM(in);
  if (dimensions < 1 || dimensions > 2) {
    PyErr_Format(PyExc_ValueError, "the block has %d dimensions: give an array of shape (%d, %d)", dimensions, self->inputs, self->block);
    Py_DECREF((PyObject *)in);
    return NULL;
  }
  npy_intp channels = dimensions == 1 ? 1 : PyArray_DIM(in, 0), frames = PyArray_DIM(in, dimensions - 1);
  if (channels == self->inputs && frames == self->block) return in;
  PyErr_Format(
      PyExc_ValueError, "the block has %zd channels of %zd frames: give %d of %d, as an array of shape (%d, %d)", (Py_ssize_t)channels,
      (Py_ssize_t)frames, self->inputs, self->block, self->inputs, self->block);
  Py_DECREF((PyObject *)in);
  return NULL;
}

/// The array that takes the output: `object`, or a new one. A new reference.
static PyArrayObject *output(Convolver *self, PyArrayObject *in, PyObject *object) {
  int dimensions = self->outputs == 1 ? PyArray_NDIM(in) : 2, type = PyArray_TYPE(in);
  npy_intp shape[2] = {self->outputs, self->block}, *end = shape + 2 - dimensions;
  if (!object || object == Py_None) return (PyArrayObject *)PyArray_SimpleNew(dimensions, end, type);
  PyArrayObject *out = (PyArrayObject *)object;
  if (!PyArray_Check(object) || PyArray_TYPE(out) != type || !PyArray_ISBEHAVED(out)) {
    PyErr_Format(PyExc_ValueError, "out must be a writable, aligned array of %s", type == NPY_FLOAT ? "float32" : "float64");
    return NULL;
  }
  int own = PyArray_NDIM(out);
  bool fits = (own == 1 ? self->outputs == 1 : own == 2 && PyArray_DIM(out, 0) == self->outputs) && PyArray_DIM(out, own - 1) == self->block;
  bool is_dense = own > 0 && (self->block == 1 || PyArray_STRIDE(out, own - 1) == PyArray_ITEMSIZE(out));
  if (!fits || !is_dense) {
    PyErr_Format(PyExc_ValueError, "out must have the shape (%d, %d), and samples of a channel side by side", self->outputs, self->block);
    return NULL;
  }
  if (self->outputs > 1 && labs(PyArray_STRIDE(out, 0)) < (long)self->block * (long)PyArray_ITEMSIZE(out)) {
    PyErr_SetString(PyExc_ValueError, "out has channels that share memory: give an array whose samples have places of their own");
    return NULL;
  }
  Py_INCREF(object);
  return out;
}

static convolved_error convolve_block(Convolver *self, PyArrayObject *in, PyArrayObject *out) {
  char *inputs[CONVOLVED_MAX_CHANNELS], *outputs[CONVOLVED_MAX_CHANNELS];
  list_rows(in, inputs);
  list_rows(out, outputs);
  convolved_error error;
  bool is_single = PyArray_TYPE(in) == NPY_FLOAT;
  Py_BEGIN_ALLOW_THREADS
  error = is_single ? convolved_process_f32(self->convolver, (const float *const *)inputs, (float *const *)outputs)
                    : convolved_process_f64(self->convolver, (const double *const *)inputs, (double *const *)outputs);
  Py_END_ALLOW_THREADS
  return error;
}

static PyObject *process(PyObject *object, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"block", "out", NULL};
  PyObject *block, *wanted = NULL;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|O:process", names, &block, &wanted)) return NULL;
  Convolver *self = (Convolver *)object;
  if (!is_made(self)) return NULL;
  PyArrayObject *in = read_block(self, block);
  PyArrayObject *out = in ? output(self, in, wanted) : NULL;
  if (!out || !begin_processing(self)) {
    Py_XDECREF((PyObject *)in);
    Py_XDECREF((PyObject *)out);
    return NULL;
  }
  convolved_error error = convolve_block(self, in, out);
  self->is_processing = false;
  Py_DECREF((PyObject *)in);
  if (!error) return (PyObject *)out;
  Py_DECREF((PyObject *)out);
  return raise_error(error, false);
}

static PyObject *reset(PyObject *object, PyObject *none) {
  Convolver *self = (Convolver *)object;
  if (!begin_processing(self)) return NULL;
  convolved_error error;
  Py_BEGIN_ALLOW_THREADS
  error = convolved_reset(self->convolver);
  Py_END_ALLOW_THREADS
  self->is_processing = false;
  if (error) return raise_error(error, false);
  Py_RETURN_NONE;
}

// -------------------------------------------------------------------------------------------------------------- change

static PyObject *replace(PyObject *object, PyObject *arguments) {
  Convolver *self = (Convolver *)object;
  PyObject *list;
  Py_ssize_t fade;
  if (!PyArg_ParseTuple(arguments, "O!n", &PyList_Type, &list, &fade) || !is_made(self)) return NULL;
  if (fade < 0) return PyErr_Format(PyExc_ValueError, "fade is %zd frames: choose 0 to %d", fade, CONVOLVED_MAX_FADE);
  Routes routes;
  if (!read_routes(list, &routes)) return NULL;
  convolved_error error;
  Py_BEGIN_ALLOW_THREADS
  error = convolved_replace(self->convolver, routes.routes, (size_t)routes.count, (size_t)fade);
  Py_END_ALLOW_THREADS
  if (error) raise_error(error, true);
  release(&routes);
  if (error) return NULL;
  Py_RETURN_NONE;
}

static PyObject *is_changing(PyObject *object, void *none) {
  Convolver *self = (Convolver *)object;
  if (!is_made(self)) return NULL;
  int answer;
  // It may wait for a change that another thread prepares.
  Py_BEGIN_ALLOW_THREADS
  answer = convolved_is_changing(self->convolver);
  Py_END_ALLOW_THREADS
  return PyBool_FromLong(answer);
}

static PyObject *plan(PyObject *object, void *none) {
  Convolver *self = (Convolver *)object;
  if (!is_made(self)) return NULL;
  size_t size = 256, length;
  for (;;) {
    char *text = PyMem_Malloc(size);
    if (!text) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    length = convolved_plan(self->convolver, text, size);
    Py_END_ALLOW_THREADS
    PyObject *result = length < size ? PyUnicode_FromString(text) : NULL;
    PyMem_Free(text);
    if (length < size) return result;
    size = length + 1;
  }
}

static PyObject *latency(PyObject *object, void *none) {
  Convolver *self = (Convolver *)object;
  return is_made(self) ? PyLong_FromLong(convolved_latency(self->convolver)) : NULL;
}

static PyObject *block(PyObject *object, void *none) { return PyLong_FromLong(((Convolver *)object)->block); }
static PyObject *inputs(PyObject *object, void *none) { return PyLong_FromLong(((Convolver *)object)->inputs); }
static PyObject *outputs(PyObject *object, void *none) { return PyLong_FromLong(((Convolver *)object)->outputs); }

// --------------------------------------------------------------------------------------------------------------- class

static PyMethodDef methods[] = {
    {"process", (PyCFunction)(void (*)(void))process, METH_VARARGS | METH_KEYWORDS, "Convolves one block."},
    {"_replace", replace, METH_VARARGS, "Changes all routes: a list of (input, output, taps, gain, delay), and the fade's frames."},
    {"reset", reset, METH_NOARGS, "Forgets every input; a change that is under way is at its end."},
    {NULL}};

static PyGetSetDef members[] = {
    {"block", block, NULL, "Frames of a block.", NULL},
    {"inputs", inputs, NULL, "How many channels go in.", NULL},
    {"outputs", outputs, NULL, "How many channels come out.", NULL},
    {"latency", latency, NULL, "Frames by which the output comes later than the input that it answers: 0.", NULL},
    {"is_changing", is_changing, NULL, "Whether a change has not been faded to its end.", NULL},
    {"plan", plan, NULL, "How the newest routes are cut.", NULL},
    {NULL}};

static PyType_Slot slots[] = {
    {Py_tp_init, initialize}, {Py_tp_dealloc, deallocate}, {Py_tp_methods, methods}, {Py_tp_getset, members}, {0, NULL}};

static PyType_Spec spec = {
    .name = "convolved._library.Convolver", .basicsize = sizeof(Convolver), .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .slots = slots};

int add_convolver(PyObject *module) {
  PyObject *type = PyType_FromSpec(&spec);
  if (!type) return -1;
  int added = PyModule_AddObjectRef(module, "Convolver", type);
  Py_DECREF(type);
  return added;
}
