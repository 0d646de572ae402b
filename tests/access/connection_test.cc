// The way of the command line to services that want a certificate and a credential.
#include "throughline/connection.h"

#include <gtest/gtest.h>

#include <fstream>

#include "guarded_services.h"
#include "platform/grpc/test_certificates.h"

namespace throughline {
namespace {

class GuardedConnection : public testing::Test {
 protected:
  GuardedConnection() {
    std::filesystem::create_directories(folder_);
    authority_.WriteTo(Path("ca.pem"));
    authority_.Issue("server", {Path("server.pem"), Path("server.key")});
    authority_.Issue("client", {Path("client.pem"), Path("client.key")});
    services_.emplace("127.0.0.1:0",
                      platform::ServerCredentials{.certificate_file = Path("server.pem"),
                                                  .key_file = Path("server.key"),
                                                  .client_ca_file = Path("ca.pem")});
    options_.connect = "127.0.0.1:" + std::to_string(services_->port());
    options_.tls_ca = Path("ca.pem");
    options_.tls_cert = Path("client.pem");
    options_.tls_key = Path("client.key");
  }
  ~GuardedConnection() override {
    services_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& file) const { return (folder_ / file).string(); }
  void Carry(const std::string& token) {
    std::ofstream(Path("token")) << token << '\n';
    options_.token_file = Path("token");
  }
  // The reason that reading a district, which there is not, is refused for.
  std::string Refused() {
    auto connection = Connection::Open(options_);
    if (!connection) return connection.error().reason;
    plans::v1::GetDistrictRequest request;
    request.set_district("d");
    auto read = Call(*connection->plans, &plans::v1::PlansService::Stub::GetDistrict, request);
    return read ? "" : read.error().reason;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("connection-" + std::to_string(getpid()));
  const platform::TestAuthority authority_{"ours"};
  std::optional<GuardedServices> services_;
  ConnectionOptions options_;
};

TEST_F(GuardedConnection, WithACertificateAndATokenOneIsLetIn) {
  Carry(services_->Token("district_administrator", "d"));
  EXPECT_EQ(Refused(), "DISTRICT_UNKNOWN");
  Carry(services_->Token("district_administrator", "e"));
  EXPECT_EQ(Refused(), "NOT_ALLOWED");
  Carry("garbage");
  EXPECT_EQ(Refused(), "CREDENTIAL_INVALID");
}

TEST_F(GuardedConnection, ACertificateAloneIsNotEnough) {
  EXPECT_EQ(Refused(), "CREDENTIAL_MISSING");
}

TEST_F(GuardedConnection, AFileThatIsNotThereIsSaid) {
  options_.tls_key = Path("nowhere");
  EXPECT_EQ(Refused(), "TLS_FILE_UNUSABLE");
}

}  // namespace
}  // namespace throughline
