#include "evidence/had_students.h"

#include <gtest/gtest.h>

#include "core/key.h"
#include "evidence/domain/tables.h"
#include "runtime/simulated/simulated_journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::evidence {
namespace {

class HadStudentsIn : public testing::Test {
 protected:
  core::Result<bool> Had() { return HadStudents("d", log_, store_, rows_, 1); }
  void Append() { ASSERT_TRUE(log_.Append({{{"events.evidence", 0}, {{"", ""}}}})); }
  void Commit(int64_t log_end, std::vector<decider::RowChange> rows) {
    runtime::v1::Head head;
    head.set_token(std::to_string(log_end));
    head.set_log_end(log_end);
    ASSERT_TRUE(store_.Apply({"evidence", 0},
                             {token_, head.SerializeAsString(), head.token(), std::move(rows)}));
    token_ = head.token();
  }

  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  runtime::Rows rows_{store_, "evidence", 1};
  std::string token_;
};

TEST_F(HadStudentsIn, ANewInstallationNobody) { EXPECT_EQ(Had(), false); }

TEST_F(HadStudentsIn, WhatIsFoldedAnewIsNotSaidBeforeItIsWhole) {
  Append();
  EXPECT_EQ(Had().error().reason, "BEING_REBUILT");
  Commit(1, {});
  EXPECT_EQ(Had(), false);
  Append();
  EXPECT_EQ(Had().error().reason, "BEING_REBUILT");
  v1::StudentRow student;
  Commit(2, {{{std::string(kStudents.name), core::JoinKey("d", "s", "p")},
              student.SerializeAsString()}});
  EXPECT_EQ(Had(), true);
}

}  // namespace
}  // namespace throughline::evidence
