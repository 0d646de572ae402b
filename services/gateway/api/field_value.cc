#include "gateway/api/field_value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "core/utf8.h"
#include "gateway/api/path_template.h"
#include "runtime/base64.h"

namespace throughline::gateway {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

constexpr double kExact = 9007199254740992;  // 2^53: up to here a double holds every integer

std::optional<double> NumberOf(std::string_view text) {
  using Limits = std::numeric_limits<double>;
  if (text == "NaN") return Limits::quiet_NaN();
  if (text == "Infinity") return Limits::infinity();
  if (text == "-Infinity") return -Limits::infinity();
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class T>
std::optional<T> IntegerOf(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  if (error == std::errc::result_out_of_range) return std::nullopt;
  const auto number = NumberOf(text);
  using Limits = std::numeric_limits<T>;
  if (!number || std::trunc(*number) != *number || std::abs(*number) >= kExact ||
      *number < static_cast<double>(Limits::min()) || *number >= std::ldexp(1.0, Limits::digits)) {
    return std::nullopt;
  }
  return static_cast<T>(*number);
}

std::optional<float> FloatOf(std::string_view text) {
  const auto number = NumberOf(text);
  if (!number) return std::nullopt;
  if (std::isfinite(*number) && std::abs(*number) > std::numeric_limits<float>::max()) {
    return std::nullopt;
  }
  return static_cast<float>(*number);
}

std::optional<bool> TruthOf(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<int> EnumOf(const FieldDescriptor& field, std::string_view text) {
  const auto& values = *field.enum_type();
  if (const auto* value = values.FindValueByName(std::string(text))) return value->number();
  const auto number = IntegerOf<int>(text);
  if (!number || values.FindValueByNumber(*number) == nullptr) return std::nullopt;
  return number;
}

// All but the one that says nothing.
std::string NamesOf(const google::protobuf::EnumDescriptor& values) {
  std::string names;
  for (int i = 0; i < values.value_count(); ++i) {
    if (values.value(i)->number() == 0 && values.value_count() > 1) continue;
    if (!names.empty()) names += i + 1 == values.value_count() ? " or " : ", ";
    names += values.value(i)->name();
  }
  return names;
}

std::optional<std::string> StringOf(const FieldDescriptor& field, std::string_view text) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    return runtime::FromBase64(text, runtime::Base64::kStandard);
  }
  if (!core::IsUtf8(text)) return std::nullopt;
  return std::string(text);
}

template <class T>
using Put = void (Reflection::*)(Message*, const FieldDescriptor*, T) const;

template <class T>
bool PutInto(Message& message, const FieldDescriptor& field, std::optional<T> value, Put<T> set,
             Put<T> add) {
  if (!value) return false;
  const Put<T> put = field.is_repeated() ? add : set;
  (message.GetReflection()->*put)(&message, &field, *std::move(value));
  return true;
}

}  // namespace

const FieldDescriptor* FieldOf(const Descriptor& message, std::string_view name) {
  const std::string text(name);
  const auto* field = message.FindFieldByCamelcaseName(text);
  return field != nullptr ? field : message.FindFieldByName(text);
}

FieldPath PathTo(const Descriptor& from, std::string_view path) {
  FieldPath fields;
  for (const Descriptor* at = &from; at != nullptr; at = fields.back()->message_type()) {
    const size_t dot = path.find('.');
    const auto* field = FieldOf(*at, path.substr(0, dot));
    if (field == nullptr) return {};
    fields.push_back(field);
    if (dot == std::string_view::npos) return fields;
    if (field->is_repeated()) return {};
    path.remove_prefix(dot + 1);
  }
  return {};
}

std::string NameOf(const FieldPath& path) {
  std::string name;
  for (const FieldDescriptor* field : path) name += (name.empty() ? "" : ".") + field->json_name();
  return name;
}

Message& OwnerOf(const FieldPath& path, Message& message) {
  Message* at = &message;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    at = at->GetReflection()->MutableMessage(at, path[i]);
  }
  return *at;
}

std::string TextAt(const FieldPath& path, const Message& message) {
  const Message* at = &message;
  for (size_t i = 0; i + 1 < path.size(); ++i) at = &at->GetReflection()->GetMessage(*at, path[i]);
  return at->GetReflection()->GetString(*at, path.back());
}

bool SetFromText(std::string_view text, const FieldDescriptor& field, Message& message) {
  using R = Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return PutInto(message, field, IntegerOf<int32_t>(text), &R::SetInt32, &R::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutInto(message, field, IntegerOf<int64_t>(text), &R::SetInt64, &R::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutInto(message, field, IntegerOf<uint32_t>(text), &R::SetUInt32, &R::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutInto(message, field, IntegerOf<uint64_t>(text), &R::SetUInt64, &R::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutInto(message, field, NumberOf(text), &R::SetDouble, &R::AddDouble);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return PutInto(message, field, FloatOf(text), &R::SetFloat, &R::AddFloat);
    case FieldDescriptor::CPPTYPE_BOOL:
      return PutInto(message, field, TruthOf(text), &R::SetBool, &R::AddBool);
    case FieldDescriptor::CPPTYPE_ENUM:
      return PutInto(message, field, EnumOf(field, text), &R::SetEnumValue, &R::AddEnumValue);
    case FieldDescriptor::CPPTYPE_STRING:
      return PutInto(message, field, StringOf(field, text), &R::SetString, &R::AddString);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return false;
  }
  return false;
}

std::string Wanted(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return "a whole number of 32 bits";
    case FieldDescriptor::CPPTYPE_INT64:
      return "a whole number of 64 bits";
    case FieldDescriptor::CPPTYPE_UINT32:
      return "a whole number of 32 bits, 0 or more";
    case FieldDescriptor::CPPTYPE_UINT64:
      return "a whole number of 64 bits, 0 or more";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "a number";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return NamesOf(*field.enum_type());
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? "a string of base64" : "a string";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "an object";
  }
  return "something else";
}

}  // namespace throughline::gateway
