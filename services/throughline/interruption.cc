#include "throughline/interruption.h"

#include <unistd.h>

#include <csignal>
#include <utility>

namespace throughline {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

// What the handler may read: set before it can be called.
const char* to_say = nullptr;
size_t bytes_to_say = 0;

// Calls nothing that a handler of signals may not call.
extern "C" void SayAndEnd(int signal) {
  if (write(STDERR_FILENO, to_say, bytes_to_say) < 0) {
    // Nobody can be told; the process ends all the same.
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

Interruption::Interruption(std::string words) : words_(std::move(words)) {
  to_say = words_.data();
  bytes_to_say = words_.size();
  for (const int signal : kSignals) std::signal(signal, SayAndEnd);
}

Interruption::~Interruption() {
  for (const int signal : kSignals) std::signal(signal, SIG_DFL);
  to_say = nullptr;
  bytes_to_say = 0;
}

}  // namespace throughline
