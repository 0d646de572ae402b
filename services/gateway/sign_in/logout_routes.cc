#include "gateway/sign_in/logout_routes.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/door/cross_site.h"
#include "gateway/door/request_guard.h"
#include "gateway/json/json_reader.h"
#include "gateway/sign_in/awaited.h"
#include "gateway/sign_in/code_exchange.h"
#include "gateway/sign_in/errors.h"
#include "platform/access/errors.h"
#include "platform/access/on_record.h"

namespace throughline::gateway::sign_in {

namespace {

constexpr size_t kBodyAtMost = 16 << 10;
constexpr std::chrono::seconds kRecordedWithin(5);

http::Response Answer(int status, const Json& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

http::Response Refusal(int status, const core::Error& why) {
  Json error{{"code", status}, {"message", why.message}};
  error["details"] = Json::array();
  error["details"].push_back({{"reason", why.reason}});
  return Answer(status, {{"error", std::move(error)}});
}

// As Back-Channel Logout 1.0, 2.8, has it.
http::Response LogoutRefusal(int status, const core::Error& why) {
  return Answer(status, {{"error", "invalid_request"}, {"error_description", why.message}});
}

std::string LogoutTokenIn(const http::Request& request, const std::string& body) {
  if (request.MediaType() != "application/x-www-form-urlencoded") return "";
  http::Request form{.target = "/?" + body};
  return ReadTarget(form) ? form.Query("logout_token").value_or("") : "";
}

class Handlers {
 public:
  Handlers(SignIn& sign_in, PublicAddress address, const platform::Access& access,
           ThrottleOptions limits)
      : sign_in_(sign_in), address_(std::move(address)), access_(access), addresses_(limits) {}

  // The cookie goes whatever else can be done: nobody is told to stay.
  http::Task<http::Response> SignOut(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    if (!sign_in_.sessions.HasCookie(request)) {
      co_return Refusal(401, platform::CredentialMissing());
    }
    if (auto own = CheckOwnPage(request, address_.origin()); !own) {
      co_return Refusal(403, own.error());
    }
    const core::Result<SessionPtr> session = sign_in_.sessions.Open(request);
    if (session) {
      const auto who = access_.Authenticate((*session)->authorization);
      audit::v1::AuditRecord record =
          platform::RecordOf(who ? who->get() : nullptr, OriginOf(request));
      const SessionEnd end{.session = (*session)->id};
      co_await EndSessions(end, std::move(record), exchange);
    }
    co_return SignedOut(session ? **session : Session(), request);
  }

  http::Task<http::Response> BackChannel(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return LogoutRefusal(400, body.error());
    const core::Result<SessionEnd> end = EndBy(LogoutTokenIn(request, *body));
    audit::v1::AuditRecord record = platform::RecordOf(nullptr, OriginOf(request));
    if (!end) co_return Refused(end.error(), std::move(record), ClientAddress(request.peer));
    // The provider may send again what is not on record, and so not known to the other replicas.
    const bool is_on_record = co_await EndSessions(*end, std::move(record), exchange);
    if (!is_on_record) co_return LogoutRefusal(503, EndNotRecorded());
    co_return Answer(200, Json::object());
  }

 private:
  core::Result<SessionEnd> EndBy(const std::string& logout_token) const {
    const auto provider = sign_in_.provider->known();
    if (provider == nullptr) return core::Refuse(ProviderUnavailable());
    const auto token =
        ReadLogoutToken(logout_token, sign_in_.parties(), *provider->keys, sign_in_.clock.Now());
    if (!token) return core::Refuse(token.error());
    SessionEnd end{.logout_token = sign_in_.seal.Hash(token->id, "logout token")};
    if (sign_in_.ended->HasSeen(end.logout_token)) {
      return core::Refuse(LogoutTokenInvalid("it was there before"));
    }
    // Of a session alone the person's others go on.
    end.provider_session = sign_in_.sessions.HashOfSession(token->session);
    std::string& whose = token->session.empty() ? end.person : end.person_of_unnamed;
    whose = sign_in_.sessions.HashOfPerson(token->person);
    return end;
  }

  // Only what is refused counts: nobody who sends junk keeps the provider from ending a session.
  http::Response Refused(const core::Error& why, audit::v1::AuditRecord record,
                         const std::string& address) {
    const auto wait = addresses_.Ask(address, std::chrono::steady_clock::now());
    if (wait.count() > 0) {
      return ComeBackAfter(std::chrono::ceil<std::chrono::seconds>(wait),
                           LogoutRefusal(429, TooManySignIns()));
    }
    record.set_action(audit::v1::ACTION_SIGNED_OUT);
    record.set_outcome(audit::v1::OUTCOME_REFUSED);
    record.set_reason(why.reason);
    access_.audit().Note(std::move(record));
    return LogoutRefusal(why.code == core::Code::kUnavailable ? 503 : 400, why);
  }

  // False: it is not on record (yet).
  http::Task<bool> EndSessions(const SessionEnd& end, audit::v1::AuditRecord record,
                               http::Exchange& exchange) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    // Here it is over in any case; a token that has to come again is not remembered.
    SessionEnd here = end;
    here.logout_token.clear();
    sign_in_.ended->Add(here);
    SayEnd(end, record);
    Awaited<core::Result<void>> recorded(executor);
    access_.audit().RecordAsync(record, recorded.Callback());
    const std::optional<core::Result<void>> written =
        co_await recorded.Value(exchange, std::chrono::steady_clock::now() + kRecordedWithin);
    const bool is_on_record = written && written->has_value();
    if (is_on_record) sign_in_.ended->Add(end);
    // What was given up is tried until it is written: the other replicas must know it.
    if (written && !is_on_record) access_.audit().Note(std::move(record));
    co_return is_on_record;
  }

  http::Response SignedOut(const Session& session, const http::Request& request) const {
    const auto provider = sign_in_.provider->known();
    const auto address = address_.Of(request);
    std::string next;
    if (provider != nullptr && address) {
      next = EndSessionUrl(provider->endpoints, sign_in_.client, session.id_token, *address);
    }
    http::Response response = Answer(200, {{"next", next.empty() ? "/" : next}});
    sign_in_.sessions.Clear(response);
    return response;
  }

  SignIn& sign_in_;
  const PublicAddress address_;
  const platform::Access& access_;
  Throttle addresses_;
};

}  // namespace

void AddLogoutRoutes(http::Routes& routes, SignIn& sign_in, const PublicAddress& address,
                     const platform::Access& access, ThrottleOptions limits) {
  auto handlers = std::make_shared<Handlers>(sign_in, address, access, limits);
  routes.Add("POST", "/sign-out",
             [handlers](http::Exchange& exchange) { return handlers->SignOut(exchange); });
  routes.Add("POST", "/sign-in/back-channel-logout",
             [handlers](http::Exchange& exchange) { return handlers->BackChannel(exchange); });
}

}  // namespace throughline::gateway::sign_in
