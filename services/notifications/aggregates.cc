#include "notifications/aggregates.h"

#include "notifications/domain/audience.h"
#include "notifications/domain/subscription.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using history::At;
using history::Kept;

namespace {

// As ListSubscriptions: whoever may change it.
bool MayReadSubscription(const google::protobuf::Message& row, const history::Place&,
                         const platform::Principal& caller) {
  return MayChange(platform::ToCaller(caller), static_cast<const v1::Subscription&>(row));
}

// As ListSilences: leaders of the district all, those of a school the school's.
bool MayReadSilence(const google::protobuf::Message& row, const history::Place& place,
                    const platform::Principal& caller) {
  switch (caller.role) {
    case common::v1::ROLE_UNSPECIFIED:  // without credentials
    case common::v1::ROLE_DISTRICT_ADMINISTRATOR:
    case common::v1::ROLE_DISTRICT_LEADER:
      return true;
    case common::v1::ROLE_SCHOOL_LEADER:
      return static_cast<const v1::Silence&>(row).matcher().school() == place.school;
    default:
      return false;
  }
}

// As GetAlert.
bool MayReadAlert(const google::protobuf::Message& row, const history::Place&,
                  const platform::Principal& caller) {
  return Hears(AudienceOf(caller.role), static_cast<const v1::Alert&>(row));
}

}  // namespace

const std::vector<history::KeptAggregate>& KeptAggregates() {
  static const std::vector<history::KeptAggregate> kept = [] {
    auto subscription =
        Kept(common::v1::AGGREGATE_SUBSCRIPTION, At::kInDistrict, kOwnSubscriptions);
    subscription.may_read = MayReadSubscription;
    auto silence = Kept(common::v1::AGGREGATE_SILENCE, At::kInDistrict, kOwnSilences);
    silence.may_read = MayReadSilence;
    silence.erased_in_passing = true;  // when another is set that is younger
    auto alert = Kept(common::v1::AGGREGATE_ALERT, At::kInSchool, kAlerts);
    alert.may_read = MayReadAlert;
    return std::vector<history::KeptAggregate>{subscription, silence, alert};
  }();
  return kept;
}

}  // namespace throughline::notifications
