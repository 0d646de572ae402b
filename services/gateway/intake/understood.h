// What an endpoint makes of the items of a push, of which not each need be a result, and what it
// says of each in its answer. Values; pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/intake/pushed.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway {

inline constexpr size_t kItemsAtMost = 10'000;

struct Understood {
  Pushed pushed;
  std::vector<size_t> places;  // of each of pushed.items among all that was pushed, from 0
  size_t items = 0;            // all that was pushed, what is no result among it

  size_t ignored() const { return items - places.size(); }
  void Add(core::Result<evidence::v1::Result> item) {
    places.push_back(items++);
    pushed.items.push_back(std::move(item));
  }
  void Ignore() { ++items; }
};

// What an endpoint says back. Content-Type is application/json when there is a body.
struct Answer {
  int status = 200;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Whether evidence refused it for contradicting what the source said of the same version before.
bool IsConflict(const ItemOutcome& outcome);

// {"index": 0, "outcome": "accepted"}, with reason, field and message when there is a problem.
Json ItemJson(size_t index, const ItemOutcome& outcome);
// One for each item that was pushed, in order; what is no result is "ignored". `outcomes` are those
// of pushed.items.
Json ItemsJson(const Understood& understood, const std::vector<ItemOutcome>& outcomes);
// The text of what is told. Names that came from outside may be cut or no UTF-8: what is not is
// replaced.
std::string Written(const Json& json);
// {"reason", "message", "field"}; without the field when there is none.
Json ErrorJson(const core::Error& error);

}  // namespace throughline::gateway
