#include "cycles/domain/visit_schedule.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "core/ids.h"
#include "core/key.h"

namespace throughline::cycles {

using core::Date;
using std::chrono::days;

namespace {

constexpr int kQuarters = 4;

// The Monday of the week that the day is in.
Date WeekOf(Date day) { return day - days{std::chrono::weekday(day).iso_encoding() - 1}; }

// One visit as it would be.
struct Candidate {
  Date date;
  std::vector<const VisitingSchool*> visitors;
  size_t rank = 0;  // the less, the better: how far down the order of visitors it reaches
};

class Proposal {
 public:
  Proposal(const std::vector<VisitingSchool>& schools, const std::vector<PlannedVisit>& planned,
           const ProposalOptions& options)
      : schools_(schools), planned_(planned), options_(options) {
    for (const PlannedVisit& one : planned) Take(one.host, one.visitors, one.date);
  }

  void Fill(const Quarter& quarter) {
    std::vector<const VisitingSchool*> hosts = HostsOf(quarter);
    std::vector<Date> weeks;
    const Date first = std::max(quarter.first, options_.from);
    for (Date week = WeekOf(first); week <= quarter.last; week += days{7}) weeks.push_back(week);
    if (weeks.empty()) return;  // it is over
    const size_t each = (hosts.size() + weeks.size() - 1) / weeks.size();
    // Spread over the weeks; then whoever is left takes any week that has room.
    for (const size_t at_most : {each, hosts.size()}) {
      for (const Date week : weeks) FillWeek(quarter, week, at_most, hosts);
    }
    for (const VisitingSchool* host : hosts) {
      v1::UnplacedVisit& unplaced = *response_.add_unplaced();
      unplaced.set_host(host->school);
      unplaced.set_quarter(quarter.number);
    }
  }

  v1::ProposeVisitsResponse Take() {
    std::sort(response_.mutable_visits()->begin(), response_.mutable_visits()->end(),
              [](const v1::ProposedVisit& a, const v1::ProposedVisit& b) {
                return std::tie(a.date(), a.host()) < std::tie(b.date(), b.host());
              });
    return std::move(response_);
  }

 private:
  // Those without a visit in the quarter, in an order that the seed decides.
  std::vector<const VisitingSchool*> HostsOf(const Quarter& quarter) const {
    std::set<std::string> have;
    for (const PlannedVisit& one : planned_) {
      if (one.date >= quarter.first && one.date <= quarter.last) have.insert(one.host);
    }
    std::map<std::string, const VisitingSchool*> order;
    for (const VisitingSchool& school : schools_) {
      if (have.contains(school.school)) continue;
      order[LotOf(school.school, std::to_string(quarter.number))] = &school;
    }
    std::vector<const VisitingSchool*> hosts;
    for (const auto& [lot, school] : order) hosts.push_back(school);
    return hosts;
  }

  // Places hosts of the list into the week, at most so many in all, and takes them off it.
  void FillWeek(const Quarter& quarter, Date week, size_t at_most,
                std::vector<const VisitingSchool*>& hosts) {
    size_t& placed = placed_[week];
    std::erase_if(hosts, [&](const VisitingSchool* host) {
      if (placed >= at_most || IsBusy(host->school, week)) return false;
      const auto best = BestIn(quarter, week, *host, placed);
      if (!best) return false;
      ++placed;
      Propose(quarter, *host, *best);
      return true;
    });
  }

  // The day of the week on which those may come who should come first; among such days, another one
  // with each visit of the week.
  std::optional<Candidate> BestIn(const Quarter& quarter, Date week, const VisitingSchool& host,
                                  size_t turn) const {
    const std::vector<const VisitingSchool*> order = VisitorsTo(host, week);
    std::optional<Candidate> best;
    for (int i = 0; i < 7; ++i) {
      const Date date = week + days{static_cast<int>((turn + i) % 7)};
      if (date < std::max(quarter.first, options_.from) || date > quarter.last) continue;
      if (!host.calendar.IsInstructional(date)) continue;
      Candidate candidate{date, {}, 0};
      for (size_t rank = 0; rank < order.size() && IsShort(candidate); ++rank) {
        if (!order[rank]->calendar.IsInstructional(date)) continue;
        candidate.visitors.push_back(order[rank]);
        candidate.rank += rank;
      }
      if (IsShort(candidate)) continue;
      if (!best || candidate.rank < best->rank) best = std::move(candidate);
    }
    return best;
  }
  bool IsShort(const Candidate& candidate) const {
    return candidate.visitors.size() < static_cast<size_t>(options_.visitor_schools);
  }

