#include "platform/host/started.h"

#include <algorithm>

#include "platform/host/serving_options.h"

namespace throughline::platform {

namespace {

constexpr size_t kLongestValue = 200;

bool IsSecret(const std::string& name) {
  constexpr std::string_view kWords[] = {"password", "token", "secret"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// Of librdkafka's properties several are secrets, whatever they are called.
bool IsProperties(const std::string& name) { return name.ends_with("kafka-setting"); }

// Without user and password, which stand between // and @.
std::string WithoutUser(std::string value) {
  const size_t slashes = value.find("//");
  const size_t at = value.rfind('@');
  if (slashes == std::string::npos || at == std::string::npos || at < slashes) return value;
  return value.erase(slashes + 2, at - slashes - 1);
}

std::string ValueOf(const std::string& name, const CLI::Option& option) {
  if (IsSecret(name)) return "(given)";
  std::string value;
  for (const std::string& one : option.results()) {
    if (!value.empty()) value += ',';
    value += IsProperties(name) ? one.substr(0, one.find('=')) : WithoutUser(one);
  }
  return value.substr(0, kLongestValue);
}

}  // namespace

audit::v1::AuditRecord StartedRecord(const CLI::App& command) {
  audit::v1::AuditRecord record;
  record.set_action(audit::v1::ACTION_STARTED);
  record.set_outcome(audit::v1::OUTCOME_DONE);
  for (const CLI::Option* option : OptionsOf(command)) {
    if (option->count() == 0 || option->get_lnames().empty()) continue;
    const std::string& name = option->get_lnames().front();
    record.add_objects(name + "=" + ValueOf(name, *option));
  }
  std::sort(record.mutable_objects()->begin(), record.mutable_objects()->end());
  return record;
}

}  // namespace throughline::platform
