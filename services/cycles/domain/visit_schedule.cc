#include "cycles/domain/visit_schedule.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "core/ids.h"

namespace throughline::cycles {

using core::Date;
using std::chrono::days;

namespace {

constexpr int kQuarters = 4;

// The Monday of the week that the day is in.
Date WeekOf(Date day) { return day - days{std::chrono::weekday(day).iso_encoding() - 1}; }

// Schools are numbered in an order that the seed decides.
using Schools = std::vector<const VisitingSchool*>;

Schools InOrderOf(int64_t seed, const std::vector<VisitingSchool>& schools) {
  std::map<std::string, const VisitingSchool*> order;
  for (const VisitingSchool& one : schools) {
    order[core::DerivedId({std::to_string(seed), one.school})] = &one;
  }
  Schools ordered;
  for (const auto& [lot, school] : order) ordered.push_back(school);
  return ordered;
}

// One visit as it would be.
struct Candidate {
  Date date;
  std::vector<size_t> visitors;
  size_t rank = 0;  // the less, the better: how far down the order of visitors it reaches
};

class Proposal {
 public:
  Proposal(const std::vector<VisitingSchool>& schools, const std::vector<PlannedVisit>& planned,
           const ProposalOptions& options)
      : schools_(InOrderOf(options.seed, schools)),
        options_(options),
        made_(schools_.size()),
        made_to_(schools_.size(), std::vector<int>(schools_.size())) {
    std::map<std::string_view, size_t> numbers;
    for (size_t i = 0; i < schools_.size(); ++i) numbers[schools_[i]->school] = i;
    for (const PlannedVisit& one : planned) {
      const auto host = numbers.find(one.host);
      if (host == numbers.end()) continue;
      std::vector<size_t> visitors;
      for (const std::string& visitor : one.visitors) {
        const auto known = numbers.find(visitor);
        if (known != numbers.end()) visitors.push_back(known->second);
      }
      Take(host->second, visitors, one.date);
      planned_.emplace_back(one.date, host->second);
    }
  }

  void Fill(const Quarter& quarter) {
    std::vector<size_t> hosts = HostsOf(quarter);
    std::vector<Date> weeks;
    const Date first = std::max(quarter.first, options_.from);
    for (Date week = WeekOf(first); week <= quarter.last; week += days{7}) weeks.push_back(week);
    if (weeks.empty()) return;  // it is over
    const size_t each = (hosts.size() + weeks.size() - 1) / weeks.size();
    // Spread over the weeks; then whoever is left takes any week that has room.
    for (const size_t at_most : {each, hosts.size()}) {
      for (const Date week : weeks) FillWeek(quarter, week, at_most, hosts);
    }
    for (const size_t host : hosts) {
      v1::UnplacedVisit& unplaced = *response_.add_unplaced();
      unplaced.set_host(schools_[host]->school);
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
  // Those without a visit in the quarter; another one begins in each.
  std::vector<size_t> HostsOf(const Quarter& quarter) const {
    std::set<size_t> have;
    for (const auto& [date, host] : planned_) {
      if (date >= quarter.first && date <= quarter.last) have.insert(host);
    }
    std::vector<size_t> hosts;
    for (size_t i = 0; i < schools_.size(); ++i) {
      const size_t host = (i + quarter.number * schools_.size() / kQuarters) % schools_.size();
      if (!have.contains(host)) hosts.push_back(host);
    }
    return hosts;
  }

  // Places hosts of the list into the week, at most so many in all, and takes them off it.
  void FillWeek(const Quarter& quarter, Date week, size_t at_most, std::vector<size_t>& hosts) {
    size_t& placed = placed_[week];
    std::erase_if(hosts, [&](size_t host) {
      if (placed >= at_most || busy_[week].contains(host)) return false;
      const auto best = BestIn(quarter, week, host, placed);
      if (!best) return false;
      ++placed;
      Propose(quarter, host, *best);
      return true;
    });
  }

  // The day of the week on which those may come who should come first; among such days, another one
  // with each visit of the week.
  std::optional<Candidate> BestIn(const Quarter& quarter, Date week, size_t host, size_t turn) {
    const std::vector<size_t> order = VisitorsTo(host, week);
    std::optional<Candidate> best;
    for (int i = 0; i < 7; ++i) {
      const Date date = week + days{static_cast<int>((turn + i) % 7)};
      if (date < std::max(quarter.first, options_.from) || date > quarter.last) continue;
      if (!schools_[host]->calendar.IsInstructional(date)) continue;
      Candidate candidate{date, {}, 0};
      for (size_t rank = 0; rank < order.size() && IsShort(candidate); ++rank) {
        if (!schools_[order[rank]]->calendar.IsInstructional(date)) continue;
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

  // Who may come in that week: first who has visited least, then who has been there least, then
  // who follows the host.
  std::vector<size_t> VisitorsTo(size_t host, Date week) {
    const size_t count = schools_.size();
    std::vector<std::tuple<int, int, size_t>> order;
    for (size_t i = 1; i < count; ++i) {
      const size_t school = (host + i) % count;
      if (!busy_[week].contains(school)) {
        order.emplace_back(made_[school], made_to_[school][host], i);
      }
    }
    std::sort(order.begin(), order.end());
    std::vector<size_t> visitors;
    visitors.reserve(order.size());
    for (const auto& [made, made_to, i] : order) visitors.push_back((host + i) % count);
    return visitors;
  }

  void Propose(const Quarter& quarter, size_t host, const Candidate& candidate) {
    Take(host, candidate.visitors, candidate.date);
    v1::ProposedVisit& visit = *response_.add_visits();
    visit.set_host(schools_[host]->school);
    visit.set_date(core::FormatDate(candidate.date));
    for (const size_t one : candidate.visitors) visit.add_visitors(schools_[one]->school);
    std::sort(visit.mutable_visitors()->begin(), visit.mutable_visitors()->end());
    visit.set_quarter(quarter.number);
  }

  void Take(size_t host, const std::vector<size_t>& visitors, Date date) {
    std::set<size_t>& busy = busy_[WeekOf(date)];
    busy.insert(host);
    for (const size_t visitor : visitors) {
      busy.insert(visitor);
      ++made_[visitor];
      ++made_to_[visitor][host];
    }
  }

  const Schools schools_;
  const ProposalOptions& options_;
  std::vector<std::pair<Date, size_t>> planned_;  // days and hosts
  std::map<Date, std::set<size_t>> busy_;         // who takes part, by week
  std::map<Date, size_t> placed_;                 // visits that are proposed, by week
  std::vector<int> made_;                         // visits that a school makes
  std::vector<std::vector<int>> made_to_;         // to each host
  v1::ProposeVisitsResponse response_;
};

}  // namespace

std::vector<Quarter> QuartersOf(const core::InstructionalCalendar& district, Date day) {
  const auto year = district.SchoolYearOf(day);
  if (!year) return {};
  const int count = district.CountBetween(year->first, year->last + days{1});
  if (count < kQuarters) return {};
  std::vector<Quarter> quarters;
  quarters.reserve(kQuarters);
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
