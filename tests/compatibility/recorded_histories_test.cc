// What histories take for granted of the rules: which events change the rows that they are about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "cycles/aggregates.h"
#include "evidence/aggregates.h"
#include "history/kept_aggregate.h"
#include "notifications/aggregates.h"
#include "plans/aggregates.h"
#include "recorded_district.h"
#include "runtime/envelope.h"

namespace throughline::compatibility {
namespace {

using history::At;
using history::KeptAggregate;
using testing::ContainerEq;
using testing::IsEmpty;

// "d/s" of "d/s/cycle", and "d" of "d//review", which is the district's.
std::string SubjectOf(At at, const std::string& key) {
  const auto [district, school, rest] = core::SplitKey<3>(key);
  const bool is_districts = at == At::kDistrict || at == At::kInDistrict;
  return core::Key{district, is_districts ? "" : school}.Text();
}

// Folds the events of one partition, and notes which tables changed and which events changed a row
// of another subject than they, or what it is beneath, are about.
class Fold {
 public:
  Fold(const decider::Decider& decider, const std::vector<KeptAggregate>& kept)
      : decider_(decider), kept_(kept) {}

  void Apply(const runtime::Record& record) {
    const auto envelope = runtime::ParseEnvelope(record).value();
    const auto message = runtime::ParseMessage(envelope.type(), record.value);
    ASSERT_NE(message, nullptr) << envelope.type();
    decider_.Apply({*message, core::FromMillis(envelope.time_ms()), "event"}, state_);
    for (const decider::RowChange& change : state_.TakeChanges()) {
      auto& before = rows_[change.row];
      if (std::exchange(before, change.value) == change.value) continue;
      for (const KeptAggregate& one : kept_) {
        if (one.table == change.row.table) Compare(one, change, envelope);
      }
    }
  }
  const std::set<std::string>& changed() const { return changed_; }
  const std::vector<std::string>& elsewhere() const { return elsewhere_; }

 private:
  void Compare(const KeptAggregate& one, const decider::RowChange& change,
               const runtime::v1::Envelope& envelope) {
    changed_.insert(change.row.table);
    const std::string subject = SubjectOf(one.at, change.row.key);
    if (runtime::IsAboutOrAbove(envelope, subject)) return;
    elsewhere_.push_back(change.row.table + ' ' + change.row.key + " by " + envelope.type() +
                         " about " + envelope.subject());
  }

  const decider::Decider& decider_;
  const std::vector<KeptAggregate>& kept_;
  decider::State state_{nullptr};
  std::map<decider::RowKey, std::optional<std::string>> rows_;
  std::set<std::string> changed_;
  std::vector<std::string> elsewhere_;
};

struct OfService {
  const decider::Decider& decider;
  const std::vector<KeptAggregate>& kept;
};

TEST(RecordedHistories, AreOfRowsThatEventsAboutThemChangeAndThoseAboutWhatTheyAreBeneath) {
  const plans::PlansDecider plans;
  const evidence::EvidenceDecider evidence;
  const cycles::CyclesDecider cycles;
  const notifications::NotificationsDecider notifications;
  const std::vector<OfService> services = {{plans, plans::KeptAggregates()},
                                           {evidence, evidence::KeptAggregates()},
                                           {cycles, cycles::KeptAggregates()},
                                           {notifications, notifications::KeptAggregates()}};
  QuietServices autumn(kRecordedPartitions, FirstMorning());
  LiveAnAutumn(autumn);
  const Recording recording = autumn.Recorded();
  for (const auto& [decider, kept] : services) {
    SCOPED_TRACE(decider.service());
    std::set<std::string> tables, changed;
    for (const KeptAggregate& one : kept) tables.insert(std::string(one.table));
    for (const auto& [place, records] : recording.records) {
      if (place.topic != runtime::EventsTopic(decider.service())) continue;
      Fold fold(decider, kept);
      for (const runtime::Record& record : records) fold.Apply(record);
      EXPECT_THAT(fold.elsewhere(), IsEmpty());
      changed.insert(fold.changed().begin(), fold.changed().end());
    }
    EXPECT_THAT(changed, ContainerEq(tables)) << "all of them were made";
  }
}

}  // namespace
}  // namespace throughline::compatibility
