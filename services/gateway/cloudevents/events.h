// CloudEvents 1.0 over HTTP, in binary, structured and batch mode, whose data are results. An
// event's source and id are the version of the result: the same two with another content are a
// conflict. Attributes of extensions, and those that are no use here, are passed over. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/understood.h"

namespace throughline::gateway::cloudevents {

struct Request {
  std::string_view media_type;  // in lower case, without parameters
  std::map<std::string, std::string, std::less<>> headers = {};  // names in lower case
  std::string_view body;
};

struct Events {
  Understood understood;
  bool batch = false;
};

// MEDIA_TYPE_NOT_SUPPORTED, JSON_INVALID and the like, NOT_A_CLOUDEVENT, NOT_A_BATCH,
// CLOUDEVENT_ATTRIBUTE_INVALID, TOO_MANY_ITEMS. What is wrong with the data of one event, and
// whatever is wrong with one event of a batch, is that item's. `source` is an id.
core::Result<Events> ReadEvents(const Request& request, std::string_view source);

// 415, 413 or 400.
Answer AnswerTo(const core::Error& error);
// A batch: 200. One event: 200, 409 for a conflict, 422 when it is no result.
Answer AnswerTo(const Events& events, const std::vector<ItemOutcome>& outcomes);

// For the fuzzer: reads in every mode, and answers.
void Fuzz(std::string_view body);

}  // namespace throughline::gateway::cloudevents