  std::vector<const VisitingSchool*> VisitorsTo(const VisitingSchool& host, Date week) const {
    std::map<std::tuple<int, int, std::string>, const VisitingSchool*> order;
    for (const VisitingSchool& school : schools_) {
      if (school.school == host.school || IsBusy(school.school, week)) continue;
      order[{CountOf(made_, school.school),
             CountOf(made_to_, core::JoinKey(school.school, host.school)),
             LotOf(school.school, host.school)}] = &school;
    }
    std::vector<const VisitingSchool*> visitors;
    for (const auto& [key, school] : order) visitors.push_back(school);
    return visitors;
  }

  void Propose(const Quarter& quarter, const VisitingSchool& host, const Candidate& candidate) {
    std::set<std::string> visitors;
    for (const VisitingSchool* one : candidate.visitors) visitors.insert(one->school);
    Take(host.school, visitors, candidate.date);
    v1::ProposedVisit& visit = *response_.add_visits();
    visit.set_host(host.school);
    visit.set_date(core::FormatDate(candidate.date));
    visit.mutable_visitors()->Assign(visitors.begin(), visitors.end());
    visit.set_quarter(quarter.number);
  }

  void Take(const std::string& host, const std::set<std::string>& visitors, Date date) {
    std::set<std::string>& busy = busy_[WeekOf(date)];
    busy.insert(host);
    busy.insert(visitors.begin(), visitors.end());
    for (const std::string& visitor : visitors) {
      ++made_[visitor];
      ++made_to_[core::JoinKey(visitor, host)];
    }
  }

  bool IsBusy(const std::string& school, Date week) const {
    const auto busy = busy_.find(week);
    return busy != busy_.end() && busy->second.contains(school);
  }
  static int CountOf(const std::map<std::string, int>& counts, const std::string& key) {
    const auto count = counts.find(key);
    return count == counts.end() ? 0 : count->second;
  }
  std::string LotOf(const std::string& school, const std::string& about) const {
    return core::DerivedId({std::to_string(options_.seed), about, school});
  }

  const std::vector<VisitingSchool>& schools_;
  const std::vector<PlannedVisit>& planned_;
  const ProposalOptions& options_;
  std::map<Date, std::set<std::string>> busy_;  // by week
  std::map<Date, size_t> placed_;               // by week
  std::map<std::string, int> made_;             // visits, by visitor
  std::map<std::string, int> made_to_;          // visits, by visitor/host
  v1::ProposeVisitsResponse response_;
};

}  // namespace

std::vector<Quarter> QuartersOf(const core::InstructionalCalendar& district, Date day) {
  const auto year = district.SchoolYearOf(day);
  if (!year) return {};
  const int count = district.CountBetween(year->first, year->last + days{1});
  if (count < kQuarters) return {};
  std::vector<Quarter> quarters;
  for (int i = 0; i < kQuarters; ++i) {
    quarters.push_back({i + 1, district.Add(year->first, count * i / kQuarters),
                        district.Add(year->first, count * (i + 1) / kQuarters - 1)});
  }
  return quarters;
}

v1::ProposeVisitsResponse ProposeVisits(const std::vector<VisitingSchool>& schools,
                                        const std::vector<Quarter>& quarters,
                                        const std::vector<PlannedVisit>& planned,
                                        const ProposalOptions& options) {
  Proposal proposal(schools, planned, options);
  for (const Quarter& quarter : quarters) proposal.Fill(quarter);
  return proposal.Take();
}

}  // namespace throughline::cycles
