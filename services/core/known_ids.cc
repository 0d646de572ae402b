#include "core/known_ids.h"

#include <fmt/format.h>

namespace throughline::core {

namespace {
constexpr size_t kFew = 12;
}

std::string Listed(const std::set<std::string>& ids) {
  return ids.size() > kFew ? "" : fmt::format("{}", fmt::join(ids, ", "));
}

std::string ThereAre(const std::set<std::string>& ids) {
  if (ids.empty()) return " There is none yet.";
  if (ids.size() > kFew) return "";
  return fmt::format(" {}: {}.", ids.size() == 1 ? "There is only" : "There are", Listed(ids));
}

}  // namespace throughline::core
