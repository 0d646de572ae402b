#include "platform/access/key_source.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "platform/access/access.h"
#include "platform/access/test_tokens.h"

namespace throughline::platform {
namespace {

using testing::HasSubstr;

constexpr auto kAnswerPatience = std::chrono::seconds(20);
constexpr KeyPace kAtOnce{.every = std::chrono::milliseconds(1),
                          .when_wanted = std::chrono::milliseconds(1)};

// Answers every request on a port of this machine with the body it has at the time.
class TinyHttpServer {
 public:
  explicit TinyHttpServer(std::string body) : body_(std::move(body)) {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/jwks";
    thread_ = std::thread([this] { Serve(); });
  }
  ~TinyHttpServer() { Stop(); }

  const std::string& url() const { return url_; }
  void Say(const std::string& status, const std::string& body) {
    std::lock_guard lock(mutex_);
    status_ = status;
    body_ = body;
    answered_ = 0;
  }
  // Until `count` requests were answered with what was said last.
  bool WaitForAnswers(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kAnswerPatience, [&] { return answered_ >= count; });
  }
  void Stop() {
    if (!thread_.joinable()) return;
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

 private:
  void Serve() {
    while (true) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      char request[4096];
      (void)!read(client, request, sizeof request);
      std::unique_lock lock(mutex_);
      const std::string answer = "HTTP/1.1 " + status_ + "\r\nConnection: close\r\n\r\n" + body_;
      lock.unlock();
      size_t sent = 0;
      while (sent < answer.size()) {
        const ssize_t more = send(client, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (more <= 0) break;
        sent += static_cast<size_t>(more);
      }
      close(client);
      lock.lock();
      ++answered_;
      changed_.notify_all();
    }
  }

  int socket_ = -1;
  std::string url_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string status_ = "200 OK";
  std::string body_;
  int answered_ = 0;
  std::thread thread_;
};

class KeySourceTest : public testing::Test {
 protected:
  KeySourceTest() { issuer_.AddRsa("first"); }
  ~KeySourceTest() override { std::filesystem::remove(path_); }
  std::string Refused(const std::string& source) {
    auto opened = KeySource::Open(source);
    return opened ? "" : opened.error().message;
  }
  std::string RefusedText(const std::string& text) {
    std::ofstream(path_) << text;
    return Refused(path_);
  }

  const std::string path_ = testing::TempDir() + "keys-" + std::to_string(getpid());
  TestIssuer issuer_;
};

TEST_F(KeySourceTest, AFileThatCannotBeUsedIsNamed) {
  EXPECT_THAT(Refused("/nowhere/jwks.json"), HasSubstr("/nowhere/jwks.json"));
  EXPECT_THAT(Refused("/tmp"), HasSubstr("not a file"));
  EXPECT_THAT(RefusedText(""), HasSubstr(path_));
  EXPECT_THAT(RefusedText("[]"), HasSubstr("not a JSON Web Key Set"));
  EXPECT_THAT(RefusedText("{\"keys\": 7}"), HasSubstr("not a JSON Web Key Set"));
  EXPECT_THAT(RefusedText("{\"keys\": [7, {}]}"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(RefusedText(std::string(300 << 10, ' ')), HasSubstr("256 KiB"));
}

TEST_F(KeySourceTest, KeysThatAreNotForThisArePassedOver) {
  const nlohmann::json good = nlohmann::json::parse(issuer_.Jwks())["keys"][0];
  EXPECT_EQ(RefusedText(nlohmann::json{{"keys", {7, good}}}.dump()), "");
  const auto refuses = [&](const char* member, const nlohmann::json& value) {
    nlohmann::json bad = good;
    bad[member] = value;
    return RefusedText(nlohmann::json{{"keys", nlohmann::json::array({bad})}}.dump());
  };
  EXPECT_THAT(refuses("use", "enc"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("alg", "RS512"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("alg", "HS256"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("kty", "oct"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("kid", nullptr), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("n", "AQAB"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("e", "A=AB"), HasSubstr("no RSA or P-256 key"));
  EXPECT_THAT(refuses("key_ops", nlohmann::json::array({"encrypt"})),
              HasSubstr("no RSA or P-256 key"));
  EXPECT_EQ(refuses("key_ops", nlohmann::json::array({"verify"})), "");
}

TEST_F(KeySourceTest, AnAddressIsReadAgain) {
  TinyHttpServer server(issuer_.Jwks());
  auto source = KeySource::Open(server.url(), kAtOnce);
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_NE((*source)->keys()->Find("first"), nullptr);
  issuer_.AddEc("second");
  server.Say("200 OK", issuer_.Jwks());
  // What an answer says is known for certain when the next one has been asked for.
  ASSERT_TRUE(server.WaitForAnswers(3));
  EXPECT_NE((*source)->keys()->Find("second"), nullptr);
}

TEST_F(KeySourceTest, TheLastGoodKeysStayWhenTheAddressFails) {
  TinyHttpServer server(issuer_.Jwks());
  auto source = KeySource::Open(server.url(), kAtOnce);
  ASSERT_TRUE(source) << source.error().message;
  const auto keys = (*source)->keys();
  issuer_.AddEc("second");
  for (const auto& [status, body] : {std::pair<std::string, std::string>{"500 Broken", "{}"},
                                     {"302 Found", issuer_.Jwks()},
                                     {"200 OK", "nonsense"},
                                     {"200 OK", "{\"keys\": []}"},
                                     {"200 OK", std::string(1 << 20, ' ')}}) {
    server.Say(status, body);
    ASSERT_TRUE(server.WaitForAnswers(2));
    EXPECT_EQ((*source)->keys(), keys);
  }
  server.Stop();
  (*source)->Want();
  EXPECT_EQ((*source)->keys(), keys);
}

TEST_F(KeySourceTest, AnAddressThatDoesNotAnswerIsRefusedAtTheStart) {
  TinyHttpServer server("");
  const std::string url = server.url();
  server.Say("404 Not Found", issuer_.Jwks());
  EXPECT_THAT(Refused(url), HasSubstr(url));
  server.Stop();
  EXPECT_THAT(Refused(url), HasSubstr(url));
  EXPECT_THAT(Refused("http://user:secret@127.0.0.1/"), HasSubstr("password"));
  EXPECT_THAT(Refused("http://user:secret@127.0.0.1/"), Not(HasSubstr("secret")));
}

TEST_F(KeySourceTest, AccessSaysWhatItIsMissing) {
  runtime::SystemClock clock;
  issuer_.WriteJwks(path_);
  AccessOptions options{.jwks = path_, .issuer = "i", .audience = "a"};
  EXPECT_TRUE(Access::Create({options}, clock));
  for (std::string* option : {&options.jwks, &options.issuer, &options.audience}) {
    const std::string value = std::exchange(*option, "");
    auto created = Access::Create({options}, clock);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().reason, "ACCESS_OPTION_MISSING");
    EXPECT_NE(created.error().field, "");
    *option = value;
  }
}

}  // namespace
}  // namespace throughline::platform
