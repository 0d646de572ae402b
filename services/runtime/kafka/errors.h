// Every failure that Kafka's side of the journal reports itself, by name.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::runtime::kafka {

core::Error SettingInvalid(std::string_view why);  // INVALID_ARGUMENT
core::Error BrokersUnreachable(const std::string& brokers, const std::string& why);  // UNAVAILABLE
core::Error TopicWrong(const std::string& topic, const std::string& why);  // FAILED_PRECONDITION
core::Error TopicNotMade(const std::string& topic, const std::string& why);

}  // namespace throughline::runtime::kafka
