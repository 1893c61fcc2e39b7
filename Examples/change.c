// Convolves one channel of raw float32 samples, from standard input to standard output: with an echo, and from the block of FRAME
// on, faded over 480 frames, with a moving average.
//
//     cc -o change Examples/change.c $(pkg-config --cflags --libs convolved)
//     ./change 48000 < in.f32 > out.f32
#include <convolved.h>

#include <stdio.h>
#include <stdlib.h>

enum { block = 256, echo_frames = 4800, average_frames = 64, fade_frames = 480 };

static void check(convolved_error error) {
  if (error == CONVOLVED_OK) return;
  fprintf(stderr, "change: %s\n", convolved_message());
  exit(1);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: change FRAME < in.f32 > out.f32\n");
    return 64;
  }
  long change = strtol(arguments[1], NULL, 10), frame = 0, tail = echo_frames;

  static double echo[echo_frames + 1], average[average_frames];
  echo[0] = 1;
  echo[echo_frames] = 0.5;
  for (int k = 0; k < average_frames; k++) average[k] = 1.0 / average_frames;
  convolved_route first = convolved_make_route(0, 0, echo, echo_frames + 1);
  convolved_route second = convolved_make_route(0, 0, average, average_frames);

  convolved *convolver;
  check(convolved_create(&convolver, block, 1, 1, CONVOLVED_FLOAT32, &first, 1));
  char plan[200];
  convolved_plan(convolver, plan, sizeof plan);
  fprintf(stderr, "change: convolved %s, plan %s\n", convolved_version(), plan);

  float in[block], out[block];
  const float *inputs[] = {in};
  float *outputs[] = {out};
  for (;;) {
    long got = (long)fread(in, sizeof *in, block, stdin), more = got;
    // Silence after the end, until the echo has died away.
    for (; more < block && tail > 0; more++, tail--) in[more] = 0;
    if (more == 0) break;
    for (long n = more; n < block; n++) in[n] = 0;
    // In a program with an audio thread another thread would call this.
    if (frame <= change && change < frame + block) check(convolved_replace(convolver, &second, 1, fade_frames));
    convolved_process_f32(convolver, inputs, outputs);
    if (fwrite(out, sizeof *out, (size_t)more, stdout) != (size_t)more) return 74;
    frame += block;
  }
  convolved_destroy(convolver);
  return 0;
}
