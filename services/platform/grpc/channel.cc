#include "platform/grpc/channel.h"

#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/support/client_interceptor.h>

#include <fstream>
#include <sstream>

#include "platform/grpc/tls_files.h"
#include "runtime/errors.h"

namespace throughline::platform {

using core::Result;
using grpc::experimental::ClientInterceptorFactoryInterface;
using grpc::experimental::ClientRpcInfo;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;

namespace {

constexpr size_t kLongestToken = 8192;

// Puts the token among the metadata of every call. A call credential of gRPC would do the same, but
// never on a channel without TLS.
class TokenBearer : public Interceptor {
 public:
  explicit TokenBearer(const std::string& file) : file_(file) {}

  void Intercept(InterceptorBatchMethods* call) override {
    if (call->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      const std::string token = TokenIn(file_);
      // Without one, the server says what is missing.
      if (!token.empty()) {
        call->GetSendInitialMetadata()->emplace("authorization", "Bearer " + token);
      }
    }
    call->Proceed();
  }

 private:
  const std::string file_;
};

class TokenBearers : public ClientInterceptorFactoryInterface {
 public:
  explicit TokenBearers(std::string file) : file_(std::move(file)) {}
  Interceptor* CreateClientInterceptor(ClientRpcInfo*) override { return new TokenBearer(file_); }

 private:
  const std::string file_;
};

bool IsLocalTarget(const std::string& address) {
  const std::string host = address.substr(0, address.rfind(':'));
  // Digits and dots only: 127.example.org is somebody else.
  const bool loopback =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
  return loopback || host == "localhost" || host == "[::1]" || address.starts_with("unix:");
}

Result<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ChannelOptions& options) {
  if (auto checked = Check({options.certificate_file, options.key_file, options.authority_file});
      !checked) {
    return core::Refuse(checked.error());
  }
  if (options.authority_file.empty()) {
    if (!options.certificate_file.empty()) {
      return core::Refuse(
          runtime::TlsFileUnusable(options.certificate_file,
                                   "it is only shown over TLS, which needs the file of the "
                                   "authority that signs the server's certificate"));
    }
    return grpc::InsecureChannelCredentials();
  }
  namespace tls = grpc::experimental;
  tls::TlsChannelCredentialsOptions files;
  files.set_certificate_provider(std::make_shared<tls::FileWatcherCertificateProvider>(
      options.key_file, options.certificate_file, options.authority_file,
      static_cast<unsigned>(options.look_every_s)));
  files.watch_root_certs();
  if (!options.certificate_file.empty()) files.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(files);
}

}  // namespace

std::string TokenIn(const std::string& path) {
  std::ifstream file(path);
  std::string token, more;
  if (!(file >> token) || file >> more || token.size() > kLongestToken) return "";
  return token;
}

Result<std::shared_ptr<grpc::Channel>> OpenChannel(const ChannelOptions& options,
                                                   const grpc::ChannelArguments& arguments) {
  auto credentials = CredentialsOf(options);
  if (!credentials) return core::Refuse(credentials.error());
  std::vector<std::unique_ptr<ClientInterceptorFactoryInterface>> interceptors;
  if (!options.token_file.empty()) {
    if (TokenIn(options.token_file).empty()) {
      return core::Refuse(runtime::TokenFileUnusable(options.token_file));
    }
    if (options.authority_file.empty() && !IsLocalTarget(options.address)) {
      return core::Refuse(runtime::TokenUnprotected(options.address));
    }
    interceptors.push_back(std::make_unique<TokenBearers>(options.token_file));
  }
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      options.address, *credentials, arguments, std::move(interceptors));
}

core::Result<std::map<std::string, std::string>> AddressesOf(
    const std::string& connect, const std::vector<std::string>& services) {
  std::map<std::string, std::string> addresses;
  if (connect.find('=') == std::string::npos) {
    for (const std::string& service : services) addresses[service] = connect;
    return addresses;
  }
  std::istringstream parts(connect);
  for (std::string part; std::getline(parts, part, ',');) {
    const size_t equals = part.find('=');
    if (equals == std::string::npos) return core::Refuse(runtime::AddressesWrong());
    addresses[part.substr(0, equals)] = part.substr(equals + 1);
  }
  for (const std::string& service : services) {
    if (!addresses.contains(service)) return core::Refuse(runtime::AddressesWrong());
  }
  if (addresses.size() != services.size()) return core::Refuse(runtime::AddressesWrong());
  return addresses;
}

}  // namespace throughline::platform
