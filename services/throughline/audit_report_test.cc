#include "throughline/audit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "audit/test_trail.h"

namespace throughline {
namespace {

using testing::HasSubstr;

audit::v1::AuditRecord Refusal() {
  audit::v1::AuditRecord record = audit::RefusalOf("anna");
  record.mutable_actor()->set_role(common::v1::ROLE_TEAM_MEMBER);
  record.set_method("throughline.evidence.v1.EvidenceService/ListStudents");
  record.add_objects("school=s");
  return record;
}

TEST(AuditReportTest, ATableSaysWhoDidWhat) {
  audit::v1::ListAuditTrailResponse records;
  *records.add_records() = Refusal();
  std::ostringstream out;
  PrintAuditRecords(records, "UTC", out);
  EXPECT_THAT(out.str(), HasSubstr("anna"));
  EXPECT_THAT(out.str(), HasSubstr("team member"));
  EXPECT_THAT(out.str(), HasSubstr("EvidenceService/ListStudents"));
  EXPECT_THAT(out.str(), HasSubstr("refused: NOT_ALLOWED"));
}

TEST(AuditReportTest, ALineOfTheExportIsARecordInItsPlace) {
  audit::Chain chain;
  const runtime::StoredRecord stored{7, audit::ToRecord(chain.Next(Refusal()), 0, "d")};
  const auto line = nlohmann::json::parse(JsonLineOf(stored, "d"));
  EXPECT_EQ(line["offset"], 7);
  EXPECT_EQ(line["sequence"], 1);
  EXPECT_EQ(line["record"]["reason"], "NOT_ALLOWED");
  EXPECT_EQ(line["record"]["actor"]["subject"], "anna");
  EXPECT_EQ(JsonLineOf(stored, "another"), "");
}

TEST(AuditReportTest, WhatWasVerifiedIsSaid) {
  audit::Verified verified;
  verified.records = 1'000'000;
  verified.writers = 2;
  EXPECT_THAT(VerifiedText(verified, true, std::chrono::seconds(2)),
              HasSubstr("Read 1,000,000 records of 2 writers"));
  EXPECT_THAT(VerifiedText(verified, true, std::chrono::seconds(2)),
              HasSubstr("Everything is as it was written."));
  verified.faults = 1;
  verified.first_faults.push_back({"MISSING", 12, "number 3 is missing"});
  EXPECT_THAT(VerifiedText(verified, true, std::chrono::seconds(2)),
              HasSubstr("MISSING at 12: number 3 is missing\n"));
}

TEST(AuditReportTest, OfATrailThatCouldBeReadInPartItIsSaidHowFar) {
  audit::Verified so_far;
  EXPECT_EQ(ReadInPartText(so_far), "No record could be read.\n");
  so_far.records = 1200;
  EXPECT_THAT(ReadInPartText(so_far), HasSubstr("The first 1,200 records could be read, and are"));
  so_far.faults = 1;
  so_far.first_faults.push_back({"MISSING", 12, "number 3 is missing"});
  EXPECT_THAT(ReadInPartText(so_far), HasSubstr("MISSING at 12: number 3 is missing\n"));
  EXPECT_THAT(ReadInPartText(so_far), HasSubstr("could be read, with 1 fault among them."));
}

}  // namespace
}  // namespace throughline
