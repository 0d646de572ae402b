#include "throughline/progress_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace throughline {
namespace {

using std::chrono::milliseconds;

class Progress : public ::testing::Test {
 protected:
  ProgressLine::Now Clock() {
    return [this] { return now_; };
  }
  static std::string Text() { return "7 results"; }
  std::chrono::steady_clock::time_point now_{};
  std::ostringstream out_;
};

TEST_F(Progress, SaysNothingOfWhatIsSoonDone) {
  ProgressLine line(out_, true, Clock());
  now_ += milliseconds(999);
  line.Show(Text);
  line.Clear();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Progress, WritesOneLineOverOnATerminal) {
  ProgressLine line(out_, true, Clock());
  now_ += milliseconds(1000);
  line.Show(Text);
  now_ += milliseconds(199);
  line.Show(Text);  // too soon
  now_ += milliseconds(1);
  line.Show(Text);
  line.Clear();
  EXPECT_EQ(out_.str(), "\r\033[K7 results\r\033[K7 results\r\033[K");
}

TEST_F(Progress, WritesALineNowAndThenIntoAFile) {
  ProgressLine line(out_, false, Clock());
  for (int i = 0; i < 70; ++i) {
    now_ += milliseconds(100);
    line.Show(Text);
  }
  EXPECT_EQ(out_.str(), "7 results\n7 results\n");  // after 1 s and 6 s
}

}  // namespace
}  // namespace throughline
