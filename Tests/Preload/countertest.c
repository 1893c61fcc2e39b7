// What libcounter.so is to see: a thread with the name of its argument, and one with another.
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *volatile kept;

static void allocate(void) {
  for (int i = 0; i < 3; i++) {
    kept = malloc(100);
    free(kept);
  }
  kept = calloc(10, 10);
  kept = realloc(kept, 200);
  free(kept);
  void *aligned;
  if (posix_memalign(&aligned, 64, 640) == 0) free(aligned);
  kept = aligned_alloc(64, 640);
  free(kept);
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
}

static void *named(void *name) {
  allocate();
  pthread_setname_np(pthread_self(), name);
  allocate();
  pthread_setname_np(pthread_self(), "quiet");
  allocate();
  return NULL;
}

int main(int count, char **arguments) {
  char *names[] = {count > 1 ? arguments[1] : "audio", "other"};
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, named, names[i]);
    pthread_join(thread, NULL);
  }
  allocate();
  return 0;
}
