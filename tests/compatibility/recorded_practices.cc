#include "recorded_practices.h"

#include "core/folded_text.h"
#include "core/ids.h"
#include "recorded_waves.h"
#include "throughline/cycles/v1/offer_events.pb.h"
#include "throughline/cycles/v1/offers_service.pb.h"
#include "throughline/cycles/v1/practices_service.pb.h"

namespace throughline::compatibility {

namespace {

cycles::v1::UpsertPracticeRequest PracticeOf(const std::string& district,
                                             const std::string& practice, const std::string& name,
                                             const std::string& indicator) {
  cycles::v1::UpsertPracticeRequest request;
  auto& written = *request.mutable_practice();
  written.set_district(district);
  written.set_practice(practice);
  written.set_name(name);
  written.set_description("Every question is answered from the page.");
  auto& component = *written.add_components();
  component.set_component("line");
  component.set_name("A line number in every answer");
  component.set_kind(cycles::v1::COMPONENT_KIND_CRITICAL);
  written.add_indicators(indicator);
  written.add_sources("Fisher and Frey, Text-Dependent Questions");
  return request;
}

template <class Request>
Request About(const std::string& district, const std::string& practice) {
  Request request;
  request.set_district(district);
  request.set_practice(practice);
  return request;
}

}  // namespace

void BeginLibrary(QuietServices& services, const std::string& district,
                  const std::string& indicator) {
  services.GiveAccepted<cycles::v1::UpsertPracticeResponse>(
      PracticeOf(district, "page", "Back to the page", indicator));
  services.GiveAccepted<cycles::v1::PublishPracticeResponse>(
      About<cycles::v1::PublishPracticeRequest>(district, "page"));
  services.GiveAccepted<cycles::v1::UpsertPracticeResponse>(
      PracticeOf(district, "recall", "Questions of recall", indicator));
  DrawWaves(services, district);
}

// Each team something else, so that their cycles can be compared.
void NamePractices(const cycles::v1::Cycle& cycle, cycles::v1::Design& design) {
  if (cycle.school() == "south") {
    design.add_practices("Sentence frames");
    return;
  }
  design.add_practices(cycle.team() == "grade-4" ? "Exit tickets" : "text-dependent-questions");
  if (cycle.team() != "grade-4") return;
  auto& source = *design.add_practice_sources();
  source.set_practice(design.practices(0));
  source.set_from_team("grade-3");
}

void AnswerOffers(QuietServices& services) {
  for (const auto& opened : services.All<cycles::v1::OfferOpened>()) {
    const cycles::v1::Offer& offer = opened.offer();
    if (offer.team() != "grade-3") continue;
    cycles::v1::AnswerOfferRequest answer;
    answer.set_district(offer.district());
    answer.set_school(offer.school());
    answer.set_team(offer.team());
    answer.set_offer(offer.offer());
    answer.set_answer(cycles::v1::OFFER_ANSWER_DECLINE);
    answer.set_reason("We work with them already.");
    services.GiveAccepted<cycles::v1::AnswerOfferResponse>(answer);
    return;
  }
}

void TidyLibrary(QuietServices& services, const std::string& district, const std::string& name) {
  auto merge = About<cycles::v1::MergePracticeRequest>(
      district, core::DerivedId({"practice", core::Folded(name)}));
  merge.set_into("page");
  services.GiveAccepted<cycles::v1::MergePracticeResponse>(merge);
  services.GiveAccepted<cycles::v1::RetirePracticeResponse>(
      About<cycles::v1::RetirePracticeRequest>(district, "recall"));
}

}  // namespace throughline::compatibility
