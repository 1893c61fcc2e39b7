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

#if defined(__aarch64__)
#include <sys/auxv.h>
#include <sys/prctl.h>

/// The register MIDR_EL1, which says who made the processor and which one it is; 0 where the kernel does not let it be read.
static inline unsigned long processor_midr(void) {
  enum { register_is_readable = 1 << 11 };
  if (!(getauxval(AT_HWCAP) & register_is_readable)) return 0;
  unsigned long midr;
  __asm__("mrs %0, midr_el1" : "=r"(midr));
  return midr;
}
/// Bytes of the calling thread's vectors of SVE; 0 without SVE.
static inline long processor_scalable_vector_bytes(void) {
  enum { has_sve = 1 << 22, get_vector_length = 51, length_mask = 0xffff };
  if (!(getauxval(AT_HWCAP) & has_sve)) return 0;
  int length = prctl(get_vector_length);
  return length < 0 ? 0 : length & length_mask;
}
static inline int processor_has_sme(void) { return (getauxval(AT_HWCAP2) & 1 << 23) != 0; }
#else
static inline unsigned long processor_midr(void) { return 0; }
static inline long processor_scalable_vector_bytes(void) { return 0; }
static inline int processor_has_sme(void) { return 0; }
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
