// What Swift's view of the C library leaves out.
#pragma once

/// Keeps the calling thread, and those that it starts, on the last processor that it may use: the first ones take the interrupts.
/// Returns the processor's number, or -1.
int machine_pin_to_last_processor(void);

/// Gives memory that has been freed back to the kernel.
void machine_return_free_memory(void);
