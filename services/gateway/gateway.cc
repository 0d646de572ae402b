#include "gateway/gateway.h"

#include <algorithm>

#include "gateway/api/answers.h"
#include "gateway/api/api_routes.h"
#include "gateway/api/me_routes.h"
#include "gateway/api/questions_calls.h"
#include "gateway/api/unsubscribe_routes.h"
#include "gateway/board/board_routes.h"
#include "gateway/bundles/bundle_routes.h"
#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "gateway/door/request_telemetry.h"
#include "gateway/edfi/edfi_routes.h"
#include "gateway/edfi/kafka_delivery.h"
#include "gateway/oneroster/gradebook_routes.h"
#include "gateway/sign_in/sign_in_routes.h"
#include "gateway/standards.h"
#include "gateway/streams/watch_routes.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

namespace {

constexpr std::chrono::milliseconds kGrace(2000);
// A machine that is busy is late; one that is for so long hangs.
constexpr std::chrono::seconds kSilentAtMost(60);

core::Error NothingThere(int status) {
  if (status == 405) {
    return {core::Code::kInvalidArgument, "METHOD_NOT_ALLOWED", "Method not allowed for this path.",
            ""};
  }
  if (status == 404) {
    return {core::Code::kNotFound, "PATH_UNKNOWN", "There is nothing at this path.", ""};
  }
  return {core::Code::kInvalidArgument, "TARGET_INVALID", "The path or the query is broken.", ""};
}

http::Response Refuse(const http::Request&, int status) {
  return ErrorAnswer(NothingThere(status), status);
}

core::Error HeadRefused(unsigned status) {
  switch (status) {
    case 413:
      return {core::Code::kInvalidArgument, "BODY_TOO_LARGE", "The body is too large.", ""};
    case 431:
      return {core::Code::kInvalidArgument, "HEAD_TOO_LARGE",
              "The path, the query and the headers are too long together.", ""};
    case 501:
      return {core::Code::kInvalidArgument, "TRANSFER_CODING_UNKNOWN",
              "The body may come whole or chunked, and in no other transfer coding.", ""};
    default:
      return {core::Code::kInvalidArgument, "REQUEST_INVALID",
              "The request is no HTTP, or leaves open where it ends or whom it is for.", ""};
  }
}

http::Response HealthOf(const std::vector<std::string>& health_issues) {
  http::Response response;
  if (health_issues.empty()) {
    response.body = "ok\n";
    return response;
  }
  response.status = 503;
  for (const std::string& issue : health_issues) response.body += issue + "\n";
  return response;
}

ChannelCalls::Channels ByPackage(const Channels& channels) {
  // The audit trail is read where the identity vault is.
  return {{"throughline.audit.v1", channels.at("evidence")},
          {"throughline.plans.v1", channels.at("plans")},
          {"throughline.evidence.v1", channels.at("evidence")},
          {"throughline.cycles.v1", channels.at("cycles")},
          {"throughline.notifications.v1", channels.at("notifications")}};
}

void AddUnlessSaid(const char* name, const char* value, http::Response& response) {
  const bool said = std::any_of(response.headers.begin(), response.headers.end(),
                                [&](const auto& each) { return each.first == name; });
  if (!said) response.headers.emplace_back(name, value);
}

// What every answer says to browsers and proxies.
class CommonHeaders {
 public:
  // Whether clients come over https, and are to do so from now on.
  explicit CommonHeaders(bool secure) : secure_(secure) {}

  http::Response AddedTo(http::Response response) const {
    // Answers are of one caller, and may hold secrets: nobody on the way keeps them, but for the
    // few that are the same for everybody and say so.
    AddUnlessSaid("Cache-Control", "no-store", response);
    AddUnlessSaid("X-Content-Type-Options", "nosniff", response);
    if (secure_) AddUnlessSaid("Strict-Transport-Security", "max-age=31536000", response);
    return response;
  }

 private:
  bool secure_;
};

bool IsSecure(const GatewayOptions& options) {
  const std::string& url = options.admission.public_url;
  return url.empty() ? !options.http.tls_cert.empty() : url.starts_with("https://");
}

const Sessions* SessionsOf(const GatewayOptions& options) {
  return options.sign_in == nullptr ? nullptr : &options.sign_in->sessions;
}

}  // namespace

