#include "evidence/domain/assessments.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <cmath>
#include <set>

#include "core/display_text.h"
#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/norms.h"
#include "evidence/domain/proficiency.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kAssessmentsAtMost = 1000;
constexpr int kLineItemsAtMost = 5000;
constexpr size_t kTitleBytes = 256;
constexpr size_t kScaleBytes = 256;

std::optional<Error> Check(const v1::Assessment& assessment, const std::string& field) {
  if (!core::IsId(assessment.assessment())) return IdInvalid(field + ".assessment");
  if (!v1::AssessmentKind_IsValid(assessment.kind()) ||
      assessment.kind() == v1::ASSESSMENT_KIND_UNSPECIFIED) {
    return KindMissing(field + ".kind");
  }
  const double min = assessment.scale_min(), max = assessment.scale_max();
  if (!std::isfinite(min) || !std::isfinite(max) || !(min < max)) {
    return ScaleInvalid(field + ".scale_max");
  }
  const double cut = assessment.proficiency_cut();
  if (assessment.has_proficiency_cut() && !(min <= cut && cut <= max)) {
    return CutOffScale(field + ".proficiency_cut");
  }
  for (int i = 0; i < assessment.indicators_size(); ++i) {
    if (!core::IsId(assessment.indicators(i))) {
      return IdInvalid(fmt::format("{}.indicators[{}]", field, i));
    }
  }
  if (assessment.title().size() > kTitleBytes) {
    return core::TextTooLong(field + ".title", kTitleBytes);
  }
  return core::CheckDisplayText(assessment.scale(), field + ".scale", kScaleBytes);
}

std::optional<Error> Check(const v1::LineItem& item, const std::string& field) {
  // A gradebook column has whatever id its SIS gave it.
  if (item.line_item().empty() || item.line_item().size() > 256) {
    return IdInvalid(field + ".line_item");
  }
  if (!core::IsId(item.assessment())) return IdInvalid(field + ".assessment");
  if (!core::IsId(item.class_id())) return IdInvalid(field + ".class_id");
  if (!item.school().empty() && !core::IsId(item.school())) return IdInvalid(field + ".school");
  return std::nullopt;
}

std::optional<Error> Check(const v1::DefineAssessmentsRequest& request) {
  if (request.assessments_size() > kAssessmentsAtMost) {
    return BatchTooLarge("assessments", kAssessmentsAtMost);
  }
  if (request.line_items_size() > kLineItemsAtMost) {
    return BatchTooLarge("line_items", kLineItemsAtMost);
  }
  for (int i = 0; i < request.assessments_size(); ++i) {
    if (auto error = Check(request.assessments(i), fmt::format("assessments[{}]", i))) return error;
  }
  for (int i = 0; i < request.line_items_size(); ++i) {
    if (auto error = Check(request.line_items(i), fmt::format("line_items[{}]", i))) return error;
  }
  return std::nullopt;
}

// What a source that defines an assessment anew cannot know, or does not say, stays as it is.
void KeepWhatIsKnown(const v1::DefineAssessmentsRequest& request, const v1::Assessment& known,
                     v1::Assessment& assessment) {
  if (request.keep_kind_and_indicators() || request.keep_kind()) assessment.set_kind(known.kind());
  const bool unsaid = request.keep_unsaid() && assessment.indicators().empty();
  if (request.keep_kind_and_indicators() || unsaid) {
    *assessment.mutable_indicators() = known.indicators();
  }
  if (request.keep_unsaid() && !assessment.has_proficiency_cut() && known.has_proficiency_cut()) {
    assessment.set_proficiency_cut(known.proficiency_cut());
  }
}

v1::ScaleRow ScaleOf(const v1::Assessment& assessment) {
  v1::ScaleRow scale;
  scale.set_scale(assessment.scale());
  scale.set_min(assessment.scale_min());
  scale.set_max(assessment.scale_max());
  return scale;
}

void Put(const google::protobuf::RepeatedPtrField<v1::Assessment>& assessments,
         const std::string& district, core::Instant time, decider::State& state) {
  std::set<std::string> moved;
  for (const v1::Assessment& assessment : assessments) {
    const std::string key = JoinKey(district, assessment.assessment());
    MoveCut(district, assessment, time, state);
    state.Edit(kAssessments, key) = assessment;
    if (assessment.scale().empty() || state.Find(kScales, key) != nullptr) continue;
    state.Edit(kScales, key) = ScaleOf(assessment);
    moved.insert(assessment.assessment());
  }
  CompareAnew(district, moved, time, state);
}

template <class Ids>
std::set<std::string> Once(const Ids& ids) {
  return {ids.begin(), ids.end()};
}

}  // namespace

