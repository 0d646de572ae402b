// For tests: district `d` in a fixture, with the policy: a new group waits 30 s, a changed one is
// notified every 5 min, an unresolved one every 24 h; no cell of fewer than 10 students.
//
// Conditions are of school `s` and off track unless a test says otherwise, and are called by their
// indicators: `a`, `b` … What happened is read as sentences: "raised a", "notified 1: a b resolved
// c held back d", "kept back a" (nobody heard anything).
//
// After every test, folding the recorded events again must lead to the same rows.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "decider/fixture.h"
#include "notifications/domain/notifications_decider.h"
#include "notifications/domain/tables.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

class NotificationsFixture : public testing::Test {
 protected:
  using Outcome = decider::Fixture::Outcome;
  using EventDescriptions = std::vector<std::string>;

  NotificationsFixture() : fixture_(decider_, *core::ParseInstant("2026-09-01T12:00:00Z")) {
    Adopt(DefaultPolicy(), 1);
  }

  void TearDown() override {
    EXPECT_THAT(ByKey(fixture_.FoldedAgain()), testing::ContainerEq(ByKey(fixture_.Rows())));
  }

  static common::v1::Policy DefaultPolicy() {
    common::v1::Policy policy;
    policy.set_group_wait_s(30);
    policy.set_group_interval_s(300);
    policy.set_repeat_interval_s(86400);
    policy.set_smallest_cell(10);
    return policy;
  }
  void Adopt(const common::v1::Policy& policy, int64_t version, const std::string& district = "d") {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district(district);
    *adopted.mutable_district()->mutable_policy() = policy;
    adopted.mutable_district()->set_version(version);
    fixture_.Give(adopted);
  }

  static cycles::v1::Condition ConditionOf(const std::string& indicator) {
    cycles::v1::Condition condition;
    condition.set_district("d");
    condition.set_school("s");
    condition.set_team("t");
    condition.set_cycle("c");
    condition.set_trigger(common::v1::TRIGGER_OFF_TRACK);
    condition.set_indicator(indicator);
    condition.set_severity(cycles::v1::SEVERITY_WARNING);
    condition.set_reason("Growth is under what was desired by now.");
    return condition;
  }
  EventDescriptions Raise(const cycles::v1::Condition& condition) {
    cycles::v1::ConditionRaised raised;
    *raised.mutable_condition() = condition;
    return Read(fixture_.Give(raised));
  }
  EventDescriptions Raise(const std::string& indicator) { return Raise(ConditionOf(indicator)); }
  EventDescriptions Escalate(const std::string& indicator) {
    auto condition = ConditionOf(indicator);
    condition.set_severity(cycles::v1::SEVERITY_CRITICAL);
    return Raise(condition);
  }
  EventDescriptions Clear(const cycles::v1::Condition& condition) {
    cycles::v1::ConditionCleared cleared;
    *cleared.mutable_condition() = condition;
    return Read(fixture_.Give(cleared));
  }
  EventDescriptions Clear(const std::string& indicator) { return Clear(ConditionOf(indicator)); }

  // The alert that was raised last for the indicator, as it is now.
  const v1::Alert& Now(const std::string& indicator) {
    return *fixture_.state().Find(kAlerts, JoinKey("d", "s", ids_.at(indicator)));
  }
  v1::AcknowledgeAlertRequest AcknowledgeRequest(const std::string& indicator,
                                                 const std::string& who = "lead") {
    v1::AcknowledgeAlertRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_alert(ids_.at(indicator));
    request.set_acknowledged_by(who);
    return request;
  }
  v1::SnoozeAlertRequest SnoozeRequest(const std::string& indicator, int32_t duration_s) {
    v1::SnoozeAlertRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_alert(ids_.at(indicator));
    request.set_duration_s(duration_s);
    return request;
  }
  EventDescriptions Acknowledge(const std::string& indicator) {
    return Read(fixture_.Give(AcknowledgeRequest(indicator)));
  }
  EventDescriptions Snooze(const std::string& indicator, int32_t duration_s) {
    return Read(fixture_.Give(SnoozeRequest(indicator, duration_s)));
  }

