#include "throughline/questions_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "throughline/formatting.h"

namespace throughline {

namespace {

using common::v1::StrugglingPlace;
using cycles::v1::GetQuestionsResponse;
using cycles::v1::NamedCause;
using cycles::v1::PracticeReach;
using cycles::v1::PracticeTried;

// What is in a list of a page; the rest is in the JSON.
constexpr int kLinesAtMost = 5;

std::string AsOfText(int64_t moment_ms, const DistrictClock& clock) {
  return moment_ms == 0 ? "" : fmt::format(" (as of {})", clock.Format(moment_ms));
}

void Heading(std::string_view text, int64_t moment_ms, const DistrictClock& clock,
             std::ostream& out) {
  out << '\n' << text << AsOfText(moment_ms, clock) << "\n\n";
}

// "reading, of grade 3 at north".
std::string NameOf(const StrugglingPlace& place, bool with_school) {
  std::string name = place.indicator();
  if (!place.class_id().empty()) name += ", class " + place.class_id();
  if (!place.group().empty()) name += ", students of " + place.group();
  if (with_school) name += ", school " + place.school();
  return name;
}

std::string InWords(const common::v1::StrugglingCounts& counts) {
  if (!counts.has_struggling_at_least()) {
    return fmt::format("of at least {} students too few struggle, or do not, to say how many",
                       Counted(counts.students_at_least()));
  }
  if (counts.struggling_at_least() == 0) {
    return fmt::format("nobody of at least {} students struggles",
                       Counted(counts.students_at_least()));
  }
  std::string text =
      fmt::format("at least {} of at least {} students struggle",
                  Counted(counts.struggling_at_least()), Counted(counts.students_at_least()));
  if (counts.has_persisting_at_least()) {
    text += fmt::format(", {} of them still and {} anew", Counted(counts.persisting_at_least()),
                        Counted(counts.new_at_least()));
  }
  if (counts.recovered_at_least() > 0) {
    text += fmt::format("; at least {} more do no longer", Counted(counts.recovered_at_least()));
  }
  return text;
}

template <class Places>
void WritePlaces(std::string_view heading, const Places& places, bool with_school,
                 std::ostream& out) {
  if (places.empty()) return;
  out << "  " << heading << '\n';
  int lines = 0;
  for (const StrugglingPlace& place : places) {
    if (++lines > kLinesAtMost) break;
    out << fmt::format("    {}: {}.\n", OneLine(NameOf(place, with_school)),
                       InWords(place.counts()));
  }
}

void WriteWhoStruggles(const GetQuestionsResponse& questions, const DistrictClock& clock,
                       std::ostream& out) {
  const common::v1::WhoStruggles& who = questions.struggling().who_struggles();
  Heading("1  Who struggles most?", who.as_of_ms(), clock, out);
  if (who.by_indicator().empty()) {
    out << "  There are no results of two windows in a row yet, or of too few students.\n";
    return;
  }
  const bool is_of_district = questions.school().empty();
  WritePlaces("By indicator", who.by_indicator(), false, out);
  WritePlaces("By school", who.by_school(), true, out);
  WritePlaces("By class", who.by_class(), is_of_district, out);
  WritePlaces("By group", who.by_group(), false, out);
  out << fmt::format(
      "  A student struggles who is below the district's percentile in two windows in a row. "
      "Counts are\n  in whole groups of {} students, rounded down. Who they are is shown to those "
      "who teach them:\n  throughline show students --question struggling\n",
      questions.struggling().smallest_cell());
}

void WriteVariances(const common::v1::WhereScoresDiffer& where, std::ostream& out) {
  int lines = 0;
  for (const common::v1::VarianceShares& one : where.variances()) {
    if (++lines > kLinesAtMost) break;
    std::string shares = "cannot be told apart";
    if (one.has_student_share()) {
      shares = fmt::format("{} among students of a class, {} among classes of a school, {}",
                           Percent(one.student_share()), Percent(one.class_share()),
                           one.has_school_share() ? Percent(one.school_share()) + " among schools"
                                                  : "among schools it cannot be told");
    }
    out << fmt::format("    {}: {} (of {} in {} of {}).\n", one.assessment(), shares,
                       Counted(one.result_count(), "result"), Counted(one.class_count(), "class"),
                       Counted(one.school_count(), "school"));
  }
}

template <class Causes>
void WriteCauses(std::string_view heading, const Causes& causes, std::ostream& out) {
  if (causes.empty()) return;
  out << "  " << heading << '\n';
  int lines = 0;
  for (const NamedCause& cause : causes) {
    if (++lines > kLinesAtMost) break;
    std::string covers;
    if (cause.struggling_at_least() > 0) {
      covers = fmt::format("; at least {} of their students struggle",
                           Counted(cause.struggling_at_least()));
    } else if (cause.suppressed()) {
      covers = "; too few of their students struggle, or too few others, to say how many";
    }
    const std::string schools =
        cause.school().empty() ? Counted(cause.schools(), "school") : "school " + cause.school();
    out << fmt::format("    {} ({} of {}{})\n", OneLine(cause.statement()),
                       Counted(cause.teams(), "team"), schools, covers);
  }
}

void WriteRootCauses(const GetQuestionsResponse& questions, const DistrictClock& clock,
                     std::ostream& out) {
  const cycles::v1::NamedCauses& named = questions.named_causes();
  const common::v1::WhereScoresDiffer& where = questions.struggling().where_scores_differ();
  Heading("2  What are the root causes?", std::max(named.as_of_ms(), where.as_of_ms()), clock, out);
  if (!where.variances().empty()) out << "  Where scores differ\n";
  WriteVariances(where, out);
  WriteCauses("Problems of practice, as teams found them", named.problems(), out);
  WriteCauses("Challenges, as teams met them", named.challenges(), out);
  if (!named.gaps().empty()) out << "  Gaps that widened\n";
  int lines = 0;
  for (const cycles::v1::WidenedGap& gap : named.gaps()) {
    if (++lines > kLinesAtMost) break;
    const std::string where_it_is = gap.school().empty() ? "the district"
                                    : gap.team().empty()
                                        ? "school " + gap.school()
                                        : "team " + gap.team() + " of school " + gap.school();
    out << fmt::format("    {} in {}: {}\n", gap.indicator(), where_it_is, OneLine(gap.finding()));
  }
  out << fmt::format("  {} of {} named a problem of practice or a challenge.\n",
                     Counted(named.teams_that_named()), Counted(named.teams(), "active team"));
}

std::string EffectInWords(const PracticeTried& tried) {
  const cycles::v1::PracticeAssessment& known = tried.assessment();
  if (!known.has_pooled()) {
    return known.cycles() == 0
               ? "no cycle with it is closed yet"
               : fmt::format("{} closed with it, and none that it can be compared with",
                             Counted(known.cycles(), "cycle"));
  }
  const cycles::v1::PooledNetEffect& pooled = known.pooled();
  std::string text = fmt::format("net effect {:+.2f} SD", pooled.effect());
  if (pooled.has_low()) {
    text += fmt::format(" (95 %: {:+.2f} to {:+.2f})", pooled.low(), pooled.high());
  }
  text += fmt::format(" over k = {} with {}", Counted(pooled.cycles(), "cycle"),
                      Counted(pooled.students(), "student"));
  if (pooled.cycles() > 1) {
    text += fmt::format("; {} of the difference between cycles is no chance",
                        Percent(pooled.i_squared()));
  }
  return text;
}

std::string FoundInWords(cycles::v1::EffectFound found) {
  switch (found) {
    case cycles::v1::EFFECT_FOUND_HELPS:
      return "helps";
    case cycles::v1::EFFECT_FOUND_NONE:
      return "no effect found";
    case cycles::v1::EFFECT_FOUND_HARMS:
      return "harms";
    default:
      return "not known";
  }
}

void WriteWhatWorks(const GetQuestionsResponse& questions, const DistrictClock& clock,
                    std::ostream& out) {
  const cycles::v1::WhatWorks& works = questions.what_works();
  Heading("3  What works, and how do we know?", works.as_of_ms(), clock, out);
  const int all = works.helps() + works.none() + works.harms() + works.not_known();
  if (all == 0) {
    out << "  No practice was tried yet.\n";
    return;
  }
  out << fmt::format(
      "  Of {} that were tried, {} helped, {} had no effect that can be told from none, {} harmed, "
      "and\n  of {} it is not known yet.\n",
      Counted(all, "practice"), works.helps(), works.none(), works.harms(), works.not_known());
  int lines = 0;
  for (const PracticeTried& tried : works.practices()) {
    if (++lines > 2 * kLinesAtMost) break;
    out << fmt::format("    {} ({}): {}; {}.\n", OneLine(tried.name()),
                       WordOf(tried.assessment().standing()), FoundInWords(tried.found()),
                       EffectInWords(tried));
  }
}

void WriteReachOf(const PracticeReach& reach, int32_t teams, std::ostream& out) {
  out << fmt::format("    {} ({}): {} of {} in {}", OneLine(reach.name()), WordOf(reach.standing()),
                     Counted(reach.teams()), Counted(teams, "team"),
                     Counted(reach.schools(), "school"));
  if (reach.has_reach()) out << fmt::format("; {} of the students", Percent(reach.reach()));
  if (reach.has_fidelity()) {
    out << fmt::format("; done as planned to {} at {}", Percent(reach.fidelity()),
                       Counted(reach.looks(), "look"));
  }
  if (reach.abandoned() > 0) {
    out << fmt::format("; {} gave it up", Counted(reach.abandoned(), "team"));
  }
  out << ".\n";
  for (const auto& one : reach.representativeness()) {
    if (!one.group().empty()) continue;
    out << fmt::format("      Students who struggle are reached {:.1f} times their share.\n",
                       one.ratio());
  }
  if (!reach.warning().empty()) out << "      " << OneLine(reach.warning()) << '\n';
}

void WriteReach(const GetQuestionsResponse& questions, const DistrictClock& clock,
                std::ostream& out) {
  const cycles::v1::ReachOfPractices& reach = questions.reach();
  Heading("4  Does it reach everybody?", reach.as_of_ms(), clock, out);
  if (reach.practices().empty()) out << "  No team uses a practice of the library.\n";
  int lines = 0;
  for (const PracticeReach& one : reach.practices()) {
    if (++lines > 2 * kLinesAtMost) break;
    WriteReachOf(one, reach.teams(), out);
  }
  const auto line = [&](const std::string& open, int overdue) {
    out << fmt::format("  Of {} that are open, {} past the due day.\n", open,
                       overdue == 1 ? "1 is" : Counted(overdue) + " are");
  };
  line(Counted(reach.offers_open(), "offer") + " to teams", reach.offers_overdue());
  line(Counted(reach.commitments_open(), "commitment") + " of visits", reach.commitments_overdue());
}

}  // namespace

void WriteQuestions(const GetQuestionsResponse& questions, const DistrictClock& clock,
                    std::ostream& out) {
  out << "The four questions, "
      << (questions.school().empty()
              ? "district " + questions.district()
              : fmt::format("school {} of district {}", questions.school(), questions.district()));
  if (questions.as_of_ms() != 0) {
    out << ", as it stood on " << clock.Format(questions.as_of_ms());
  }
  out << '\n';
  WriteWhoStruggles(questions, clock, out);
  WriteRootCauses(questions, clock, out);
  WriteWhatWorks(questions, clock, out);
  WriteReach(questions, clock, out);
}

}  // namespace throughline
