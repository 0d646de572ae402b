#include "gateway/api/route_table.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <set>

#include "gateway/api/api.h"
#include "google/api/annotations.pb.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline::gateway {
namespace {

using google::protobuf::MethodDescriptor;

// A path that the route of `rule` is at, its variables filled in.
std::string PathOf(const google::api::HttpRule& rule) {
  std::string path = rule.get() + rule.put() + rule.post() + rule.delete_() + rule.patch();
  for (size_t open; (open = path.find('{')) != std::string::npos;) {
    path.replace(open, path.find('}') - open + 1, "id" + std::to_string(open));
  }
  return path;
}

std::vector<google::api::HttpRule> RulesOf(const MethodDescriptor& method) {
  const auto& rule = method.options().GetExtension(google::api::http);
  std::vector<google::api::HttpRule> rules = {rule};
  rules.insert(rules.end(), rule.additional_bindings().begin(), rule.additional_bindings().end());
  return rules;
}

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* service : PublicServices()) {
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
  }
  return methods;
}

TEST(Routes, LeadToEveryMethodThatIsNotStreamedInto) {
  const auto table = RouteTable::Of(PublicServices());
  ASSERT_TRUE(table) << table.error().message;
  std::set<const MethodDescriptor*> reached;
  for (const Route* route : table->routes()) reached.insert(route->method);
  for (const MethodDescriptor* method : Methods()) {
    EXPECT_EQ(reached.contains(method), !method->client_streaming()) << method->full_name();
  }
  EXPECT_GE(reached.size(), 50U);
}

TEST(Routes, AreFoundAtTheirPathsAndHideNoOther) {
  const auto table = *RouteTable::Of(PublicServices());
  for (const MethodDescriptor* method : Methods()) {
    if (method->client_streaming()) continue;
    for (const auto& rule : RulesOf(*method)) {
      const std::string path = PathOf(rule);
      bool found = false;
      for (const char* verb : {"GET", "PUT", "POST", "DELETE", "PATCH"}) {
        const auto at = table.Find(verb, path);
        found = found || (at->route != nullptr && at->route->method == method);
        EXPECT_NE(at->allow, "");
      }
      EXPECT_TRUE(found) << path;
    }
  }
}

TEST(Routes, AreWrittenAlike) {
  const auto table = *RouteTable::Of(PublicServices());
  for (const Route* route : table.routes()) {
    EXPECT_EQ(route->has_body, route->verb != "GET" && route->verb != "DELETE")
        << route->method->full_name();
    const bool changes = route->method->input_type()->FindFieldByName("request_id") != nullptr;
    // What needs no credential brings a token instead, and with it may be done again as it is.
    const bool by_token = route->district.empty();
    // Who a student is, and why somebody asks, is in no address: addresses are written down.
    const bool says_who = route->method->input_type()->FindFieldByName("purpose") != nullptr;
    // What is answered once by itself, and by somebody whom an id would lead back to.
    const bool by_rater = route->method->input_type()->FindFieldByName("rater") != nullptr;
    EXPECT_EQ(changes || by_token || says_who || by_rater, route->verb != "GET")
        << route->method->full_name();
    for (const FieldPath& variable : route->variables) EXPECT_FALSE(variable.empty());
  }
}

// Whatever looks at links before people do, and any page that shows one, may GET.
TEST(Routes, ThatAreGetsChangeNothing) {
  const auto table = *RouteTable::Of(PublicServices());
  for (const Route* route : table.routes()) {
    if (route->verb != "GET") continue;
    const std::string& name = route->method->name();
    EXPECT_TRUE(name.starts_with("Get") || name.starts_with("List") || name.starts_with("Watch") ||
                name.starts_with("Explain") || name.starts_with("Propose"))
        << name;
    EXPECT_EQ(route->method->input_type()->FindFieldByName("request_id"), nullptr)
        << name << " is a command";
  }
}

