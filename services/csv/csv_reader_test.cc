#include "csv/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace throughline::csv {
namespace {

using ::testing::ElementsAre;
using Fields = std::vector<std::string>;

// A text that comes in pieces of at most `piece` bytes.
class TextStream : public ByteStream {
 public:
  explicit TextStream(std::string text, size_t piece = 1 << 20)
      : text_(std::move(text)), piece_(piece) {}

  core::Result<size_t> Read(std::span<char> buffer) override {
    const size_t size = std::min({buffer.size(), piece_, text_.size() - at_});
    std::copy_n(text_.data() + at_, size, buffer.data());
    at_ += size;
    return size;
  }

 private:
  std::string text_;
  size_t piece_;
  size_t at_ = 0;
};

// The same text again and again, 1 GiB of it, counting what was asked for.
class EndlessStream : public ByteStream {
 public:
  EndlessStream(std::string front, std::string again, int64_t& read)
      : next_(std::move(front)), again_(std::move(again)), read_(read) {}

  core::Result<size_t> Read(std::span<char> buffer) override {
    if (read_ >= int64_t{1} << 30) return 0;
    while (next_.size() < buffer.size()) next_ += again_;
    std::copy_n(next_.data(), buffer.size(), buffer.data());
    next_.erase(0, buffer.size());
    read_ += static_cast<int64_t>(buffer.size());
    return buffer.size();
  }

 private:
  std::string next_, again_;
  int64_t& read_;
};

struct Line {
  int64_t line = 0;
  Fields fields;
  bool malformed = false;

