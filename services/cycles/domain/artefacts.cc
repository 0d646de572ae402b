#include "cycles/domain/artefacts.h"

#include <fmt/format.h>

#include "cycles/domain/missing.h"

namespace throughline::cycles {

namespace {

Missing OfAnalyze(const v1::Analysis& analysis) {
  Missing missing;
  Require(!analysis.problem_of_practice().empty(), "analysis.problem_of_practice", missing);
  Require(!analysis.evidence().empty(), "analysis.evidence", missing);
  Require(!analysis.challenge().empty(), "analysis.challenge", missing);
  Require(analysis.challenge_source() != v1::CHALLENGE_SOURCE_UNSPECIFIED,
          "analysis.challenge_source", missing);
  Require(!analysis.probing_questions().empty(), "analysis.probing_questions", missing);
  return missing;
}

Missing OfDesign(const v1::Cycle& cycle) {
  const v1::Design& design = cycle.artefacts().design();
  Missing missing;
  Require(!design.if_practice().empty(), "design.if_practice", missing);
  Require(!design.then_evidence().empty(), "design.then_evidence", missing);
  Require(!design.so_that().empty(), "design.so_that", missing);
  Require(!design.practices().empty(), "design.practices", missing);
  for (const v1::CycleIndicator& indicator : cycle.indicators()) {
    Require(indicator.has_predicted_effect(),
            fmt::format("design.indicators[{}].predicted_effect", indicator.indicator()), missing);
  }
  return missing;
}

Missing OfImplement(const v1::Artefacts& artefacts) {
  Missing missing;
  Require(!artefacts.looks().empty(), "looks", missing);
  return missing;
}

Missing OfRefine(const v1::Refinement& refinement) {
  Missing missing;
  Require(!refinement.what_worked().empty(), "refinement.what_worked", missing);
  Require(!refinement.why_and_how().empty(), "refinement.why_and_how", missing);
  Require(refinement.next_step() != v1::NEXT_STEP_UNSPECIFIED, "refinement.next_step", missing);
  return missing;
}

}  // namespace

std::vector<std::string> MissingArtefacts(const v1::Cycle& cycle) {
  switch (cycle.state()) {
    case v1::CYCLE_STATE_ANALYZE:
      return OfAnalyze(cycle.artefacts().analysis());
    case v1::CYCLE_STATE_DESIGN:
      return OfDesign(cycle);
    case v1::CYCLE_STATE_IMPLEMENT:
      return OfImplement(cycle.artefacts());
    case v1::CYCLE_STATE_REFINE:
      return OfRefine(cycle.artefacts().refinement());
    default:
      return {};
  }
}

}  // namespace throughline::cycles
