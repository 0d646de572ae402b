#include "gateway/api/route_table.h"

#include <algorithm>
#include <set>

#include "gateway/api/errors.h"
#include "google/api/annotations.pb.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline::gateway {

using google::api::HttpRule;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

namespace {

// The verb and the path of a rule; empty when it has one that is not taken here.
std::pair<std::string, std::string> PatternOf(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    default:
      return {};
  }
}

bool IsOneString(const FieldPath& path) {
  return !path.empty() && path.back()->type() == FieldDescriptor::TYPE_STRING &&
         !path.back()->is_repeated();
}

// The name of a field that the reader of json_message.h cannot read; empty: there is none.
std::string UnreadableField(const Descriptor& message, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&message).second) return "";
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.is_map()) return field.full_name();
    const Descriptor* part = field.message_type();
    if (part == nullptr) continue;
    if (part->file()->package() == "google.protobuf") return field.full_name();
    std::string name = UnreadableField(*part, seen);
    if (!name.empty()) return name;
  }
  return "";
}

core::Result<Route> RouteOf(const MethodDescriptor& method, const HttpRule& rule,
                            const PathTemplate& path) {
  const auto broken = [&](const std::string& why) {
    return core::Refuse(RouteBroken(method.full_name(), why));
  };
  Route route;
  route.method = &method;
  route.verb = PatternOf(rule).first;
  route.has_body = rule.body() == "*";
  if (!route.has_body && !rule.body().empty()) return broken("a body is \"*\" or none");
  if (!rule.response_body().empty()) return broken("the answer is the whole response");
  for (const std::string& name : path.variables()) {
    FieldPath variable = PathTo(*method.input_type(), name);
    if (!IsOneString(variable)) return broken("there is no string " + name);
    route.variables.push_back(std::move(variable));
  }
  const auto& allowed = method.options().GetExtension(common::v1::allowed);
  route.anybody = allowed.anybody();
  if (allowed.roles().empty()) return route;  // for nobody, or for anybody: there is no credential
  const std::string& tenant = allowed.district_field();
  route.district = PathTo(*method.input_type(), tenant.empty() ? "district" : tenant);
  if (!IsOneString(route.district)) return broken("the request names no district");
  return route;
}

}  // namespace

core::Result<RouteTable> RouteTable::Of(
    std::span<const google::protobuf::ServiceDescriptor* const> services) {
  RouteTable table;
  for (const auto* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      if (!service->method(i)->options().HasExtension(google::api::http)) continue;
      if (auto added = table.Add(*service->method(i)); !added) {
        return core::Refuse(added.error());
      }
    }
  }
  std::stable_sort(table.resources_.begin(), table.resources_.end(),
                   [](const Resource& a, const Resource& b) { return a.path.ComesBefore(b.path); });
  return table;
}

core::Result<void> RouteTable::Add(const MethodDescriptor& method) {
  const auto broken = [&](const std::string& why) {
    return core::Refuse(RouteBroken(method.full_name(), why));
  };
  if (method.client_streaming()) return broken("requests cannot be streamed");
  std::set<const Descriptor*> seen;
  const std::string unreadable = UnreadableField(*method.input_type(), seen);
  if (!unreadable.empty()) return broken("JSON has no word for " + unreadable);
  const HttpRule& option = method.options().GetExtension(google::api::http);
  std::vector<const HttpRule*> rules = {&option};
  for (const HttpRule& rule : option.additional_bindings()) rules.push_back(&rule);
  for (const HttpRule* rule : rules) {
    const std::string pattern = PatternOf(*rule).second;
    const auto path = PathTemplate::Of(pattern);
    if (!path) return broken("'" + pattern + "' is no path of the kind that is taken here");
    auto route = RouteOf(method, *rule, *path);
    if (!route) return core::Refuse(route.error());
    auto resource = std::find_if(
        resources_.begin(), resources_.end(),
        [&](const Resource& candidate) { return candidate.path.Shape() == path->Shape(); });
    if (resource == resources_.end()) resource = resources_.insert(resource, {*path, {}});
    const auto [other, is_new] = resource->by_verb.try_emplace(route->verb, *route);
    if (!is_new) return broken("it is also the route of " + other->second.method->full_name());
  }
  return {};
}

core::Result<AtPath> RouteTable::Find(std::string_view verb, std::string_view path) const {
  AtPath at;
  // A slash at the end says nothing.
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  for (const Resource& resource : resources_) {
    const auto values = resource.path.Match(path);
    if (!values) continue;
    const auto found = resource.by_verb.find(verb);
    if (found != resource.by_verb.end()) at.route = &found->second;
    for (const auto& [taken, route] : resource.by_verb) {
      at.allow += (at.allow.empty() ? "" : ", ") + taken;
    }
    for (std::string_view value : *values) {
      auto decoded = DecodedText(value);
      if (!decoded) return core::Refuse(PathInvalid());
      at.values.push_back(std::move(*decoded));
    }
    break;
  }
  return at;
}

std::vector<const Route*> RouteTable::routes() const {
  std::vector<const Route*> routes;
  for (const Resource& resource : resources_) {
    for (const auto& [verb, route] : resource.by_verb) routes.push_back(&route);
  }
  return routes;
}

}  // namespace throughline::gateway
