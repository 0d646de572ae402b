#include "gateway/edfi/keys.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/ids.h"

namespace throughline::gateway::edfi {
namespace {

TEST(Keys, AreDifferentWhateverTheirPartsContain) {
  EXPECT_NE(SourceIdOf({"a", "b", "c1", "d"}), SourceIdOf({"a", "b", "c", "1d"}));
  EXPECT_NE(SourceIdOf({"a", "b", "c", "d"}), SourceIdOf({"b", "a", "c", "d"}));
  EXPECT_NE(AssessmentIdOf("n", "a", "", "Raw score"), AssessmentIdOf("n", "a", "", ""));
  EXPECT_NE(AssessmentIdOf("n", "a", "o", ""), AssessmentIdOf("n", "ao", "", ""));
  EXPECT_EQ(AssessmentIdOf("n", "a", "", "Raw score"), AssessmentIdOf("n", "a", "", "RAW SCORE"));
  EXPECT_TRUE(core::IsId(AssessmentIdOf("uri://x y/", "Größe", "", "")));
}

RC_GTEST_PROP(Keys, AreWrittenAsHexadecimalDigitsAndReadBack, (const std::string& text)) {
  const std::string hidden = core::DerivedId({std::string_view(text)});
  const std::string id = ResourceIdOf(hidden);
  RC_ASSERT(id.size() == 32u);
  RC_ASSERT(HiddenOf(id) == hidden);
}

TEST(Keys, AreReadAsClientsWriteThem) {
  EXPECT_EQ(HiddenOf("918BB778-138B-4AB2-A44E-599FBCBF7F66"),
            HiddenOf("918bb778138b4ab2a44e599fbcbf7f66"));
  EXPECT_FALSE(HiddenOf(""));
  EXPECT_FALSE(HiddenOf("918bb778138b4ab2a44e599fbcbf7f6"));
  EXPECT_FALSE(HiddenOf("918bb778138b4ab2a44e599fbcbf7f660"));
  EXPECT_FALSE(HiddenOf("918bb778138b4ab2a44e599fbcbf7fxx"));
  EXPECT_EQ(ResourceIdOf("not hidden"), "");
}

}  // namespace
}  // namespace throughline::gateway::edfi
