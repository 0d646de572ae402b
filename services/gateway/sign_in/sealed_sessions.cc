#include "gateway/sign_in/sealed_sessions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/door/errors.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::sign_in {

namespace {

constexpr size_t kRandom = 16;
// The rest is for the cookie's name and attributes.
constexpr size_t kLongestValue = kLongestCookie - 200;

constexpr auto kTexts = std::to_array<std::pair<const char*, std::string Session::*>>({
    {"id", &Session::id},
    {"token", &Session::authorization},
    {"name", &Session::name},
    {"provider_session", &Session::provider_session},
    {"person", &Session::person},
    {"id_token", &Session::id_token},
});

std::string Written(const Session& session) {
  Json kept{{"began", core::ToMillis(session.began)},
            {"until", core::ToMillis(session.valid_until)}};
  for (const auto& [name, text] : kTexts) kept[name] = session.*text;
  return kept.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

// Strict: pages of the board bring it by themselves, and whatever leads to them need not.
SealedSessions::SealedSessions(const Parts& parts, bool secure, std::chrono::milliseconds lifetime)
    : parts_(parts),
      purpose_("session " + parts.seal.Hash(parts.origin, "origin")),
      cookie_("throughline-session", "Strict", secure),
      lifetime_(lifetime) {}

std::string SealedSessions::HashOfSession(const std::string& sid) const {
  return sid.empty() ? "" : parts_.seal.Hash(sid, "provider session");
}

std::string SealedSessions::HashOfPerson(const std::string& sub) const {
  return sub.empty() ? "" : parts_.seal.Hash(sub, "person");
}

void SealedSessions::Begin(SignedIn who, platform::http::Response& response) const {
  const core::Instant now = parts_.clock.Now();
  who.person.valid_until = now + lifetime_;
  Session session{.id = RandomText(kRandom),
                  .authorization = "Bearer " + parts_.signer.Sign(who.person, now),
                  .name = std::move(who.name),
                  .provider_session = HashOfSession(who.provider_session),
                  .person = HashOfPerson(who.person.subject),
                  .began = now,
                  .valid_until = who.person.valid_until,
                  .id_token = std::move(who.id_token)};
  std::string value = parts_.seal.Close(Written(session), purpose_);
  if (value.size() > kLongestValue) {
    session.id_token.clear();
    value = parts_.seal.Close(Written(session), purpose_);
  }
  cookie_.Set(value, std::chrono::ceil<std::chrono::seconds>(lifetime_), response);
}

bool SealedSessions::HasCookie(const platform::http::Request& request) const {
  return !cookie_.In(request).empty();
}

core::Result<SessionPtr> SealedSessions::Open(const platform::http::Request& request) const {
  const auto opened = parts_.seal.Open(cookie_.In(request), purpose_);
  if (!opened) return core::Refuse(SessionOver());
  const Json kept = Json::parse(*opened, nullptr, false);  // sealed here
  if (kept.is_discarded()) return core::Refuse(SessionOver());
  auto session = std::make_shared<Session>();
  for (const auto& [name, text] : kTexts) (*session).*text = Text(kept, name).value_or("");
  session->began = core::FromMillis(kept.value("began", int64_t{0}));
  session->valid_until = core::FromMillis(kept.value("until", int64_t{0}));
  if (IsOver(*session)) return core::Refuse(SessionOver());
  return session;
}

bool SealedSessions::IsOver(const Session& session) const {
  const core::Instant until = std::min(session.valid_until, session.began + lifetime_);
  return parts_.clock.Now() >= until || parts_.ended.Has(session);
}

}  // namespace throughline::gateway::sign_in
