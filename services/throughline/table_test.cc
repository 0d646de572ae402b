#include "throughline/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace throughline {
namespace {

std::string Printed(const Table& table) {
  std::ostringstream out;
  table.Print(out, "nothing");
  return out.str();
}

TEST(TableTest, ColumnsAreAsWideAsWhatIsInThem) {
  Table table({{"SCHOOL"}, {"STUDENTS", Side::kRight}, {"WHY"}});
  table.Add({"AAA", "1,024", "late"});
  table.Add({"Lakeside", "9", ""});
  EXPECT_EQ(Printed(table),
            "SCHOOL    STUDENTS  WHY\n"
            "AAA          1,024  late\n"
            "Lakeside         9\n");
}

TEST(TableTest, CharactersCountNotBytes) {
  Table table({{"NAME"}, {"N"}});
  table.Add({"Málaga", "1"});
  table.Add({"Malaga", "2"});
  EXPECT_EQ(Printed(table), "NAME    N\nMálaga  1\nMalaga  2\n");
}

TEST(TableTest, ARowStaysOnItsLine) {
  Table table({{"TITLE"}, {"N"}});
  table.Add({"two\nlines\x1b[2J", "1"});
  EXPECT_EQ(Printed(table), "TITLE          N\ntwo lines [2J  1\n");
}

TEST(TableTest, CellsLeftOutAreEmpty) {
  Table table({{"A"}, {"B"}, {"C"}});
  table.Add({"1", "suppressed"});
  EXPECT_EQ(Printed(table), "A  B           C\n1  suppressed\n");
}

TEST(TableTest, WithoutRowsThereIsASentence) { EXPECT_EQ(Printed(Table({{"A"}})), "nothing\n"); }

}  // namespace
}  // namespace throughline
