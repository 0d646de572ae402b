// A decimal number, exactly: what a score is before it becomes a binary fraction. Holds what 30
// characters can say; equal numbers are equal however they were written (1.50 is 1.5, -0 is 0). A
// plain value; code that needs the text as it was written keeps it, too.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace throughline::core {

class Decimal {
 public:
  static constexpr size_t kCharactersAtMost = 30;
  static constexpr int kPlacesAtMost = 30;  // before the point, and after it

  Decimal() = default;  // 0

  // `[+-] digits [. digits] [e [+-] digits]`, digits on one side of the point at least; no spaces,
  // no other separators. nullopt for any other text, for one that is too long, and for a number
  // that needs more than kPlacesAtMost places on either side, as 1e31 does.
  static std::optional<Decimal> Parse(std::string_view text);

  // The nearest double.
  double ToDouble() const;
  // The shortest text without an exponent: "-0.5", "85.1", "100". Parse reads it when it is not
  // longer than kCharactersAtMost, which it can only be if it was written with an exponent.
  std::string ToString() const;

  bool IsZero() const { return digits_.empty(); }
  bool IsNegative() const { return negative_; }

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& one, const Decimal& other);

 private:
  // (-1)^negative * 0.digits * 10^point; no zeros at either end of the digits, none at all for 0.
  bool negative_ = false;
  std::string digits_;
  int point_ = 0;
};

}  // namespace throughline::core
