#include "gateway/intake/understood.h"

namespace throughline::gateway {

bool IsConflict(const ItemOutcome& outcome) {
  return outcome.rejected() && outcome.problem.reason == "CONTENT_CONFLICT";
}

std::string Written(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json ErrorJson(const core::Error& error) {
  Json json = {{"reason", error.reason}, {"message", error.message}};
  if (!error.field.empty()) json["field"] = error.field;
  return json;
}

Json ItemJson(size_t index, const ItemOutcome& outcome) {
  Json json = {{"index", index}, {"outcome", std::string(NameOf(outcome))}};
  if (!outcome.problem.reason.empty()) json.update(ErrorJson(outcome.problem));
  return json;
}

Json ItemsJson(const Understood& understood, const std::vector<ItemOutcome>& outcomes) {
  Json items = Json::array();
  for (size_t index = 0, result = 0; index < understood.items; ++index) {
    const bool is_result = result < understood.places.size() && understood.places[result] == index;
    if (!is_result) {
      items.push_back({{"index", index}, {"outcome", "ignored"}});
    } else {
      items.push_back(ItemJson(index, outcomes.at(result++)));
    }
  }
  return items;
}

}  // namespace throughline::gateway
