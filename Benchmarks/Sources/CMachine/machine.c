#define _GNU_SOURCE
#include "CMachine.h"
#include <malloc.h>
#include <sched.h>

int machine_pin_to_last_processor(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set)) return -1;
  for (int processor = CPU_SETSIZE - 1; processor >= 0; processor--) {
    if (!CPU_ISSET(processor, &set)) continue;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set) ? -1 : processor;
  }
  return -1;
}

void machine_return_free_memory(void) { malloc_trim(0); }
