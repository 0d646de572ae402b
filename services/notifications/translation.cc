#include "notifications/translation.h"

#include <google/protobuf/util/json_util.h>

#include "disclosure/disclose.h"
#include "notifications/domain/shown_alert.h"
#include "notifications/domain/students_command.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

namespace {

v1::Alert Shown(v1::Alert alert, int64_t smallest) {
  HideSmallCells(alert, smallest);
  SayStudentsCommand(alert);
  return alert;
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
  response.set_id(event.id);
  response.set_type(event.envelope.type());
  response.set_subject(event.envelope.subject());
  response.set_time_ms(event.envelope.time_ms());
  response.set_cause(event.envelope.cause());
  std::unique_ptr<google::protobuf::Message> shown(event.message->New());
  shown->CopyFrom(*event.message);
  disclosure::LeaveOutStudents(*shown);
  disclosure::LeaveOutCallers(*shown);
  disclosure::HideSmallCells(*shown, view.smallest);
  response.clear_json();  // what comes is appended
  return google::protobuf::util::MessageToJsonString(*shown, response.mutable_json()).ok();
}

}  // namespace throughline::notifications
