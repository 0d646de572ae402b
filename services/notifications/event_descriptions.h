// Descriptions of events, commands and timers, a sentence each, for people. None names a student,
// and none says a number of results that is smaller than a cell may show. Pure.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace throughline::notifications {

// `message` may be null: then the type's name is all there is to say.
std::string EventDescription(std::string_view type, const google::protobuf::Message* message,
                             int64_t smallest);
// Of the timer of that name; it says what the timer was set for.
std::string TimerDescription(std::string_view timer);

}  // namespace throughline::notifications
