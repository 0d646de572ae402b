#include "history/field_changes.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "core/date.h"
#include "disclosure/enum_words.h"
#include "throughline/common/v1/personal_data.pb.h"

namespace throughline::history {

using common::v1::FieldChange;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

namespace {

// Messages that hold numbers of students or of rooms, or keys.
constexpr std::string_view kHeldBack[] = {
    "throughline.common.v1.CycleEvidence",      "throughline.common.v1.GapEvidence",
    "throughline.common.v1.TriggerTest",        "throughline.common.v1.PairedSums",
    "throughline.cycles.v1.MeasureStanding",    "throughline.cycles.v1.LookForShare",
    "throughline.cycles.v1.PracticeAssessment", "throughline.cycles.v1.Condition",
    "throughline.cycles.v1.NetEffect",          "throughline.notifications.v1.SigningKey"};

// What every row says again, and the number of its version.
constexpr std::string_view kLeftOut[] = {"district", "version"};

template <class Names>
bool IsOneOf(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// Of a single value; nullopt: there is none.
std::optional<std::string> TextOf(const Message& message, const FieldDescriptor& field,
                                  int index = -1) {
  const auto& reflection = *message.GetReflection();
  if (index < 0 && !reflection.HasField(message, &field)) return std::nullopt;
  const auto value = [&](auto single, auto repeated) {
    return index < 0 ? (reflection.*single)(message, &field)
                     : (reflection.*repeated)(message, &field, index);
  };
  using Reflection = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return value(&Reflection::GetString, &Reflection::GetRepeatedString);
    case FieldDescriptor::CPPTYPE_BOOL:
      return value(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return disclosure::WordOf(
          *field.enum_type(), value(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return fmt::format("{}", value(&Reflection::GetDouble, &Reflection::GetRepeatedDouble));
    case FieldDescriptor::CPPTYPE_INT32:
      return fmt::format("{}", value(&Reflection::GetInt32, &Reflection::GetRepeatedInt32));
    case FieldDescriptor::CPPTYPE_INT64: {
      const int64_t number = value(&Reflection::GetInt64, &Reflection::GetRepeatedInt64);
      if (!field.name().ends_with("_ms")) return fmt::format("{}", number);
      return core::FormatInstant(core::FromMillis(number));
    }
    default:
      return "";  // no aggregate has any
  }
}

// Of a list of single values, one a line.
std::optional<std::string> LinesOf(const Message& message, const FieldDescriptor& field) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  if (size == 0) return std::nullopt;
  std::string lines;
  for (int i = 0; i < size; ++i) {
    if (i > 0) lines += '\n';
    lines += TextOf(message, field, i).value_or("");
  }
  return lines;
}

class Comparison {
 public:
  std::vector<FieldChange> Take() { return std::move(changes_); }

  // Of the same type.
  void Compare(const Message& before, const Message& after, const std::string& prefix) {
    const Descriptor& type = *after.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (IsOneOf(kLeftOut, field.name())) continue;
      const std::string path = prefix + field.name();
      if (IsHeldBack(field)) {
        HoldBack(before, after, field, path);
      } else if (IsMessage(field)) {
        CompareMessages(before, after, field, path);
      } else if (field.is_repeated()) {
        Add(path, LinesOf(before, field), LinesOf(after, field));
      } else {
        Add(path, TextOf(before, field), TextOf(after, field));
      }
    }
  }

 private:
  using Elements = std::map<std::string, const Message*>;

  void Add(const std::string& path, std::optional<std::string> before,
           std::optional<std::string> after) {
    if (before == after) return;
    FieldChange& change = changes_.emplace_back();
    change.set_field(path);
    if (before) change.set_before(*std::move(before));
    if (after) change.set_after(*std::move(after));
  }

  void HoldBack(const Message& before, const Message& after, const FieldDescriptor& field,
                const std::string& path) {
    MessageDifferencer differ;
    if (differ.CompareWithFields(before, after, {&field}, {&field})) return;
    FieldChange& change = changes_.emplace_back();
    change.set_field(path);
    change.set_held_back(true);
  }

  void CompareMessages(const Message& before, const Message& after, const FieldDescriptor& field,
                       const std::string& path) {
    if (!field.is_repeated()) {
      return Compare(before.GetReflection()->GetMessage(before, &field),
                     after.GetReflection()->GetMessage(after, &field), path + '.');
    }
    std::vector<std::string> order;
    const bool by_id = HaveIds(before, field) && HaveIds(after, field);
    const Elements then = ElementsOf(before, field, by_id, order);
    const Elements now = ElementsOf(after, field, by_id, order);
    const std::unique_ptr<Message> nothing(
        after.GetReflection()->GetMessageFactory()->GetPrototype(field.message_type())->New());
    for (const std::string& id : order) {
      const auto at = [&](const Elements& elements) -> const Message& {
        const auto found = elements.find(id);
        return found == elements.end() ? *nothing : *found->second;
      };
      Compare(at(then), at(now), fmt::format("{}[{}].", path, id));
    }
  }

  // Whether the first field of all elements is an id, each another one. What people write is none,
  // whatever it says: ids become part of the path.
  static bool HaveIds(const Message& message, const FieldDescriptor& field) {
    const FieldDescriptor* id = field.message_type()->FindFieldByNumber(1);
    const bool is_text =
        id != nullptr && !id->is_repeated() && id->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (!is_text || id->options().HasExtension(common::v1::holds)) return false;
    std::set<std::string> ids;
    const auto& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      const auto text = TextOf(reflection.GetRepeatedMessage(message, &field, i), *id);
      if (!text || !ids.insert(*text).second) return false;
    }
    return true;
  }

  static Elements ElementsOf(const Message& message, const FieldDescriptor& field, bool by_id,
                             std::vector<std::string>& order) {
    Elements elements;
    const FieldDescriptor* id = field.message_type()->FindFieldByNumber(1);
    const auto& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      const Message& element = reflection.GetRepeatedMessage(message, &field, i);
      const std::string name = by_id ? TextOf(element, *id).value_or("") : std::to_string(i);
      elements.emplace(name, &element);
      if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
    }
    return elements;
  }

