// The package manager wants a source file; everything here is inline, in include/.
