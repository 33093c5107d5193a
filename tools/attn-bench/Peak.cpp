//===- Peak.cpp - what this core can do at most ---------------------------===//

#include "tools/attn-bench/Peak.h"

#include <cblas.h>

#include <chrono>
#include <vector>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace attnbench {

static double secondsOf(void (*work)()) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

static constexpr long kSteps = 1000000;
static constexpr int kChains = 12;

#ifdef __x86_64__

// An empty instruction that pretends to change a chain keeps the compiler from
// merging steps.
#define ATTN_CHAINS(Vector, constraint, step)                                  \
  Vector chain[kChains] = {};                                                  \
  Vector x = {}, y = {};                                                       \
  for (long n = 0; n < kSteps; ++n) {                                          \
    _Pragma("GCC unroll 12") for (int c = 0; c < kChains; ++c) {               \
      chain[c] = step;                                                         \
      asm volatile("" : "+" constraint(chain[c]));                             \
    }                                                                          \
    asm volatile("" : "+" constraint(x), "+" constraint(y));                   \
  }

__attribute__((target("avx512f"))) static void multiplyAdd512() {
  ATTN_CHAINS(__m512, "v", _mm512_fmadd_ps(x, y, chain[c]))
}

__attribute__((target("avx2,fma"))) static void multiplyAdd256() {
  ATTN_CHAINS(__m256, "x", _mm256_fmadd_ps(x, y, chain[c]))
}

static void multiplyAdd128() {
  ATTN_CHAINS(__m128, "x", _mm_add_ps(_mm_mul_ps(x, y), chain[c]))
}

__attribute__((target("avx512f,avx512bf16"))) static void bf16Dot() {
  ATTN_CHAINS(__m512, "v", _mm512_dpbf16_ps(chain[c], (__m512bh)x, (__m512bh)y))
}

double measureF32Peak() {
  double lanes = 4;
  void (*work)() = multiplyAdd128;
  if (__builtin_cpu_supports("avx512f")) {
    lanes = 16;
    work = multiplyAdd512;
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    lanes = 8;
    work = multiplyAdd256;
  }
  return 2 * lanes * kChains * kSteps / secondsOf(work) / 1e9;
}

double measureBf16Peak() {
  if (!__builtin_cpu_supports("avx512bf16"))
    return 0;
  return 64.0 * kChains * kSteps / secondsOf(bf16Dot) / 1e9;
}

#else

static void multiplyAdd() {
  float chain[kChains][4] = {};
  volatile float source = 1;
  float x = source;
  for (long n = 0; n < kSteps; ++n)
    for (auto &lanes : chain)
      for (float &lane : lanes)
        lane = lane * x + x;
  volatile float sink = chain[0][0];
  (void)sink;
}

double measureF32Peak() {
  return 8.0 * kChains * kSteps / secondsOf(multiplyAdd) / 1e9;
}

double measureBf16Peak() { return 0; }

#endif

double measureSgemm() {
  constexpr int n = 2048;
  static const std::vector<float> a(n * n, 0.5f), b(n * n, 0.25f);
  static std::vector<float> c(n * n);
  openblas_set_num_threads(1);
  double seconds = secondsOf([] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.data(),
                n, b.data(), n, 0, c.data(), n);
  });
  return 2.0 * n * n * n / seconds / 1e9;
}

} // namespace attnbench
