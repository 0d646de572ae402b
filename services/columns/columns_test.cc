// One column, written and read again; and columns that contradict themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "columns/base32.h"
#include "columns/number_column.h"
#include "columns/text_column.h"

namespace throughline::columns {
namespace {

using evidence::v1::NumberColumn;
using evidence::v1::ScoreColumn;
using evidence::v1::TextColumn;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TextColumn ColumnOf(const std::vector<std::string>& texts) {
  TextColumn column;
  WriteTexts(std::vector<std::string_view>(texts.begin(), texts.end()), column);
  return column;
}

std::optional<std::vector<std::string>> Read(const TextColumn& column, int rows) {
  const auto reader = TextReader::Of(column, rows);
  if (!reader) return std::nullopt;
  std::vector<std::string> texts(rows, "of the row before");
  for (int row = 0; row < rows; ++row) reader->Read(row, texts[row]);
  return texts;
}

std::optional<std::vector<int64_t>> Read(const NumberColumn& column, int rows) {
  const auto reader = NumberReader::Of(column, rows);
  if (!reader) return std::nullopt;
  std::vector<int64_t> numbers;
  for (int row = 0; row < rows; ++row) numbers.push_back(reader->Read(row));
  return numbers;
}

using Scores = std::vector<std::optional<double>>;

std::optional<Scores> Read(const ScoreColumn& column, int rows) {
  const auto reader = ScoreReader::Of(column, rows);
  if (!reader) return std::nullopt;
  Scores scores;
  for (int row = 0; row < rows; ++row) scores.push_back(reader->Read(row));
  return scores;
}

ScoreColumn ColumnOf(const Scores& scores) {
  ScoreColumn column;
  WriteScores(scores, column);
  return column;
}

std::vector<uint64_t> BitsOf(const Scores& scores) {
  std::vector<uint64_t> bits;
  for (const auto& score : scores) bits.push_back(score ? std::bit_cast<uint64_t>(*score) + 1 : 0);
  return bits;
}

// RFC 4648, section 10, in lower case and without padding.
TEST(Base32, IsThatOfTheStandard) {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"f", "my"},         {"fo", "mzxq"},        {"foo", "mzxw6"},
      {"foob", "mzxw6yq"}, {"fooba", "mzxw6ytb"}, {"foobar", "mzxw6ytboi"}};
  for (const auto& [bytes, text] : known) {
    std::string written, read;
    Base32Writer writer(written);
    writer.Append(text.substr(0, 1));
    writer.Append(text.substr(1));
    writer.Finish();
    EXPECT_EQ(written.size(), Base32Bytes(text.size()));
    EXPECT_EQ(written.substr(0, bytes.size()), bytes);
    AppendBase32(bytes, 0, text.size(), read);
    EXPECT_EQ(read, text);
    std::string end;
    AppendBase32(bytes, 1, text.size() - 1, end);
    EXPECT_EQ(end, text.substr(1));
  }
  EXPECT_FALSE(IsBase32("a1"));
  EXPECT_FALSE(IsBase32("A"));
}

TEST(TextColumn, SaysOnceWhatAllHaveInCommon) {
  const TextColumn column = ColumnOf({"check", "check", "check"});
  EXPECT_THAT(column.texts(), ElementsAre("check"));
  EXPECT_THAT(column.indexes(), IsEmpty());
  EXPECT_THAT(ColumnOf({"a", "b", "", "b"}).indexes(), ElementsAre(0, 1, 2, 1));
  EXPECT_THAT(ColumnOf({"a", "b", ""}).indexes(), IsEmpty()) << "each has its own";
}