  v1::CreateSilenceRequest SilenceRequest(std::chrono::seconds lasts,
                                          std::chrono::seconds starts_in = {}) {
    v1::CreateSilenceRequest request;
    v1::Silence& silence = *request.mutable_silence();
    silence.set_district("d");
    silence.set_created_by("lead");
    silence.set_starts_at_ms(core::ToMillis(fixture_.now() + starts_in));
    silence.set_ends_at_ms(core::ToMillis(fixture_.now() + starts_in + lasts));
    return request;
  }
  v1::Silence Silence(const v1::CreateSilenceRequest& request) {
    const Outcome outcome = fixture_.Give(request);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->reason;
    return outcome.AnswerAs<v1::CreateSilenceResponse>().silence();
  }
  static v1::EndSilenceRequest EndRequest(const v1::Silence& silence) {
    v1::EndSilenceRequest request;
    request.set_district(silence.district());
    request.set_silence(silence.silence());
    return request;
  }

  // What happens until so much later.
  EventDescriptions After(std::chrono::seconds later) {
    return Read(fixture_.AdvanceTo(fixture_.now() + later));
  }
  std::string ReasonOf(const google::protobuf::Message& command) {
    const Outcome outcome = fixture_.Give(command);
    return outcome.refusal ? outcome.refusal->reason : "";
  }

  EventDescriptions Read(const Outcome& outcome) {
    EventDescriptions sentences;
    for (const auto& event : outcome.events) sentences.push_back(EventDescription(*event));
    return sentences;
  }

  static std::map<std::pair<std::string, std::string>, std::string> ByKey(
      const std::vector<decider::RowChange>& rows) {
    std::map<std::pair<std::string, std::string>, std::string> by_key;
    for (const auto& row : rows) by_key[{row.row.table, row.row.key}] = *row.value;
    return by_key;
  }

  NotificationsDecider decider_;
  decider::Fixture fixture_;

 private:
  using Ids = google::protobuf::RepeatedPtrField<std::string>;

  std::string Names(const Ids& ids) {
    std::multiset<std::string> sorted;  // alerts of one moment are in no order of their own
    for (const std::string& id : ids) sorted.insert(names_.at(id));
    return fmt::format("{}", fmt::join(sorted, " "));
  }
  std::string EventDescription(const google::protobuf::Message& event) {
    if (const auto* raised = dynamic_cast<const v1::AlertRaised*>(&event)) {
      const std::string& name = raised->alert().condition().indicator();
      names_[raised->alert().alert()] = name;
      ids_[name] = raised->alert().alert();
      return "raised " + name;
    }
    if (const auto* changed = dynamic_cast<const v1::AlertChanged*>(&event)) {
      return "changed " + changed->alert().condition().indicator();
    }
    if (const auto* resolved = dynamic_cast<const v1::AlertResolved*>(&event)) {
      return "resolved " + resolved->alert().condition().indicator();
    }
    const auto* notified = dynamic_cast<const v1::GroupNotified*>(&event);
    if (notified == nullptr) return event.GetDescriptor()->name();
    if (notified->firing().empty() && notified->resolved().empty()) {
      return "kept back " + Names(notified->held_back());
    }
    std::string sentence = fmt::format("notified {}:", notified->number());
    if (!notified->firing().empty()) sentence += " " + Names(notified->firing());
    if (!notified->resolved().empty()) sentence += " resolved " + Names(notified->resolved());
    if (!notified->held_back().empty()) sentence += " held back " + Names(notified->held_back());
    return sentence;
  }

  std::map<std::string, std::string> names_;  // indicator by alert
  std::map<std::string, std::string> ids_;    // alert by indicator, the last one
};

}  // namespace throughline::notifications
