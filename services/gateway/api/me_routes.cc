#include "gateway/api/me_routes.h"

#include <nlohmann/json.hpp>

#include "gateway/api/answers.h"

namespace throughline::gateway {

namespace {

using nlohmann::json;

json CallerAsJson(const Caller& caller) {
  const platform::Principal& who = *caller.principal;
  json told{{"subject", who.subject},
            {"role", common::v1::Role_Name(who.role)},
            {"district", who.district},
            {"validUntilMs", std::to_string(core::ToMillis(who.valid_until))}};
  if (!who.school.empty()) told["school"] = who.school;
  if (!who.team.empty()) told["team"] = who.team;
  if (caller.session == nullptr) return told;
  told["validUntilMs"] = std::to_string(core::ToMillis(caller.session->valid_until));
  told["signedIn"] = true;
  if (!caller.session->name.empty()) told["name"] = caller.session->name;
  return told;
}

http::Response Told(const Caller& caller, const std::string& sign_in, bool open) {
  json told = json::object();
  if (open) told["open"] = true;
  if (!sign_in.empty()) told["signIn"] = sign_in;
  if (!open && caller.principal != nullptr) told["caller"] = CallerAsJson(caller);
  return JsonAnswer(told.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void AddMeRoutes(http::Routes& routes, RequestGuard& guard, const std::string& sign_in, bool open) {
  const auto refuse = [](const core::Error& error) { return ErrorAnswer(error); };
  const auto tell = [sign_in, open](http::Exchange&,
                                    const Caller& caller) -> http::Task<http::Response> {
    co_return Told(caller, sign_in, open);
  };
  GuardTerms terms;
  terms.anybody_may = [&guard](const http::Request& request) {
    return !guard.SaysWhoCalls(request);
  };
  routes.Add("GET", "/v1/me", guard.Protect(refuse, tell, std::move(terms)));
}

}  // namespace throughline::gateway
