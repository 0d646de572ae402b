// A district in a fixture, and what its readers are shown: answers to queries, and events as
// streams and alerts give them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::disclosure {

class District {
 public:
  using Events = std::vector<std::shared_ptr<google::protobuf::Message>>;
  using Groups = std::vector<std::string>;

  // How the rows stood, to ask about later.
  class Tables;
  using Moment = std::shared_ptr<Tables>;

  District();
  ~District();

  // The district teaches from the first to the last day.
  void AdoptTerm(const std::string& first, const std::string& last);
  // From now on nothing is shown of fewer.
  void AllowCellsOf(int32_t students);
  // An assessment on a scale of 0 to 100 that observes these indicators.
  void Define(const std::string& assessment, const std::vector<std::string>& indicators);
  // Reports of a school are of those that are registered.
  void Register(const std::string& school);
  // A plan of the school for 2024 of which a measure is fed by the check.
  void PublishMeasure(const std::string& school);
  void OpenClass(const std::string& school, const std::string& class_id, const std::string& team);
  // As the roster has the student from now on.
  void Enroll(const std::string& school, const std::string& student,
              const std::vector<std::string>& classes, const Groups& groups = {});
  void EnrollMany(const std::string& school, const std::string& class_id, int count,
                  const Groups& groups = {});  // <class>-0, <class>-1 ...
  void Schedule(const std::string& school, const std::string& team, const std::string& cycle,
                const std::string& baseline_from, const std::string& start, const std::string& end,
                const std::vector<std::string>& indicators = {"reading"});
  // `id` tells the student's results apart.
  evidence::v1::Result Of(const std::string& school, const std::string& class_id,
                          const std::string& student, const std::string& date, double score,
                          const std::string& id = "", const std::string& assessment = "check");
  void Push(const std::vector<evidence::v1::Result>& results);
  // Of every student of the class that was made by EnrollMany.
  void PushMany(const std::string& school, const std::string& class_id, int count,
                const std::string& date, double from = 40, const std::string& assessment = "check");
  // The percentile of an indicator, in steps of 0.1 percent of scale, whatever results come; until
  // the next Wait.
  void PublishCut(const std::string& indicator, int32_t bin);
  // As long as shown scores and cuts take to follow.
  void Wait();

  Moment Now() const;
  // What a reader is told, of now or as of a moment; a call that is refused gives its reason in
  // `refused`.
  std::vector<evidence::v1::GrowthRow> Growth(const Moment& moment = {}) const;
  std::vector<evidence::v1::GapRow> Gaps(const Moment& moment = {}) const;
  std::vector<evidence::v1::CoverageRow> Coverage(const Moment& moment = {}) const;
  evidence::v1::GetVarianceResponse Variance(std::string* refused = nullptr,
                                             const std::string& assessment = "check",
                                             const Moment& moment = {}) const;
  // Of the district, or of a school.
  common::v1::StrugglingReport Struggling(const Moment& moment = {},
                                          const std::string& school = "") const;
  // Of a team, or of all students of a school under an empty team, that is registered; on reading.
  evidence::v1::RunChart Chart(const std::string& school, const std::string& team,
                               const Moment& moment = {}) const;
  // Those of the classes of a team.
  std::vector<evidence::v1::RunChart> ClassCharts(const std::string& school,
                                                  const std::string& team,
                                                  const Moment& moment = {}) const;
  std::vector<evidence::v1::GapTrend> GapTrends(const Moment& moment = {}) const;
  // Of coverage and of proficiency.
  std::vector<evidence::v1::Funnel> Funnels(const Moment& moment = {}) const;
  evidence::v1::GetResultCountsResponse Counts() const;
  // Of the events since the last call, as a stream or an alert shows them.
  Events TakeStreamed();
  // The same as they are in the log.
  const Events& logged() const { return logged_; }

  const decider::State& state() const { return fixture_.state(); }

 private:
  void Give(const google::protobuf::Message& message);
  static runtime::Rows RowsOf(const Moment& moment);
  template <class Response, class Request>
  Response Ask(Request request, const Moment& moment) const;

  evidence::EvidenceDecider decider_;
  mutable decider::Fixture fixture_;
  mutable Moment now_;  // null: has to be read anew
  int64_t changes_ = 0;
  int64_t policies_ = 0;
  std::map<std::string, std::map<std::string, std::string>> classes_;  // team by school and class
  Events logged_;
  size_t taken_ = 0;
};

// Those of a type.
template <class Message>
std::vector<Message> AllOf(const District::Events& events) {
  std::vector<Message> found;
  for (const auto& event : events) {
    if (const auto* one = dynamic_cast<const Message*>(event.get())) found.push_back(*one);
  }
  return found;
}

}  // namespace throughline::disclosure
