#include "throughline/policy_change.h"

#include <gtest/gtest.h>

#include "plans/domain/errors.h"

namespace throughline {
namespace {

std::string RefusalOf(std::string_view json) {
  const auto read = ReadPolicyChange(json);
  if (read) return "";
  return read.error().reason + (read.error().field.empty() ? "" : " " + read.error().field);
}

TEST(PolicyChange, TakesTheNamesOfJsonAndOfTheProtos) {
  for (const char* json : {R"({"effectPrior": 2.5})", R"({"effect_prior": "2.5"})"}) {
    const auto read = ReadPolicyChange(json);
    ASSERT_TRUE(read) << json;
    EXPECT_EQ(read->policy.effect_prior(), 2.5);
    EXPECT_FALSE(read->policy.has_false_alarm_rate());
  }
}

TEST(PolicyChange, SaysInPlainWordsWhatIsNoPolicy) {
  EXPECT_EQ(RefusalOf(""), "JSON_INVALID");
  EXPECT_EQ(RefusalOf("{\"effectPrior\": }"), "JSON_INVALID");
  EXPECT_EQ(RefusalOf("[]"), "FIELD_INVALID");
  EXPECT_EQ(RefusalOf(R"({"falseAlarms": 1})"), "FIELD_UNKNOWN falseAlarms");
  EXPECT_EQ(RefusalOf(R"({"false_alarm_rate": "much"})"), "FIELD_INVALID false_alarm_rate");
  EXPECT_EQ(RefusalOf(R"({"effectPrior": 1, "effect_prior": 2})"), "FIELD_REPEATED effect_prior");
}

TEST(PolicyChange, AFileThatChangesNothingIsRefused) {
  EXPECT_EQ(RefusalOf("{}"), "POLICY_EMPTY policy");
  EXPECT_EQ(RefusalOf(R"({"effectPrior": null})"), "POLICY_EMPTY policy");
}

TEST(PolicyChange, NamesAFieldAsItWasWritten) {
  const core::Error wrong = plans::PolicyOutOfRange("effect_prior", 0.1, 100);
  const auto written = [&](std::string_view json) {
    return ReadPolicyChange(json)->AsWritten(wrong);
  };
  EXPECT_EQ(written(R"({"effectPrior": 0})").message, "effectPrior must be from 0.1 to 100.");
  EXPECT_EQ(written(R"({"effectPrior": 0})").field, "effectPrior");
  EXPECT_EQ(written(R"({"effect_prior": 0})").field, "effect_prior");
  EXPECT_EQ(written(R"({"gapWidening": 1})").field, "policy.effect_prior") << "not of the file";
}

}  // namespace
}  // namespace throughline
