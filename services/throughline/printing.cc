#include "throughline/printing.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "core/date.h"

namespace throughline {

std::string Format(const Table& table) {
  std::vector<size_t> widths;
  for (const auto& row : table) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : table) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string ToJson(const google::protobuf::Message& message) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) return "{}";
  return json;
}

std::string Words(const std::string& name, const std::string& prefix) {
  std::string words = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  std::transform(words.begin(), words.end(), words.begin(),
                 [](char c) { return c == '_' ? ' ' : static_cast<char>(c | 0x20); });
  return words;
}

std::string NameOf(common::v1::Trigger trigger) {
  return Words(common::v1::Trigger_Name(trigger), "TRIGGER_");
}

std::string WhenOf(int64_t time_ms) {
  std::string text = core::FormatInstant(core::FromMillis(time_ms)).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string Number(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }

}  // namespace throughline
