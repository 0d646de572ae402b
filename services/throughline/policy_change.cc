#include "throughline/policy_change.h"

#include <regex>

#include "gateway/api/field_value.h"
#include "gateway/api/json_message.h"
#include "gateway/json/json_reader.h"

namespace throughline {

namespace {

core::Error PolicyEmpty() {
  return {core::Code::kInvalidArgument, "POLICY_EMPTY",
          "The policy names no field to change, so no alert would come or go.", "policy"};
}

}  // namespace

core::Error PolicyChange::AsWritten(core::Error error) const {
  for (const auto& [name, spelled] : written) {
    const std::regex mentioned("(policy\\.)?\\b" + name + "\\b");
    error.message = std::regex_replace(error.message, mentioned, spelled);
    error.field = std::regex_replace(error.field, mentioned, spelled);
  }
  return error;
}

core::Result<PolicyChange> ReadPolicyChange(std::string_view json) {
  const auto object = gateway::ReadJson(json);
  if (!object) return core::Refuse(object.error());
  PolicyChange change;
  if (auto read = gateway::ReadMessage(*object, change.policy); !read) {
    return core::Refuse(read.error());
  }
  for (const auto& [name, value] : object->items()) {
    if (value.is_null()) continue;
    change.written[gateway::FieldOf(*change.policy.GetDescriptor(), name)->name()] = name;
  }
  if (change.written.empty()) return core::Refuse(PolicyEmpty());
  return change;
}

}  // namespace throughline
