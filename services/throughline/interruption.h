// What is said when somebody interrupts a command (Ctrl-C, or SIGTERM) while what it has begun goes
// on or stays. The process ends as it would have without a word.
#pragma once

#include <string>

namespace throughline {

// One at a time, while it lives.
class Interruption {
 public:
  // `words` go to stderr.
  explicit Interruption(std::string words);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

 private:
  const std::string words_;
};

}  // namespace throughline
