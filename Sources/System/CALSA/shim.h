#include <alsa/asoundlib.h>

static void calsa_ignore(const char *file, int line, const char *function, int err, const char *format, ...) {
  (void)file, (void)line, (void)function, (void)err, (void)format;
}

/// Keeps alsa-lib from writing to standard error: what goes wrong is reported from its results, in one line.
static inline void calsa_silence(void) { snd_lib_error_set_handler(calsa_ignore); }
