#ifndef PAGE_H
#define PAGE_H
#include <stddef.h>

/// A file of the page, as it was when the program was built.
struct page_file {
  const char *name;
  const unsigned char *bytes;
  size_t count;
};

/// The files, in the order of their names.
const struct page_file *page_file_list(void);
extern const size_t page_file_count;

#endif
