// zita-convolver 4, as its author's jconvolver runs it without added latency: the smallest partition is the block.
#include "Peer.hpp"
#include <chrono>
#include <cstring>
#include <memory>
#include <pthread.h>
#include <string>
#include <thread>
#include <zita-convolver.h>

namespace {

class Zita final : public Peer {
public:
  Zita(size_t inputs, size_t outputs, size_t block) : inputs(inputs), outputs(outputs), bytes(block * sizeof(float)) {}

  bool start(size_t block, size_t taps, const float *const *h, size_t largest_partition) {
    // Its vectors halve the time and more. Every kernel of the matrix is there: the density is 1.
    convolver.set_options(Convproc::OPT_VECTOR_MODE | Convproc::OPT_FFTW_MEASURE);
    if (convolver.configure(inputs, outputs, taps, block, block, largest_partition, 1)) return false;
    for (size_t output = 0; output < outputs; output++) {
      for (size_t input = 0; input < inputs; input++) {
        auto kernel = const_cast<float *>(h[output * inputs + input]);
        if (convolver.impdata_create(input, output, 1, kernel, 0, taps)) return false;
      }
    }
    int policy;
    sched_param parameters;
    pthread_getschedparam(pthread_self(), &policy, &parameters);
    bool started = convolver.start_process(parameters.sched_priority, policy) == 0;
    let_threads_run();
    return started;
  }

  ~Zita() override {
    convolver.stop_process();
    let_threads_run();
    convolver.cleanup();
  }

  // Synchronous: it waits for threads that are late, where it would leave their part of the output out.
  void process(const float *const *x, float *const *y) override {
    for (size_t input = 0; input < inputs; input++) std::memcpy(convolver.inpdata(input), x[input], bytes);
    convolver.process(true);
    for (size_t output = 0; output < outputs; output++) std::memcpy(y[output], convolver.outdata(output), bytes);
  }

private:
  // What its threads have not begun yet comes out too early, and what they still use when it is freed is lost.
  static void let_threads_run() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

  Convproc convolver;
  size_t inputs, outputs, bytes;
};

} // namespace

Peer *peer_create_zita(size_t inputs, size_t outputs, size_t block, size_t taps, const float *const *h,
                       size_t largest_partition) {
  auto zita = std::make_unique<Zita>(inputs, outputs, block);
  return zita->start(block, taps, h, largest_partition) ? zita.release() : nullptr;
}

const char *peer_zita_version(void) {
  static const std::string version =
      std::to_string(zita_convolver_major_version()) + "." + std::to_string(zita_convolver_minor_version());
  return version.c_str();
}
