#include "plans/domain/plans_redecider.h"

#include "decider/dispatch.h"
#include "plans/domain/framing.h"
#include "plans/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::plans {

using decider::To;

bool PlansRedecider::IsConclusion(const google::protobuf::Descriptor& event) const {
  return &event == v1::SitePlanFramed::descriptor();
}

bool PlansRedecider::IsDrawnFrom(const google::protobuf::Descriptor& /*conclusion*/) const {
  return false;
}

bool PlansRedecider::IsForConclusions(std::string_view timer) const {
  return timer.starts_with(kFramingDue);
}

void PlansRedecider::DecideAgain(const google::protobuf::Message& fact, decider::Turn& turn) const {
  if (const auto* adopted = To<v1::DistrictAdopted>(fact)) {
    v1::DistrictAdopted now = *adopted;
    now.mutable_district()->mutable_policy()->MergeFrom(change_);
    turn.Emit(now, "");
    return DecideFramings(now.district().district(), turn);
  }
  turn.Emit(fact, "");
  const auto frame = [&](const auto& of) { DecideFraming(of.district(), of.school(), turn); };
  if (const auto* changed = To<v1::SchoolChanged>(fact)) frame(changed->school());
  if (const auto* changed = To<v1::TeamChanged>(fact)) frame(changed->team());
  if (const auto* changed = To<v1::ProgressionChanged>(fact)) frame(changed->progression());
  if (const auto* changed = To<v1::SitePlanChanged>(fact)) frame(changed->plan());
  if (const auto* published = To<v1::SitePlanPublished>(fact)) frame(published->plan());
}

void PlansRedecider::BeginAnew(std::string_view district, decider::Turn& turn) const {
  const v1::District* known = turn.state().Find(kDistricts, district);
  if (known == nullptr) return;
  v1::DistrictAdopted adopted;
  *adopted.mutable_district() = *known;
  DecideAgain(adopted, turn);
}

}  // namespace throughline::plans
