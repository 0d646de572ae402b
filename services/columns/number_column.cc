#include "columns/number_column.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "columns/text_column.h"

namespace throughline::columns {

using evidence::v1::NumberColumn;
using evidence::v1::ScoreColumn;

namespace {

constexpr int kDigitsAtMost = 9;
constexpr double kTens[kDigitsAtMost + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
// How many digits are tried when a score is written: a score with more is none that people gave.
constexpr int kDigitsTried = 4;
// Whole numbers up to here are exact in a double.
constexpr double kExact = 9007199254740992;

size_t BytesOf(uint64_t number) {
  return (static_cast<size_t>(std::bit_width(number | 1)) + 6) / 7;
}

// Without overflow: the sum of the two is the second again.
uint64_t Above(int64_t least, int64_t number) {
  return static_cast<uint64_t>(number) - static_cast<uint64_t>(least);
}

// Scores without their decimal point.
struct Decimals {
  int digits = 0;
  std::vector<int64_t> numbers;
};

// The number that is the score when it is divided by that; nullopt when there is none.
std::optional<int64_t> NumberOf(double score, double divisor) {
  const double scaled = std::round(score * divisor);
  if (!(std::abs(scaled) < kExact)) return std::nullopt;
  const auto number = static_cast<int64_t>(scaled);
  const double again = static_cast<double>(number) / divisor;
  if (std::bit_cast<uint64_t>(again) != std::bit_cast<uint64_t>(score)) return std::nullopt;
  return number;
}

std::optional<Decimals> DecimalsOf(std::span<const double> scores) {
  Decimals decimals;
  for (; decimals.digits <= kDigitsTried; ++decimals.digits) {
    decimals.numbers.clear();
    for (double score : scores) {
      const auto number = NumberOf(score, kTens[decimals.digits]);
      if (!number) break;
      decimals.numbers.push_back(*number);
    }
    if (decimals.numbers.size() == scores.size()) return decimals;
  }
  return std::nullopt;
}

}  // namespace

void WriteNumbers(std::span<const int64_t> numbers, NumberColumn& column) {
  if (numbers.empty()) return;
  const int64_t least = *std::min_element(numbers.begin(), numbers.end());
  column.set_least(least);
  absl::flat_hash_map<uint64_t, uint32_t> known;
  std::vector<uint64_t> different;
  std::vector<uint32_t> indexes;
  indexes.reserve(numbers.size());
  size_t in_order = 0, indexed = 0;  // bytes
  for (int64_t number : numbers) {
    const uint64_t above = Above(least, number);
    const auto [found, added] = known.try_emplace(above, static_cast<uint32_t>(different.size()));
    if (added) different.push_back(above);
    indexes.push_back(found->second);
    in_order += BytesOf(above);
    indexed += BytesOf(found->second) + (added ? BytesOf(above) : 0);
  }
  const bool same = different.size() == 1;
  if (same && different.front() == 0 && least == 0) return column.Clear();
  if (same || indexed < in_order) {
    column.mutable_above_least()->Add(different.begin(), different.end());
    if (!same) column.mutable_indexes()->Add(indexes.begin(), indexes.end());
    return;
  }
  for (int64_t number : numbers) column.add_above_least(Above(least, number));
}

std::optional<NumberReader> NumberReader::Of(const NumberColumn& column, int rows) {
  if (!AreOfRows(column.indexes(), column.above_least_size(), rows)) return std::nullopt;
  return NumberReader(column);
}

int64_t NumberReader::Read(int row) const {
  const int values = column_->above_least_size();
  if (values == 0) return 0;
  const int index = !column_->indexes().empty() ? static_cast<int>(column_->indexes(row))
                    : values == 1               ? 0
                                                : row;
  return static_cast<int64_t>(static_cast<uint64_t>(column_->least()) +
                              column_->above_least(index));
}

void WriteScores(std::span<const std::optional<double>> scores, ScoreColumn& column) {
  std::vector<double> there;
  there.reserve(scores.size());
  for (size_t row = 0; row < scores.size(); ++row) {
    if (scores[row]) {
      there.push_back(*scores[row]);
    } else {
      column.add_without(static_cast<uint32_t>(row));
    }
  }
  const auto decimals = DecimalsOf(there);
  if (!decimals) {
    column.mutable_scores()->Add(there.begin(), there.end());
    return;
  }
  column.set_digits(decimals->digits);
  WriteNumbers(decimals->numbers, *column.mutable_decimals());
}

std::optional<ScoreReader> ScoreReader::Of(const ScoreColumn& column, int rows) {
  const int there = rows - column.without_size();
  const int digits = column.digits();
  if (there < 0 || digits < 0 || digits > kDigitsAtMost) return std::nullopt;
  const auto decimals = NumberReader::Of(column.decimals(), there);
  if (!decimals) return std::nullopt;
  ScoreReader reader(column, *decimals);
  reader.divisor_ = kTens[digits];
  if (!column.scores().empty() && (column.has_decimals() || column.scores_size() != there)) {
    return std::nullopt;
  }
  reader.any_ = column.has_decimals() || !column.scores().empty();
  if (column.without().empty()) return reader;
  int score = 0, without = 0;
  reader.score_of_.reserve(rows);
  for (int row = 0; row < rows; ++row) {
    const bool is_without =
        without < column.without_size() && column.without(without) == static_cast<uint32_t>(row);
    without += is_without ? 1 : 0;
    reader.score_of_.push_back(is_without ? -1 : score++);
  }
  if (without < column.without_size()) return std::nullopt;
  return reader;
}

std::optional<double> ScoreReader::Read(int row) const {
  const int score = score_of_.empty() ? row : score_of_[row];
  if (!any_ || score < 0) return std::nullopt;
  if (!column_->scores().empty()) return column_->scores(score);
  return static_cast<double>(decimals_.Read(score)) / divisor_;
}

}  // namespace throughline::columns
