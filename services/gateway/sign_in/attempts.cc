#include "gateway/sign_in/attempts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/json/json_reader.h"
#include "gateway/sign_in/errors.h"

namespace throughline::gateway::sign_in {

namespace {

constexpr std::string_view kPurpose = "sign-in attempt";
constexpr size_t kRandom = 32;
constexpr size_t kLongestPage = 1000;

constexpr auto kTexts = std::to_array<std::pair<const char*, std::string Attempt::*>>({
    {"state", &Attempt::state},
    {"nonce", &Attempt::nonce},
    {"verifier", &Attempt::verifier},
    {"address", &Attempt::address},
    {"page", &Attempt::page},
    {"session", &Attempt::session},
});

}  // namespace

core::Result<std::string> PageToReturnTo(std::string_view asked) {
  if (asked.empty()) return "/";
  const bool printable =
      std::all_of(asked.begin(), asked.end(), [](char c) { return c > ' ' && c <= '~'; });
  const std::string_view after = asked.substr(1, 1);
  if (asked.front() != '/' || asked.size() > kLongestPage || !printable ||
      (!after.empty() && after != "?" && after != "#")) {
    return core::Refuse(ReturnInvalid());
  }
  return std::string(asked);
}

// Lax: the provider's redirect, which has to bring it, comes from another site.
Attempts::Attempts(const Seal& seal, const runtime::Clock& clock, bool secure)
    : seal_(seal), clock_(clock), cookie_("throughline-sign-in", "Lax", secure) {}

Attempt Attempts::Begin(Attempt from, platform::http::Response& response) const {
  Attempt attempt = std::move(from);
  for (std::string* text : {&attempt.state, &attempt.nonce, &attempt.verifier}) {
    *text = RandomText(kRandom);
  }
  Json kept{{"until", core::ToMillis(clock_.Now() + kLast)}};
  for (const auto& [name, text] : kTexts) kept[name] = attempt.*text;
  cookie_.Set(seal_.Close(kept.dump(), kPurpose), kLast, response);
  return attempt;
}

std::optional<Attempt> Attempts::Find(const platform::http::Request& request,
                                      std::string_view state) const {
  const auto opened = seal_.Open(cookie_.In(request), kPurpose);
  if (!opened) return std::nullopt;
  const Json kept = Json::parse(*opened, nullptr, false);  // sealed here
  if (kept.is_discarded()) return std::nullopt;
  Attempt attempt;
  for (const auto& [name, text] : kTexts) attempt.*text = Text(kept, name).value_or("");
  const bool over = kept.value("until", int64_t{0}) <= core::ToMillis(clock_.Now());
  if (over || attempt.state.empty() || !IsSame(state, attempt.state)) return std::nullopt;
  return attempt;
}

}  // namespace throughline::gateway::sign_in
