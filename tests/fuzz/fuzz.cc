// The parsers of everything that comes from outside: `throughline_fuzz --parser=caliper` under
// libFuzzer, and replay.cc with what it has found. A parser may refuse whatever it likes; it must
// not crash, hang, or leak, and what it promises of its result is checked where it is exercised.
// `--list` names the parsers.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "gateway/api/fuzz_entry.h"
#include "gateway/door/content_encoding.h"
#include "gateway/edfi/fuzz_entries.h"
#include "gateway/json/json_reader.h"
#include "gateway/oauth/token_request.h"
#include "gateway/oneroster/gradebook_json.h"
#include "gateway/oneroster/gradebook_pages.h"
#include "gateway/standards.h"
#include "http_connection.h"
#include "oneroster/bundle_reader.h"
#include "platform/access/credentials.h"
#include "platform/access/key_set.h"
#include "platform/access/test_tokens.h"
#include "runtime/stream_token.h"

namespace throughline {
namespace {

void Json(std::string_view text) {
  const auto read = gateway::ReadJson(text);
  if (read && read->is_number()) {
    const auto number = gateway::NumberText(*read);
    if (!number || number->find_first_of("0123456789") == std::string::npos) std::abort();
  }
}

void OneRoster(std::string_view text) {
  namespace gradebook = gateway::oneroster;
  for (const char* wrapper : {"result", "results", "lineItem"}) {
    const auto object = gradebook::Unwrap(text, wrapper);
    if (!object) continue;
    if (const auto result = gradebook::ReadResult(*object, "id")) {
      if (result->source_id() != "id" || result->student().empty()) std::abort();
    }
    static_cast<void>(gradebook::ReadResultOf(*object, "line-item"));
    static_cast<void>(gradebook::ReadAssessmentLineItem(*object, "id"));
    const auto defined = gradebook::ReadLineItem(*object, "id");
    if (defined && defined->assessments(0).scale_max() <= defined->assessments(0).scale_min()) {
      std::abort();
    }
  }
}

// A folder in memory, gone when the program ends.
class Folder {
 public:
  Folder() {
    if (mkdtemp(path_) == nullptr) std::abort();
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path Write(std::string_view name, std::string_view text) const {
    const auto file = path() / name;
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  std::filesystem::path path() const { return path_; }

 private:
  char path_[sizeof("/dev/shm/fuzz.XXXXXX")] = "/dev/shm/fuzz.XXXXXX";
};

void ReadBundle(const std::filesystem::path& path) {
  auto reader = oneroster::BundleReader::Open(path);
  if (!reader) return;
  oneroster::BundleVisitor visitor;
  static_cast<void>(reader->Read(visitor));
}

// The files of a bundle with a form feed between them, its manifest first; there may be fewer.
void Bundle(std::string_view text) {
  static const Folder folder;
  const auto take = [&text] {
    const std::string_view file = text.substr(0, text.find('\f'));
    text.remove_prefix(std::min(file.size() + 1, text.size()));
    return file;
  };
  folder.Write("manifest.csv", take());
  for (oneroster::BundleFile file : oneroster::kBundleFiles) {
    folder.Write(oneroster::SpecOf(file).name, take());
  }
  ReadBundle(folder.path());
}

void BundleZip(std::string_view text) {
  static const Folder folder;
  ReadBundle(folder.Write("bundle.zip", text));
}

// The first line is the head of the request for a token, the rest its body.
void TokenRequest(std::string_view text) {
  platform::http::Request request;
  const size_t end = std::min(text.find('\n'), text.size());
  request.headers["authorization"] = text.substr(0, end);
  for (const char* type : {"application/json", "application/x-www-form-urlencoded"}) {
    request.headers["content-type"] = type;
    static_cast<void>(
        gateway::oauth::ReadTokenRequest(request, text.substr(std::min(end + 1, text.size()))));
  }
}

void Target(std::string_view text) {
  platform::http::Request request;
  request.target = text;
  if (!platform::http::ReadTarget(request)) return;
  const auto page = gateway::oneroster::ReadPageQuestion(request);
  if (page && (page->limit < 1 || page->limit > 1000)) std::abort();
}

// A request whose body comes in pieces as long as its first byte says.
class PackedBody : public platform::http::Exchange {
 public:
  explicit PackedBody(std::string_view text)
      : piece_(text.empty() ? 1 : static_cast<unsigned char>(text[0]) + size_t{1}),
        left_(text.substr(std::min<size_t>(text.size(), 1))) {}
  const platform::http::Request& request() const override { return request_; }
  platform::http::Task<core::Result<std::string>> Read() override {
    const std::string piece(left_.substr(0, piece_));
    left_.remove_prefix(piece.size());
    co_return piece;
  }
  platform::http::Task<bool> Begin(const platform::http::Response&) override { co_return false; }
  platform::http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }

 private:
  platform::http::Request request_;
  size_t piece_;
  std::string_view left_;
};

void Gzip(std::string_view text) {
  constexpr size_t kAtMost = 1 << 20;
  PackedBody packed(text);
  gateway::Unpacked unpacked(packed);
  boost::asio::io_context context;
  auto body = boost::asio::co_spawn(context, platform::http::ReadAll(unpacked, kAtMost),
                                    boost::asio::use_future);
  context.run();
  const auto read = body.get();
  if (read && read->size() > kAtMost) std::abort();
}

void Keys(std::string_view text) { static_cast<void>(platform::KeySet::Parse("here", text)); }

void Token(std::string_view text) {
  static const runtime::SystemClock clock;
  static platform::Credentials& credentials = []() -> platform::Credentials& {
    platform::TestIssuer issuer;
    issuer.AddEc("ec");
    const std::string file = std::string(std::tmpnam(nullptr)) + ".jwks";
    issuer.WriteJwks(file);
    auto keys = platform::KeySource::Open(file);
    std::remove(file.c_str());
    if (!keys) std::abort();
    static platform::Credentials made(
        std::move(*keys),
        {.issuer = platform::TestIssuer::kIssuer, .audience = platform::TestIssuer::kAudience},
        clock);
    return made;
  }();
  // Nobody has the key.
  if (credentials.Verify(text)) std::abort();
}

// What is read is written the same, and read the same again.
void StreamToken(std::string_view text) {
  runtime::ReadPlaces places{{{"events.cycles", 0}, {}}, {{"events.plans", 3}, {}}};
  if (!runtime::ReadToken(text, places)) return;
  const std::string token = runtime::TokenOf(places);
  if (!runtime::ReadToken(token, places) || runtime::TokenOf(places) != token) std::abort();
}

using Parser = void (*)(std::string_view);

std::map<std::string_view, Parser> AllParsers() {
  std::map<std::string_view, Parser> parsers = {
      {"api", gateway::FuzzApi},
      {"bundle", Bundle},
      {"bundle_zip", BundleZip},
      {"edfi_assessment", gateway::edfi::FuzzAssessment},
      {"edfi_kafka_record", gateway::edfi::FuzzKafkaRecord},
      {"edfi_objective", gateway::edfi::FuzzObjectiveAssessment},
      {"edfi_resource_id", gateway::edfi::FuzzResourceId},
      {"edfi_student_assessment", gateway::edfi::FuzzStudentAssessment},
      {"gzip", Gzip},
      {"http_connection", HttpConnection},
      {"json", Json},
      {"key_set", Keys},
      {"oneroster", OneRoster},
      {"stream_token", StreamToken},
      {"target", Target},
      {"token", Token},
      {"token_request", TokenRequest},
  };
  for (const gateway::Standard& standard : gateway::Standards()) {
    for (const gateway::FuzzEntry& entry : standard.fuzzed) {
      parsers.emplace(entry.name, entry.parse);
    }
  }
  return parsers;
}

Parser chosen = nullptr;

}  // namespace
}  // namespace throughline

// libFuzzer passes over arguments that begin with two dashes.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const auto parsers = throughline::AllParsers();
  constexpr std::string_view kParser = "--parser=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument == "--list") {
      for (const auto& [name, parser] : parsers) std::printf("%s\n", name.data());
      std::exit(0);
    }
    if (!argument.starts_with(kParser)) continue;
    const auto found = parsers.find(argument.substr(kParser.size()));
    if (found != parsers.end()) throughline::chosen = found->second;
  }
  if (throughline::chosen == nullptr) {
    std::fprintf(stderr, "Say which parser: --parser=NAME; --list names them.\n");
    std::exit(2);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  throughline::chosen({reinterpret_cast<const char*>(data), size});
  return 0;
}
