// How a vendor writes a day: YYYY, MM and DD stand for so many digits, M and D for one or two,
// YY for the years 2000 to 2099, and a * at the end for whatever follows, such as a time of day;
// everything else stands for itself. `M/D/YYYY *` reads "3/2/2026 9:15 AM". A value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"

namespace throughline::gateway::csv {

class DateFormat {
 public:
  DateFormat() : DateFormat("YYYY-MM-DD") {}
  // nullopt unless it says year, month and day, each once, and is 40 characters at most. With a
  // `day_otherwise` (1 to 31) it may leave out the day: then it is that one, or the last of a
  // shorter month.
  static std::optional<DateFormat> Parse(std::string_view text, int day_otherwise = 0);

  const std::string& text() const { return text_; }
  std::optional<core::Date> Read(std::string_view date) const;

 private:
  explicit DateFormat(std::string_view text, int day_otherwise = 0)
      : text_(text), day_otherwise_(day_otherwise) {}

  std::string text_;
  int day_otherwise_ = 0;  // of a format without a day
};

}  // namespace throughline::gateway::csv