  bool operator==(const Line&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Line& line) {
  out << line.line << (line.malformed ? " malformed" : "");
  for (const std::string& field : line.fields) out << " [" << field << "]";
  return out;
}

std::vector<Line> ReadAll(std::string text, size_t piece = 1 << 20, const CsvLimits& limits = {}) {
  CsvReader csv(std::make_unique<TextStream>(std::move(text), piece), "test.csv", limits);
  std::vector<Line> lines;
  for (;;) {
    auto row = csv.Next();
    EXPECT_TRUE(row);
    if (!row || *row == nullptr) return lines;
    lines.push_back({(*row)->line, Fields((*row)->fields.begin(), (*row)->fields.end()),
                     (*row)->fault != CsvFault::kNone});
  }
}

TEST(CsvReader, ReadsQuotedFieldsDoubledQuotesAndEmbeddedLineEnds) {
  EXPECT_THAT(ReadAll("a,\"b, c\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",, x \nlast,1,2"),
              ElementsAre(Line{1, {"a", "b, c", "say \"hi\""}},
                          Line{2, {"two\r\nlines", "", " x "}}, Line{4, {"last", "1", "2"}}));
}

TEST(CsvReader, TakesCrLfLfAndCrForALineEndAndSkipsEmptyLines) {
  EXPECT_THAT(ReadAll("a,b\r\n\r\nc,d\n\ne,f\rg,h\r\n"),
              ElementsAre(Line{1, {"a", "b"}}, Line{3, {"c", "d"}}, Line{5, {"e", "f"}},
                          Line{6, {"g", "h"}}));
}

TEST(CsvReader, LeavesOutAByteOrderMarkHoweverItArrives) {
  for (size_t piece : {1, 2, 3, 100}) {
    EXPECT_THAT(ReadAll("\xEF\xBB\xBF"
                        "a,b\n",
                        piece),
                ElementsAre(Line{1, {"a", "b"}}));
  }
  EXPECT_THAT(ReadAll("\xEF\xBB\xBF"), ElementsAre());
  EXPECT_THAT(ReadAll("\xEF\xBB"), ElementsAre(Line{1, {"\xEF\xBB"}}));
}

TEST(CsvReader, GivesUpARowWithBrokenQuotingAndReadsOnAtTheNextLine) {
  EXPECT_THAT(
      ReadAll("a,b\nc,\"d\"e\nf\"g,h\ni,j\n"),
      ElementsAre(Line{1, {"a", "b"}}, Line{2, {}, true}, Line{3, {}, true}, Line{4, {"i", "j"}}));
}

TEST(CsvReader, NoticesAQuoteThatIsNeverClosed) {
  EXPECT_THAT(ReadAll("a,b\nc,\"d\n"), ElementsAre(Line{1, {"a", "b"}}, Line{2, {}, true}));
}

struct Hostile {
  const char* front;
  const char* again;
  const char* reason;
};

class HostileCsv : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileCsv, IsRefusedAfterAFewBuffers) {
  int64_t read = 0;
  CsvLimits limits{.field_bytes = 1'000, .row_bytes = 5'000, .columns = 50, .rows = 200};
  CsvReader csv(std::make_unique<EndlessStream>(GetParam().front, GetParam().again, read),
                "test.csv", limits);
  auto row = csv.Next();
  while (row && *row != nullptr) row = csv.Next();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().reason, GetParam().reason);
  EXPECT_EQ(row.error().field, "test.csv");
  EXPECT_LE(read, 128 << 10);
}

INSTANTIATE_TEST_SUITE_P(All, HostileCsv,
                         ::testing::Values(Hostile{"a,b\n", "xxxxxxxx", "FIELD_TOO_WIDE"},
                                           Hostile{"a,b\nc,\"", "x\n", "TOO_MANY_ROWS"},
                                           Hostile{"a,b\nc,\"", "\"\"", "FIELD_TOO_WIDE"},
                                           Hostile{"", ",", "TOO_MANY_COLUMNS"},
                                           Hostile{"a\n", "b\n", "TOO_MANY_ROWS"}));

TEST(CsvReader, BoundsTheRowAsAWhole) {
  CsvLimits limits{.field_bytes = 100, .row_bytes = 250};
  const std::string field(90, 'x');
  CsvReader csv(std::make_unique<TextStream>("a\n" + field + "," + field + "," + field + "\nb,c\n"),
                "test.csv", limits);
  ASSERT_TRUE(csv.Next());
  auto row = csv.Next();
  ASSERT_TRUE(row);
  EXPECT_EQ((*row)->line, 2);
  EXPECT_EQ((*row)->fault, CsvFault::kRowTooWide);
  EXPECT_EQ((*csv.Next())->fields.size(), 2) << "the row behind it";
}

TEST(CsvReader, CutsAFieldThatIsTooWideAndReadsOn) {
  const std::string wide(5'000, 'x');
  CsvReader csv(std::make_unique<TextStream>("a," + wide + ",c\nd,\"" + wide + "\",f\n"),
                "test.csv", {.field_bytes = 100});
  for (const char* first : {"a", "d"}) {
    auto row = csv.Next();
    ASSERT_TRUE(row);
    ASSERT_EQ((*row)->fields.size(), 3);
    EXPECT_EQ((*row)->fields[0], first);
    EXPECT_EQ((*row)->fields[1], wide.substr(0, 100));
    EXPECT_THAT((*row)->cut, ElementsAre(1));
  }
}

// What a stray quotation mark costs: the row in which it stands.
TEST(CsvReader, ReadsTheRowsBehindAStrayQuotationMark) {
  const auto bad = [](int64_t line) { return Line{line, {}, true}; };
  const Line head{1, {"id", "note", "score"}}, second{3, {"n02", "ok", "8"}};
  for (size_t piece : {1, 3, 1 << 20}) {
    for (const char* end : {"\n", "\r\n", "\r"}) {
      const auto read = [&](const std::vector<std::string>& lines, bool last_end = true) {
        std::string text;
        for (const std::string& line : lines) text += line + end;
        if (!last_end) text.resize(text.size() - std::string(end).size());
        return ReadAll(text, piece);
      };
      for (const bool last_end : {true, false}) {
        EXPECT_THAT(read({"id,note,score", "n01,\"tall 5 ft,7", "n02,ok,8", "n03,ok,9"}, last_end),
                    ElementsAre(head, bad(2), second, Line{4, {"n03", "ok", "9"}}))
            << "alone";
        EXPECT_THAT(
            read({"id,note,score", "n01,\"tall,7", "n02,ok,8", "n03,\"well, ok\",9"}, last_end),
            ElementsAre(head, bad(2), second, Line{4, {"n03", "well, ok", "9"}}))
            << "a quoted field behind it";
        EXPECT_THAT(read({"id,note,score", "n01,\"tall,7", "n02,ok,8", "n03,short\",9", "n04,ok,5"},
                         last_end),
                    ElementsAre(head, bad(2), second, bad(4), Line{5, {"n04", "ok", "5"}}))
            << "another one at the end of a field";
        EXPECT_THAT(
            read({"id,note,score", "n01,tall,\"7", "n02,ok,8", "\"n03,ok,9", "n04,ok,5"}, last_end),
            ElementsAre(head, bad(2), second, bad(4), Line{5, {"n04", "ok", "5"}}))
            << "two at the beginnings of fields";
        EXPECT_THAT(read({"id,note,score", "n01,\"a", "b, c\",7", "n02,ok,8"}, last_end),
                    ElementsAre(head, Line{2, {"n01", std::string("a") + end + "b, c", "7"}},
                                Line{4, {"n02", "ok", "8"}}))
            << "a field of two lines is none";
      }
    }
  }
}

TEST(CsvReader, ReadsTheRowsBehindAQuotationMarkThatIsNeverClosedInManyRows) {
  std::string text = "id,note,score\n0,\"never closed,1\n";
  for (int i = 1; i <= 20'000; ++i) text += std::to_string(i) + ",\"say \"\"hi\"\"\",7\n";
  const auto lines = ReadAll(text, 1 << 20, {.row_bytes = 10'000});
  ASSERT_EQ(lines.size(), 20'002);
  EXPECT_TRUE(lines[1].malformed);
  EXPECT_EQ(lines.back(), (Line{20'002, {"20000", "say \"hi\"", "7"}}));
}

RC_GTEST_PROP(CsvReader, ReadsWhatWasQuotedWhateverThePieces, ()) {
  const auto character =
      rc::gen::element<std::string>("a", ",", "\"", "\n", "\r\n", "\r", " ", "é");
  const auto field = rc::gen::map(rc::gen::container<std::vector<std::string>>(character),
                                  [](const std::vector<std::string>& parts) {
                                    std::string text;
                                    for (const std::string& part : parts) text += part;
                                    return text;
                                  });
  // Of some twenty rows of twenty fields at most: pieces are as long.
  const auto rows = *rc::gen::resize(20, rc::gen::container<std::vector<Fields>>(
                                             rc::gen::nonEmpty(rc::gen::container<Fields>(field))));
  const size_t piece = *rc::gen::inRange<size_t>(1, 20);
  std::string text;
  for (const Fields& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += i > 0 ? ",\"" : "\"";
      for (char c : row[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += "\r\n";
  }
  std::vector<Fields> read;
  for (const Line& line : ReadAll(text, piece, {.whole_lines_from = 0})) {
    RC_ASSERT(!line.malformed);
    read.push_back(line.fields);
  }
  RC_ASSERT(read == rows);
}

RC_GTEST_PROP(CsvReader, ReadsAnyBytesToTheEnd, ()) {
  const auto text =
      *rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', '\0'));
  const auto whole = ReadAll(text);
  RC_ASSERT(ReadAll(text, *rc::gen::inRange<size_t>(1, 10)) == whole);
  for (size_t i = 1; i < whole.size(); ++i) RC_ASSERT(whole[i - 1].line < whole[i].line);
}

RC_GTEST_PROP(CsvReader, NamesARowAtFaultAndLosesNoLineBehindIt, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::weightedElement<char>({{4, 'a'}, {2, ','}, {2, '"'}, {2, '\n'}}));
  std::vector<bool> blank = {true};  // by line
  for (char c : text) {
    if (c != '\n') blank.back() = false;
    if (c == '\n') blank.push_back(true);
  }
  blank.push_back(true);
  const auto rows = ReadAll(text, *rc::gen::inRange<size_t>(1, 10));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].malformed) continue;
    const auto next = i + 1 < rows.size() ? rows[i + 1].line : static_cast<int64_t>(blank.size());
    for (int64_t line = rows[i].line + 1; line < next; ++line) RC_ASSERT(blank[line - 1]);
  }
}

}  // namespace
}  // namespace throughline::csv
