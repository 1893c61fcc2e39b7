// Which of the faults that are compiled into a build is in force: CONVOLVED_MUTANT names it; 0, or nothing, is none.
#pragma once
#include <stdbool.h>

extern int convolved_mutant;
// A byte for each fault, set where a program came by it; of the file CONVOLVED_REACHED, where one is named.
extern unsigned char *convolved_reached;

static inline bool convolved_is_mutant(int number) {
  convolved_reached[number] = 1;
  return convolved_mutant == number;
}
