// The way of results to their schools, on one partition in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "columns/result_columns.h"
#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "evidence/privacy_fixture.h"
#include "evidence/quarantine_reveal.h"
#include "evidence/result_routing.h"
#include "runtime/errors.h"
#include "throughline/evidence/v1/request_claim.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

// What a fixture has come to, to be read like a store.
class FixtureStore : public runtime::Store {
 public:
  explicit FixtureStore(decider::Fixture& fixture) : fixture_(fixture) {}

  core::Result<std::optional<std::string>> Head(const runtime::StorePartition&) override {
    return std::nullopt;
  }
  core::Result<void> Apply(const runtime::StorePartition&, const runtime::Commit&) override {
    return {};
  }
  core::Result<std::vector<std::optional<std::string>>> Load(
      const runtime::StorePartition&, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>&) override {
    const auto all = fixture_.Rows();
    std::vector<std::optional<std::string>> rows;
    for (const decider::RowKey& key : keys) {
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.row == key; });
      rows.push_back(found == all.end() ? std::nullopt : found->value);
    }
    return rows;
  }
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const runtime::StorePartition&, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit, const std::optional<std::string>&) override {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const decider::RowChange& one : fixture_.Rows()) {
      const bool wanted = one.row.table == table && one.row.key.starts_with(prefix) &&
                          one.row.key > after && one.value;
      if (wanted && rows.size() < limit) rows.emplace_back(one.row.key, *one.value);
    }
    return rows;
  }
  core::Result<void> Clear(const runtime::StorePartition&) override { return {}; }

 private:
  decider::Fixture& fixture_;
};

class FixtureCommands : public runtime::Commands {
 public:
  explicit FixtureCommands(decider::Fixture& fixture) : fixture_(fixture) {}

  void Submit(const google::protobuf::Message& command, const runtime::RequestKey& key,
              runtime::AnswerCallback done) override {
    traces.push_back(key.trace);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    sent += command.Utf8DebugString();
    if (const auto* claim = dynamic_cast<const v1::ClaimRequestIdRequest*>(&command)) {
      claims.push_back(claim->school());
      if (claim->school() == claimed_there) return done(core::Refuse(runtime::RequestIdReused()));
    }
    const auto* ingest = dynamic_cast<const v1::IngestResultsRequest*>(&command);
    if (ingest != nullptr && columns::SchoolOf(*ingest) == refuses) {
      return done(core::Refuse(runtime::TooManyWaiting("evidence")));
    }
    const auto outcome = fixture_.Give(command);
    if (outcome.refusal) return done(core::Refuse(*outcome.refusal));
    done(outcome.answer->SerializeAsString());
  }

  std::function<void()> meanwhile;  // happens once, between routing and what is sent next
  std::string sent;
  std::string refuses = "none";            // a school
  std::string claimed_there = "none";      // a school where somebody else has claimed every id
  std::vector<std::string> claims = {};    // the schools at which ids were claimed
  std::vector<core::TraceContext> traces;  // of each command

 private:
  decider::Fixture& fixture_;
};

// Notes of what a request is known again by.
class DigestingCommands : public runtime::Commands {
 public:
  DigestingCommands(runtime::Commands& commands, std::string& digest)
      : commands_(commands), digest_(digest) {}

  void Submit(const google::protobuf::Message& command, const runtime::RequestKey& key,
              runtime::AnswerCallback done) override {
    if (!key.id.empty()) digest_ = key.digest.request();
    commands_.Submit(command, key, std::move(done));
  }

 private:
  runtime::Commands& commands_;
  std::string& digest_;
};

class Routing : public testing::Test {
 protected:
  explicit Routing(identities::VaultOptions options = {})
      : students_(clock_, runtime::Secret{1, 2, 3}, std::move(options)) {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    adopted.mutable_district()->set_version(1);
    fixture_.Give(adopted);
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("map");
    assessment.set_kind(v1::ASSESSMENT_KIND_TRIMESTER_SCREENING);
    assessment.set_scale_max(300);
    fixture_.Give(define);
    Enroll("a", "604821");
    Enroll("b", "604899");
  }

  void Enroll(const std::string& school, const std::string& student) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(school);
    roster.add_classes()->set_class_id("c-" + school);
    roster.mutable_classes(0)->set_team("t");
    roster.add_students()->set_student(students_.Entered("d", student));
    roster.mutable_students(0)->add_class_ids("c-" + school);
    fixture_.Give(roster);
  }
  v1::IngestResultsRequest Batch() {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("edfi");
    return batch;
  }
  static v1::Result Of(const std::string& id, const std::string& student) {
    v1::Result result;
    result.set_source_id(id);
    result.set_student(student);
    result.set_assessment("map");
    result.set_date("2024-09-01");
    result.set_score_text("210");
    return result;
  }
  v1::IngestResultsResponse Send(const v1::IngestResultsRequest& batch) {
    v1::IngestResultsResponse response;
    Ingest(batch, {}, "sis", students_.privacy, routing_,
           [&](core::Result<v1::IngestResultsResponse> done) {
             ASSERT_TRUE(done) << done.error().message;
             response = *done;
           });
    return response;
  }
  std::vector<std::string> Recorded() {
    std::vector<std::string> keys;
    fixture_.state().ForEach(kResults, "d/", [&](const std::string& key, const v1::ResultRow& row) {
      if (!row.recorded().retracted()) keys.push_back(key);
    });
    return keys;
  }

  // The key under which a result is recorded.
  std::string KeyOf(const std::string& school, const std::string& id) {
    return "d/" + school + "/edfi/" + HashedId("d", id, *students_.ConcealmentIn("d"));
  }
  static std::vector<std::string> InOrder(std::vector<std::string> keys) {
    std::sort(keys.begin(), keys.end());
    return keys;
  }
  // Everything that was sent on, and everything that came of it.
  std::string Written() {
    std::string all = commands_.sent;
    for (const auto& row : fixture_.Rows())
      all += row.row.key + '\n' + row.value.value_or("") + '\n';
    return all;
  }
  // What a caller of the role is shown of what is set aside.
  std::vector<v1::QuarantinedResult> Listed(common::v1::Role role, const std::string& subject) {
    return ListedIn(fixture_.state(), role, subject);
  }
  std::vector<v1::QuarantinedResult> ListedIn(const decider::State& state, common::v1::Role role,
                                              const std::string& subject) {
    platform::Principal caller;
    caller.role = role;
    caller.subject = subject;
    std::vector<v1::QuarantinedResult> listed;
    state.ForEach(kQuarantine, "d/", [&](const std::string&, const v1::QuarantinedResult& entry) {
      Reveal(caller, students_.privacy, true, listed.emplace_back(entry));
    });
    return listed;
  }

  runtime::ManualClock clock_{*core::ParseInstant("2024-09-02T12:00:00Z")};
  PrivacyInMemory students_;
  EvidenceDecider decider_{students_.ConcealmentIn("d")};
  decider::Fixture fixture_{decider_, *core::ParseInstant("2024-09-02T12:00:00Z")};
  FixtureStore store_{fixture_};
  FixtureCommands commands_{fixture_};
  runtime::Rows rows_{store_, "evidence", 1};
  RoutingContext routing_{rows_, commands_, [](const std::function<void()>& work) { work(); }};
};

}  // namespace throughline::evidence
