#include "gateway/api/me_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "gateway/api/answers.h"
#include "gateway/api/api.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline::gateway {

namespace {

using nlohmann::json;

// Whether the role may call the method at all, of its school or of the whole district; the service
// decides what about.
bool MayCall(const platform::Principal& who, const google::protobuf::MethodDescriptor& method) {
  const auto& allowed = method.options().GetExtension(common::v1::allowed);
  const auto& roles = allowed.roles();
  if (std::find(roles.begin(), roles.end(), who.role) == roles.end()) return false;
  const bool has_school =
      !allowed.school_field().empty() || method.input_type()->FindFieldByName("school") != nullptr;
  return who.school.empty() || has_school || allowed.about_the_district();
}

// By the names that the document of the API has for them, in order.
json CallsOf(const platform::Principal& who) {
  std::set<std::string> names;
  for (const google::protobuf::ServiceDescriptor* service : PublicServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      if (MayCall(who, *service->method(i))) names.insert(service->method(i)->name());
    }
  }
  return names;
}

json CallerAsJson(const Caller& caller) {
  const platform::Principal& who = *caller.principal;
  json told{{"subject", who.subject},
            {"role", common::v1::Role_Name(who.role)},
            {"district", who.district},
            {"validUntilMs", std::to_string(core::ToMillis(who.valid_until))},
            {"mayCall", CallsOf(who)}};
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
