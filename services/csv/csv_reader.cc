#include "csv/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <utility>

#include "csv/errors.h"

namespace throughline::csv {
namespace {

constexpr size_t kBufferBytes = 32 << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

int NothingIsSpace(unsigned char) { return 0; }

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

// A line may have so many times the bytes of a row: what is behind a row that is too wide is read
// past, but not for ever.
constexpr size_t kLineBytesFactor = 16;
// Is in no text.
constexpr unsigned char kNoQuote = 0;

}  // namespace

// libcsv is fed pieces that end at a line end or earlier, so each piece completes at most one row
// and the line on which a row starts is known. Of a row that goes on beyond its first line the rest
// is kept as it came, to be read again when the row turns out to be none.
//
// That costs no more than reading everything twice: a row at fault goes on over lines with an even
// number of quotation marks only, none of which begins such a row when it is read again.
class CsvReader::Parser {
 public:
  Parser(std::unique_ptr<ByteStream> stream, std::string name, const CsvLimits& limits,
         CsvDialect dialect)
      : stream_(std::move(stream)), name_(std::move(name)), limits_(limits), dialect_(dialect) {
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
  core::Result<std::string_view> TakePiece();  // empty at the end
  core::Result<void> Parse(std::string_view piece);
  void ParseRow(std::string_view piece);
  void CountLine(std::string_view piece);
  void Fail(CsvFault fault);
  CsvFault BeyondLimits() const;
  bool IsOfWholeLines() const;
  core::Error LineTooWide() const;
  void Finish();
  const CsvRow* Deliver();

  void OnField(std::string_view field);
  static void FieldCallback(void* text, size_t size, void* self);
  static void RowCallback(int, void* self);

  std::unique_ptr<ByteStream> stream_;
  std::string name_;
  CsvLimits limits_;
  const CsvDialect dialect_;
  csv_parser csv_{};

  std::array<char, kBufferBytes> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string again_;  // read before what is in the buffer
  size_t again_at_ = 0;
  bool from_again_ = false;  // the last piece was
  bool ended_ = false;       // the stream
  bool at_start_ = true;
  bool at_end_ = false;

  int64_t line_ = 1;       // of the next piece
  size_t line_bytes_ = 0;  // of it that were read
  bool after_cr_ = false;  // the last piece ended with a CR: an LF now ends the same line
  bool in_row_ = false;    // a row has begun and is not complete
  bool skipping_ = false;  // to the next line end, after a row at fault
  bool rewound_ = false;   // by the last piece
  CsvFault why_skipping_ = CsvFault::kNone;
  bool done_ = false;
  int64_t rows_ = 0;
  size_t columns_ = 0;  // of the row before

  // Of the row at hand.
  size_t delimiters_ = 0;  // on its first line
  bool spans_ = false;     // it goes on beyond its first line
  std::string rest_;       // what came behind its first line
  struct Place {
    int64_t line;
    bool after_cr;
  } second_{};                // where that began
  std::string text_;          // its fields, one after the other
  std::vector<size_t> ends_;  // where each ends in text_
  CsvRow row_;
};

void CsvReader::Parser::Reset() {
  csv_free(&csv_);
  csv_init(&csv_, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_space_func(&csv_, NothingIsSpace);
  csv_set_delim(&csv_, static_cast<unsigned char>(dialect_.delimiter));
  if (!dialect_.quotes) csv_set_quote(&csv_, kNoQuote);
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

core::Result<std::string_view> CsvReader::Parser::TakePiece() {
  const bool again = from_again_ = again_at_ < again_.size();
  if (!again && begin_ == end_) {
    core::Result<bool> more = ended_ ? core::Result<bool>(false) : Fill();
    if (!more) return core::Refuse(more.error());
    ended_ = !*more;
    if (ended_) return std::string_view();
  }
  const char* from = again ? again_.data() + again_at_ : buffer_.data() + begin_;
  const char* to = again ? again_.data() + again_.size() : buffer_.data() + end_;
  const char* stop = std::find_if(from, to, IsLineEnd);
  if (stop != to) ++stop;
  (again ? again_at_ : begin_) += static_cast<size_t>(stop - from);
  return std::string_view(from, static_cast<size_t>(stop - from));
}

core::Result<const CsvRow*> CsvReader::Parser::Next() {
  text_.clear();
  ends_.clear();
  row_.fault = CsvFault::kNone;
  row_.cut.clear();
  done_ = false;
  while (!done_ && !at_end_) {
    core::Result<std::string_view> piece = TakePiece();
    if (!piece) return core::Refuse(piece.error());
    if (piece->empty()) {
      Finish();
      continue;
    }
    core::Result<void> parsed = Parse(*piece);
    if (!parsed) return core::Refuse(parsed.error());
  }
  if (!done_) return nullptr;
  if (++rows_ > limits_.rows) return core::Refuse(TooManyRows(name_, limits_.rows));
  return Deliver();
}

core::Result<void> CsvReader::Parser::Parse(std::string_view piece) {
  line_bytes_ += piece.size();
  if (!in_row_ && !skipping_ && !IsLineEnd(piece.front())) {
    in_row_ = true;
    spans_ = false;
    delimiters_ = 0;
    rest_.clear();
    row_.line = line_;
  }
  rewound_ = false;
  if (skipping_) {
    skipping_ = !IsLineEnd(piece.back());
  } else {
    ParseRow(piece);
  }
  if (line_bytes_ > limits_.row_bytes * kLineBytesFactor) return core::Refuse(LineTooWide());
  if (!rewound_) CountLine(piece);
  return {};
}

void CsvReader::Parser::ParseRow(std::string_view piece) {
  if (spans_) {
    rest_ += piece;
  } else {
    delimiters_ += static_cast<size_t>(std::count(piece.begin(), piece.end(), dialect_.delimiter));
  }
  const bool grammatical = csv_parse(&csv_, piece.data(), piece.size(), FieldCallback, RowCallback,
                                     this) == piece.size();
  CsvFault fault = grammatical ? BeyondLimits() : CsvFault::kQuoting;
  if (fault == CsvFault::kNone && done_ && spans_ && IsOfWholeLines()) fault = CsvFault::kQuoting;
  if (fault == CsvFault::kNone) return;
  skipping_ = !IsLineEnd(piece.back());
  Fail(fault);
}

void CsvReader::Parser::CountLine(std::string_view piece) {
  const char last = piece.back();
  const bool same_end = last == '\n' && after_cr_ && piece.size() == 1;
  if (IsLineEnd(last) && !same_end) ++line_;
  if (IsLineEnd(last)) line_bytes_ = 0;
  after_cr_ = last == '\r';
  if (in_row_ && IsLineEnd(last) && !spans_) {
    spans_ = true;
    second_ = {line_, after_cr_};
  }
}

// The row at hand is none. What was taken for the rest of it is read again.
void CsvReader::Parser::Fail(CsvFault fault) {
  Reset();
  done_ = true;
  in_row_ = false;
  why_skipping_ = fault;
  // It is a quotation mark that made one row of many lines.
  row_.fault = spans_ ? CsvFault::kQuoting : fault;
  if (!spans_) return;
  if (from_again_) {
    again_at_ -= rest_.size();
  } else {
    again_ = std::move(rest_);
    again_at_ = 0;
  }
  line_ = second_.line;
  after_cr_ = second_.after_cr;
  line_bytes_ = 0;
  skipping_ = false;
  spans_ = false;
  rewound_ = true;
  at_end_ = false;
}

CsvFault CsvReader::Parser::BeyondLimits() const {
  if (ends_.size() > limits_.columns) return CsvFault::kTooManyColumns;
  if (text_.size() + csv_.entry_pos <= limits_.row_bytes) return CsvFault::kNone;
  return csv_.entry_pos > limits_.field_bytes ? CsvFault::kFieldTooWide : CsvFault::kRowTooWide;
}

bool CsvReader::Parser::IsOfWholeLines() const {
  if (limits_.whole_lines_from == 0 || columns_ < limits_.whole_lines_from) return false;
  if (delimiters_ + 1 != columns_) return false;
  for (auto from = rest_.begin(); from != rest_.end();) {
    const auto to = std::find_if(from, rest_.end(), IsLineEnd);
    const auto delimiters = static_cast<size_t>(std::count(from, to, dialect_.delimiter));
    if (from != to && delimiters + 1 != columns_) return false;
    from = to == rest_.end() ? to : to + 1;
  }
  return true;
}

core::Error CsvReader::Parser::LineTooWide() const {
  if (why_skipping_ == CsvFault::kTooManyColumns) {
    return TooManyColumns(name_, row_.line, limits_.columns);
  }
  if (why_skipping_ == CsvFault::kFieldTooWide) {
    return FieldTooWide(name_, row_.line, limits_.field_bytes);
  }
  return RowTooWide(name_, row_.line, limits_.row_bytes);
}

void CsvReader::Parser::Finish() {
  at_end_ = true;
  const bool closed = csv_fini(&csv_, FieldCallback, RowCallback, this) == 0;
  if (!closed || (done_ && spans_ && IsOfWholeLines())) Fail(CsvFault::kQuoting);
}

const CsvRow* CsvReader::Parser::Deliver() {
  row_.fields.clear();
  if (row_.fault != CsvFault::kNone) {
    row_.cut.clear();
    return &row_;
  }
  size_t begin = 0;
  for (size_t end : ends_) {
    row_.fields.emplace_back(text_.data() + begin, end - begin);
    begin = end;
  }
  columns_ = row_.fields.size();
  return &row_;
}

void CsvReader::Parser::OnField(std::string_view field) {
  if (field.size() > limits_.field_bytes) {
    row_.cut.push_back(ends_.size());
    size_t end = limits_.field_bytes;  // and no character of UTF-8 in two
    while (end > 0 && (static_cast<unsigned char>(field[end]) & 0xc0) == 0x80) --end;
    field = field.substr(0, end);
  }
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
                     CsvDialect dialect)
    : parser_(std::make_unique<Parser>(std::move(stream), std::move(name), limits, dialect)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

core::Result<const CsvRow*> CsvReader::Next() { return parser_->Next(); }

const std::string& CsvReader::name() const { return parser_->name(); }

}  // namespace throughline::csv
