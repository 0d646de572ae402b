// Says on stderr how far something has come, once it has taken more than a second: on a terminal in
// one line that is written over, elsewhere a line every five seconds. Not thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

namespace throughline {

class ProgressLine {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  ProgressLine(std::ostream& out, bool terminal, Now now = std::chrono::steady_clock::now);
  // To stderr.
  static ProgressLine ToStderr();
  ~ProgressLine() { Clear(); }

  // Cheap when it is not time yet: `text` is asked for only when it is shown.
  void Show(const std::function<std::string()>& text);
  // Takes the line away, so that something else can be said.
  void Clear();

 private:
  std::ostream& out_;
  bool terminal_;
  Now now_;
  std::chrono::steady_clock::time_point next_;
  bool shown_ = false;
};

}  // namespace throughline
