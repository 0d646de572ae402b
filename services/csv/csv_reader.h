// CSV after RFC 4180 from a stream, row by row, in bounded memory: quoted fields, doubled quotes,
// embedded line ends, LF and CRLF, an UTF-8 byte order mark at the front. Spaces belong to fields.
// Empty lines are skipped. The parsing itself is libcsv's, in its strict mode.
//
// A row at fault costs itself: what is wrong with it is said, and reading goes on at the line
// behind the one on which it begins. So a stray quotation mark does not swallow the rows behind it,
// be there another one further on or none. A row of several lines, each of which by itself is as
// wide as the row before, was never meant to be one: it is at fault, too.
//
// A field that is too wide is cut, and the row says so: whoever has no use for it reads on. A file
// or a line beyond the limits is an Error; nothing beyond them is ever held in memory. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "csv/byte_stream.h"

namespace throughline::csv {

struct CsvLimits {
  size_t field_bytes = 64 << 10;  // what is behind them is cut off
  size_t row_bytes = 1 << 20;     // and a line 16 times as many
  size_t columns = 1'000;
  int64_t rows = 100'000'000;
  // From so many columns on a row of several whole lines is at fault; 0: never.
  size_t whole_lines_from = 3;
};

enum class CsvFault { kNone, kQuoting, kFieldTooWide, kRowTooWide, kTooManyColumns };

// A row, valid until the next one is asked for.
struct CsvRow {
  int64_t line = 0;  // where it starts, from 1
  CsvFault fault = CsvFault::kNone;
  std::vector<std::string_view> fields;  // none when it is at fault
  std::vector<size_t> cut;               // the fields of which only the beginning is here, from 0
};

struct CsvDialect {
  char delimiter = ',';  // what stands between fields
  bool quotes = true;    // false: a quotation mark is a character like any other
};

class CsvReader {
 public:
  // `name` is what errors call the stream.
  CsvReader(std::unique_ptr<ByteStream> stream, std::string name, const CsvLimits& limits = {},
            CsvDialect dialect = {});
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  // The next row; null at the end.
  core::Result<const CsvRow*> Next();

  const std::string& name() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace throughline::csv
