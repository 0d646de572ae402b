#include "plans/domain/template.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <set>
#include <string>

#include "core/display_text.h"
#include "core/ids.h"
#include "plans/domain/errors.h"
#include "plans/domain/limits.h"
#include "plans/domain/rubric.h"
#include "plans/domain/shipped_templates.h"
#include "plans/domain/survey_items.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;
using core::Result;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr size_t kStatementAtMost = 300;  // as of a visit's look-for
constexpr size_t kContentAtMost = size_t{64} * 1024;

std::string KeyOf(const v1::Template& of) { return JoinKey(of.district(), of.template_()); }

std::optional<Error> Check(const v1::Template& of) {
  if (auto error = core::CheckIds(
          {{"template.district", of.district()}, {"template.template", of.template_()}})) {
    return error;
  }
  if (FindShipped(of.template_()) != nullptr) return TemplateShipped(of.template_());
  if (of.name().empty()) return Missing("template.name", "what people call it");
  if (auto error = core::CheckDisplayText(of.name(), "template.name", kNameAtMost)) return error;
  if (of.purpose().size() > kPurposeAtMost) {
    return TextTooLong("template.purpose", kPurposeAtMost);
  }
  if (of.content_case() == v1::Template::CONTENT_NOT_SET) {
    return Missing("template", "a site plan, a cycle, a visit or a survey");
  }
  if (of.ByteSizeLong() > kContentAtMost) return TextTooLong("template", kContentAtMost);
  return of.has_survey() ? CheckContent(of.survey(), "template.survey") : std::nullopt;
}

// The revision that it names, of all that were published, or the last one; then it names that.
Result<v1::Rubric> Find(const std::string& district, const std::string& field,
                        const decider::State& state, v1::RubricReference& reference) {
  const auto* rubric = reference.revision() == 0
                           ? state.Find(kAdoptedRubrics, JoinKey(district, reference.rubric()))
                           : state.Find(kRubricRevisions, RevisionKey(district, reference.rubric(),
                                                                      reference.revision()));
  if (rubric == nullptr) {
    Error error = RubricUnknown(reference.rubric());
    error.field = field + ".rubric";
    return core::Refuse(error);
  }
  reference.set_revision(rubric->revision());
  return *rubric;
}

std::optional<Error> CheckRated(const std::string& district, const std::string& field,
                                const decider::State& state, v1::RatedLookFor& look_for) {
  if (look_for.statement().empty()) return Missing(field + ".statement", "what is looked for");
  if (auto error =
          core::CheckDisplayText(look_for.statement(), field + ".statement", kStatementAtMost)) {
    return error;
  }
  const auto rubric = Find(district, field + ".rubric", state, *look_for.mutable_rubric());
  if (!rubric) return rubric.error();
  std::set<std::string> criteria;
  for (const v1::Criterion& one : rubric->criteria()) criteria.insert(one.criterion());
  if (!criteria.contains(look_for.criterion())) {
    return CriterionUnknown(field + ".criterion", look_for.criterion(), criteria);
  }
  if (look_for.seen_from() < 1 || look_for.seen_from() > rubric->levels()) {
    return OutOfRange(field + ".seen_from", 1, rubric->levels());
  }
  return std::nullopt;
}

// Rubrics that it names are published, and fit what they are named for.
std::optional<Error> CheckRubrics(const decider::State& state, v1::Template& of) {
  if (of.has_survey_rubric()) {
    const auto rubric =
        Find(of.district(), "template.survey_rubric", state, *of.mutable_survey_rubric());
    if (!rubric) return rubric.error();
    if (const auto items = ItemsOf(*rubric); !items) return items.error();
  }
  if (!of.has_visit()) return std::nullopt;
  auto& rated = *of.mutable_visit()->mutable_rated_look_fors();
  for (int i = 0; i < rated.size(); ++i) {
    const std::string field = fmt::format("template.visit.rated_look_fors[{}]", i);
    if (auto error = CheckRated(of.district(), field, state, rated[i])) return error;
  }
  return std::nullopt;
}

// What belongs to a place or a moment is not copied.
void LeaveOutPlaces(v1::Template& of) {
  if (of.has_site_plan()) {
    v1::SitePlan& plan = *of.mutable_site_plan();
    plan.clear_district();
    plan.clear_school();
    plan.clear_plan();
    plan.clear_state();
    plan.clear_revision();
    plan.clear_version();
  }
  if (of.has_survey()) {
    v1::Rubric& rubric = *of.mutable_survey();
    rubric.clear_district();
    rubric.clear_state();
    rubric.clear_revision();
    rubric.clear_version();
  }
}

}  // namespace

void Decide(const v1::UpsertTemplateRequest& request, decider::Turn& turn) {
  v1::Template written = request.template_();
  if (turn.state().Find(kDistricts, written.district()) == nullptr) {
    return turn.Refuse(DistrictUnknown(written.district()));
  }
  if (auto error = Check(written)) return turn.Refuse(*error);
  if (auto error = CheckRubrics(turn.state(), written)) return turn.Refuse(*error);
  const auto* known = turn.state().Find(kTemplates, KeyOf(written));
  const int64_t version = known == nullptr ? 0 : known->version();
  if (written.version() != 0 && written.version() != version) {
    return turn.Refuse(VersionStale("template.version", written.version(), version));
  }
  LeaveOutPlaces(written);
  written.set_shipped(false);
  written.set_version(version);
  if (known == nullptr || !MessageDifferencer::Equals(*known, written)) {
    written.set_version(version + 1);
    v1::TemplateChanged changed;
    *changed.mutable_template_() = written;
    turn.Emit(changed, written.district());
  }
  v1::UpsertTemplateResponse response;
  *response.mutable_template_() = written;
  turn.Answer(response);
}

void Decide(const v1::RemoveTemplateRequest& request, decider::Turn& turn) {
  if (FindShipped(request.template_()) != nullptr) {
    return turn.Refuse(TemplateShipped(request.template_()));
  }
  if (turn.state().Find(kTemplates, JoinKey(request.district(), request.template_())) == nullptr) {
    return turn.Refuse(TemplateUnknown(request.template_()));
  }
  v1::TemplateRemoved removed;
  removed.set_district(request.district());
  removed.set_template_(request.template_());
  turn.Emit(removed, request.district());
  turn.Answer(v1::RemoveTemplateResponse());
}

void Apply(const v1::TemplateChanged& changed, decider::State& state) {
  state.Edit(kTemplates, KeyOf(changed.template_())) = changed.template_();
}

void Apply(const v1::TemplateRemoved& removed, decider::State& state) {
  state.Erase(kTemplates, JoinKey(removed.district(), removed.template_()));
}

}  // namespace throughline::plans