TEST(TextColumn, IdsTakeFiveBitsACharacterAndHaveTheirBeginningsInCommon) {
  std::vector<std::string> ids;
  for (char c = 'a'; c <= 'z'; ++c) {
    ids.push_back(std::string(c < 'n' ? "near" : "afar") + "aaaaaaaaa2" + c);
  }
  const TextColumn column = ColumnOf(ids);
  EXPECT_THAT(column.texts(), IsEmpty());
  EXPECT_THAT(column.runs(), ElementsAre(13, 13));
  EXPECT_EQ(column.prefix_length() + column.base32_length(), 15);
  EXPECT_LT(column.ByteSizeLong(), 26 * 15 * 5 / 8);
  EXPECT_EQ(Read(column, 26), ids);
  ids.back().back() = '1';
  EXPECT_THAT(ColumnOf(ids).texts(), SizeIs(26)) << "is no such id";
}

TEST(TextColumn, IsReadAsItWasWritten) {
  std::mt19937_64 random(1);
  const auto roll = [&](size_t sides) { return random() % sides; };
  const std::vector<std::string> known = {"", "check", "ärger", "abcdefgh", "abcdefgi", "bbcdefgh"};
  for (int round = 0; round < 500; ++round) {
    const bool only_ids = roll(2) == 0;
    std::vector<std::string> texts(1 + roll(20));
    for (std::string& text : texts) {
      text = known[roll(known.size())];
      if (!only_ids && roll(2) == 0) continue;
      text.clear();
      while (text.size() < 15) text += "ab7"[roll(3)];
    }
    const TextColumn column = ColumnOf(texts);
    ASSERT_EQ(Read(column, static_cast<int>(texts.size())), texts) << column.DebugString();
  }
}

TEST(TextColumn, ThatContradictsItselfIsNotRead) {
  const TextColumn right =
      ColumnOf({"aaaabbbbbbbb", "aaaacccccccc", "aaaadddddddd", "ddddaaaaaaaa"});
  ASSERT_TRUE(Read(right, 4));
  EXPECT_FALSE(Read(right, 3));
  EXPECT_FALSE(Read(right, 5));
  const auto is_wrong = [&](auto change) {
    TextColumn wrong = right;
    change(wrong);
    return !Read(wrong, 4).has_value();
  };
  EXPECT_TRUE(is_wrong([](TextColumn& column) { column.add_texts("more"); }));
  EXPECT_TRUE(is_wrong([](TextColumn& column) { column.add_indexes(0); }));
  EXPECT_TRUE(is_wrong([](TextColumn& column) { column.mutable_indexes()->Resize(4, 4); }));
  EXPECT_TRUE(is_wrong([](TextColumn& column) { column.mutable_base32()->pop_back(); }));
  EXPECT_TRUE(is_wrong([](TextColumn& column) { *column.mutable_base32() += "more"; }));
  for (int length : {-1, 0, 1, 7, 257, std::numeric_limits<int>::max()}) {
    EXPECT_TRUE(is_wrong([&](TextColumn& column) { column.set_base32_length(length); })) << length;
  }
  for (int length : {-1, 3, 257, std::numeric_limits<int>::min()}) {
    EXPECT_TRUE(is_wrong([&](TextColumn& column) {
      column.set_prefix_length(length);
      column.add_runs(1);
    })) << length;
  }
  EXPECT_TRUE(is_wrong([](TextColumn& column) {
    column.set_prefix_length(8);
    column.set_prefixes("fooba");
    column.clear_runs();
    column.add_runs(std::numeric_limits<uint32_t>::max());
  }));
}

