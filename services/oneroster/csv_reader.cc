#include "oneroster/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <utility>

#include "oneroster/errors.h"

namespace throughline::oneroster {
namespace {

constexpr size_t kBufferBytes = 32 << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

int NothingIsSpace(unsigned char) { return 0; }

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

}  // namespace

// libcsv is fed pieces that end at a line end or earlier, so each piece completes at most one row
// and the line on which a row starts is known.
class CsvReader::Parser {
 public:
  Parser(std::unique_ptr<ByteStream> stream, std::string name, const CsvLimits& limits,
         char delimiter)
      : stream_(std::move(stream)), name_(std::move(name)), limits_(limits), delimiter_(delimiter) {
    Reset();
  }
  ~Parser() { csv_free(&csv_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  core::Result<const CsvRow*> Next();
  const std::string& name() const { return name_; }

 private:
  void Reset();
  core::Result<bool> Fill();
  std::string_view TakePiece();
  // After Parse, done_ says whether a row (good or malformed) is complete.
  core::Result<void> Parse(std::string_view piece);
  core::Result<void> CheckLimits() const;
  void Finish();
  const CsvRow* Deliver();

  void OnField(std::string_view field);
  static void FieldCallback(void* text, size_t size, void* self);
  static void RowCallback(int, void* self);

  std::unique_ptr<ByteStream> stream_;
  std::string name_;
  CsvLimits limits_;
  const char delimiter_;
  csv_parser csv_{};

  std::array<char, kBufferBytes> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_start_ = true;
  bool at_end_ = false;

  int64_t line_ = 1;       // of the next piece
  bool after_cr_ = false;  // the last piece ended with a CR: an LF now ends the same line
  bool in_row_ = false;    // a row has begun and is not complete
  bool skipping_ = false;  // to the next line end, after malformed quoting
  bool done_ = false;
  bool field_too_wide_ = false;
  int64_t rows_ = 0;

  std::string text_;          // the fields of the row, one after the other
  std::vector<size_t> ends_;  // where each ends in text_
  CsvRow row_;
};

void CsvReader::Parser::Reset() {
  csv_free(&csv_);
  csv_init(&csv_, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_space_func(&csv_, NothingIsSpace);
  csv_set_delim(&csv_, static_cast<unsigned char>(delimiter_));
  csv_set_blk_size(&csv_, 4096);
}

core::Result<bool> CsvReader::Parser::Fill() {
  begin_ = 0;
  end_ = 0;
  // The byte order mark may come in pieces, or alone: the first buffer is filled until there is
  // more.
  do {
    core::Result<size_t> read = stream_->Read(std::span(buffer_).subspan(end_));
    if (!read) return core::Refuse(read.error());
    if (*read == 0) break;
    end_ += *read;
  } while (at_start_ && end_ <= kByteOrderMark.size());
  if (at_start_ && std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) {
    begin_ = kByteOrderMark.size();
  }
  at_start_ = false;
  return begin_ < end_;
}

std::string_view CsvReader::Parser::TakePiece() {
  const char* from = buffer_.data() + begin_;
  const char* to = buffer_.data() + end_;
  const char* stop = std::find_if(from, to, IsLineEnd);
  if (stop != to) ++stop;
  begin_ += static_cast<size_t>(stop - from);
  return {from, static_cast<size_t>(stop - from)};
}

core::Result<const CsvRow*> CsvReader::Parser::Next() {
  text_.clear();
  ends_.clear();
  row_.malformed = false;
  done_ = false;
  while (!at_end_) {
    if (begin_ == end_) {
      core::Result<bool> more = Fill();
      if (!more) return core::Refuse(more.error());
      if (!*more) {
        Finish();
        break;
      }
    }
    core::Result<void> parsed = Parse(TakePiece());
    if (!parsed) return core::Refuse(parsed.error());
    if (done_) break;
  }
  if (!done_) return nullptr;
  if (++rows_ > limits_.rows) return core::Refuse(TooManyRows(name_, limits_.rows));
  return Deliver();
}

core::Result<void> CsvReader::Parser::Parse(std::string_view piece) {
  const char last = piece.back();
  if (!in_row_ && !skipping_ && !IsLineEnd(piece.front())) {
    in_row_ = true;
    row_.line = line_;
  }
  if (skipping_) {
    skipping_ = !IsLineEnd(last);
  } else if (csv_parse(&csv_, piece.data(), piece.size(), FieldCallback, RowCallback, this) !=
             piece.size()) {
    Reset();
    row_.malformed = true;
    done_ = true;
    in_row_ = false;
    skipping_ = !IsLineEnd(last);
  }
  if (last == '\r' || (last == '\n' && !(after_cr_ && piece.size() == 1))) ++line_;
  after_cr_ = last == '\r';
  return CheckLimits();
}

core::Result<void> CsvReader::Parser::CheckLimits() const {
  if (field_too_wide_ || csv_.entry_pos > limits_.field_bytes) {
    return core::Refuse(FieldTooWide(name_, row_.line, limits_.field_bytes));
  }
  if (ends_.size() > limits_.columns) {
    return core::Refuse(TooManyColumns(name_, row_.line, limits_.columns));
  }
  if (text_.size() + csv_.entry_pos > limits_.row_bytes) {
    return core::Refuse(RowTooWide(name_, row_.line, limits_.row_bytes));
  }
  return {};
}

void CsvReader::Parser::Finish() {
  at_end_ = true;
  if (csv_fini(&csv_, FieldCallback, RowCallback, this) != 0) {
    row_.malformed = true;
    done_ = true;
  }
}

const CsvRow* CsvReader::Parser::Deliver() {
  row_.fields.clear();
  if (row_.malformed) return &row_;
  size_t begin = 0;
  for (size_t end : ends_) {
    row_.fields.emplace_back(text_.data() + begin, end - begin);
    begin = end;
  }
  return &row_;
}

void CsvReader::Parser::OnField(std::string_view field) {
  if (field.size() > limits_.field_bytes) field_too_wide_ = true;
  text_.append(field);
  ends_.push_back(text_.size());
}

void CsvReader::Parser::FieldCallback(void* text, size_t size, void* self) {
  static_cast<Parser*>(self)->OnField({static_cast<const char*>(text), size});
}

void CsvReader::Parser::RowCallback(int, void* self) {
  auto* parser = static_cast<Parser*>(self);
  parser->done_ = true;
  parser->in_row_ = false;
}

CsvReader::CsvReader(std::unique_ptr<ByteStream> stream, std::string name, const CsvLimits& limits,
                     char delimiter)
    : parser_(std::make_unique<Parser>(std::move(stream), std::move(name), limits, delimiter)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

core::Result<const CsvRow*> CsvReader::Next() { return parser_->Next(); }

const std::string& CsvReader::name() const { return parser_->name(); }

}  // namespace throughline::oneroster
