// For tests: a school whose district has a library of practices.
#pragma once

#include <string>
#include <vector>

#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/school_fixture.h"
#include "throughline/cycles/v1/practices_service.pb.h"

namespace throughline::cycles {

class PracticesFixture : public SchoolFixture {
 protected:
  static v1::UpsertPracticeRequest UpsertRequest(const std::string& practice,
                                                 const std::string& name) {
    v1::UpsertPracticeRequest request;
    v1::Practice& written = *request.mutable_practice();
    written.set_district("d");
    written.set_practice(practice);
    written.set_name(name);
    written.set_description("Students think alone, talk in pairs and share with the class.");
    written.add_indicators(kIndicator);
    for (const std::string component : {"think", "pair", "share"}) {
      v1::PracticeComponent& one = *written.add_components();
      one.set_component(component);
      one.set_name("Time to " + component);
      one.set_kind(component == "share" ? v1::COMPONENT_KIND_ADAPTABLE
                                        : v1::COMPONENT_KIND_CRITICAL);
    }
    return request;
  }
  template <class Request>
  static Request About(const std::string& practice) {
    Request request;
    request.set_district("d");
    request.set_practice(practice);
    return request;
  }
  static v1::MergePracticeRequest MergeRequest(const std::string& practice,
                                               const std::string& into) {
    auto request = About<v1::MergePracticeRequest>(practice);
    request.set_into(into);
    return request;
  }
  // A practice of the library that is open to every team.
  void PublishPractice(const std::string& practice, const std::string& name) {
    ASSERT_EQ(ReasonOf(fixture_.Give(UpsertRequest(practice, name))), "");
    ASSERT_EQ(ReasonOf(fixture_.Give(About<v1::PublishPracticeRequest>(practice))), "");
  }
  const v1::Practice* Find(const std::string& practice) {
    return FindPractice(fixture_.state(), kLibrary, "d", practice);
  }
  const v1::PracticeAssessment& Known(const std::string& practice) {
    const auto* known = fixture_.state().Find(kAssessments, JoinKey("d", practice));
    return known == nullptr ? v1::PracticeAssessment::default_instance() : *known;
  }
  // Of team t.
  const v1::Adoption& Adopted(const std::string& practice, const std::string& team = "t") {
    const auto* known = fixture_.state().Find(kAdoptions, JoinKey("d", "s", team, practice));
    return known == nullptr ? v1::Adoption::default_instance() : *known;
  }
  static v1::RecordDesignRequest DesignOf(const v1::Cycle& cycle,
                                          const std::vector<std::string>& practices) {
    v1::RecordDesignRequest request = DesignRequest(cycle, 0.4);
    request.mutable_design()->mutable_practices()->Assign(practices.begin(), practices.end());
    return request;
  }
  // A cycle of team t that tries these, in implement.
  v1::Cycle Trying(const std::vector<std::string>& practices) {
    const v1::Cycle cycle = Schedule("t", "2026-08-31");
    AdvanceTo("2026-09-02");
    Bring(cycle, v1::CYCLE_STATE_DESIGN);
    EXPECT_EQ(ReasonOf(fixture_.Give(DesignOf(cycle, practices))), "");
    EXPECT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_DESIGN)), "");
    return cycle;
  }
};

}  // namespace throughline::cycles
