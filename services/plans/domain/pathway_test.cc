#include "plans/domain/pathway.h"

#include <rapidcheck.h>

#include <set>

#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PathwayTest : public PlansFixture {
 protected:
  // "REASON field" of every broken link of the whole plan after a change.
  template <class Change>
  std::vector<std::string> Broken(Change change) {
    v1::SitePlan plan = WholePlan();
    change(plan);
    const v1::PathwayCheck check = CheckPathway(plan);
    EXPECT_EQ(check.valid(), check.broken_links().empty());
    std::vector<std::string> broken;
    for (const v1::Finding& link : check.broken_links()) {
      EXPECT_FALSE(link.message().empty());
      broken.push_back(link.reason() + ' ' + link.field());
    }
    return broken;
  }
  static v1::PlanPractice& AddPractice(v1::SitePlan& plan, const std::string& id,
                                       const std::string& indicator, const std::string& evidence) {
    v1::PlanPractice& practice = *plan.add_practices();
    practice.set_practice(id);
    practice.add_indicators(indicator);
    practice.add_evidence_sources(evidence);
    return practice;
  }
};

TEST_F(PathwayTest, OfAWholePlanIsValid) {
  EXPECT_THAT(Broken([](auto&) {}), IsEmpty());
  EXPECT_TRUE(CheckPathway({}).valid());
}

TEST_F(PathwayTest, NamesAnIndicatorThatReachesNoPriority) {
  EXPECT_THAT(Broken([](auto& plan) { plan.mutable_indicators(0)->set_priority("nothing"); }),
              ElementsAre("ORPHANED priorities[0]", "REACHES_NO_PRIORITY indicators[0].priority"));
}

TEST_F(PathwayTest, NamesAnIndicatorThatIsNotReachedFromEvidence) {
  EXPECT_THAT(Broken([](auto& plan) { plan.mutable_practices(0)->clear_evidence_sources(); }),
              ElementsAre("NOT_REACHED_FROM_EVIDENCE indicators[0]"));
  EXPECT_THAT(Broken([](auto& plan) {
                plan.mutable_practices(0)->clear_evidence_sources();
                AddPractice(plan, "write", "close-reading", "check");
              }),
              IsEmpty())
      << "one practice that evidence shows is enough";
}

TEST_F(PathwayTest, NamesWhatIsOrphaned) {
  EXPECT_THAT(Broken([](auto& plan) {
                plan.add_priorities()->set_priority("writing");
                auto& indicator = *plan.add_indicators();
                indicator.set_indicator("argument");
                indicator.set_priority("reading");
              }),
              ElementsAre("ORPHANED priorities[1]", "ORPHANED indicators[1]"));
}

TEST_F(PathwayTest, NamesAPracticeThatServesNothing) {
  EXPECT_THAT(Broken([](auto& plan) { plan.add_practices()->set_practice("idle"); }),
              ElementsAre("SERVES_NO_INDICATOR practices[1].indicators"));
  EXPECT_THAT(Broken([](auto& plan) { plan.mutable_practices(0)->add_indicators("unknown"); }),
              ElementsAre("UNKNOWN_INDICATOR practices[0].indicators[1]"));
}

TEST_F(PathwayTest, NamesEachLinkOfACircle) {
  EXPECT_THAT(
      Broken([](auto& plan) { plan.mutable_practices(0)->add_evidence_sources("close-reading"); }),
      ElementsAre("CIRCULAR practices[0].indicators[0]",
                  "CIRCULAR practices[0].evidence_sources[1]"));
  EXPECT_THAT(Broken([](auto& plan) { plan.mutable_practices(0)->add_evidence_sources("talk"); }),
              ElementsAre("CIRCULAR practices[0].evidence_sources[1]"));
}

TEST_F(PathwayTest, FindsACircleOverSeveralPractices) {
  EXPECT_THAT(Broken([](auto& plan) {
                plan.mutable_practices(0)->add_evidence_sources("write");
                AddPractice(plan, "write", "close-reading", "talk");
              }),
              ElementsAre("CIRCULAR practices[0].evidence_sources[1]",
                          "CIRCULAR practices[1].evidence_sources[0]"));
}

TEST_F(PathwayTest, FindsAPriorityThatIsItsOwnEvidence) {
  EXPECT_THAT(
      Broken([](auto& plan) { plan.mutable_practices(0)->add_evidence_sources("reading"); }),
      ElementsAre("CIRCULAR indicators[0].priority", "CIRCULAR practices[0].indicators[0]",
                  "CIRCULAR practices[0].evidence_sources[1]"));
}

TEST_F(PathwayTest, CallsNothingCircularThatDoesNotLeadBack) {
  EXPECT_THAT(Broken([](auto& plan) {
                auto& indicator = *plan.add_indicators();
                indicator.set_indicator("argument");
                indicator.set_priority("reading");
                AddPractice(plan, "write", "argument", "close-reading");
              }),
              IsEmpty())
      << "one indicator may be evidence for a practice that serves another";
}

// What is circular, said again in the slowest way: a link whose end reaches its beginning.
using Ends = std::pair<std::string, std::string>;
bool Reaches(const std::vector<Ends>& links, const std::string& from, const std::string& to) {
  std::set<std::string> reached{from};
  for (size_t round = 0; round <= links.size(); ++round) {
    for (const auto& [begin, end] : links) {
      if (reached.contains(begin)) reached.insert(end);
    }
  }
  return reached.contains(to);
}

TEST(PathwayProperty, ALinkIsCircularExactlyWhenItsEndReachesItsBeginning) {
  EXPECT_TRUE(rc::check([] {
    const auto any = [] { return std::string(1, *rc::gen::inRange('a', 'h')); };
    v1::SitePlan plan;
    std::vector<Ends> links;
    const int indicators = *rc::gen::inRange(0, 4), practices = *rc::gen::inRange(0, 5);
    for (int i = 0; i < indicators; ++i) {
      v1::SuccessIndicator& indicator = *plan.add_indicators();
      indicator.set_indicator(any());
      indicator.set_priority(any());
      links.emplace_back(indicator.indicator(), indicator.priority());
    }
    for (int i = 0; i < practices; ++i) {
      v1::PlanPractice& practice = *plan.add_practices();
      practice.set_practice(any());
      practice.add_indicators(any());
      practice.add_evidence_sources(any());
      links.emplace_back(practice.practice(), practice.indicators(0));
      links.emplace_back(practice.evidence_sources(0), practice.practice());
    }
    int expected = 0, found = 0;
    for (const auto& [from, to] : links) expected += Reaches(links, to, from) ? 1 : 0;
    const v1::PathwayCheck check = CheckPathway(plan);
    for (const auto& link : check.broken_links()) {
      found += link.reason() == "CIRCULAR" ? 1 : 0;
    }
    RC_CLASSIFY(expected > 0, "circular");
    RC_ASSERT(found == expected);
  }));
}

}  // namespace
}  // namespace throughline::plans
