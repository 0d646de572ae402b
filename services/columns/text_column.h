// A column of texts, written and read: proto/throughline/evidence/v1/result_columns.proto says how.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "throughline/evidence/v1/result_columns.pb.h"

namespace throughline::columns {

// Of one text for each row, at least one of them not empty. Ids of a-z and 2-7 take five bits a
// character.
void WriteTexts(std::span<const std::string_view> texts, evidence::v1::TextColumn& column);

// Reads a column, which must outlive it.
class TextReader {
 public:
  // nullopt: the column contradicts itself, or is not of so many rows.
  static std::optional<TextReader> Of(const evidence::v1::TextColumn& column, int rows);

  // Whether every row has the empty text.
  bool empty() const { return texts_ == 0; }
  // The text of a row replaces what is there.
  void Read(int row, std::string& text) const { ReadText(IndexOf(row), text); }

  // All texts that any row may have.
  int texts() const { return texts_; }
  void ReadText(int index, std::string& text) const;
  int IndexOf(int row) const {
    if (!column_->indexes().empty()) return static_cast<int>(column_->indexes(row));
    return texts_ == 1 ? 0 : row;
  }

 private:
  explicit TextReader(const evidence::v1::TextColumn& column) : column_(&column) {}
  // Whether the ids in five bits a character are whole; counts them.
  bool CountIds();

  const evidence::v1::TextColumn* column_;
  int texts_ = 0;
  std::vector<int> prefix_of_;  // by text; empty: there are no prefixes
};

// Whether indexes, or that there are none, say of each of so many rows which of the values it has.
bool AreOfRows(const google::protobuf::RepeatedField<uint32_t>& indexes, int values, int rows);

}  // namespace throughline::columns
