// CSV after RFC 4180 from a stream, row by row, in bounded memory: quoted fields, doubled quotes,
// embedded line ends, LF and CRLF, an UTF-8 byte order mark at the front. Spaces belong to fields.
// Empty lines are skipped. The parsing itself is libcsv's, in its strict mode.
//
// Quoting that breaks the grammar costs the row in which it is noticed: reading goes on at the next
// line. A field, row or file beyond the limits is an Error, given before it is held in memory.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "oneroster/byte_stream.h"

namespace throughline::oneroster {

struct CsvLimits {
  size_t field_bytes = 64 << 10;
  size_t row_bytes = 1 << 20;
  size_t columns = 1'000;
  int64_t rows = 100'000'000;
};

// A row, valid until the next one is asked for.
struct CsvRow {
  int64_t line = 0;        // where it starts, from 1
  bool malformed = false;  // quoting broke the grammar; there are no fields
  std::vector<std::string_view> fields;
};

class CsvReader {
 public:
  // `name` is what errors call the stream; `delimiter` is what stands between fields: one byte.
  CsvReader(std::unique_ptr<ByteStream> stream, std::string name, const CsvLimits& limits = {},
            char delimiter = ',');
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

}  // namespace throughline::oneroster
