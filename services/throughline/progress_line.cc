#include "throughline/progress_line.h"

#include <unistd.h>

#include <iostream>

namespace throughline {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPatience(1000);
constexpr milliseconds kOnTerminal(200);
constexpr milliseconds kElsewhere(5000);

}  // namespace

ProgressLine::ProgressLine(std::ostream& out, bool terminal, Now now)
    : out_(out), terminal_(terminal), now_(std::move(now)), next_(now_() + kPatience) {}

ProgressLine ProgressLine::ToStderr() {
  return ProgressLine(std::cerr, isatty(STDERR_FILENO) == 1);
}

void ProgressLine::Show(const std::function<std::string()>& text) {
  const auto now = now_();
  if (now < next_) return;
  next_ = now + (terminal_ ? kOnTerminal : kElsewhere);
  if (terminal_) {
    out_ << "\r\033[K" << text() << std::flush;
    shown_ = true;
  } else {
    out_ << text() << std::endl;
  }
}

void ProgressLine::Clear() {
  if (shown_) out_ << "\r\033[K" << std::flush;
  shown_ = false;
}

}  // namespace throughline
