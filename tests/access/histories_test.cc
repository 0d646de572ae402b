// What the services show in histories: every aggregate that there is, and of numbers those that
// people write. A number that is made of results of students has no place here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>

#include "cycles/aggregates.h"
#include "cycles/domain/cycles_decider.h"
#include "evidence/aggregates.h"
#include "history/field_changes.h"
#include "history/history_query.h"
#include "notifications/aggregates.h"
#include "plans/aggregates.h"
#include "runtime/decision_turn.h"
#include "runtime/past.h"
#include "runtime/rows.h"
#include "runtime/simulated/simulated_journal.h"
#include "throughline/common/v1/personal_data.pb.h"

namespace throughline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using history::KeptAggregate;
using testing::ContainerEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::vector<KeptAggregate>> OfServices() {
  return {{"plans", plans::KeptAggregates()},
          {"evidence", evidence::KeptAggregates()},
          {"cycles", cycles::KeptAggregates()},
          {"notifications", notifications::KeptAggregates()}};
}

// What people write, and how much of what they do was seen.
const std::set<std::string> kWritten = {
    "Adoption before.fidelity.done",
    "Adoption before.fidelity.looks",
    "Adoption before.fidelity.planned",
    "Adoption before.fidelity.share",
    "Adoption fidelity.done",
    "Adoption fidelity.looks",
    "Adoption fidelity.planned",
    "Adoption fidelity.share",
    "Alert notified",
    "Assessment proficiency_cut",
    "Assessment scale_max",
    "Assessment scale_min",
    "Cycle amendments.look",
    "Cycle artefacts.design.indicators.desired_growth_per_year",
    "Cycle artefacts.design.indicators.predicted_effect",
    "Cycle days",
    "Cycle impacts.predicted_effect",
    "Cycle indicators.desired_growth_per_year",
    "Cycle indicators.predicted_effect",
    "Cycle number",
    "LearningProgression days",
    "LearningProgression tasks.days",
    "Review plan_findings.indicators.exceeded",
    "Review plan_findings.indicators.inconclusive",
    "Review plan_findings.indicators.met",
    "Review plan_findings.indicators.short_of_it",
    "Review plan_findings.revision",
    "Review plan_findings.vague.question",
    "RubricRow levels",
    "RubricRow revision",
    "SitePlanRow evidence_use.feedback_days",
    "SitePlanRow indicators.desired_growth_per_year",
    "SitePlanRow indicators.observations_per_year",
    "SitePlanRow measures.baseline",
    "SitePlanRow measures.target",
    "SitePlanRow revision",
    "SitePlanRow theories.horizon_days",
    "SitePlanRow theories.predicted_effect",
    "SitePlanRow timeframes.cycle_weeks",
    "SitePlanRow year",
    "Subscription digest.hour",
    "SurveyRound revision",
    "Template cycle.design.indicators.desired_growth_per_year",
    "Template cycle.design.indicators.predicted_effect",
    "Template site_plan.evidence_use.feedback_days",
    "Template site_plan.indicators.desired_growth_per_year",
    "Template site_plan.indicators.observations_per_year",
    "Template site_plan.measures.baseline",
    "Template site_plan.measures.target",
    "Template site_plan.revision",
    "Template site_plan.theories.horizon_days",
    "Template site_plan.theories.predicted_effect",
    "Template site_plan.timeframes.cycle_weeks",
    "Template site_plan.year",
    "Template survey.levels",
    "Template survey.revision",
    "Template survey_rubric.revision",
    "Template visit.rated_look_fors.rubric.revision",
    "Template visit.rated_look_fors.seen_from",
    "Visit commitments.days",
    "Visit look_fors.levels",
    "Visit look_fors.revision",
    "Visit look_fors.seen_from",
    "Wave starts.places",
    "Wave teams.rank",
};

// A draft has what a publication has.
std::string WithoutRevision(const std::string& path) {
  for (const std::string prefix : {"draft.", "published."}) {
    if (path.starts_with(prefix)) return path.substr(prefix.size());
  }
  return path;
}

// So many alternatives of a field that is one of several are tried, one after another.
constexpr int kAlternatives = 6;

// Fills all texts there are, each another one, and lists with two elements. What is annotated says
// "words", everything else "id". No message is filled within one of its own type.
void Fill(Message& message, int alternative, int& texts,
          std::set<const google::protobuf::Descriptor*> within = {}) {
  within.insert(message.GetDescriptor());
  const auto& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const auto* choice = field.real_containing_oneof();
    if (choice != nullptr && choice->field(alternative % choice->field_count()) != &field) continue;
    const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!is_message && field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    if (is_message && within.contains(field.message_type())) continue;
    const bool is_written = field.options().HasExtension(common::v1::holds);
    for (int j = 0; j < (field.is_repeated() ? 2 : 1); ++j) {
      if (is_message) {
        Fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                 : *reflection.MutableMessage(&message, &field),
             alternative, texts, within);
        continue;
      }
      const std::string text = (is_written ? "words" : "id") + std::to_string(++texts);
      field.is_repeated() ? reflection.AddString(&message, &field, text)
                          : reflection.SetString(&message, &field, text);
    }
  }
}

TEST(Histories, EveryAggregateIsKeptByTheServiceThatIsSaid) {
  const auto& all = *common::v1::Aggregate_descriptor();
  std::map<std::string, std::set<std::string>> said, kept;
  for (int i = 1; i < all.value_count(); ++i) {
    said[all.value(i)->options().GetExtension(common::v1::kept_by)].insert(all.value(i)->name());
  }
  for (const auto& [service, aggregates] : OfServices()) {
    for (const auto& one : aggregates) {
      kept[service].insert(common::v1::Aggregate_Name(one.of));
    }
  }
  EXPECT_THAT(kept, ContainerEq(said));
}

