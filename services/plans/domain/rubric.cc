#include "plans/domain/rubric.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "core/display_text.h"
#include "core/ids.h"
#include "plans/domain/errors.h"
#include "plans/domain/limits.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kFewestLevels = 2, kMostLevels = 10;
constexpr int kCriteriaAtMost = 50;
constexpr size_t kDescriptorAtMost = 1000;

std::optional<Error> CheckName(const std::string& name, const std::string& field) {
  if (name.empty()) return Missing(field, "what people call it");
  return core::CheckDisplayText(name, field, kNameAtMost);
}

// Every level says what is seen at it, and a factor is looked at through a lens.
std::optional<Error> Check(const v1::Criterion& criterion, int levels, const std::string& field) {
  if (!core::IsId(criterion.criterion())) return IdInvalid(field + ".criterion");
  if (auto error = CheckName(criterion.name(), field + ".name")) return error;
  if (criterion.descriptors_size() != levels) {
    return DescriptorsIncomplete(field + ".descriptors", criterion.descriptors_size(), levels);
  }
  for (int i = 0; i < criterion.descriptors_size(); ++i) {
    const std::string descriptor = fmt::format("{}.descriptors[{}]", field, i);
    if (criterion.descriptors(i).empty()) return Missing(descriptor, "what is seen at this level");
    if (auto error =
            core::CheckDisplayText(criterion.descriptors(i), descriptor, kDescriptorAtMost)) {
      return error;
    }
  }
  if (!v1::DriverFactor_IsValid(criterion.factor())) return FactorUnknown(field + ".factor");
  if (!v1::Lens_IsValid(criterion.lens())) return LensUnknown(field + ".lens");
  const bool has_factor = criterion.factor() != v1::DRIVER_FACTOR_UNSPECIFIED;
  const bool has_lens = criterion.lens() != v1::LENS_UNSPECIFIED;
  if (has_factor && !has_lens) return Missing(field + ".lens", "how it looks at the factor");
  if (has_lens && !has_factor) return Missing(field + ".factor", "what it looks at");
  return std::nullopt;
}

std::string KeyOf(const v1::Rubric& rubric) { return JoinKey(rubric.district(), rubric.rubric()); }

int64_t VersionOf(const v1::RubricRow* row) {
  if (row == nullptr) return 0;
  return std::max(row->published().version(), row->draft().version());
}

// Whether both say the same to those who use them.
bool SaysTheSame(v1::Rubric one, const v1::Rubric& other) {
  one.set_state(other.state());
  one.set_revision(other.revision());
  one.set_version(other.version());
  return MessageDifferencer::Equals(one, other);
}

}  // namespace

std::string RevisionKey(std::string_view district, std::string_view rubric, int32_t revision) {
  return JoinKey(district, rubric, fmt::format("{:06}", revision));
}

std::optional<Error> CheckContent(const v1::Rubric& rubric, const std::string& field) {
  if (auto error = CheckName(rubric.name(), field + ".name")) return error;
  if (rubric.purpose().size() > kPurposeAtMost) {
    return TextTooLong(field + ".purpose", kPurposeAtMost);
  }
  if (rubric.levels() < kFewestLevels || rubric.levels() > kMostLevels) {
    return OutOfRange(field + ".levels", kFewestLevels, kMostLevels);
  }
  if (rubric.criteria().empty()) return Missing(field + ".criteria", "at least one criterion");
  if (rubric.criteria_size() > kCriteriaAtMost) {
    return TooMany(field + ".criteria", kCriteriaAtMost);
  }
  std::set<std::string> ids;
  for (int i = 0; i < rubric.criteria_size(); ++i) {
    const std::string criterion = fmt::format("{}.criteria[{}]", field, i);
    if (auto error = Check(rubric.criteria(i), rubric.levels(), criterion)) return error;
    if (!ids.insert(rubric.criteria(i).criterion()).second) {
      return DoubleId(criterion + ".criterion");
    }
  }
  return std::nullopt;
}

