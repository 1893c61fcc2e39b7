// The files of ../../Page: two lines for each, by name. A test compares the list with the folder.
#include "page.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(identifier, name) {name, identifier, sizeof identifier}

static const unsigned char index_html[] = {
#embed "../../Page/index.html"
};

static const struct page_file files[] = {
  FILE_OF(index_html, "index.html"),
};
const size_t page_file_count = sizeof files / sizeof files[0];

const struct page_file *page_file_list(void) { return files; }
