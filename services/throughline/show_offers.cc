#include <fmt/format.h>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using cycles::v1::OffersService;

// "north grade-3, south grade-4".
std::string TeamsOf(const cycles::v1::CommonChallenge& challenge) {
  std::string text;
  for (const auto& one : challenge.teams()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", one.school(), one.team());
  }
  return text;
}

std::string OfferedOf(const cycles::v1::Offer& offer) {
  if (offer.has_practice()) return offer.practice().name();
  return fmt::format("team {} of {}", offer.from().team(), offer.from().school());
}

}  // namespace

Shown ShowChallenges(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListCommonChallengesRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer =
      CallPages(*connection.offers, &OffersService::Stub::ListCommonChallenges, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"CHALLENGE"}, {"PROBLEM OF"}, {"TEAMS"}, {"ID"}});
    for (const auto& one : shown.challenges()) {
      table.Add({one.statement(), one.school(), TeamsOf(one), one.challenge()});
    }
    table.Print(out, "No two teams share a challenge.");
  });
}

Shown ShowOffers(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListOffersRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_as_of_ms(options.as_of_ms);
  request.set_state(static_cast<cycles::v1::OfferState>(
      ValueOf(*cycles::v1::OfferState_descriptor(), options.state)));
  const auto answer = CallPages(*connection.offers, &OffersService::Stub::ListOffers, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"}, {"TEAM"}, {"OFFERED"}, {"FOR"}, {"STATE"}, {"DUE"}, {"OFFER"}});
    for (const auto& offer : shown.offers()) {
      table.Add({offer.school(), offer.team(), OfferedOf(offer), offer.statement(),
                 WordOf(offer.state()), offer.due(), offer.offer()});
    }
    table.Print(out, "There are no such offers.");
  });
}

}  // namespace throughline
