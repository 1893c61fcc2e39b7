// How the library's offline functions are called: without the interpreter's lock, stopped by signals.
#ifndef WORK_H
#define WORK_H
#include "library.h"

/// A call's options, and the thread that makes it.
typedef struct {
  convolved_options options;
  PyThreadState *thread;
  bool is_released;
} Work;

/// Reads `threads` (1 to 1024, or -1 for all processors; None or NULL: 1) and `profile` (text, None or NULL). False with an exception.
bool read_work(PyObject *threads, PyObject *profile, Work *work);

/// Gives the interpreter's lock away where there is much to do, and lets signals stop the work if this is the main thread.
void begin_work(Work *work, double products);
void end_work(Work *work);

/// Raises what stopped the work, or what the error means. Returns NULL.
PyObject *raise_work_error(convolved_error error);

/// The library's name for a type of NumPy's; -1 where it has none.
int dtype_of(int number);
/// An operand as the library reads it. The array is contiguous and aligned.
convolved_array operand_of(PyArrayObject *array, int dtype);

#endif