void Decide(const v1::DefineAssessmentsRequest& request, decider::Turn& turn) {
  const std::string& district = request.district();
  if (turn.state().Find(kDistricts, district) == nullptr) {
    return turn.Refuse(DistrictUnknown(district));
  }
  if (auto error = Check(request)) return turn.Refuse(*error);
  v1::AssessmentsDefined defined;
  defined.set_district(district);
  for (int i = 0; i < request.assessments_size(); ++i) {
    v1::Assessment assessment = request.assessments(i);
    const auto* known = turn.state().Find(kAssessments, JoinKey(district, assessment.assessment()));
    if (known != nullptr && (known->scale_min() != assessment.scale_min() ||
                             known->scale_max() != assessment.scale_max())) {
      return turn.Refuse(ScaleChanged(fmt::format("assessments[{}].scale_max", i)));
    }
    if (known != nullptr) KeepWhatIsKnown(request, *known, assessment);
    // What was compared stays comparable: a scale that was said once is never another.
    if (const auto* scale =
            turn.state().Find(kScales, JoinKey(district, assessment.assessment()))) {
      if (assessment.scale().empty()) assessment.set_scale(scale->scale());
      if (!MessageDifferencer::Equals(*scale, ScaleOf(assessment))) {
        return turn.Refuse(ScaleChanged(fmt::format("assessments[{}].scale", i)));
      }
    }
    if (known != nullptr && MessageDifferencer::Equals(*known, assessment)) continue;
    *defined.add_assessments() = std::move(assessment);
  }
  for (int i = 0; i < request.line_items_size(); ++i) {
    v1::LineItem item = request.line_items(i);
    if (item.school().empty()) {
      const auto* place = turn.state().Find(kClassPlaces, JoinKey(district, item.class_id()));
      if (place == nullptr) {
        return turn.Refuse(ClassNotListed(fmt::format("line_items[{}].class_id", i)));
      }
      item.set_school(place->school());
    }
    const auto* known = turn.state().Find(kLineItems, JoinKey(district, item.line_item()));
    if (known != nullptr && MessageDifferencer::Equals(*known, item)) continue;
    *defined.add_line_items() = std::move(item);
  }
  const int changed = defined.assessments_size() + defined.line_items_size();
  if (changed > 0) {
    // Line items are looked up on this key alone: only assessments go round.
    turn.Emit(defined, district,
              defined.assessments().empty() ? decider::Delivery::Nowhere()
                                            : decider::Delivery::ToEveryPartition());
  }
  v1::DefineAssessmentsResponse response;
  response.set_changed(changed);
  turn.Answer(response);
}

void Decide(const v1::AssessmentsDefined& defined, decider::Turn& turn) {
  v1::AssessmentsAdopted adopted;
  adopted.set_district(defined.district());
  *adopted.mutable_assessments() = defined.assessments();
  turn.Emit(adopted, defined.district());
}

void Decide(const v1::RemoveAssessmentsRequest& request, decider::Turn& turn) {
  const std::string& district = request.district();
  if (turn.state().Find(kDistricts, district) == nullptr) {
    return turn.Refuse(DistrictUnknown(district));
  }
  if (request.assessments_size() > kAssessmentsAtMost) {
    return turn.Refuse(BatchTooLarge("assessments", kAssessmentsAtMost));
  }
  if (request.line_items_size() > kLineItemsAtMost) {
    return turn.Refuse(BatchTooLarge("line_items", kLineItemsAtMost));
  }
  v1::AssessmentsRemoved removed;
  removed.set_district(district);
  for (const std::string& id : Once(request.assessments())) {
    if (turn.state().Find(kAssessments, JoinKey(district, id)) != nullptr)
      removed.add_assessments(id);
  }
  for (const std::string& id : Once(request.line_items())) {
    if (turn.state().Find(kLineItems, JoinKey(district, id)) != nullptr) removed.add_line_items(id);
  }
  const int count = removed.assessments_size() + removed.line_items_size();
  if (count > 0) {
    turn.Emit(removed, district,
              removed.assessments().empty() ? decider::Delivery::Nowhere()
                                            : decider::Delivery::ToEveryPartition());
  }
  v1::RemoveAssessmentsResponse response;
  response.set_removed(count);
  turn.Answer(response);
}

void Decide(const v1::AssessmentsRemoved& removed, decider::Turn& turn) {
  v1::AssessmentRemovalAdopted adopted;
  adopted.set_district(removed.district());
  *adopted.mutable_assessments() = removed.assessments();
  turn.Emit(adopted, removed.district());
}

void Apply(const v1::AssessmentsDefined& defined, core::Instant time, decider::State& state) {
  const std::string& district = defined.district();
  Put(defined.assessments(), district, time, state);
  for (const v1::LineItem& item : defined.line_items()) {
    state.Edit(kLineItems, JoinKey(district, item.line_item())) = item;
    state.Edit(kClassPlaces, JoinKey(district, item.class_id())).set_school(item.school());
  }
}

void Apply(const v1::AssessmentsAdopted& adopted, core::Instant time, decider::State& state) {
  Put(adopted.assessments(), adopted.district(), time, state);
}

void Apply(const v1::AssessmentsRemoved& removed, decider::State& state) {
  for (const std::string& id : removed.assessments()) {
    ForgetCut(removed.district(), id, state);
    state.Erase(kAssessments, JoinKey(removed.district(), id));
  }
  for (const std::string& id : removed.line_items()) {
    state.Erase(kLineItems, JoinKey(removed.district(), id));
  }
}

void Apply(const v1::AssessmentRemovalAdopted& removed, decider::State& state) {
  for (const std::string& id : removed.assessments()) {
    ForgetCut(removed.district(), id, state);
    state.Erase(kAssessments, JoinKey(removed.district(), id));
  }
}

}  // namespace throughline::evidence
