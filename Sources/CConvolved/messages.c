// What the library says in words.
#include "convolved.h"
#include "thread_message.h"

#include <stdio.h>

static _Thread_local char message[512];

void set_thread_message(const char *text) { snprintf(message, sizeof message, "%s", text); }

const char *convolved_message(void) { return message; }

const char *convolved_version(void) { return CONVOLVED_VERSION; }

const char *convolved_strerror(convolved_error error) {
  switch (error) {
  case CONVOLVED_OK: return "no error";
  case CONVOLVED_ERROR_NULL: return "a pointer is NULL that must not be";
  case CONVOLVED_ERROR_SIZE: return "the block or the number of channels is out of range";
  case CONVOLVED_ERROR_PRECISION: return "the precision is neither float32 nor float64";
  case CONVOLVED_ERROR_ROUTE: return "a route has a channel that is not there, or there are too many routes";
  case CONVOLVED_ERROR_TAPS: return "a route has no taps or too many";
  case CONVOLVED_ERROR_NUMBER: return "a tap or a gain is not finite or too large";
  case CONVOLVED_ERROR_DELAY: return "a delay is out of range";
  case CONVOLVED_ERROR_FADE: return "a fade is too long";
  case CONVOLVED_ERROR_MEMORY: return "there is not enough memory";
  case CONVOLVED_ERROR_BUSY: return "another change is being made";
  case CONVOLVED_ERROR_OVERTAKEN: return "blocks were processed faster than new routes could be warmed";
  case CONVOLVED_ERROR_DTYPE: return "a type of elements is none, or is not taken here";
  case CONVOLVED_ERROR_EMPTY: return "an operand is empty";
  case CONVOLVED_ERROR_MODE: return "a mode or a boundary is none of its constants";
  case CONVOLVED_ERROR_PROFILE: return "no profile has this name";
  case CONVOLVED_ERROR_THREADS: return "a number of threads is out of range";
  case CONVOLVED_ERROR_LENGTH: return "lengths, strides or addresses do not fit";
  case CONVOLVED_ERROR_STOPPED: return "the caller's function has stopped the work";
  }
  return "not an error of this library";
}
