#include "notifications/translation.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <vector>

#include "columns/result_columns.h"
#include "disclosure/disclose.h"
#include "notifications/domain/shown_alert.h"
#include "notifications/domain/students_command.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

using google::protobuf::FieldDescriptor;

namespace {

v1::Alert Shown(v1::Alert alert, int64_t smallest) {
  HideSmallCells(alert, smallest);
  SayStudentsCommand(alert);
  return alert;
}

// Whether a part of it, however deep, is about the team.
bool NamesTeam(const google::protobuf::Message& message, const std::string& team) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  std::string scratch;
  return std::any_of(fields.begin(), fields.end(), [&](const FieldDescriptor* field) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated()) {
      return field->name() == "team" &&
             reflection.GetStringReference(message, field, &scratch) == team;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
    for (int i = 0; i < count; ++i) {
      if (NamesTeam(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                         : reflection.GetMessage(message, field),
                    team)) {
        return true;
      }
    }
    return false;
  });
}

// Whether it is about the team. Most of the log is results, which say in columns whose they are.
bool IsAboutTeam(const google::protobuf::Message& event, const std::string& team) {
  const auto* recorded = dynamic_cast<const evidence::v1::ResultsRecorded*>(&event);
  return recorded == nullptr ? NamesTeam(event, team) : columns::AnyOfTeam(*recorded, team);
}

}  // namespace

bool Translate(const runtime::ReadEvent& event, const View& view,
               v1::WatchAlertsResponse& response) {
  const google::protobuf::Message* message = event.message.get();
  if (message == nullptr || !HearsOf(view.audience, *message)) return false;
  response.set_time_ms(event.envelope.time_ms());
  if (const auto* raised = dynamic_cast<const v1::AlertRaised*>(message)) {
    *response.mutable_raised()->mutable_alert() = Shown(raised->alert(), view.smallest);
  } else if (const auto* changed = dynamic_cast<const v1::AlertChanged*>(message)) {
    *response.mutable_changed()->mutable_alert() = Shown(changed->alert(), view.smallest);
  } else if (const auto* resolved = dynamic_cast<const v1::AlertResolved*>(message)) {
    *response.mutable_resolved()->mutable_alert() = Shown(resolved->alert(), view.smallest);
  } else if (const auto* notified = dynamic_cast<const v1::GroupNotified*>(message)) {
    response.mutable_group()->set_school(notified->school());
    response.mutable_group()->set_trigger(notified->trigger());
    *response.mutable_group()->mutable_firing() = notified->firing();
    *response.mutable_group()->mutable_resolved() = notified->resolved();
    return notified->firing_size() + notified->resolved_size() > 0;
  } else {
    return false;
  }
  return true;
}

bool Translate(const runtime::ReadEvent& event, const View& view,
               v1::WatchEventsResponse& response) {
  if (event.message == nullptr || event.envelope.type().starts_with("throughline.runtime.") ||
      !HearsOf(view.audience, *event.message) || !disclosure::IsTold(*event.message)) {
    return false;
  }
  if (!view.team.empty() && !IsAboutTeam(*event.message, view.team)) return false;
  response.set_id(event.id);
  response.set_type(event.envelope.type());
  response.set_subject(event.envelope.subject());
  response.set_time_ms(event.envelope.time_ms());
  response.set_cause(event.envelope.cause());
  response.clear_json();  // what comes is appended
  if (!view.team.empty()) return true;
  std::unique_ptr<google::protobuf::Message> shown(event.message->New());
  shown->CopyFrom(*event.message);
  disclosure::LeaveOutStudents(*shown);
  disclosure::LeaveOutCallers(*shown);
  disclosure::HideSmallCells(*shown, view.smallest);
  return google::protobuf::util::MessageToJsonString(*shown, response.mutable_json()).ok();
}

}  // namespace throughline::notifications