TEST(Routes, TellAVerbFromAnId) {
  const auto table = *RouteTable::Of(PublicServices());
  const auto named = [&](const char* verb, const char* path) {
    const auto at = *table.Find(verb, path);
    return at.route == nullptr ? "none; " + at.allow : at.route->method->name();
  };
  EXPECT_EQ(named("GET", "/v1/alerts/a"), "GetAlert");
  EXPECT_EQ(named("GET", "/v1/alerts/a:b"), "GetAlert");
  EXPECT_EQ(named("GET", "/v1/alerts/a:snooze"), "none; POST");
  EXPECT_EQ(named("GET", "/v1/alerts/a%3Asnooze"), "GetAlert");
  EXPECT_EQ(named("POST", "/v1/alerts/a:snooze"), "SnoozeAlert");
  EXPECT_EQ(named("GET", "/v1/alerts:watch"), "WatchAlerts");
  EXPECT_EQ(named("DELETE", "/v1/subscriptions"), "none; GET, POST");
  EXPECT_EQ(named("GET", "/v1/alerts/"), "ListAlerts");
  EXPECT_EQ(named("GET", "/v1/nothing"), "none; ");
  EXPECT_EQ(table.Find("GET", "/v1/alerts/%ff").error().reason, "PATH_INVALID");
}

// Why a table of one service cannot be made: of the methods A and B over a message of a string
// `district`, a number `size`, a map, and a message.
std::string WhyBroken(const std::string& first, const std::string& second = "",
                      const std::string& first_input = ".broken.Request") {
  google::protobuf::FileDescriptorProto file;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(name: "broken.proto" package: "broken" syntax: "proto3"
         message_type {
           name: "Request"
           field {name: "district" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL}
           field {name: "size" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL}
         }
         message_type {
           name: "Raw"
           field {name: "district" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL}
           field {
             name: "raw" number: 2 label: LABEL_REPEATED
             type: TYPE_MESSAGE type_name: ".broken.Raw.RawEntry"
           }
           nested_type {
             name: "RawEntry"
             options {map_entry: true}
             field {name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL}
             field {name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL}
           }
         }
         message_type {name: "Nothing"}
         service {name: "Service"})",
      &file));
  const auto add = [&](const char* name, const std::string& input, const std::string& options) {
    auto* method = file.mutable_service(0)->add_method();
    method->set_name(name);
    method->set_input_type(input);
    method->set_output_type(".broken.Nothing");
    method->set_client_streaming(options.find("streams") != std::string::npos);
    method->mutable_options()
        ->MutableExtension(common::v1::allowed)
        ->add_roles(common::v1::ROLE_INTEGRATION);
    auto* rule = method->mutable_options()->MutableExtension(google::api::http);
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        options.substr(0, options.find("streams")), rule));
  };
  add("A", first_input, first);
  if (!second.empty()) add("B", ".broken.Request", second);
  google::protobuf::DescriptorPool pool;
  const auto* service = pool.BuildFile(file)->service(0);
  const auto table = RouteTable::Of(std::array{service});
  return table ? "" : table.error().message;
}

TEST(Routes, ThatMakeNoSenseAreRefusedAtTheStart) {
  using testing::HasSubstr;
  EXPECT_EQ(WhyBroken("get: '/v1/a/{district}'"), "");
  EXPECT_THAT(WhyBroken("get: '/v1/a/{district=*}'"), HasSubstr("no path"));
  EXPECT_THAT(WhyBroken("get: '/v1/a/{city}'"), HasSubstr("no string city"));
  EXPECT_THAT(WhyBroken("get: '/v1/a/{size}'"), HasSubstr("no string size"));
  EXPECT_THAT(WhyBroken("post: '/v1/a' body: 'size'"), HasSubstr("a body is"));
  EXPECT_THAT(WhyBroken("get: '/v1/a' response_body: 'b'"), HasSubstr("whole response"));
  EXPECT_THAT(WhyBroken("custom {kind: 'HEAD' path: '/v1/a'}"), HasSubstr("no path"));
  EXPECT_THAT(WhyBroken("get: '/v1/a' streams"), HasSubstr("streamed"));
  EXPECT_THAT(WhyBroken("get: '/v1/a'", "", ".broken.Nothing"), HasSubstr("no district"));
  EXPECT_THAT(WhyBroken("get: '/v1/a'", "", ".broken.Raw"), HasSubstr("broken.Raw.raw"));
  EXPECT_EQ(WhyBroken("get: '/v1/a'", "put: '/v1/a'"), "");
  EXPECT_THAT(WhyBroken("get: '/v1/{district}'", "get: '/v1/{district}'"),
              HasSubstr("broken.Service.A"));
}

}  // namespace
}  // namespace throughline::gateway
