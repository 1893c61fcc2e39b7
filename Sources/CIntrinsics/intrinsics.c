// The package manager wants a source file; vector operations are inline, in include/.
