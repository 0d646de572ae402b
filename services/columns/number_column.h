// Columns of whole numbers and of scores, written and read:
// proto/throughline/evidence/v1/result_columns.proto says how.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "throughline/evidence/v1/result_columns.pb.h"

namespace throughline::columns {

// Of one number for each row.
void WriteNumbers(std::span<const int64_t> numbers, evidence::v1::NumberColumn& column);

// Reads a column, which must outlive it.
class NumberReader {
 public:
  // nullopt: the column contradicts itself, or is not of so many rows.
  static std::optional<NumberReader> Of(const evidence::v1::NumberColumn& column, int rows);

  int64_t Read(int row) const;

 private:
  explicit NumberReader(const evidence::v1::NumberColumn& column) : column_(&column) {}

  const evidence::v1::NumberColumn* column_;
};

// Of one score for each row, or none; at least one of them is there.
void WriteScores(std::span<const std::optional<double>> scores, evidence::v1::ScoreColumn& column);

// Reads a column, which must outlive it.
class ScoreReader {
 public:
  // nullopt: the column contradicts itself, or is not of so many rows.
  static std::optional<ScoreReader> Of(const evidence::v1::ScoreColumn& column, int rows);

  std::optional<double> Read(int row) const;

 private:
  ScoreReader(const evidence::v1::ScoreColumn& column, NumberReader decimals)
      : column_(&column), decimals_(decimals) {}

  const evidence::v1::ScoreColumn* column_;
  NumberReader decimals_;
  double divisor_ = 1;
  bool any_ = false;
  // Which of the scores a row has, -1: none; empty: every row has the one of its number.
  std::vector<int> score_of_;
};

}  // namespace throughline::columns
