#include "gateway/board/board_routes.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>

#include "gateway/board/board_files.h"

namespace throughline::gateway::board {

namespace {

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view kFolder = "/board/";
constexpr char kBrotli[] = "br", kGzip[] = "gzip";

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

bool IsTheSame(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// Up to the separator; what is left begins after it.
std::string_view Next(std::string_view& left, char separator) {
  const size_t end = std::min(left.find(separator), left.size());
  const std::string_view next = Trimmed(left.substr(0, end));
  left.remove_prefix(std::min(end + 1, left.size()));
  return next;
}

// The weight that parameters give: `;q=0` says that it is not wanted.
bool IsWanted(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = Next(parameters, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      return std::strtod(std::string(parameter.substr(2)).c_str(), nullptr) > 0;
    }
  }
  return true;
}

// Whether a list of weighted values, as Accept is one, wants this value.
bool Wants(std::string_view list, std::string_view value) {
  while (!list.empty()) {
    std::string_view parameters = Next(list, ',');
    if (IsTheSame(Next(parameters, ';'), value)) return IsWanted(parameters);
  }
  return false;
}

std::string ETag() { return "W/\"" + std::string(Version()) + "\""; }

// As If-None-Match compares: weakly.
bool Has(std::string_view tags, std::string_view tag) {
  while (!tags.empty()) {
    std::string_view one = Next(tags, ',');
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag.substr(2)) return true;
  }
  return false;
}

http::Response WithHeaders(std::string cache, std::string vary) {
  http::Response response;
  response.headers = {{"Cache-Control", std::move(cache)},
                      {"Vary", std::move(vary)},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Content-Security-Policy", kPolicy},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}};
  return response;
}

http::Response Filled(http::Response response, const BoardFile& file, const http::Request& asked) {
  response.headers.emplace_back("Content-Type", file.media_type);
  const std::string encoding = EncodingFor(asked.Header("accept-encoding"));
  if (!encoding.empty()) response.headers.emplace_back("Content-Encoding", encoding);
  response.body = encoding == kBrotli ? file.brotli : encoding == kGzip ? file.gzip : file.text;
  return response;
}

http::Response PageFor(const http::Request& asked) {
  http::Response response = WithHeaders("no-cache", "Accept, Accept-Encoding");
  response.headers.emplace_back("ETag", ETag());
  if (!Has(asked.Header("if-none-match"), ETag())) {
    return Filled(std::move(response), Page(), asked);
  }
  response.status = 304;
  return response;
}

// Null: there is none at this path.
const BoardFile* FileAt(std::string_view path) {
  if (!path.starts_with(kFolder)) return nullptr;
  path.remove_prefix(kFolder.size());
  const std::string folder = std::string(Version()) + "/";
  if (!path.starts_with(folder)) return nullptr;
  path.remove_prefix(folder.size());
  const auto files = Files();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const BoardFile& file) { return file.name == path; });
  return found == files.end() ? nullptr : &*found;
}

http::Response FileFor(const http::Request& asked, const http::Routes::Refuse& refuse) {
  const BoardFile* file = FileAt(asked.path);
  if (file == nullptr) return refuse(asked, 404);
  return Filled(WithHeaders("public, max-age=31536000, immutable", "Accept-Encoding"), *file,
                asked);
}

// What is kept of it depends on what was asked for.
http::Response NoPage(http::Response response) {
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace

bool AcceptsPage(std::string_view accept) { return Wants(accept, "text/html"); }

std::string EncodingFor(std::string_view accept_encoding) {
  for (const char* encoding : {kBrotli, kGzip}) {
    if (Wants(accept_encoding, encoding)) return encoding;
  }
  return "";
}

void AddBoardRoutes(http::Routes& routes, http::Handler otherwise, http::Routes::Refuse refuse) {
  routes.Add(
      "GET", "/",
      [otherwise = std::move(otherwise)](http::Exchange& exchange) -> http::Task<http::Response> {
        const http::Request& asked = exchange.request();
        if (AcceptsPage(asked.Header("accept"))) co_return PageFor(asked);
        http::Response answer = co_await otherwise(exchange);
        co_return NoPage(std::move(answer));
      });
  routes.Add("GET", "/board/**",
             [refuse = std::move(refuse)](http::Exchange& exchange) -> http::Task<http::Response> {
               co_return FileFor(exchange.request(), refuse);
             });
}

}  // namespace throughline::gateway::board
