#include "gateway/edfi/fields.h"

#include <algorithm>
#include <cctype>

namespace throughline::gateway::edfi {

namespace {

size_t CharactersIn(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

// As the ODS / API speaks of a property.
std::string Spoken(std::string_view name) {
  std::string spoken(name);
  spoken[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(spoken[0])));
  return spoken;
}

// Null says the same as nothing.
const Json* Present(const Json* value, std::string_view name) {
  const Json* member = value == nullptr ? nullptr : Member(*value, name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

}  // namespace

Fields::Fields(const Json& document, Problem& problem)
    : value_(&document), path_("$"), problem_(problem) {
  if (!document.is_object()) problem.validation_errors["$."].push_back("An object is required.");
}

std::string Fields::TextOf(const Json& value, std::string_view name, size_t at_most) const {
  if (!value.is_string()) {
    Fault(name, Spoken(name) + " must be a string.");
    return "";
  }
  std::string text = value.get<std::string>();
  if (CharactersIn(text) > at_most) {
    Fault(name,
          Spoken(name) + " must be at most " + std::to_string(at_most) + " characters in length.");
    return "";
  }
  return text;
}

std::string Fields::Required(std::string_view name, size_t at_most) const {
  if (value_ == nullptr) return "";
  const Json* member = Present(value_, name);
  if (member == nullptr || (member->is_string() && member->get_ref<const std::string&>().empty())) {
    Fault(name, Spoken(name) + " is required.");
    return "";
  }
  return TextOf(*member, name, at_most);
}

std::string Fields::Optional(std::string_view name, size_t at_most) const {
  const Json* member = Present(value_, name);
  return member == nullptr ? "" : TextOf(*member, name, at_most);
}

std::string Fields::Number(std::string_view name) const {
  const Json* member = Present(value_, name);
  if (member == nullptr) return "";
  if (member->is_string()) return member->get<std::string>();
  return NumberText(*member).value_or("");
}

bool Fields::False(std::string_view name) const {
  const Json* member = Present(value_, name);
  return member != nullptr && member->is_boolean() && !member->get<bool>();
}

Fields Fields::Object(std::string_view name) const {
  const Json* member = Present(value_, name);
  if (value_ != nullptr && (member == nullptr || !member->is_object())) {
    Fault(name, Spoken(name) + (member == nullptr ? " is required." : " must be an object."));
    member = nullptr;
  }
  return {member, PathOf(name), problem_};
}

size_t Fields::CountOf(std::string_view name) const {
  const Json* member = Present(value_, name);
  if (member == nullptr) return 0;
  if (member->is_array()) return member->size();
  problem_.validation_errors[PathOf(name)] = {Spoken(name) + " must be a list."};
  return 0;
}

Fields Fields::Item(std::string_view name, size_t index) const {
  const Json& item = (*Present(value_, name))[index];
  std::string path = PathOf(name) + "[" + std::to_string(index) + "]";
  if (item.is_object()) return {&item, std::move(path), problem_};
  problem_.validation_errors[path] = {"An object is required."};
  return {nullptr, std::move(path), problem_};
}

void Fields::Fault(std::string_view name, std::string_view what) const {
  problem_.validation_errors[PathOf(name)].emplace_back(what);
}

std::string Fields::PathOf(std::string_view name) const { return path_ + "." + std::string(name); }

}  // namespace throughline::gateway::edfi
