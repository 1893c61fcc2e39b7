// The parts of the self-test: how an end of a cable behaves as an ALSA device.
#pragma once

#include "cable.h"

#include <alsa/asoundlib.h>

enum { RATE = 48000, PERIOD = 64, PERIODS = 16, BUFFER = PERIOD * PERIODS };
typedef int32_t frame[2];

extern struct cable cable;
extern frame frames[8 * BUFFER];

/// Counts a law that held; prints one that did not.
void check(bool good, const char *what);

int try_open(snd_pcm_t **pcm, int end, int mode);
int set_up(snd_pcm_t *pcm, unsigned rate, snd_pcm_uframes_t start_threshold);
snd_pcm_t *opened(int end, snd_pcm_uframes_t start_threshold);
struct cable_end *header(int end);
void call_fault(int end, enum cable_fault fault);
void sleep_ms(unsigned ms);

/// Captures until that ends with an error or nothing comes for a second (0).
int first_error(snd_pcm_t *capture);

void test_ownership(void);
void test_late_choice(void);
void test_start_threshold(void);
void test_accounts(void);
void test_drain(void);
void test_nonblocking(void);
void test_wakeups(void);
void test_clock(void);
void test_xrun(void);
void test_unheard(void);
void test_suspend(void);
void test_stall(void);
void test_unplug(void);
