// The message of the calling thread, which convolved_message reads.
#pragma once

/// Copies `text`, or as much of it as there is room for.
void set_thread_message(const char *_Nonnull text);
