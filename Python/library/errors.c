// The library's errors as exceptions.
#include "library.h"

static PyObject *busy, *overtaken;

int add_errors(PyObject *module) {
  busy = PyErr_NewExceptionWithDoc(
      "convolved.Busy", "Another change of the convolver is being made: is_changing tells when it is done.", PyExc_RuntimeError, NULL);
  overtaken = PyErr_NewExceptionWithDoc(
      "convolved.Overtaken", "Blocks were processed faster than new routes could be warmed with their inputs.", PyExc_RuntimeError, NULL);
  if (!busy || !overtaken) return -1;
  return PyModule_AddObjectRef(module, "Busy", busy) || PyModule_AddObjectRef(module, "Overtaken", overtaken) ? -1 : 0;
}

PyObject *raise_error(convolved_error error, bool has_message) {
  // convolved_process and convolved_reset leave no message.
  const char *text = has_message ? convolved_message() : convolved_strerror(error);
  switch (error) {
    case CONVOLVED_ERROR_MEMORY: PyErr_SetString(PyExc_MemoryError, text); break;
    case CONVOLVED_ERROR_BUSY: PyErr_SetString(busy, text); break;
    case CONVOLVED_ERROR_OVERTAKEN: PyErr_SetString(overtaken, text); break;
    default: PyErr_SetString(PyExc_ValueError, text);
  }
  return NULL;
}
