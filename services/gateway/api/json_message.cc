#include "gateway/api/json_message.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <vector>

#include "gateway/api/errors.h"
#include "gateway/api/field_value.h"

namespace throughline::gateway {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr char kTypes[] = "type.googleapis.com";
constexpr int kNoIndex = -1;

// Where the reader is; spelled out only when something is refused.
struct Place {
  const Place* parent = nullptr;
  std::string_view name = {};
  int index = kNoIndex;

  std::string Text() const {
    if (parent == nullptr) return "";
    std::string text = parent->Text();
    if (!text.empty()) text += '.';
    text += name;
    return index == kNoIndex ? text : text + '[' + std::to_string(index) + ']';
  }
};

core::Result<void> ReadObject(const Json& json, const Place& place, Message& message);

// The text of a scalar that may be the field's; nullopt when JSON has another type for it.
std::optional<std::string> ScalarText(const Json& json, const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!json.is_boolean()) return std::nullopt;
      return json.get<bool>() ? "true" : "false";
    default:
      if (auto number = NumberText(json)) return number;
  }
  if (!json.is_string()) return std::nullopt;
  return json.get<std::string>();
}

core::Result<void> ReadValue(const Json& json, const Place& place, const FieldDescriptor& field,
                             Message& message) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const auto* reflection = message.GetReflection();
    return ReadObject(json, place,
                      field.is_repeated() ? *reflection->AddMessage(&message, &field)
                                          : *reflection->MutableMessage(&message, &field));
  }
  const auto text = ScalarText(json, field);
  if (!text || !SetFromText(*text, field, message)) {
    return core::Refuse(FieldInvalid(place.Text(), Wanted(field)));
  }
  return {};
}

core::Result<void> ReadField(const Json& json, const Place& place, const FieldDescriptor& field,
                             Message& message) {
  if (!field.is_repeated()) return ReadValue(json, place, field, message);
  if (!json.is_array()) {
    return core::Refuse(FieldInvalid(place.Text(), "a list, each of it " + Wanted(field)));
  }
  Place item = place;
  for (item.index = 0; const Json& one : json) {
    if (auto read = ReadValue(one, item, field, message); !read) return read;
    ++item.index;
  }
  return {};
}

core::Result<void> ReadObject(const Json& json, const Place& place, Message& message) {
  if (!json.is_object()) return core::Refuse(FieldInvalid(place.Text(), "an object"));
  const auto& type = *message.GetDescriptor();
  std::vector<bool> seen(static_cast<size_t>(type.field_count()));
  for (const auto& [name, value] : json.items()) {
    const Place member{&place, name};
    const FieldDescriptor* field = FieldOf(type, name);
    if (field == nullptr) return core::Refuse(FieldUnknown(member.Text()));
    if (value.is_null()) continue;
    const auto index = static_cast<size_t>(field->index());
    if (seen[index]) return core::Refuse(FieldRepeated(member.Text()));
    seen[index] = true;
    if (const auto* oneof = field->real_containing_oneof()) {
      const auto* other = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
      if (other != nullptr) return core::Refuse(OneOfSeveral(member.Text(), other->json_name()));
    }
    if (auto read = ReadField(value, member, *field, message); !read) return read;
  }
  return {};
}

}  // namespace

core::Result<void> ReadMessage(const Json& json, Message& message) {
  return ReadObject(json, {}, message);
}

JsonWriter::JsonWriter()
    : types_(google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypes, google::protobuf::DescriptorPool::generated_pool())) {}

core::Result<std::string> JsonWriter::Write(const google::protobuf::Descriptor& type,
                                            const std::string& bytes) const {
  // The conversion itself takes any bytes, and stops where it does not understand them.
  const auto* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
  const std::unique_ptr<Message> message(prototype->New());
  if (!message->ParseFromString(bytes)) return core::Refuse(ResponseInvalid(type.full_name()));
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      types_.get(), std::string(kTypes) + '/' + type.full_name(), bytes, &json, options);
  if (!status.ok()) return core::Refuse(ResponseInvalid(type.full_name()));
  return json;
}

}  // namespace throughline::gateway
