#include "platform/access/caller_fields.h"

#include "throughline/common/v1/access.pb.h"

namespace throughline::platform {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr size_t kDeepest = 8;

void Collect(const Descriptor& type, FieldPath& path, std::vector<FieldPath>& found) {
  if (path.size() == kDeepest) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->is_repeated()) continue;
    path.push_back(field);
    if (field->options().GetExtension(common::v1::from_credential)) {
      found.push_back(path);
    } else if (field->message_type() != nullptr) {
      Collect(*field->message_type(), path, found);
    }
    path.pop_back();
  }
}

// The message that has the field; null when it is not there and there is no need to make it.
Message* HolderOf(const FieldPath& path, Message& request) {
  Message* at = &request;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    if (!at->GetReflection()->HasField(*at, path[i])) return nullptr;
    at = at->GetReflection()->MutableMessage(at, path[i]);
  }
  return at;
}

}  // namespace

std::vector<FieldPath> CallerFieldsOf(const Descriptor& request) {
  std::vector<FieldPath> found;
  FieldPath path;
  Collect(request, path, found);
  return found;
}

void SayWhoCalls(const std::vector<FieldPath>& fields, const Principal* caller, Message& request) {
  for (const FieldPath& path : fields) {
    Message* at = HolderOf(path, request);
    if (at == nullptr) continue;
    const auto& reflection = *at->GetReflection();
    const FieldDescriptor* field = path.back();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      if (caller != nullptr) reflection.SetString(at, field, caller->subject);
      continue;
    }
    reflection.ClearField(at, field);
    if (caller != nullptr) reflection.MutableMessage(at, field)->CopyFrom(ToCaller(*caller));
  }
}

}  // namespace throughline::platform
