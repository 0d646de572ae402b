#include "platform/http/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>

#include "platform/grpc/test_certificates.h"
#include "platform/http/server.h"

namespace throughline::platform::http {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using testing::EndsWith;

// A client that sees what certificate it is shown, and checks none.
class TlsClient {
 public:
  explicit TlsClient(int port) {
    stream_.lowest_layer().connect(
        {asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(port)});
    stream_.handshake(asio::ssl::stream_base::client);
  }
  std::string NameShown() {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(
        SSL_get1_peer_certificate(stream_.native_handle()), &X509_free);
    char name[256] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name,
                              sizeof name);
    return name;
  }
  std::string Get() {
    asio::write(
        stream_,
        asio::buffer(std::string("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")));
    boost::system::error_code end;
    std::string answer;
    asio::read(stream_, asio::dynamic_buffer(answer), end);
    return answer;
  }

 private:
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::ssl::stream<asio::ip::tcp::socket> stream_{context_, tls_};
};

class CertificateTest : public testing::Test {
 protected:
  CertificateTest() : folder_(testing::TempDir() + "/certificate." + std::to_string(getpid())) {
    fs::create_directories(folder_);
    Mount("first");
    auto started = Server::Start(
        {.listen = "127.0.0.1:0",
         .tls_cert = folder_ / "now/cert.pem",
         .tls_key = folder_ / "now/key.pem"},
        [](Exchange&, Request&) -> Task<Response> { co_return Response{.body = "answered"}; });
    EXPECT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  ~CertificateTest() override {
    server_.reset();
    fs::remove_all(folder_);
  }
  // A certificate of that name in the place of the one before, as a mounted secret is replaced.
  void Mount(const std::string& name) {
    fs::create_directories(folder_ / name);
    authority_.Issue(name, {folder_ / name / "cert.pem", folder_ / name / "key.pem"});
    fs::create_directory_symlink(name, folder_ / "next");
    fs::rename(folder_ / "next", folder_ / "now");
  }
  std::string NameShown() { return TlsClient(server_->port()).NameShown(); }
  bool Becomes(const std::string& name) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (NameShown() != name) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  const TestAuthority authority_{"authority"};
  const fs::path folder_;
  std::unique_ptr<Server> server_;
};

TEST_F(CertificateTest, ARenewedOneIsShownWithoutARestartAndOpenConnectionsGoOn) {
  TlsClient open(server_->port());
  EXPECT_EQ(open.NameShown(), "first");
  Mount("second");
  EXPECT_TRUE(Becomes("second"));
  EXPECT_THAT(open.Get(), EndsWith("answered"));
}

TEST_F(CertificateTest, WhileTheKeyIsNotThatOfTheCertificateTheOneOfBeforeStays) {
  auto opened = Certificate::Open({folder_ / "first/cert.pem", folder_ / "first/key.pem", ""});
  ASSERT_TRUE(opened) << opened.error().message;
  Certificate& certificate = **opened;
  const auto first = certificate.context();
  authority_.Issue("second", {folder_ / "cert.new", folder_ / "key.new"});
  fs::rename(folder_ / "cert.new", folder_ / "first/cert.pem");
  certificate.Look();
  EXPECT_EQ(certificate.context(), first);
  fs::rename(folder_ / "key.new", folder_ / "first/key.pem");
  certificate.Look();
  EXPECT_NE(certificate.context(), first);
}

TEST_F(CertificateTest, OneThatIsNoneStopsTheStartWithASentence) {
  std::ofstream(folder_ / "broken.pem") << "nothing";
  const auto refused = Certificate::Open({folder_ / "broken.pem", folder_ / "now/key.pem", ""});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("broken.pem"));
}

}  // namespace
}  // namespace throughline::platform::http