  std::vector<FieldChange> changes_;
};

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return false;
    default:
      return !field.name().ends_with("_ms");
  }
}

void AddNumbers(const Descriptor& type, const std::string& prefix,
                std::vector<std::string>& numbers) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsHeldBack(field) || IsOneOf(kLeftOut, field.name())) continue;
    if (IsMessage(field)) {
      AddNumbers(*field.message_type(), prefix + field.name() + '.', numbers);
    } else if (IsNumber(field)) {
      numbers.push_back(prefix + field.name());
    }
  }
}

}  // namespace

bool IsHeldBack(const FieldDescriptor& field) {
  if (IsMessage(field)) return IsOneOf(kHeldBack, field.message_type()->full_name());
  const bool counts = field.name().ends_with("students") || field.name() == "rooms";
  if (IsNumber(field) && counts) return true;
  const common::v1::Holds& holds = field.options().GetExtension(common::v1::holds);
  return holds.what() != common::v1::PERSONAL_DATA_UNSPECIFIED &&
         holds.what() != common::v1::PERSONAL_DATA_FREE_TEXT;
}

std::vector<FieldChange> ChangesBetween(const Message* before, const Message* after) {
  if (before == nullptr && after == nullptr) return {};
  const Message& some = before == nullptr ? *after : *before;
  const std::unique_ptr<Message> nothing(some.New());
  Comparison comparison;
  comparison.Compare(before == nullptr ? *nothing : *before, after == nullptr ? *nothing : *after,
                     "");
  return comparison.Take();
}

std::vector<FieldChange> WordsOf(const Message& event) {
  std::vector<FieldChange> words;
  const Descriptor& type = *event.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool is_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (!is_text || field.is_repeated() || IsHeldBack(field)) continue;
    const auto& holds = field.options().GetExtension(common::v1::holds);
    const auto text = TextOf(event, field);
    if (!text || holds.what() != common::v1::PERSONAL_DATA_FREE_TEXT) continue;
    FieldChange& word = words.emplace_back();
    word.set_field(field.name());
    word.set_after(*text);
  }
  return words;
}

std::vector<std::string> NumbersShown(const Descriptor& type) {
  std::vector<std::string> numbers;
  AddNumbers(type, "", numbers);
  return numbers;
}

}  // namespace throughline::history
