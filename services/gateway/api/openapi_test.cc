#include "gateway/api/openapi.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

#include "gateway/api/api.h"

namespace throughline::gateway {
namespace {

TEST(OpenApi, IsTheDocumentOfTheRepository) {
  std::ifstream file("proto/openapi.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(OpenApiDocument(), text);
}

// The document and the routes come from the same options, by different hands.
TEST(OpenApi, SaysWhereTheRoutesLeadAndNothingElse) {
  const Json document = *ReadJson(OpenApiDocument());
  const Api api = *Api::Of(PublicServices());
  std::set<const Route*> said;
  std::set<std::string> names;
  for (const Route* route : api.routes().routes()) names.insert(route->method->name());
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [verb, operation] : item.items()) {
      const auto name = operation["operationId"].get<std::string>();
      std::string upper = verb;
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      // A name in braces is a segment like any other.
      const auto at = *api.routes().Find(upper, path);
      if (at.route == nullptr) {
        EXPECT_FALSE(names.contains(name)) << path;  // a path that is no method
        continue;
      }
      EXPECT_TRUE(name.starts_with(at.route->method->name())) << path << ' ' << name;
      said.insert(at.route);
    }
  }
  EXPECT_EQ(said.size(), api.routes().routes().size());
}

}  // namespace
}  // namespace throughline::gateway
