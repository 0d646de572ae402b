#include "gateway/api/fuzz_entry.h"

#include <cstdlib>

#include "gateway/api/api.h"

namespace throughline::gateway {

namespace {

using google::protobuf::Message;

void Demand(bool held) {
  if (!held) std::abort();
}

void ReadBody(std::string_view text, const google::protobuf::Descriptor& type) {
  static const JsonWriter writer;
  const auto* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
  const std::unique_ptr<Message> message(prototype->New());
  const auto json = ReadJson(text);
  if (!json || !ReadMessage(*json, *message)) return;
  const auto written = writer.Write(type, message->SerializeAsString());
  Demand(written.has_value());
  const std::unique_ptr<Message> again(prototype->New());
  // Written out, what was absent may be deeper and more.
  const auto read = ReadJson(*written, {.depth = 100, .values = 10'000'000});
  Demand(read && ReadMessage(*read, *again));
  Demand(again->SerializeAsString() == message->SerializeAsString());
}

void Ask(const Api& api, std::string_view path, std::string_view rest) {
  const size_t equals = rest.find('=');
  std::vector<std::pair<std::string, std::string>> query;
  if (equals != std::string_view::npos) {
    query.emplace_back(rest.substr(0, equals), rest.substr(equals + 1));
  }
  for (const char* verb : {"GET", "POST", "PUT"}) {
    const auto read = api.Read({.verb = verb,
                                .path = path,
                                .query = query,
                                .content_type = "application/json",
                                .body = verb == std::string_view("GET") ? "" : rest,
                                .idempotency_key = rest.substr(0, 20),
                                .district = "lakeside"});
    if (read) {
      Demand(!read->request->SerializeAsString().empty());
    } else {
      Demand(read.error().status >= 400 && read.error().status < 500);
    }
  }
}

}  // namespace

void FuzzApi(std::string_view text) {
  static const Api api = *Api::Of(PublicServices());
  static const auto routes = api.routes().routes();
  if (text.empty()) return;
  const auto chosen = static_cast<unsigned char>(text.front()) % routes.size();
  text.remove_prefix(1);
  ReadBody(text, *routes[chosen]->method->input_type());
  const size_t line = std::min(text.find('\n'), text.size());
  Ask(api, text.substr(0, line), text.substr(std::min(line + 1, text.size())));
}

}  // namespace throughline::gateway