TEST(NumberColumn, IsWrittenInTheShortestWay) {
  NumberColumn column;
  WriteNumbers(std::vector<int64_t>{20'000, 20'000, 20'000}, column);
  EXPECT_EQ(Read(column, 3), std::vector<int64_t>(3, 20'000));
  EXPECT_LE(column.ByteSizeLong(), 7);
  column.Clear();
  WriteNumbers(std::vector<int64_t>{0, 0}, column);
  EXPECT_EQ(column.ByteSizeLong(), 0);
  WriteNumbers(std::vector<int64_t>{900'000, 10'000, 900'000, 900'000, 10'000}, column);
  EXPECT_THAT(column.above_least(), ElementsAre(890'000, 0));
  EXPECT_THAT(column.indexes(), ElementsAre(0, 1, 0, 0, 1));
}

TEST(NumberColumn, IsReadAsItWasWritten) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 500; ++round) {
    std::vector<int64_t> numbers(random() % 20);
    const uint64_t kind = random() % 4;
    for (int64_t& number : numbers) {
      number = kind == 0             ? static_cast<int64_t>(random())
               : kind == 1           ? static_cast<int64_t>(random() % 3) - 1
               : kind == 2           ? 1'700'000'000'000 + static_cast<int64_t>(random() % 1000)
               : (random() % 2) == 0 ? std::numeric_limits<int64_t>::min()
                                     : std::numeric_limits<int64_t>::max();
    }
    NumberColumn column;
    WriteNumbers(numbers, column);
    ASSERT_EQ(Read(column, static_cast<int>(numbers.size())), numbers) << column.DebugString();
  }
}

TEST(NumberColumn, ThatContradictsItselfIsNotRead) {
  NumberColumn column;
  WriteNumbers(std::vector<int64_t>{1, 2, 3}, column);
  EXPECT_FALSE(Read(column, 2));
  column.add_indexes(0);
  EXPECT_FALSE(Read(column, 3));
  column.mutable_indexes()->Resize(3, 3);
  EXPECT_FALSE(Read(column, 3));
}

TEST(ScoreColumn, ShortDecimalsAreWholeNumbers) {
  const ScoreColumn column = ColumnOf(Scores{85.5, 0.0, 100.0, 71.25});
  EXPECT_EQ(column.digits(), 2);
  EXPECT_THAT(column.scores(), IsEmpty());
  EXPECT_THAT(column.decimals().above_least(), ElementsAre(8550, 0, 10'000, 7125));
  EXPECT_THAT(ColumnOf(Scores{1.0 / 3}).scores(), ElementsAre(1.0 / 3));
  EXPECT_THAT(ColumnOf(Scores{1.0, std::nullopt, 2.0}).without(), ElementsAre(1));
}

TEST(ScoreColumn, IsReadAsItWasWritten) {
  std::mt19937_64 random(3);
  const Scores unusual = {
      -0.0,   std::nan(""), 1e300,        1.0 / 3,
      5e-324, 0.1,          std::nullopt, std::numeric_limits<double>::infinity()};
  for (int round = 0; round < 500; ++round) {
    Scores scores(random() % 20, 7);
    const bool any_unusual = random() % 2 == 0;
    for (auto& score : scores) {
      score = static_cast<double>(random() % 100'000) / 100 - 100;
      if (random() % 5 == 0) score.reset();
      if (any_unusual && random() % 5 == 0) score = unusual[random() % unusual.size()];
    }
    scores.emplace_back(7);
    const auto read = Read(ColumnOf(scores), static_cast<int>(scores.size()));
    ASSERT_TRUE(read);
    ASSERT_EQ(BitsOf(*read), BitsOf(scores)) << ColumnOf(scores).DebugString();
  }
}

TEST(ScoreColumn, ThatContradictsItselfIsNotRead) {
  const ScoreColumn right = ColumnOf(Scores{1.0, std::nullopt, 2.0});
  ASSERT_TRUE(Read(right, 3));
  const auto is_wrong = [&](auto change) {
    ScoreColumn wrong = right;
    change(wrong);
    return !Read(wrong, 3).has_value();
  };
  EXPECT_TRUE(is_wrong([](ScoreColumn& column) { column.set_digits(10); }));
  EXPECT_TRUE(is_wrong([](ScoreColumn& column) { column.set_digits(-1); }));
  EXPECT_TRUE(is_wrong([](ScoreColumn& column) { column.set_without(0, 3); }));
  EXPECT_TRUE(is_wrong([](ScoreColumn& column) { column.clear_without(); }));
  EXPECT_TRUE(is_wrong([](ScoreColumn& column) { column.add_scores(1); }));
  EXPECT_TRUE(is_wrong([](ScoreColumn& column) { column.mutable_without()->Resize(4, 1); }));
}

}  // namespace
}  // namespace throughline::columns
