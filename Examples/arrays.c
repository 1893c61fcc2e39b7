// Convolves arrays as NumPy and SciPy do, and many rows at once. Ctrl-C stops it.
//
//     cc -o arrays arrays.c $(pkg-config --cflags --libs convolved)
#include <convolved_arrays.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int number) { interrupted = number; }

static int stop(void *context) {
  (void)context;
  return interrupted != 0;
}

static void check(convolved_error error) {
  if (error == CONVOLVED_OK) return;
  fprintf(stderr, "arrays: %s\n", convolved_message());
  exit(1);
}

static void print(const char *name, const double *values, size_t count) {
  printf("%s:", name);
  for (size_t n = 0; n < count; n++) printf(" %g", values[n]);
  printf("\n");
}

int main(void) {
  signal(SIGINT, interrupt);
  convolved_options options = {.threads = 2, .stop = stop};

  // np.convolve([1, 2, 3, 4, 5], [0.5, 1, 0.5], "same"): the int16 become float64, as there.
  const int16_t numbers[] = {1, 2, 3, 4, 5};
  const double taps[] = {0.5, 1, 0.5};
  convolved_array a = convolved_make_array(numbers, 5, CONVOLVED_DTYPE_INT16);
  convolved_array v = convolved_make_array(taps, 3, CONVOLVED_DTYPE_FLOAT64);
  size_t length;
  convolved_dtype dtype;
  check(convolved_shape(&a, &v, CONVOLVED_SAME, &length, &dtype));
  size_t bytes = length * convolved_dtype_size(dtype);
  double *y = malloc(bytes);
  if (!y) return 1;
  check(convolved_convolve(&a, &v, CONVOLVED_SAME, &options, y, bytes));
  print("convolve", y, length);
  free(y);

  // scipy.signal.convolve2d(image, kernel, "same", "symm")
  const double image[2][3] = {{1, 2, 3}, {4, 5, 6}};
  convolved_array pixels = {image, CONVOLVED_DTYPE_FLOAT64, 0, {2, 3}}, kernel = {taps, CONVOLVED_DTYPE_FLOAT64, 0, {1, 3}};
  double blurred[6];
  check(convolved_convolve_2d(
      &pixels, &kernel, CONVOLVED_SAME, CONVOLVED_BOUNDARY_SYMM, NULL, &options, blurred, sizeof blurred));
  print("convolve_2d", blurred, 6);

  // The columns of the image, each with the same taps: rows that lie 8 bytes apart, with 24 bytes from value to value.
  double columns[3][4], bound;
  convolved_rows x = {(double *)image, 2, 24, 8}, h = {(double *)taps, 3, 8, 0}, all = {columns, 4, 8, 32};
  check(convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, 3, &x, &h, 0, &all, &options, &bound));
  print("convolve_rows", columns[0], 4);
  printf("within %g of the exact sums: %s\n", 1e-13, bound < 1e-13 ? "yes" : "no");
  return 0;
}
