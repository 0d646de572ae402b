#include "gateway/board/board_routes.h"

#include <brotli/decode.h>
#include <gmock/gmock.h>
#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <optional>
#include <set>

#include "gateway/board/board_files.h"

namespace throughline::gateway::board {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

class Asked : public http::Exchange {
 public:
  explicit Asked(http::Request asked) : request_(std::move(asked)) {}
  const http::Request& request() const override { return request_; }
  http::Task<core::Result<std::string>> Read() override { co_return std::string(); }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }
  http::Request request_;
};

http::Response Ask(const std::string& path,
                   std::map<std::string, std::string, std::less<>> headers = {}) {
  http::Routes routes([](const http::Request&, int status) {
    return http::Response{.status = status, .body = "refused"};
  });
  AddBoardRoutes(
      routes,
      [](http::Exchange&) -> http::Task<http::Response> {
        co_return http::Response{.body = "another document"};
      },
      [](const http::Request&, int status) {
        return http::Response{.status = status, .body = "no such file"};
      });
  Asked exchange({.method = "GET", .target = path, .headers = std::move(headers)});
  EXPECT_TRUE(http::ReadTarget(exchange.request_)) << path;
  std::optional<http::Response> answer;
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context,
      [&]() -> http::Task<void> { answer = co_await routes.Serve(exchange, exchange.request_); },
      [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  context.run();
  return answer.value_or(http::Response{.status = 0});
}

constexpr size_t kLargest = 1 << 20;  // of a file

std::string FromBrotli(std::string_view packed) {
  std::string text(kLargest, '\0');
  size_t size = text.size();
  const auto result =
      BrotliDecoderDecompress(packed.size(), reinterpret_cast<const uint8_t*>(packed.data()), &size,
                              reinterpret_cast<uint8_t*>(text.data()));
  EXPECT_EQ(result, BROTLI_DECODER_RESULT_SUCCESS);
  text.resize(size);
  return text;
}

std::string FromGzip(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  std::string text(kLargest, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

constexpr char kBrowser[] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

std::string Folder() { return "/board/" + std::string(Version()) + "/"; }

TEST(BoardRoutes, GiveThePageToWhoeverAcceptsHtml) {
  const http::Response page = Ask("/", {{"accept", kBrowser}});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.headers, Contains(Pair("Content-Type", "text/html; charset=utf-8")));
  EXPECT_THAT(page.headers, Contains(Pair("Cache-Control", "no-cache")));
  EXPECT_THAT(page.headers, Contains(Pair("Vary", "Accept, Accept-Encoding")));
  EXPECT_THAT(page.body, HasSubstr("src=\"" + Folder() + "app.js\""));
  EXPECT_THAT(page.body, Not(HasSubstr("@FOLDER@")));
}

TEST(BoardRoutes, GiveTheOtherDocumentToEverybodyElse) {
  for (const char* accept : {"", "*/*", "application/json", "text/html;q=0", "text/*"}) {
    const http::Response answer = Ask("/", {{"accept", accept}});
    EXPECT_EQ(answer.body, "another document") << accept;
    EXPECT_THAT(answer.headers, ElementsAre(Pair("Vary", "Accept"))) << accept;
  }
}

TEST(BoardRoutes, ReadWhatIsAccepted) {
  EXPECT_TRUE(AcceptsPage("application/json, TEXT/HTML ; charset=utf-8 ; q=0.1"));
  EXPECT_FALSE(AcceptsPage("application/json, text/html;q=0.000"));
  EXPECT_FALSE(AcceptsPage("text/htmlx"));
  EXPECT_EQ(EncodingFor("gzip, deflate, br"), "br");
  EXPECT_EQ(EncodingFor("br;q=0, gzip"), "gzip");
  EXPECT_EQ(EncodingFor("gzip;q=0, deflate"), "");
  EXPECT_EQ(EncodingFor(""), "");
}

TEST(BoardRoutes, SayThatAPageIsTheSame) {
  const http::Response page = Ask("/", {{"accept", kBrowser}});
  const std::string tag = "W/\"" + std::string(Version()) + "\"";
  EXPECT_THAT(page.headers, Contains(Pair("ETag", tag)));
  for (const std::string& tags : {tag, "\"other\", " + tag, tag.substr(2), std::string("*")}) {
    const http::Response same = Ask("/", {{"accept", kBrowser}, {"if-none-match", tags}});
    EXPECT_EQ(same.status, 304) << tags;
    EXPECT_THAT(same.body, IsEmpty());
    EXPECT_THAT(same.headers, Contains(Pair("ETag", tag)));
  }
  EXPECT_EQ(Ask("/", {{"accept", kBrowser}, {"if-none-match", "W/\"other\""}}).status, 200);
}

TEST(BoardRoutes, PackWhatTheyServe) {
  size_t packed = Page().brotli.size();
  std::map<std::string, size_t> words;  // by language
  for (const BoardFile& file : Files()) {
    const std::string path = Folder() + std::string(file.name);
    const http::Response plain = Ask(path);
    EXPECT_EQ(plain.body, file.text) << file.name;
    EXPECT_THAT(plain.headers, Not(Contains(Pair("Content-Encoding", testing::_))));
    const http::Response gzip = Ask(path, {{"accept-encoding", "gzip"}});
    EXPECT_THAT(gzip.headers, Contains(Pair("Content-Encoding", "gzip")));
    EXPECT_EQ(FromGzip(gzip.body), file.text) << file.name;
    const http::Response brotli = Ask(path, {{"accept-encoding", "gzip, br"}});
    EXPECT_THAT(brotli.headers, Contains(Pair("Content-Encoding", "br")));
    EXPECT_EQ(FromBrotli(brotli.body), file.text) << file.name;
    // A browser asks for one language, and for a licence when somebody wants to read it.
    const bool is_words = file.name.starts_with("words/");
    if (is_words)
      words[std::string(file.name.substr(file.name.size() - 5, 2))] += file.brotli.size();
    if (file.media_type.starts_with("text/plain") || is_words) continue;
    packed += file.brotli.size();
  }
  EXPECT_EQ(words.size(), 2u);
  for (const auto& [language, size] : words) EXPECT_LT(packed + size, 100'000u) << language;
}

TEST(BoardRoutes, NameAllModulesInThePageSoThatTheyAreAskedForAtOnce) {
  for (const BoardFile& file : Files()) {
    const bool is_module = file.media_type.starts_with("text/javascript");
    if (!is_module || file.name == "app.js" || file.name.starts_with("words/")) continue;
    EXPECT_THAT(Page().text,
                HasSubstr("modulepreload\" href=\"" + Folder() + std::string(file.name) + "\""));
  }
}

TEST(BoardRoutes, LetBrowsersKeepFilesForEver) {
  const http::Response file = Ask(Folder() + "app.js");
  EXPECT_THAT(file.headers, Contains(Pair("Cache-Control", "public, max-age=31536000, immutable")));
  EXPECT_THAT(file.headers, Contains(Pair("Content-Type", "text/javascript; charset=utf-8")));
  EXPECT_THAT(file.headers, Contains(Pair("Vary", "Accept-Encoding")));
}

TEST(BoardRoutes, AllowNothingButFilesOfThisServer) {
  for (const http::Response& answer :
       {Ask("/", {{"accept", kBrowser}}), Ask(Folder() + "style.css")}) {
    EXPECT_THAT(answer.headers,
                Contains(Pair("Content-Security-Policy",
                              "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
                              "'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
                              "frame-ancestors 'none'")));
    EXPECT_THAT(answer.headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
    EXPECT_THAT(answer.headers, Contains(Pair("Referrer-Policy", "no-referrer")));
  }
}

TEST(BoardRoutes, RefuseWhatNamesNoFile) {
  for (const std::string& path :
       {std::string("/board/"), Folder(), Folder() + "nothing.js", Folder() + "../app.js",
        std::string("/board/0000000000000000/app.js"), Folder() + "index.html"}) {
    const http::Response answer = Ask(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("import"))) << path;
  }
}

TEST(BoardFiles, HaveOneModuleForAllThatAreOurs) {
  for (const BoardFile& file : Files()) {
    const bool is_kept = file.name.starts_with("words/") || file.name.starts_with("vendor/");
    if (!file.media_type.starts_with("text/javascript") || is_kept) continue;
    EXPECT_EQ(file.name, "app.js");
    EXPECT_THAT(file.text, HasSubstr("import * as $0 from './vendor/"));
    EXPECT_THAT(file.text, Not(HasSubstr("export ")));
  }
}

TEST(BoardFiles, ArePageAndFilesWithNoScriptOrStyleInside) {
  std::set<std::string_view> names;
  for (const BoardFile& file : Files()) EXPECT_TRUE(names.insert(file.name).second) << file.name;
  EXPECT_THAT(names, Contains("app.js"));
  EXPECT_THAT(Page().text, Not(HasSubstr("<style")));
  EXPECT_THAT(Page().text, Not(HasSubstr("style=")));
  EXPECT_THAT(Page().text, Not(HasSubstr("onclick")));
}

}  // namespace
}  // namespace throughline::gateway::board
