#include "gateway/sign_in/provider_tokens.h"

#include <algorithm>
#include <cctype>

#include "gateway/sign_in/errors.h"
#include "gateway/sign_in/seal.h"
#include "platform/access/signed_token.h"

namespace throughline::gateway::sign_in {

using core::Result;

namespace {

constexpr std::chrono::seconds kLeeway(60);
constexpr size_t kLongestText = 256;
constexpr char kLogoutEvent[] = "http://schemas.openid.net/event/backchannel-logout";

// Of a header's `typ`, without the `application/` that may be left out (RFC 7515, 4.1.9).
std::string TypeOf(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kPrefix = "application/";
  return type.starts_with(kPrefix) ? type.substr(kPrefix.size()) : type;
}

// A text that is there and of bounded length; empty otherwise.
std::string ShortText(const Json& claims, const char* name) {
  std::string text = Text(claims, name).value_or("");
  return text.size() <= kLongestText ? text : "";
}

// Why a token is not from the one party for the other; empty: it is.
std::string WhyNotFor(const Json& claims, const TokenParties& parties) {
  if (Text(claims, "iss") != parties.issuer) return "it is from another issuer";
  if (!platform::IsMeantFor(claims, parties.client)) return "it is meant for another client";
  return "";
}

std::string WhyNoIdToken(const platform::SignedToken& token, const TokenParties& parties,
                         std::string_view nonce, core::Instant now) {
  const Json& claims = token.claims;
  const std::string type = TypeOf(token.type);
  if (!type.empty() && type != "jwt") return "it is a token of another type";
  if (std::string why = WhyNotFor(claims, parties); !why.empty()) return why;
  const bool for_several = claims.at("aud").is_array() && claims.at("aud").size() > 1;
  if ((for_several || claims.contains("azp")) && Text(claims, "azp") != parties.client) {
    return "it was given to another client";
  }
  if (auto until = platform::CheckTimes(claims, now); !until) return "it has expired";
  const auto issued = platform::MomentClaim(claims, "iat");
  if (!issued || *issued > now + kLeeway) return "it does not say when it was issued";
  if (!IsSame(Text(claims, "nonce").value_or(""), nonce)) return "it is for another sign-in";
  if (ShortText(claims, "sub").empty()) return "it does not say who signed in";
  return "";
}

std::string WhyNoLogoutToken(const platform::SignedToken& token, const TokenParties& parties,
                             core::Instant now) {
  const Json& claims = token.claims;
  const std::string type = TypeOf(token.type);
  // Providers that came before the standard was final say no type, or JWT.
  if (!type.empty() && type != "jwt" && type != "logout+jwt") return "it is of another type";
  if (std::string why = WhyNotFor(claims, parties); !why.empty()) return why;
  const auto issued = platform::MomentClaim(claims, "iat");
  if (!issued || *issued > now + kLeeway || *issued + kLogoutTokenLasts + kLeeway < now) {
    return "it was not issued just now";
  }
  if (claims.contains("exp") && !platform::CheckTimes(claims, now)) return "it has expired";
  const Json* events = Member(claims, "events");
  const Json* event = events == nullptr ? nullptr : Member(*events, kLogoutEvent);
  if (event == nullptr || !event->is_object()) return "it is no event of a logout";
  if (claims.contains("nonce")) return "it has a nonce, as a token of another kind has";
  if (ShortText(claims, "jti").empty()) return "it has no `jti`";
  if (ShortText(claims, "sid").empty() && ShortText(claims, "sub").empty()) {
    return "it says neither which session nor who";
  }
  return "";
}

}  // namespace

Result<Json> ReadIdToken(std::string_view token, const TokenParties& parties,
                         platform::KeySource& keys, std::string_view nonce, core::Instant now) {
  auto read = platform::ReadSignedToken(token, *keys.keys(), keys);
  if (!read) return core::Refuse(IdTokenInvalid("it is not signed by the provider"));
  const std::string why = WhyNoIdToken(*read, parties, nonce, now);
  if (!why.empty()) return core::Refuse(IdTokenInvalid(why));
  return std::move(read->claims);
}

Result<LogoutToken> ReadLogoutToken(std::string_view token, const TokenParties& parties,
                                    platform::KeySource& keys, core::Instant now) {
  const auto read = platform::ReadSignedToken(token, *keys.keys(), keys);
  if (!read) return core::Refuse(LogoutTokenInvalid("it is not signed by the provider"));
  const std::string why = WhyNoLogoutToken(*read, parties, now);
  if (!why.empty()) return core::Refuse(LogoutTokenInvalid(why));
  return LogoutToken{.id = ShortText(read->claims, "jti"),
                     .session = ShortText(read->claims, "sid"),
                     .person = ShortText(read->claims, "sub")};
}

}  // namespace throughline::gateway::sign_in
