// A district that was there before the identity vault, on one partition in memory.
#include "evidence/key_retirement.h"

#include <gtest/gtest.h>

#include "evidence/routing_fixture.h"

namespace throughline::evidence {
namespace {

class KeyRetirement : public Routing {
 protected:
  KeyRetirement() : Routing({.had_students = [](std::string_view) { return true; }}) {}

  // As a roster did that came before the vault.
  void EnrollAsBefore(const std::string& school, const std::string& student) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(school);
    roster.add_students()->set_student(students_.Of("d", student));
    roster.mutable_students(0)->add_class_ids("c-" + school);
    fixture_.Give(roster);
  }
  bool Retired() { return RetireKeyOfBefore("d", students_.privacy, commands_, rows_).value(); }
  bool IsThere() { return students_.privacy.vault->DerivesAsBefore("d").value(); }
};

TEST_F(KeyRetirement, WaitsForEverybodyWhomARosterKnew) {
  EnrollAsBefore("b", "604700");
  const std::string pseudonym = students_.Of("d", "604700");
  EXPECT_FALSE(Retired());
  EXPECT_TRUE(IsThere());
  EXPECT_EQ(students_.Entered("d", "604700"), pseudonym);
  EXPECT_TRUE(Retired());
  EXPECT_FALSE(IsThere());
  EXPECT_EQ(students_.Of("d", "604700"), pseudonym);
  EXPECT_FALSE(Retired()) << "there is nothing left to do";
}

TEST_F(KeyRetirement, LeavesHowResultsCameThatAreSetAside) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "nobody");
  Send(batch);
  EXPECT_TRUE(Retired());
  const auto aside = Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada");
  ASSERT_EQ(aside.size(), 1u);
  EXPECT_EQ(aside[0].result().student(), "nobody");
}

}  // namespace
}  // namespace throughline::evidence
