#include "notifications/domain/audience.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <vector>

#include "notifications/domain/level.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/emergency_access.pb.h"

namespace throughline::notifications {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

bool NamesPrivacy(const Message& message, const FieldDescriptor& field, int at) {
  const auto& reflection = *message.GetReflection();
  const int value = field.is_repeated() ? reflection.GetRepeatedEnumValue(message, &field, at)
                                        : reflection.GetEnumValue(message, &field);
  return field.enum_type() == common::v1::Trigger_descriptor() &&
         IsOfPrivacy(static_cast<common::v1::Trigger>(value));
}

// Whether a part of it, however deep, is emergency access, or names what its alerts are raised for.
bool IsAboutPrivacy(const Message& message) {
  if (message.GetDescriptor() == plans::v1::EmergencyAccess::descriptor()) return true;
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  return std::any_of(fields.begin(), fields.end(), [&](const FieldDescriptor* field) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM && NamesPrivacy(message, *field, i)) {
        return true;
      }
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (IsAboutPrivacy(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                              : reflection.GetMessage(message, field))) {
        return true;
      }
    }
    return false;
  });
}

}  // namespace

Audience AudienceOf(common::v1::Role role) {
  switch (role) {
    case common::v1::ROLE_UNSPECIFIED:
    case common::v1::ROLE_DISTRICT_ADMINISTRATOR:
      return Audience::kEverything;
    case common::v1::ROLE_PRIVACY_OFFICER:
      return Audience::kPrivacyOnly;
    default:
      return Audience::kAllButPrivacy;
  }
}

Audience AudienceOf(const v1::Subscription& subscription) {
  const bool is_old = subscription.owner_role() == common::v1::ROLE_UNSPECIFIED;
  if (is_old && !subscription.owner().empty()) return Audience::kAllButPrivacy;
  return AudienceOf(subscription.owner_role());
}

bool Hears(Audience audience, common::v1::Level level) {
  if (audience == Audience::kEverything) return true;
  return (level == common::v1::LEVEL_PRIVACY) == (audience == Audience::kPrivacyOnly);
}

bool Hears(Audience audience, const v1::Alert& alert) {
  return Hears(audience, LevelOf(alert.condition()));
}

bool HearsOf(Audience audience, const Message& event) {
  if (audience == Audience::kEverything) return true;
  // Most of the log is results, which need not be walked through.
  const bool is_results = event.GetDescriptor() == evidence::v1::ResultsRecorded::descriptor();
  return (!is_results && IsAboutPrivacy(event)) == (audience == Audience::kPrivacyOnly);
}

}  // namespace throughline::notifications