TEST(Histories, NumbersInThemAreOfWhatPeopleWriteAndDo) {
  std::set<std::string> numbers;
  for (const auto& [service, aggregates] : OfServices()) {
    for (const auto& one : aggregates) {
      const auto& row = *one.row->GetDescriptor();
      for (const auto& number : history::NumbersShown(row)) {
        numbers.insert(row.name() + ' ' + WithoutRevision(number));
      }
    }
  }
  // Of a policy all are.
  std::erase_if(numbers, [](const auto& one) { return one.starts_with("District policy."); });
  EXPECT_THAT(numbers, ContainerEq(kWritten));
}

TEST(Histories, NoPathInThemHasWordsThatPeopleWrite) {
  int told_apart = 0;
  for (const auto& [service, aggregates] : OfServices()) {
    for (const auto& one : aggregates) {
      for (int alternative = 0; alternative < kAlternatives; ++alternative) {
        const std::unique_ptr<Message> row(one.row->New());
        int texts = 0;
        Fill(*row, alternative, texts);
        for (const auto& change : history::ChangesBetween(nullptr, row.get())) {
          EXPECT_THAT(change.field(), Not(HasSubstr("words"))) << one.row->GetTypeName();
          if (change.field().find("[id") != std::string::npos) ++told_apart;
        }
      }
    }
  }
  EXPECT_GT(told_apart, 0) << "ids tell elements apart";
}

// A log of the cycles service with one partition, and the histories that are in it.
class CyclesLog {
 public:
  // As one decision; with a caller, of a call.
  void Say(const std::string& subject, const Message& event, const std::string& caller = "") {
    decider::State state(nullptr);
    runtime::v1::Actor actor;
    actor.set_subject(caller);
    runtime::DecisionTurn turn(
        decider_, state, place_,
        {"cycles", 0, "input", "input", caller.empty() ? "" : "hash", "", "", clock_.Now(), actor});
    turn.Emit(event, subject, {});
    runtime::AppendTo batch{{"events.cycles", 0}, {}};
    for (const auto& packed : turn.Finish({}, std::nullopt)) {
      batch.records.push_back(runtime::ToRecord(packed));
    }
    ASSERT_TRUE(log_.Append({batch}));
  }
  // "AdoptionChanged: team, practice": what changed by what.
  std::vector<std::string> HistoryOf(common::v1::Aggregate of, const history::Place& place) {
    auto query = *history::HistoryQuery::Of({of, place, 0, ""}, cycles::KeptAggregates());
    std::promise<void> told;
    runtime::PastQuestion question;
    question.subject = query->subject();
    question.watch = {[&](const decider::State& state) { return query->RowIn(state); },
                      [&](const runtime::RowVersion& version) { query->Take(version); }};
    question.answer = [&](const auto& rows) {
      EXPECT_TRUE(rows);
      told.set_value();
    };
    past_.Ask(std::move(question));
    told.get_future().wait();
    const auto page = query->Finish();
    if (!page) return {page.error().reason};
    std::vector<std::string> lines;
    for (const auto& entry : page->entries) {
      std::string line = entry.what() + ':';
      for (const auto& change : entry.changes()) line += ' ' + change.field();
      lines.push_back(line);
    }
    return lines;
  }

 private:
  const cycles::CyclesDecider decider_;
  const runtime::ManualClock clock_{core::FromMillis(1000)};
  runtime::SimulatedLog log_;
  runtime::ChainPlace place_;
  runtime::Past past_{log_, decider_, clock_, 1};
};

// The district notes the merge in every partition, and the rows of schools follow it.
TEST(Histories, AnAdoptionIsThatOfThePracticeThatItsOwnWasMergedInto) {
  CyclesLog log;
  cycles::v1::AdoptionChanged begun;
  begun.mutable_adoption()->set_district("d");
  begun.mutable_adoption()->set_school("s");
  begun.mutable_adoption()->set_team("t");
  begun.mutable_adoption()->set_practice("tps");
  begun.mutable_adoption()->set_state(cycles::v1::ADOPTION_STATE_BEGUN);
  log.Say("d/s", begun, "ann");
  cycles::v1::PracticeNoted merged;
  merged.mutable_practice()->set_district("d");
  merged.mutable_practice()->set_practice("tps");
  merged.mutable_practice()->set_version(2);
  merged.mutable_practice()->set_state(cycles::v1::PRACTICE_STATE_MERGED);
  merged.mutable_practice()->set_merged_into("pairs");
  log.Say("d", merged);
  cycles::v1::AdoptionChanged adopted = begun;
  adopted.mutable_adoption()->set_practice("pairs");
  adopted.mutable_adoption()->set_state(cycles::v1::ADOPTION_STATE_ADOPTED);
  log.Say("d/s", adopted, "ann");

  const auto history_of = [&](const std::string& practice) {
    return log.HistoryOf(common::v1::AGGREGATE_ADOPTION, {"d", "s", "t", practice});
  };
  EXPECT_THAT(history_of("tps"), ElementsAre("AdoptionChanged: school team practice state",
                                             "PracticeNoted: school team practice state"));
  EXPECT_THAT(history_of("pairs"),
              ElementsAre("PracticeNoted: school team practice state", "AdoptionChanged: state"));
}

}  // namespace
}  // namespace throughline
