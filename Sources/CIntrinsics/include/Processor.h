// What the processor can do, and how it treats denormal numbers.
#pragma once

#if defined(__x86_64__)
/// Whether the processor has all of x86-64-v3: AVX2, FMA, BMI2.
static inline int processor_has_v3(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("f16c");
}
static inline int processor_has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
}
static inline int processor_has_avx2_and_fma(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static inline int processor_has_avx(void) { return __builtin_cpu_supports("avx"); }
/// Whether it has AMD's FMA with four operands: the family from Bulldozer to Excavator, and no other.
static inline int processor_has_fma4(void) { return __builtin_cpu_supports("fma4"); }
#else
static inline int processor_has_v3(void) { return 0; }
static inline int processor_has_avx512(void) { return 0; }
static inline int processor_has_avx2_and_fma(void) { return 0; }
static inline int processor_has_avx(void) { return 0; }
static inline int processor_has_fma4(void) { return 0; }
#endif

/// How the calling thread treats numbers, to be given back to processor_set_float_mode; 0 where that is not known.
static inline unsigned long processor_float_mode(void) {
#if defined(__x86_64__)
  return __builtin_ia32_stmxcsr();
#elif defined(__aarch64__)
  unsigned long fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  return fpcr;
#else
  return 0;
#endif
}
static inline void processor_set_float_mode(unsigned long mode) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

/// `mode`, but that denormal operands and results are zero.
static inline unsigned long processor_flushing_float_mode(unsigned long mode) {
#if defined(__x86_64__)
  enum { flush_to_zero = 0x8000, denormals_are_zero = 0x0040 };
  return mode | flush_to_zero | denormals_are_zero;
#elif defined(__aarch64__)
  return mode | 1ul << 24;
#else
  return mode;
#endif
}

/// Makes the calling thread treat denormal operands and results as zero. Returns whether it then does.
static inline int processor_flush_denormals(void) {
  unsigned long mode = processor_flushing_float_mode(processor_float_mode());
  processor_set_float_mode(mode);
  return mode != 0 && processor_float_mode() == mode;
}
