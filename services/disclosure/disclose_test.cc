#include "disclosure/disclose.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "disclosure/random_condition.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::disclosure {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return !field.is_repeated();
    default:
      return false;
  }
}

// Numbers that say nothing of students, or are shown whenever the message is.
const std::set<std::string> kNeverHidden{"as_of_ms", "teams", "questions", "log_evidence",
                                         "log_threshold"};

TEST(Disclose, EveryNumberThatMayBeHiddenCanBeAbsent) {
  const std::vector<const Descriptor*> types = {common::v1::CycleEvidence::descriptor(),
                                                common::v1::GapEvidence::descriptor(),
                                                common::v1::TriggerTest::descriptor(),
                                                cycles::v1::Condition::descriptor(),
                                                evidence::v1::CoverageRow::descriptor(),
                                                evidence::v1::EvidenceMoved::descriptor(),
                                                evidence::v1::GrowthRow::descriptor(),
                                                evidence::v1::GapRow::descriptor(),
                                                evidence::v1::GetResultCountsResponse::descriptor(),
                                                evidence::v1::ResultsRecorded::descriptor()};
  for (const Descriptor* type : types) {
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      if (!IsNumber(field) || kNeverHidden.contains(field.name())) continue;
      EXPECT_TRUE(field.has_presence()) << field.full_name() << " would be 0 when it is hidden";
    }
  }
}

double ValueOf(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(reflection.GetInt64(message, &field));
    default:
      return reflection.GetDouble(message, &field);
  }
}

// Names of the numbers that are there and 0, however deep.
void AddZeros(const Message& message, std::set<std::string>& zeros) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsNumber(*field) && ValueOf(message, *field) == 0) zeros.insert(field->name());
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated()) {
      AddZeros(reflection.GetMessage(message, field), zeros);
    }
  }
}

TEST(Disclose, ANetEffectOfFewerStudentsThanTheDistrictShowsNowIsLeftOut) {
  cycles::v1::Impact impact;
  cycles::v1::NetEffect& net = *impact.mutable_net_effect();
  net.set_effect(0.3);
  net.set_effect_low(0.1);
  net.set_effect_high(0.5);
  net.set_students(12);
  net.set_compared_students(60);
  net.set_compared_teams(3);
  EXPECT_FALSE(HideSmallCells(impact, 10));
  EXPECT_EQ(impact.net_effect().effect(), 0.3);
  EXPECT_TRUE(HideSmallCells(impact, 15));
  EXPECT_FALSE(impact.net_effect().has_effect());
  EXPECT_FALSE(impact.net_effect().has_effect_low());
  EXPECT_FALSE(impact.net_effect().has_students());
  EXPECT_FALSE(impact.net_effect().has_compared_students());
}

TEST(Disclose, ResultsAreLeftOutInEitherFormAndWhatIsSaidBesideThemIsNot) {
  evidence::v1::ResultsRecorded recorded;
  recorded.set_source("sis");
  recorded.add_results()->set_student("pupil");
  recorded.mutable_columns()->mutable_student()->add_texts("pupil");
  recorded.mutable_columns()->add_rest()->set_student("pupil");
  LeaveOutStudents(recorded);
  EXPECT_TRUE(recorded.results().empty());
  EXPECT_FALSE(recorded.has_columns());
  EXPECT_EQ(recorded.source(), "sis");
}

TEST(Disclose, NobodyIsToldWhoCalled) {
  cycles::v1::PhaseStarted started;
  started.set_team("t");
  started.mutable_ended_by()->set_subject("ann");
  LeaveOutCallers(started);
  EXPECT_FALSE(started.has_ended_by());
  EXPECT_EQ(started.team(), "t");
}

TEST(Disclose, WhatIsHiddenIsAbsentAndNeverZero) {
  for (uint32_t seed = 0; seed < 20000; ++seed) {
    cycles::v1::Condition condition = RandomCondition(seed).Make();
    HideSmallCells(condition, 10);
    std::set<std::string> zeros;
    AddZeros(condition, zeros);
    // That nobody has a baseline, or a result, is known, and why.
    const auto absent = condition.evidence().absent();
    if (absent == common::v1::ABSENCE_REASON_NO_BASELINE ||
        absent == common::v1::ABSENCE_REASON_NO_RESULTS) {
      zeros.erase("matched");
      zeros.erase("covered");
    }
    ASSERT_TRUE(zeros.empty()) << *zeros.begin() << ": " << seed << ' ' << condition.DebugString();
  }
}

}  // namespace
}  // namespace throughline::disclosure
