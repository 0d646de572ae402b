#include "plans/domain/pathway.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace throughline::plans {

namespace {

struct Link {
  std::string from;
  std::string to;
  std::string field;  // where the plan says so
};

// Every link of the plan, also those to things that it does not have. Things are known by their
// ids alone: an id that stands in two places is one thing, and that is how a circle can come about.
std::vector<Link> LinksOf(const v1::SitePlan& plan) {
  std::vector<Link> links;
  for (int i = 0; i < plan.indicators_size(); ++i) {
    links.push_back({plan.indicators(i).indicator(), plan.indicators(i).priority(),
                     fmt::format("indicators[{}].priority", i)});
  }
  for (int i = 0; i < plan.practices_size(); ++i) {
    const v1::PlanPractice& practice = plan.practices(i);
    for (int j = 0; j < practice.indicators_size(); ++j) {
      links.push_back({practice.practice(), practice.indicators(j),
                       fmt::format("practices[{}].indicators[{}]", i, j)});
    }
    for (int j = 0; j < practice.evidence_sources_size(); ++j) {
      links.push_back({practice.evidence_sources(j), practice.practice(),
                       fmt::format("practices[{}].evidence_sources[{}]", i, j)});
    }
  }
  return links;
}

// Things that can reach each other share a circle (Tarjan 1972: strongly connected components). A
// path visits indicators and practices only, of which a plan has few, so the recursion is shallow.
class Circles {
 public:
  explicit Circles(const std::vector<Link>& links) {
    for (const Link& link : links) {
      next_[link.from].push_back(link.to);
      next_[link.to];
    }
    for (const auto& [thing, unused] : next_) {
      if (!found_.contains(thing)) Visit(thing);
    }
  }

  // A link lies on a circle exactly when its ends are in one component.
  bool Holds(const Link& link) const { return component_.at(link.from) == component_.at(link.to); }

 private:
  void Visit(const std::string& thing) {
    const size_t found = found_.size();
    found_[thing] = found;
    size_t& lowest = lowest_[thing];
    lowest = found;
    open_.push_back(thing);
    for (const std::string& next : next_.at(thing)) {
      if (!found_.contains(next)) {
        Visit(next);
        lowest = std::min(lowest, lowest_.at(next));
      } else if (!component_.contains(next)) {
        lowest = std::min(lowest, found_.at(next));
      }
    }
    if (lowest != found) return;
    std::string last;
    do {
      last = open_.back();
      open_.pop_back();
      component_[last] = found;
    } while (last != thing);
  }

  std::map<std::string, std::vector<std::string>> next_;
  std::map<std::string, size_t> found_;   // in which order
  std::map<std::string, size_t> lowest_;  // the first found that is reached from it and still open
  std::map<std::string, size_t> component_;  // of what is not open any more
  std::vector<std::string> open_;
};

class Pathway {
 public:
  explicit Pathway(const v1::SitePlan& plan) : plan_(plan) {
    for (const auto& priority : plan.priorities()) priorities_.insert(priority.priority());
    for (const auto& indicator : plan.indicators()) {
      indicators_.insert(indicator.indicator());
      reached_.insert(indicator.priority());
    }
    for (const auto& practice : plan.practices()) {
      served_.insert(practice.indicators().begin(), practice.indicators().end());
      if (practice.evidence_sources().empty()) continue;
      shown_.insert(practice.indicators().begin(), practice.indicators().end());
    }
  }

  v1::PathwayCheck Check() {
    CheckPriorities();
    CheckIndicators();
    CheckPractices();
    CheckCircles();
    check_.set_valid(check_.broken_links().empty());
    return check_;
  }

 private:
  void Broken(const char* reason, std::string field, std::string message) {
    v1::Finding& finding = *check_.add_broken_links();
    finding.set_reason(reason);
    finding.set_field(std::move(field));
    finding.set_message(std::move(message));
  }

  void CheckPriorities() {
    for (int i = 0; i < plan_.priorities_size(); ++i) {
      const std::string& priority = plan_.priorities(i).priority();
      if (reached_.contains(priority)) continue;
      Broken("ORPHANED", fmt::format("priorities[{}]", i),
             fmt::format("No indicator reaches the priority {}.", priority));
    }
  }

  void CheckIndicators() {
    for (int i = 0; i < plan_.indicators_size(); ++i) {
      const v1::SuccessIndicator& indicator = plan_.indicators(i);
      const std::string field = fmt::format("indicators[{}]", i);
      const std::string& id = indicator.indicator();
      if (!priorities_.contains(indicator.priority())) {
        Broken("REACHES_NO_PRIORITY", field + ".priority",
               fmt::format("The indicator {} reaches no priority of the plan.", id));
      }
      if (!served_.contains(id)) {
        Broken("ORPHANED", field, fmt::format("No practice serves the indicator {}.", id));
      } else if (!shown_.contains(id)) {
        Broken("NOT_REACHED_FROM_EVIDENCE", field,
               fmt::format("No evidence shows a practice that serves the indicator {}.", id));
      }
    }
  }

  void CheckPractices() {
    for (int i = 0; i < plan_.practices_size(); ++i) {
      const v1::PlanPractice& practice = plan_.practices(i);
      const std::string field = fmt::format("practices[{}].indicators", i);
      if (practice.indicators().empty()) {
        Broken("SERVES_NO_INDICATOR", field,
               fmt::format("The practice {} serves no indicator.", practice.practice()));
      }
      for (int j = 0; j < practice.indicators_size(); ++j) {
        if (indicators_.contains(practice.indicators(j))) continue;
        Broken("UNKNOWN_INDICATOR", fmt::format("{}[{}]", field, j),
               fmt::format("The practice {} serves {}, which is no indicator of the plan.",
                           practice.practice(), practice.indicators(j)));
      }
    }
  }

  void CheckCircles() {
    const std::vector<Link> links = LinksOf(plan_);
    const Circles circles(links);
    for (const Link& link : links) {
      if (!circles.Holds(link)) continue;
      Broken(
          "CIRCULAR", link.field,
          fmt::format("The link from {} to {} leads back to {}.", link.from, link.to, link.from));
    }
  }

  const v1::SitePlan& plan_;
  v1::PathwayCheck check_;
  std::set<std::string> priorities_, indicators_;
  std::set<std::string> reached_;  // priorities that indicators name
  std::set<std::string> served_;   // indicators that practices name
  std::set<std::string> shown_;    // those of practices with an evidence source
};

}  // namespace

v1::PathwayCheck CheckPathway(const v1::SitePlan& plan) { return Pathway(plan).Check(); }

}  // namespace throughline::plans
