#include "demo/script_place.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

namespace throughline::demo {

ScriptPlace ScriptPlace::At(const std::string& name) const {
  auto found = Find(name);
  if (!found) Refuse(fmt::format("`{}` is missing", name));
  return *std::move(found);
}

std::optional<ScriptPlace> ScriptPlace::Find(const std::string& name) const {
  if (!json_->is_object()) Refuse("has to be an object");
  auto found = json_->find(name);
  if (found == json_->end()) return std::nullopt;
  return ScriptPlace(*found, file_, path_.empty() ? name : path_ + "." + name);
}

std::vector<ScriptPlace> ScriptPlace::Each() const {
  if (!json_->is_array()) Refuse("has to be a list");
  std::vector<ScriptPlace> each;
  each.reserve(json_->size());
  for (size_t i = 0; i < json_->size(); ++i) {
    each.emplace_back((*json_)[i], file_, fmt::format("{}[{}]", path_, i));
  }
  return each;
}

std::vector<ScriptPlace> ScriptPlace::Each(const std::string& name) const {
  auto found = Find(name);
  return found ? found->Each() : std::vector<ScriptPlace>();
}

void ScriptPlace::HasOnly(std::initializer_list<const char*> names) const {
  if (!json_->is_object()) Refuse("has to be an object");
  for (const auto& [name, value] : json_->items()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    Refuse(fmt::format("has no `{}`; it may have {}", name, fmt::join(names, ", ")));
  }
}

std::string ScriptPlace::Text() const {
  if (!json_->is_string() || json_->get_ref<const std::string&>().empty()) Refuse("has to be text");
  return json_->get<std::string>();
}

std::string ScriptPlace::TextOr(const std::string& name, std::string otherwise) const {
  auto found = Find(name);
  return found ? found->Text() : std::move(otherwise);
}

double ScriptPlace::Number() const {
  if (!json_->is_number()) Refuse("has to be a number");
  return json_->get<double>();
}

int ScriptPlace::Whole(int least, int most) const {
  const bool fits =
      json_->is_number_integer() && json_->get<int64_t>() >= least && json_->get<int64_t>() <= most;
  if (!fits) Refuse(fmt::format("has to be a whole number from {} to {}", least, most));
  return json_->get<int>();
}

int ScriptPlace::WholeOr(const std::string& name, int least, int most, int otherwise) const {
  auto found = Find(name);
  return found ? found->Whole(least, most) : otherwise;
}

bool ScriptPlace::FlagOr(const std::string& name, bool otherwise) const {
  auto found = Find(name);
  if (!found) return otherwise;
  if (!found->json_->is_boolean()) found->Refuse("has to be true or false");
  return found->json_->get<bool>();
}

core::Date ScriptPlace::Day() const {
  auto date = core::ParseDate(Text());
  if (!date) Refuse("is no day: " + Text());
  return *date;
}

int ScriptPlace::ValueOfWord(const google::protobuf::EnumDescriptor& type) const {
  const int value = ValueOf(type, Text());
  if (value == 0) Refuse(fmt::format("has to be one of {}", fmt::join(WordsOf(type), ", ")));
  return value;
}

void ScriptPlace::Parse(std::initializer_list<const char*> without,
                        google::protobuf::Message& message) const {
  if (!json_->is_object()) Refuse("has to be an object");
  nlohmann::json told = *json_;
  for (const char* name : without) told.erase(name);
  const auto parsed = google::protobuf::util::JsonStringToMessage(told.dump(), &message);
  if (!parsed.ok()) Refuse("is not as the API takes it: " + std::string(parsed.message()));
}

void ScriptPlace::Refuse(const std::string& why) const {
  throw ScriptWrong(path_.empty() ? why : path_ + " " + why);
}

}  // namespace throughline::demo