void Decide(const v1::UpsertRubricRequest& request, decider::Turn& turn) {
  v1::Rubric rubric = request.rubric();
  if (auto error = core::CheckIds(
          {{"rubric.district", rubric.district()}, {"rubric.rubric", rubric.rubric()}})) {
    return turn.Refuse(*error);
  }
  if (turn.state().Find(kDistricts, rubric.district()) == nullptr) {
    return turn.Refuse(DistrictUnknown(rubric.district()));
  }
  if (auto error = CheckContent(rubric, "rubric")) return turn.Refuse(*error);
  const auto* row = turn.state().Find(kRubrics, KeyOf(rubric));
  const int64_t version = VersionOf(row);
  if (rubric.version() != 0 && rubric.version() != version) {
    return turn.Refuse(VersionStale("rubric.version", rubric.version(), version));
  }
  v1::UpsertRubricResponse response;
  if (row != nullptr && row->has_draft() && SaysTheSame(rubric, row->draft())) {
    *response.mutable_rubric() = row->draft();
    return turn.Answer(response);
  }
  if (row != nullptr && !row->has_draft() && SaysTheSame(rubric, row->published())) {
    *response.mutable_rubric() = row->published();
    return turn.Answer(response);
  }
  rubric.set_state(v1::RUBRIC_STATE_DRAFT);
  rubric.set_revision(row == nullptr ? 1 : row->published().revision() + 1);
  rubric.set_version(version + 1);
  v1::RubricChanged changed;
  *changed.mutable_rubric() = rubric;
  turn.Emit(changed, rubric.district());
  *response.mutable_rubric() = rubric;
  turn.Answer(response);
}

void Decide(const v1::PublishRubricRequest& request, decider::Turn& turn) {
  const auto* row = turn.state().Find(kRubrics, JoinKey(request.district(), request.rubric()));
  if (row == nullptr) return turn.Refuse(RubricUnknown(request.rubric()));
  const int64_t version = VersionOf(row);
  if (request.expected_version() != 0 && request.expected_version() != version) {
    return turn.Refuse(VersionStale("expected_version", request.expected_version(), version));
  }
  if (!row->has_draft()) return turn.Refuse(RubricHasNoDraft(request.rubric()));
  v1::RubricPublished published;
  v1::Rubric& rubric = *published.mutable_rubric();
  rubric = row->draft();
  rubric.set_state(v1::RUBRIC_STATE_PUBLISHED);
  rubric.set_version(version + 1);
  v1::PublishRubricResponse response;
  *response.mutable_rubric() = rubric;
  turn.Emit(published, rubric.district(), decider::Delivery::ToEveryPartition());
  turn.Answer(response);
}

void Decide(const v1::RubricPublished& published, decider::Turn& turn) {
  const v1::Rubric& rubric = published.rubric();
  const auto* adopted =
      turn.state().Find(kAdoptedRubrics, JoinKey(rubric.district(), rubric.rubric()));
  if (adopted != nullptr && adopted->revision() >= rubric.revision()) return;
  v1::RubricAdopted now;
  *now.mutable_rubric() = rubric;
  turn.Emit(now, rubric.district());
}

void Apply(const v1::RubricChanged& changed, decider::State& state) {
  *state.Edit(kRubrics, KeyOf(changed.rubric())).mutable_draft() = changed.rubric();
}

void Apply(const v1::RubricPublished& published, decider::State& state) {
  v1::RubricRow& row = state.Edit(kRubrics, KeyOf(published.rubric()));
  row.clear_draft();
  *row.mutable_published() = published.rubric();
}

void Apply(const v1::RubricAdopted& adopted, decider::State& state) {
  const v1::Rubric& rubric = adopted.rubric();
  state.Edit(kAdoptedRubrics, KeyOf(rubric)) = rubric;
  state.Edit(kRubricRevisions, RevisionKey(rubric.district(), rubric.rubric(), rubric.revision())) =
      rubric;
}

}  // namespace throughline::plans
