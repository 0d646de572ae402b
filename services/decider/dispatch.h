// How a decider finds out which of its messages it was given.
#pragma once

#include <google/protobuf/message.h>

namespace throughline::decider {

// Calls `handle` with the message that `holder` (an Input or an Event) carries when it is one of
// Ms; false when it is none of them.
template <class... Ms, class Holder, class Handle>
bool On(const Holder& holder, Handle handle) {
  const auto one = [&](const auto* message) {
    if (message != nullptr) handle(*message);
    return message != nullptr;
  };
  return (one(holder.template As<Ms>()) || ...);
}

// The message as an M, or null when it is something else.
template <class M>
const M* To(const google::protobuf::Message& message) {
  return message.GetDescriptor() == M::descriptor() ? static_cast<const M*>(&message) : nullptr;
}

}  // namespace throughline::decider
