// Every route of the public API, tried with every kind of credential: those of the API go as far as
// the table says of the method that they call, and those that systems push to are for those who may
// push.
#include <gmock/gmock.h>
#include <google/api/annotations.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>

#include "access_table.h"
#include "core/ids.h"
#include "gateway/api/api.h"
#include "gateway/gateway.h"
#include "gateway/oauth/issuing_options.h"
#include "gateway/standards.h"
#include "guarded_services.h"
#include "platform/http/test_client.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr int kUnknown = 401;
constexpr int kRefused = 403;

// A request about district d, school s and team t, as far as its path, query and body can say it.
struct Request {
  std::string verb;
  std::string target;
  std::string body;
};

std::map<std::string, std::string> Values() {
  return {{"district", "d"},
          {"school", "s"},
          {"team", "t"},
          {"cycle", core::DerivedId({"d", "s", "t"}) + "-00001"}};
}

// Puts the values into the fields of their names, as deep as messages go.
void Fill(Message& message) {
  const auto values = Values();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(*message.GetReflection()->MutableMessage(&message, field));
    }
    const auto value = values.find(field->name());
    if (value == values.end() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    message.GetReflection()->SetString(&message, field, value->second);
  }
}

// Takes a field, which the path says, out of what the body says.
void Clear(Message& message, std::string_view path) {
  const size_t dot = path.find('.');
  const auto* field = message.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  ASSERT_NE(field, nullptr);
  if (dot == std::string_view::npos) return message.GetReflection()->ClearField(&message, field);
  Clear(*message.GetReflection()->MutableMessage(&message, field), path.substr(dot + 1));
}

// The path with its variables filled in, and these taken out of the message; what is not about a
// place is called x.
std::string FilledPath(std::string path, Message& message) {
  const auto values = Values();
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const size_t close = path.find('}', open);
    const std::string variable = path.substr(open + 1, close - open - 1);
    Clear(message, variable);
    const auto value = values.find(variable.substr(variable.rfind('.') + 1));
    path.replace(open, close - open + 1, value == values.end() ? "x" : value->second);
  }
  return path;
}

std::string QueryOf(const Message& message) {
  std::string query;
  const auto values = Values();
  for (const auto& [name, value] : values) {
    const auto* field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || !message.GetReflection()->HasField(message, field)) continue;
    query += (query.empty() ? "?" : "&") + name + '=' + value;
  }
  return query;
}

Request RequestOf(const MethodDescriptor& method, const google::api::HttpRule& rule) {
  const std::unique_ptr<Message> message(google::protobuf::MessageFactory::generated_factory()
                                             ->GetPrototype(method.input_type())
                                             ->New());
  Fill(*message);
  const std::pair<const char*, const std::string&> verbs[] = {{"GET", rule.get()},
                                                              {"PUT", rule.put()},
                                                              {"POST", rule.post()},
                                                              {"DELETE", rule.delete_()},
                                                              {"PATCH", rule.patch()}};
  Request request;
  for (const auto& [verb, path] : verbs) {
    if (path.empty()) continue;
    request.verb = verb;
    request.target = FilledPath(path, *message);
  }
  if (rule.body().empty()) {
    request.target += QueryOf(*message);
  } else {
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(*message, &request.body).ok());
  }
  if (method.server_streaming()) request.target += "&after=none";  // no token: it ends at once
  return request;
}

class AccessRoutes : public testing::Test {
 protected:
  AccessRoutes() {
    gateway::GatewayOptions options{.http = {.listen = "127.0.0.1:0"}};
    options.sign_in = OpenSignIn();
    options.admission.limits = {.per_second = 1e6, .at_once = 1e6};
    const auto channel = services_.channel();
    auto started = gateway::Gateway::Start(options, services_.access(),
                                           {{"plans", channel},
                                            {"evidence", channel},
                                            {"cycles", channel},
                                            {"notifications", channel}});
    EXPECT_TRUE(started) << started.error().message;
    gateway_ = std::move(*started);
  }

  // At a provider that does not answer: its routes are there, and nobody gets in by them.
  gateway::sign_in::SignIn* OpenSignIn() {
    std::ofstream(file_ + ".roles") << R"({"rules": [{"role": "observer", "district": "d"}]})";
    auto issuer = gateway::oauth::OpenIssuer({.clients = "", .signing_key = file_ + ".key"},
                                             "throughline", /*people_sign_in=*/true);
    EXPECT_TRUE(issuer) << issuer.error().message;
    issuer_ = *std::move(issuer);
    auto opened = gateway::sign_in::SignIn::Open(
        {.issuer = "http://127.0.0.1:1", .client = "board", .roles = file_ + ".roles"}, {},
        *issuer_, log_, clock_);
    EXPECT_TRUE(opened) << opened.error().message;
    sign_in_ = *std::move(opened);
    return sign_in_.get();
  }