// Leaves first; what is declared later is destroyed earlier.
struct Gateway::Parts {
  Parts(const GatewayOptions& options, const platform::Access& access, const Channels& channels)
      : telemetry(options.tracer),
        calls(ByPackage(channels), options.tracer),
        address({.url = options.admission.public_url,
                 .listen = options.http.listen,
                 .secure = !options.http.tls_cert.empty(),
                 .open = access.open()}),
        guard(access, options.admission.limits, SessionsOf(options), address.origin()),
        sources(options.sources),
        imports(options.admission.imports) {
    routes.Add(
        "GET", "/healthz",
        [health_issues = options.health_issues](http::Exchange&) -> http::Task<http::Response> {
          co_return HealthOf(health_issues ? health_issues() : std::vector<std::string>());
        });
    AddApiRoutes(routes, guard, questions);
    AddWatchRoutes(routes, guard, calls, channels.at("notifications"));
    AddUnsubscribeRoutes(routes, calls);
    AddMeRoutes(routes, guard, options.sign_in == nullptr ? "" : sign_in::kSignIn, access.open());
    edfi::AddEdFiRoutes(routes, guard, calls, address);
    board::AddBoardRoutes(routes, edfi::RootHandler(address), Refuse);
    oneroster::AddGradebookRoutes(routes, guard, calls);
    bundles::AddBundleRoutes(routes, guard, imports,
                             {channels.at("plans"), channels.at("evidence")});
    AddRoutesOfStandards({routes, guard, calls, sources});
    if (options.sign_in != nullptr) {
      sign_in::AddSignInRoutes(routes, *options.sign_in, address, access);
    }
    if (options.issuer != nullptr) {
      oauth::AddTokenRoutes(routes, *options.issuer, *options.clock, {}, access.audit());
    }
  }

  RequestTelemetry telemetry;
  ChannelCalls calls;
  QuestionsCalls questions{calls};
  const PublicAddress address;
  RequestGuard guard;
  const DeclaredSources sources;
  bundles::ImportThreads imports;
  http::Routes routes{Refuse};
  std::unique_ptr<http::Server> server;
  std::unique_ptr<edfi::KafkaDocuments> documents;
};

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

core::Result<std::unique_ptr<Gateway>> Gateway::Start(const GatewayOptions& options,
                                                      const platform::Access& access,
                                                      const Channels& channels) {
  auto parts = std::make_unique<Parts>(options, access, channels);
  const CommonHeaders common(IsSecure(options));
  const auto serve = [common, routes = &parts->routes, telemetry = &parts->telemetry](
                         http::Exchange& exchange,
                         http::Request& request) -> http::Task<http::Response> {
    const auto handled = telemetry->Begin(request);
    if (!http::ReadTarget(request)) {
      handled->End(400);
      co_return common.AddedTo(Refuse(request, 400));
    }
    http::Response response = co_await routes->Serve(exchange, request);
    handled->End(response.status);
    co_return common.AddedTo(std::move(response));
  };
  http::ServerOptions serving = options.http;
  serving.body_pace = options.admission.body_pace;
  serving.refuse_head = [common](unsigned status) {
    return common.AddedTo(ErrorAnswer(HeadRefused(status), static_cast<int>(status)));
  };
  auto server = http::Server::Start(serving, serve);
  if (!server) return core::Refuse(server.error());
  parts->server = std::move(*server);
  if (options.documents) {
    const edfi::KafkaIntake& intake = *options.documents;
    auto documents = edfi::KafkaDocuments::Start(
        intake.documents, edfi::DeliverTo(parts->calls, intake.credential, intake.destination),
        intake.fatal);
    if (!documents) return core::Refuse(documents.error());
    parts->documents = std::move(*documents);
  }
  return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

Gateway::~Gateway() {
  parts_->server->Stop(kGrace);
  parts_->imports.Join();
}

int Gateway::port() const { return parts_->server->port(); }

std::vector<std::pair<std::string, std::string>> Gateway::routes() const {
  return parts_->routes.All();
}

std::vector<std::string> Gateway::LivenessIssues() const {
  if (parts_->server->Silence() <= kSilentAtMost) return {};
  return {"The public API's threads have had no time for what is to be done at once."};
}

std::vector<platform::Reading> Gateway::Readings() const {
  using platform::MetricNamed;
  std::vector<platform::Reading> readings;
  parts_->telemetry.AppendTo(readings);
  const auto add = [&](const platform::Metric* metric, auto value) {
    readings.push_back({metric, {}, static_cast<double>(value)});
  };
  add(MetricNamed("throughline_http_connections"), parts_->server->connections());
  const edfi::KafkaDocuments* documents = parts_->documents.get();
  if (documents == nullptr) return readings;
  add(MetricNamed("throughline_edfi_records_total"), documents->delivered());
  add(MetricNamed("throughline_edfi_left_behind_total"), documents->left_behind());
  add(MetricNamed("throughline_edfi_records_waiting"), documents->waiting());
  add(MetricNamed("throughline_edfi_reading"), documents->reading() ? 1 : 0);
  return readings;
}

}  // namespace throughline::gateway
