#include "platform/grpc/request_texts.h"

#include <string>

#include "core/utf8.h"
#include "platform/grpc/errors.h"

namespace throughline::platform {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string PathOfWrongText(const Message& message);

// Of one value of a field: its path from the message on; empty when nothing is wrong.
std::string PathOfWrong(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  const std::string name =
      repeated ? field.name() + '[' + std::to_string(index) + ']' : field.name();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const std::string below =
        PathOfWrongText(repeated ? reflection.GetRepeatedMessage(message, &field, index)
                                 : reflection.GetMessage(message, &field));
    return below.empty() ? "" : name + '.' + below;
  }
  std::string scratch;
  const std::string& text =
      repeated ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
               : reflection.GetStringReference(message, &field, &scratch);
  return core::IsUtf8(text) ? "" : name;
}

bool MayHaveText(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING ||
         field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

std::string PathOfWrongText(const Message& message) {
  const auto& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!MayHaveText(field)) continue;
    const int values = field.is_repeated() ? reflection.FieldSize(message, &field)
                                           : int{reflection.HasField(message, &field)};
    for (int index = 0; index < values; ++index) {
      if (std::string path = PathOfWrong(message, field, index); !path.empty()) return path;
    }
  }
  return "";
}

}  // namespace

core::Result<void> CheckTexts(const Message& request) {
  const std::string path = PathOfWrongText(request);
  if (path.empty()) return {};
  return core::Refuse(TextNotUtf8(path));
}

}  // namespace throughline::platform
