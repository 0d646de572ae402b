#include "gateway/sign_in/sign_in_routes.h"

#include <memory>
#include <optional>
#include <utility>

#include "gateway/door/request_guard.h"
#include "gateway/sign_in/code_exchange.h"
#include "gateway/sign_in/errors.h"
#include "gateway/sign_in/logout_routes.h"
#include "gateway/sign_in/pages.h"
#include "platform/access/on_record.h"

namespace throughline::gateway::sign_in {

namespace {

constexpr size_t kLongestCode = 2048;

http::Response RedirectTo(const std::string& url) {
  return {303,
          {{"Location", url}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}}};
}

class Handlers {
 public:
  Handlers(SignIn& sign_in, PublicAddress address, platform::Audit& audit, ThrottleOptions limits)
      : sign_in_(sign_in), address_(std::move(address)), audit_(audit), addresses_(limits) {}

  http::Response Begin(const http::Request& request) {
    if (auto later = LaterIfTooOften(request)) return *std::move(later);
    auto page = PageToReturnTo(request.Query("return").value_or(""));
    if (!page) return Page(page.error(), request);
    auto address = address_.Of(request);
    if (!address) return Page(address.error(), request);
    // Over plain http a cookie would be everybody's on the way, but within one machine.
    if (address->starts_with("http://") && !IsThisMachine(request.Header("host"))) {
      return Page(SignInInsecure(), request);
    }
    const auto provider = sign_in_.provider->known();
    if (provider == nullptr) return Page(ProviderUnavailable(), request);
    http::Response response = RedirectTo("");
    const core::Result<SessionPtr> until_now = sign_in_.sessions.Open(request);
    const Attempt attempt =
        sign_in_.attempts.Begin({.address = *std::move(address),
                                 .page = *std::move(page),
                                 .session = until_now ? (*until_now)->id : std::string()},
                                response);
    const bool again = request.Query("again") == "true";
    response.headers.front().second =
        AuthorizationUrl(provider->endpoints, sign_in_.client, attempt, again);
    return response;
  }

  http::Task<http::Response> End(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    if (auto later = LaterIfTooOften(request)) co_return *std::move(later);
    const std::optional<Attempt> attempt =
        sign_in_.attempts.Find(request, request.Query("state").value_or(""));
    const std::shared_ptr<const Provider::Known> provider = sign_in_.provider->known();
    if (!attempt) co_return Refused(AttemptUnknown(), request);
    if (provider == nullptr) co_return Refused(ProviderUnavailable(), request);
    const std::string code = request.Query("code").value_or("");
    if (auto denied = DeniedBy(request, code)) co_return Refused(*denied, request);
    const core::Result<std::string> id_token =
        co_await ExchangeCode(sign_in_, provider->endpoints, *attempt, code, exchange);
    if (!id_token) co_return Refused(id_token.error(), request);
    co_return SignInBy(*id_token, *provider, *attempt, request);
  }

 private:
  std::optional<http::Response> LaterIfTooOften(const http::Request& request) {
    const auto now = std::chrono::steady_clock::now();
    const auto wait = addresses_.Ask(ClientAddress(request.peer), now);
    if (wait.count() == 0) return std::nullopt;
    return ComeBackAfter(std::chrono::ceil<std::chrono::seconds>(wait),
                         Page(TooManySignIns(), request));
  }

  // Why there is no code to be exchanged; nullopt: there is one, of the right provider (RFC 9207).
  std::optional<core::Error> DeniedBy(const http::Request& request, const std::string& code) const {
    const std::string& issuer = sign_in_.provider->issuer();
    if (request.Query("iss").value_or(issuer) != issuer) return AttemptUnknown();
    if (request.Query("error") || code.empty()) return SignInRefused();
    if (code.size() > kLongestCode) return CodeRefused();
    return std::nullopt;
  }

  // Nobody may be taken for a system that has a credential of this issuer.
  bool IsTaken(std::string_view subject) const {
    return sign_in_.issuer.clients.Has(subject) || subject == oauth::kOwnSubject ||
           subject.starts_with(' ') || subject.ends_with(' ');
  }

  http::Response SignInBy(const std::string& id_token, const Provider::Known& provider,
                          const Attempt& attempt, const http::Request& request) const {
    const auto claims = ReadIdToken(id_token, sign_in_.parties(), *provider.keys, attempt.nonce,
                                    sign_in_.clock.Now());
    if (!claims) return Refused(claims.error(), request);
    auto person = sign_in_.roles.PersonOf(*claims);
    if (!person || IsTaken(person->subject)) {
      return Refused(RoleUnmapped(), request, Text(*claims, "sub").value_or(""));
    }
    http::Response response = RedirectTo(attempt.address + attempt.page);
    sign_in_.attempts.Clear(response);
    Note(*person, request);
    EndReplaced(attempt.session, *person, request);
    sign_in_.sessions.Begin({.person = *std::move(person),
                             .name = sign_in_.roles.NameOf(*claims),
                             .provider_session = Text(*claims, "sid").value_or(""),
                             .id_token = id_token},
                            response);
    return response;
  }

  http::Response Page(const core::Error& why, const http::Request& request) const {
    return RefusalPage(why, request.Header("accept-language"));
  }

  // On record; `subject` is who it was, as the provider says, if that is known.
  http::Response Refused(const core::Error& why, const http::Request& request,
                         const std::string& subject = "") const {
    audit::v1::AuditRecord record = platform::RecordOf(nullptr, OriginOf(request));
    if (!subject.empty()) record.mutable_actor()->set_subject(subject);
    record.set_action(audit::v1::ACTION_SIGNED_IN);
    record.set_outcome(audit::v1::OUTCOME_REFUSED);
    record.set_reason(why.reason);
    audit_.Note(std::move(record));
    http::Response page = Page(why, request);
    sign_in_.attempts.Clear(page);
    return page;
  }

  void Note(const platform::Principal& person, const http::Request& request) const {
    audit::v1::AuditRecord record = platform::RecordOf(&person, OriginOf(request));
    record.set_action(audit::v1::ACTION_SIGNED_IN);
    record.set_outcome(audit::v1::OUTCOME_DONE);
    platform::AddObject(record, "school", person.school);
    platform::AddObject(record, "team", person.team);
    audit_.Note(std::move(record));
  }

  // The browser has one session: whoever kept the cookie of the one before is signed out with it.
  void EndReplaced(const std::string& session, const platform::Principal& person,
                   const http::Request& request) const {
    if (session.empty()) return;
    const SessionEnd end{.session = session};
    sign_in_.ended->Add(end);
    audit::v1::AuditRecord record = platform::RecordOf(&person, OriginOf(request));
    SayEnd(end, record);
    audit_.Note(std::move(record));
  }

  SignIn& sign_in_;
  const PublicAddress address_;
  platform::Audit& audit_;
  Throttle addresses_;
};

}  // namespace

void AddSignInRoutes(http::Routes& routes, SignIn& sign_in, const PublicAddress& address,
                     const platform::Access& access, ThrottleOptions limits) {
  auto handlers = std::make_shared<Handlers>(sign_in, address, access.audit(), limits);
  routes.Add("GET", kSignIn, [handlers](http::Exchange& exchange) -> http::Task<http::Response> {
    co_return handlers->Begin(exchange.request());
  });
  routes.Add("GET", kCallback,
             [handlers](http::Exchange& exchange) { return handlers->End(exchange); });
  AddLogoutRoutes(routes, sign_in, address, access, limits);
}

}  // namespace throughline::gateway::sign_in