  // The status, and whether the rules of access refused it.
  struct Answer {
    int status = 0;
    bool by_rule = false;
  };
  Answer Ask(const Request& request, const std::string& token) {
    platform::http::RawClient client(gateway_->port());
    client.Send(request.verb + ' ' + request.target +
                " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
                (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") +
                "Content-Type: application/json\r\nContent-Length: " +
                std::to_string(request.body.size()) + "\r\n\r\n" + request.body);
    // A stream that was let in would never end.
    std::string answer = client.ReadUntil("\r\n\r\n");
    Answer said{.status = std::atoi(answer.substr(std::min<size_t>(9, answer.size())).c_str())};
    if (said.status != kRefused) return said;
    answer = client.ReadToEnd();
    said.by_rule = answer.find("NOT_ALLOWED") != std::string::npos ||
                   answer.find("DISTRICT_NOT_YOURS") != std::string::npos;
    return said;
  }
  std::string TokenOf(const CallerKind& kind, const char* district = "d", const char* school = "s",
                      const char* team = "t") const {
    return services_.Token(kind.role, district, kind.of_school ? school : "",
                           kind.of_team ? team : "");
  }
  bool IsLetIn(const Request& request, const std::string& token) {
    const Answer answer = Ask(request, token);
    EXPECT_NE(answer.status, kUnknown);
    EXPECT_NE(answer.status, 405);
    EXPECT_NE(answer.status, 500);
    EXPECT_NE(answer.status, 501);
    return !answer.by_rule;
  }

  const std::string file_ = testing::TempDir() + "access-routes-" + std::to_string(getpid());
  GuardedServices services_;
  runtime::SimulatedLog log_;
  const runtime::SystemClock clock_;
  std::unique_ptr<gateway::oauth::TokenIssuer> issuer_;
  std::unique_ptr<gateway::sign_in::SignIn> sign_in_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

TEST_F(AccessRoutes, OfTheApiGoAsFarAsTheTableSays) {
  for (const auto* service : gateway::PublicServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const std::string name = service->name() + '.' + method.name();
      if (method.client_streaming() || AccessTable::Read().IsForAnybody(name)) continue;
      const auto& rule = method.options().GetExtension(google::api::http);
      std::vector<google::api::HttpRule> bindings = {rule};
      bindings.insert(bindings.end(), rule.additional_bindings().begin(),
                      rule.additional_bindings().end());
      for (const google::api::HttpRule& binding : bindings) {
        const Request request = RequestOf(method, binding);
        SCOPED_TRACE(request.verb + ' ' + request.target + " of " + name);
        EXPECT_EQ(Ask(request, "").status, kUnknown);
        for (const CallerKind& kind : kCallerKinds) {
          SCOPED_TRACE(kind.title);
          const std::string far = AccessTable::Read().Cell(name, kind);
          const bool anywhere = far == "district";
          EXPECT_EQ(IsLetIn(request, TokenOf(kind)), anywhere || far == "school" || far == "team");
          EXPECT_EQ(IsLetIn(request, TokenOf(kind, "d", "s", "u")), anywhere || far == "school");
          EXPECT_EQ(IsLetIn(request, TokenOf(kind, "d", "r")), anywhere);
          EXPECT_FALSE(IsLetIn(request, TokenOf(kind, "e")));
        }
      }
    }
  }
}

// What is served to everybody: it tells nothing of any district, or carries its proof.
const std::set<std::string> kOpen = {"GET /",
                                     "GET /board/**",
                                     "GET /healthz",
                                     "GET /metadata",
                                     "GET /metadata/data/v3/dependencies",
                                     "GET /sign-in",
                                     "GET /sign-in/callback",
                                     "POST /sign-in/back-channel-logout",
                                     "GET /unsubscribe",
                                     "POST /unsubscribe",
                                     "GET /v1/me",
                                     "GET /v1/openapi.json",
                                     "GET /xapi/about",
                                     "GET /xapi/{source}/about"};

std::string WithoutNames(std::string pattern) {
  for (size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{')) {
    pattern.replace(open, pattern.find('}', open) - open + 1, "x");
  }
  const size_t rest = pattern.find("/**");
  return rest == std::string::npos ? pattern : pattern.substr(0, rest) + "/nothing";
}

TEST_F(AccessRoutes, NoneIsServedToStrangersThatIsNotMeantToBe) {
  std::set<std::string> open;
  for (const auto& [verb, pattern] : gateway_->routes()) {
    SCOPED_TRACE(verb + ' ' + pattern);
    const bool is_open = Ask({verb, WithoutNames(pattern), ""}, "").status != kUnknown;
    if (is_open) open.insert(verb + ' ' + pattern);
  }
  EXPECT_THAT(open, testing::ContainerEq(kOpen));
}

// Of the standards: whatever takes something in, takes nothing from those who may not push.
TEST_F(AccessRoutes, OfStandardsTakeNothingFromThoseWhoMayNotPush) {
  int tried = 0;
  for (const auto& [verb, pattern] : gateway_->routes()) {
    const bool is_of_standard =
        !kOpen.contains(verb + ' ' + pattern) && !pattern.starts_with("/v1/");
    if (!is_of_standard || verb == "GET") continue;
    SCOPED_TRACE(verb + ' ' + pattern);
    for (const CallerKind& kind : kCallerKinds) {
      SCOPED_TRACE(kind.title);
      if (AccessTable::Read().May("EvidenceService.IngestResults", kind)) continue;
      const Answer answer = Ask({verb, WithoutNames(pattern), "{}"}, TokenOf(kind));
      EXPECT_GE(answer.status, 400) << "nothing of it is done";
      ++tried;
    }
  }
  EXPECT_GT(tried, 50);
}

TEST_F(AccessRoutes, OfPushesAreForThoseWhoPushAlone) {
  std::vector<std::string> pushes = {"/ims/oneroster/bundles", "/data/v3/ed-fi/studentAssessments"};
  for (const auto& standard : gateway::Standards()) pushes.emplace_back(standard.push);
  for (const std::string& path : pushes) {
    SCOPED_TRACE(path);
    for (const CallerKind& kind : kCallerKinds) {
      SCOPED_TRACE(kind.title);
      const bool may = AccessTable::Read().May("EvidenceService.IngestResults", kind);
      const int status = Ask({"POST", path, "{}"}, TokenOf(kind)).status;
      // Caliper has one status for both.
      EXPECT_EQ(status == kRefused || status == kUnknown, !may) << status;
    }
  }
}

}  // namespace
}  // namespace throughline
