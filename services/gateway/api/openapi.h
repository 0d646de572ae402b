// The document of the API, OpenAPI 3.1 as JSON: proto/openapi.json as it was when this was built.
#pragma once

#include <string_view>

namespace throughline::gateway {

std::string_view OpenApiDocument();

}  // namespace throughline::gateway
