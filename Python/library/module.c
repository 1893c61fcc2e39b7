// The module convolved._library: libconvolved.so for CPython's stable ABI, 3.11 and later.
#define IS_MODULE
#include "library.h"

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "convolved._library", .m_doc = "libconvolved.so, as the modules of convolved want it.", .m_size = -1};

PyMODINIT_FUNC PyInit__library(void) {
  import_array();
  PyObject *module = PyModule_Create(&definition);
  if (!module) return NULL;
  if (add_errors(module) || add_convolver(module) || add_convolution(module) || add_planes(module) ||
       PyModule_AddStringConstant(module, "version", convolved_version())) {
    Py_DECREF(module);
    return NULL;
  }
  return module;
}
