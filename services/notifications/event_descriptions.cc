#include "notifications/event_descriptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "columns/result_columns.h"
#include "disclosure/disclose.h"
#include "disclosure/enum_words.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/cycles/v1/offer_events.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"
#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/cycles/v1/wave_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/survey_events.pb.h"

namespace throughline::notifications {

using google::protobuf::Descriptor;
using google::protobuf::Message;

namespace {

using Say = std::function<std::string(const Message&, int64_t smallest)>;
using Sayings = std::map<const Descriptor*, Say>;

const std::string& StudentOf(const evidence::v1::Result& result) { return result.student(); }
const std::string& StudentOf(const evidence::v1::RecordedResult& result) {
  return result.student();
}
const std::string& StudentOf(const evidence::v1::QuarantinedResult& aside) {
  return aside.result().student();
}

// "30 or more results", "fewer than 10 results" when they are of fewer students than may be shown.
// In whole smallest cells: exact numbers of two links would tell of the few that are in one of them
// only.
template <class Results>
std::string CountOf(const Results& results, std::string_view what, int64_t smallest) {
  if (results.empty()) return fmt::format("no {}", what);
  std::set<std::string_view> students;
  for (const auto& result : results) students.insert(StudentOf(result));
  if (static_cast<int64_t>(students.size()) < smallest) {
    return fmt::format("fewer than {} {}", smallest, what);
  }
  const int64_t cell = std::max<int64_t>(smallest, 1);
  return fmt::format("{} or more {}", static_cast<int64_t>(results.size()) / cell * cell, what);
}

// "team t", "school s", "the district".
std::string Whose(const evidence::v1::EvidenceMoved& moved) {
  if (!moved.team().empty()) return "team " + moved.team();
  return moved.school().empty() ? "the district" : "school " + moved.school();
}

// Adds how an M is said: say(message) or say(message, smallest).
template <class M, class S>
void Add(Sayings& sayings, S say) {
  sayings[M::descriptor()] = [say = std::move(say)](const Message& message, int64_t smallest) {
    const auto& typed = static_cast<const M&>(message);
    if constexpr (std::is_invocable_v<S, const M&, int64_t>) {
      return std::string(say(typed, smallest));
    } else {
      return std::string(say(typed));
    }
  };
}

void AddEvidence(Sayings& sayings) {
  using namespace evidence::v1;
  Add<IngestResultsRequest>(sayings, [](const auto& batch, int64_t smallest) {
    return fmt::format("A batch of {} came in from {}.",
                       CountOf(columns::RowsOf(batch), "results", smallest), batch.source());
  });
  Add<ResultsRecorded>(sayings, [](const auto& batch, int64_t smallest) {
    std::string said = fmt::format("Of the batch, {} recorded",
                                   CountOf(columns::RowsOf(batch), "results were", smallest));
    if (batch.quarantined_size() > 0) {
      said +=
          fmt::format(" and {} set aside", CountOf(batch.quarantined(), "results were", smallest));
    }
    return said + ".";
  });
  Add<EvidenceSummarized>(sayings, [](const auto& moved) {
    return fmt::format("The numbers of team {} on {} moved.", moved.team(), moved.indicator());
  });
  Add<EvidenceMoved>(sayings, [](const auto& moved) {
    return fmt::format("The evidence of {} on {} {} the rule for {}.", Whose(moved),
                       moved.indicator(), moved.met() ? "met" : "no longer met",
                       disclosure::WordOf(moved.trigger()));
  });
  Add<ChangesSummed>(sayings, [](const auto& summed) {
    return fmt::format("The changes of students of school {} on {} were summed.", summed.school(),
                       summed.indicator());
  });
  Add<RosterChanged>(sayings, [](const auto& roster) {
    return fmt::format("The roster of school {} changed.", roster.school());
  });
  Add<CycleWatched>(sayings, [](const auto& watched) {
    return fmt::format("The evidence of a cycle of team {} was watched from here on.",
                       watched.cycle().team());
  });
  Add<AssessmentsDefined>(sayings, [](const auto&) { return "Assessments were defined anew."; });
  Add<AssessmentsAdopted>(sayings, [](const auto&) { return "Assessments were defined anew."; });
  Add<AssessmentsRemoved>(sayings, [](const auto&) { return "Assessments were removed."; });
  Add<AssessmentRemovalAdopted>(sayings, [](const auto&) { return "Assessments were removed."; });
  Add<CutsPublished>(sayings, [](const auto&) { return "The district's cuts moved."; });
  Add<CutsAdopted>(sayings, [](const auto&) { return "The district's cuts moved."; });
}

void AddCycles(Sayings& sayings) {
  using namespace cycles::v1;
  Add<CycleScheduled>(sayings, [](const auto& scheduled) {
    return fmt::format("A cycle of team {} was scheduled.", scheduled.cycle().team());
  });
  Add<PhaseStarted>(sayings, [](const auto& started) {
    return fmt::format("Team {} began to {}.", started.team(), disclosure::WordOf(started.phase()));
  });
  Add<PhaseReopened>(sayings, [](const auto& reopened) {
    return fmt::format("Team {} reopened the phase {} of its cycle.", reopened.cycle().team(),
                       disclosure::WordOf(reopened.cycle().state()));
  });
  Add<CycleEvidenceTaken>(sayings, [](const auto& taken) {
    return fmt::format("The cycle took over newer numbers on {}.", taken.indicator());
  });
  Add<CycleClosed>(sayings, [](const auto& closed) {
    return fmt::format("Team {} closed its cycle.", closed.cycle().team());
  });
  Add<CycleCancelled>(sayings, [](const auto& cancelled) {
    return fmt::format("The cycle of team {} was given up.", cancelled.cycle().team());
  });
  Add<CycleFlagged>(sayings, [](const auto& flagged) {
    const bool is_net = flagged.compared_effect() == COMPARED_EFFECT_NET;
    return fmt::format(
        "The impact of a closed cycle of team {} on {} went from {} to {} by its {}.",
        flagged.cycle().team(), flagged.indicator(), disclosure::WordOf(flagged.before()),
        disclosure::WordOf(flagged.after()), is_net ? "net effect" : "growth");
  });
  Add<ImpactCompared>(sayings, [](const auto& compared) {
    const Impact& impact = compared.impact();
    const std::string which =
        fmt::format("closed cycle of team {} on {}", compared.team(), impact.indicator());
    if (!compared.comparison().has_net_effect()) {
      return fmt::format("There is no comparison any more for the {}.", which);
    }
    if (impact.compared_effect() != COMPARED_EFFECT_NET) {
      return fmt::format("The {} was compared with other teams anew.", which);
    }
    return fmt::format("The {} was compared with other teams; its impact is {} by its net effect.",
                       which, disclosure::WordOf(impact.verdict()));
  });
  Add<CycleUnflagged>(sayings, [](const auto& unflagged) {
    return fmt::format("The impact of a closed cycle of team {} stands again.",
                       unflagged.cycle().team());
  });
  Add<ReviewOpened>(sayings, [](const auto& opened) {
    return fmt::format("A review was opened for {}.",
                       disclosure::WordOf(opened.review().trigger()));
  });
  Add<ReviewAnswered>(sayings, [](const auto&) { return "A review was answered."; });
  Add<ConditionRaised>(sayings, [](ConditionRaised raised, int64_t smallest) {
    disclosure::HideSmallCells(raised, smallest);
    return raised.condition().reason();
  });
  Add<ConditionCleared>(sayings, [](const auto&) { return "The condition no longer holds."; });
  Add<VisitPlanned>(sayings, [](const auto& planned) {
    return fmt::format("A visit to school {} was planned for {}.", planned.visit().host(),
                       planned.visit().date());
  });
  Add<VisitDebriefed>(sayings, [](const auto& debriefed) {
    return fmt::format("The visit to school {} was debriefed.", debriefed.visit().host());
  });
  Add<EndPhaseRequest>(sayings, [](const auto& request) {
    return fmt::format("Somebody ended the phase {}.", disclosure::WordOf(request.phase()));
  });
  Add<ReopenPhaseRequest>(sayings, [](const auto& request) {
    return fmt::format("Somebody reopened the phase {}.", disclosure::WordOf(request.phase()));
  });
}

// `The practice "Think, pair, share"`, "Team grade-4 of school north".
std::string OfferedBy(const cycles::v1::Offer& offer) {
  if (offer.has_practice()) return fmt::format("The practice \"{}\"", offer.practice().name());
  return fmt::format("Team {} of school {}", offer.from().team(), offer.from().school());
}

void AddPractices(Sayings& sayings) {
  using namespace cycles::v1;
  Add<PracticeStandingChanged>(sayings, [](const auto& changed) {
    return fmt::format("What is known of the practice \"{}\" changed.", changed.practice().name());
  });
  Add<NetEffectsPublished>(sayings, [](const auto& published) {
    return fmt::format("Closed cycles of school {} were compared with those of other teams.",
                       published.school());
  });
  Add<CommonChallengeFound>(sayings, [](const auto& found) {
    return fmt::format("{} teams work on the same challenge.", found.challenge().teams_size());
  });
  Add<OfferMade>(sayings, [](const auto& made) {
    return fmt::format("Team {} shares a challenge, and is made an offer.", made.offer().team());
  });
  Add<OfferOpened>(sayings, [](const auto& opened) {
    return fmt::format("{} was offered to team {}.", OfferedBy(opened.offer()),
                       opened.offer().team());
  });
  Add<OfferAnswered>(sayings, [](const auto& answered) {
    const bool declined = answered.offer().state() == OFFER_STATE_DECLINED;
    return fmt::format("Team {} {} an offer.", answered.offer().team(),
                       declined ? "declined" : "took up");
  });
  Add<OfferLapsed>(sayings, [](const auto& lapsed) {
    return fmt::format("An offer to team {} lapsed.", lapsed.offer().team());
  });
  Add<OfferAdopted>(sayings, [](const auto& adopted) {
    return fmt::format("The design of team {} names a practice that it was offered.",
                       adopted.offer().team());
  });
  Add<OfferReturned>(sayings, [](const auto& returned) {
    const bool is_open = returned.offer().state() == OFFER_STATE_OPEN;
    return fmt::format("The design of team {} no longer names what it was offered{}.",
                       returned.offer().team(), is_open ? "; the offer is open again" : "");
  });
  Add<WavePlanned>(sayings, [](const auto& planned) {
    return fmt::format("A wave of the practice \"{}\" was planned.", planned.wave().name());
  });
  Add<WaveDrawn>(sayings, [](const auto& drawn) {
    return fmt::format("It was drawn which teams begin with the practice \"{}\" when.",
                       drawn.wave().name());
  });
  Add<WaveCancelled>(sayings, [](const auto& cancelled) {
    return fmt::format("The wave of the practice \"{}\" was cancelled.", cancelled.wave().name());
  });
  Add<PlaceDrawn>(sayings, [](const auto& drawn) {
    return fmt::format("In the draw of a wave team {} came {}.", drawn.place().team(),
                       drawn.place().rank());
  });
}

void AddRest(Sayings& sayings) {
  Add<v1::AlertRaised>(sayings, [](const auto&) { return "The alert was raised."; });
  Add<plans::v1::DistrictAdopted>(sayings, [](const auto&) { return "The district changed."; });
  Add<plans::v1::EmergencyAccessTaken>(sayings, [](const auto& taken) {
    return fmt::format("Access to who the students of school {} are was taken in an emergency.",
                       taken.access().school());
  });
  Add<plans::v1::EmergencyAccessEnded>(sayings, [](const auto& ended) {
    return fmt::format("Emergency access to school {} is over.", ended.access().school());
  });
  Add<plans::v1::SchoolChanged>(sayings, [](const auto&) { return "The school changed."; });
  Add<plans::v1::SurveyRoundOpened>(sayings, [](const auto& opened) {
    return fmt::format("A driver survey was opened, until the end of {}.",
                       opened.round().last_day());
  });
  Add<plans::v1::SurveyRoundEnded>(sayings, [](const auto&) { return "A driver survey ended."; });
  Add<plans::v1::SurveyRoundCancelled>(
      sayings, [](const auto&) { return "A driver survey was cancelled."; });
  Add<plans::v1::SurveyResultsRecorded>(sayings, [](const auto& recorded) {
    const bool any = recorded.results().absent() == plans::v1::SURVEY_ABSENCE_UNSPECIFIED;
    return any ? "A driver survey was counted; its results are there."
               : "A driver survey was counted; it came to no results.";
  });
  Add<plans::v1::TeamChanged>(sayings, [](const auto& changed) {
    return fmt::format("Team {} {}.", changed.team().team(),
                       changed.team().active() ? "changed" : "works no longer");
  });
}

const Sayings& AllSayings() {
  static const Sayings all = [] {
    Sayings sayings;
    AddEvidence(sayings);
    AddCycles(sayings);
    AddPractices(sayings);
    AddRest(sayings);
    return sayings;
  }();
  return all;
}

// "EndPhaseRequest" as "end phase".
std::string Spelled(std::string_view type) {
  std::string_view name = type.substr(type.rfind('.') + 1);
  if (name.ends_with("Request")) name.remove_suffix(7);
  std::string words;
  for (char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !words.empty()) words += ' ';
    words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return words;
}

}  // namespace

std::string EventDescription(std::string_view type, const Message* message, int64_t smallest) {
  if (message != nullptr) {
    const auto found = AllSayings().find(message->GetDescriptor());
    if (found != AllSayings().end()) {
      std::string said = found->second(*message, smallest);
      if (!said.empty()) return said;
    }
  }
  return fmt::format("{}: {}.", type.ends_with("Request") ? "A call" : "An event", Spelled(type));
}

std::string TimerDescription(std::string_view timer) {
  static constexpr std::pair<std::string_view, std::string_view> kMoments[] = {
      {"cycle/start/", "The window of the cycle began."},
      {"cycle/overdue/", "The phase was past its due day."},
      {"cycle/escalate/", "The phase was well past its due day."},
      {"cycle/missing/", "It was time to see whether evidence is missing."},
      {"cycle/lapse/", "The cycle had been left open for as long again as it lasts."},
      {"school_review/", "The review of the school was due."},
      {"visit/packet/", "The day of the visit began."},
      {"visit/overdue/", "A visit, or a commitment of it, was past its due day."},
      {"visit/escalate/", "A visit, or a commitment of it, was well past its due day."},
      {"offer/overdue/", "An offer was past its due day."},
      {"offer/escalate/", "An offer was well past its due day."},
      {"offer/lapse/", "The last day on which an offer could be answered was over."},
      {"wave/draw/", "The last day to ask for a place in a wave was over."},
      {"wave/over/", "The day came on which a team begins, or the last teams of a wave do."},
      {"plan_review/open/", "The review of the plan was due to begin."},
      {"plan_review/overdue/", "The review of the plan was past its due day."},
      {"plan_review/escalate/", "The review of the plan was well past its due day."},
      {"maintenance/", "It was time to see whether a practice is still in use."},
      {"practices/", "It was time to assess practices anew."},
      {"framing/", "A progression began, or was no longer the current one."},
      {"survey/over/", "The end of a driver survey had been told for long enough."},
      {"survey/escalate/", "A driver survey had ended without results some days before."},
      {"survey_ends/", "The window of a driver survey was over."},
      {"district_survey_ends/", "The window of a district's driver survey was over."},
      {"changes/", "It was time to sum the changes of students."},
      {"mid_cycle/", "Half of the cycle had passed."},
      {"year_over/", "The school year was over."},
      {"group/", "It was time to tell a group of alerts."},
      {"snooze/", "A snooze was over."},
  };
  for (const auto& [prefix, sentence] : kMoments) {
    if (timer.starts_with(prefix)) return std::string(sentence);
  }
  return "Time passed: a moment that had been noted came.";
}

}  // namespace throughline::notifications
