#include "core/decimal.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace throughline::core {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes a sign off the front; true when it is a minus.
bool TakeSign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

std::string_view TakeDigits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// What is behind the e; text of at most kCharactersAtMost characters, so a long number of digits is
// too large a number, or leading zeros.
std::optional<int> ParseExponent(std::string_view text) {
  const bool negative = TakeSign(text);
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  constexpr int kFarTooLarge = 1000;
  int value = 0;
  for (char c : digits) value = std::min(kFarTooLarge, value * 10 + (c - '0'));
  return negative ? -value : value;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  if (text.size() > kCharactersAtMost) return std::nullopt;
  Decimal parsed;
  const bool negative = TakeSign(text);
  const std::string_view whole = TakeDigits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = TakeDigits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  int exponent = 0;
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    const auto read = ParseExponent(text.substr(1));
    if (!read) return std::nullopt;
    exponent = *read;
  }
  parsed.digits_.append(whole).append(fraction);
  const size_t first = parsed.digits_.find_first_not_of('0');
  if (first == std::string::npos) return Decimal();
  parsed.digits_.erase(parsed.digits_.find_last_not_of('0') + 1).erase(0, first);
  parsed.negative_ = negative;
  parsed.point_ = static_cast<int>(whole.size()) - static_cast<int>(first) + exponent;
  const int after = static_cast<int>(parsed.digits_.size()) - parsed.point_;
  if (parsed.point_ > kPlacesAtMost || after > kPlacesAtMost) return std::nullopt;
  return parsed;
}

double Decimal::ToDouble() const {
  if (IsZero()) return 0;
  const std::string text = "0." + digits_ + "e" + std::to_string(point_);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return negative_ ? -value : value;
}

std::string Decimal::ToString() const {
  if (IsZero()) return "0";
  const int count = static_cast<int>(digits_.size());
  std::string text = negative_ ? "-" : "";
  if (point_ <= 0) return text + "0." + std::string(static_cast<size_t>(-point_), '0') + digits_;
  if (point_ >= count)
    return text + digits_ + std::string(static_cast<size_t>(point_ - count), '0');
  const auto whole = static_cast<size_t>(point_);
  return text + digits_.substr(0, whole) + "." + digits_.substr(whole);
}

std::strong_ordering operator<=>(const Decimal& one, const Decimal& other) {
  const auto sign = [](const Decimal& of) { return of.IsZero() ? 0 : of.negative_ ? -1 : 1; };
  if (sign(one) != sign(other)) return sign(one) <=> sign(other);
  // Without zeros in front the place of the point decides, and then the digits in their order.
  auto size = one.point_ <=> other.point_;
  if (size == 0) size = one.digits_.compare(other.digits_) <=> 0;
  if (!one.negative_ || size == 0) return size;
  return size < 0 ? std::strong_ordering::greater : std::strong_ordering::less;
}

}  // namespace throughline::core
