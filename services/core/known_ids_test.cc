#include "core/known_ids.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

TEST(KnownIds, AreNamedWhenTheyAreFew) {
  EXPECT_EQ(ThereAre({}), " There is none yet.");
  EXPECT_EQ(ThereAre({"a"}), " There is only: a.");
  EXPECT_EQ(ThereAre({"b", "a"}), " There are: a, b.");
  std::set<std::string> many;
  for (char c = 'a'; c <= 'l'; ++c) many.insert(std::string(1, c));
  EXPECT_EQ(ThereAre(many), " There are: a, b, c, d, e, f, g, h, i, j, k, l.");
  many.insert("m");
  EXPECT_EQ(ThereAre(many), "");
  EXPECT_EQ(Listed(many), "");
  EXPECT_EQ(Listed({"b", "a"}), "a, b");
}

}  // namespace
}  // namespace throughline::core
