#include "platform/grpc/server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "platform/grpc/tls_files.h"
#include "runtime/errors.h"

namespace throughline::platform {

namespace {

constexpr int kPingStrikes = 2;

// Reflection comes to every server of a program that links it; this takes it out again.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    std::erase_if(*plugins,
                  [](const auto& plugin) { return plugin->name() == "proto_server_reflection"; });
  }
};

// Learns what the services are called, which a grpc::Service does not tell.
class NamesOfServices final : public grpc::ServerBuilderPlugin {
 public:
  explicit NamesOfServices(std::vector<std::string>& names) : names_(names) {}
  std::string name() override { return "names_of_services"; }
  void InitServer(grpc::ServerInitializer*) override {}
  void Finish(grpc::ServerInitializer* server) override { names_ = *server->GetServiceList(); }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  std::vector<std::string>& names_;
};

class WithPlugin final : public grpc::ServerBuilderOption {
 public:
  explicit WithPlugin(std::unique_ptr<grpc::ServerBuilderPlugin> plugin)
      : plugin_(std::move(plugin)) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::move(plugin_));
  }

 private:
  std::unique_ptr<grpc::ServerBuilderPlugin> plugin_;
};

void SetLimits(grpc::ServerBuilder& builder, const GrpcOptions& options) {
  builder.SetMaxReceiveMessageSize(kLargestRequest);
  const std::pair<const char*, std::chrono::milliseconds> times[] = {
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, options.handshake_timeout},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, options.idle_timeout},
      {GRPC_ARG_KEEPALIVE_TIME_MS, options.ping_every},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, options.ping_timeout},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, options.pinged_at_most_every}};
  for (const auto& [name, time] : times) {
    builder.AddChannelArgument(name, static_cast<int>(time.count()));
  }
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikes);
}

core::Result<std::shared_ptr<grpc::ServerCredentials>> ToGrpc(const ServerCredentials& files) {
  if (files.certificate_file.empty() && files.key_file.empty() && files.client_ca_file.empty()) {
    return grpc::InsecureServerCredentials();
  }
  if (files.certificate_file.empty() && files.key_file.empty()) {
    return core::Refuse(runtime::TlsFileUnusable(
        files.client_ca_file, "a server that checks clients needs a certificate of its own"));
  }
  if (auto checked = Check({files.certificate_file, files.key_file, files.client_ca_file});
      !checked) {
    return core::Refuse(checked.error());
  }
  const auto interval = static_cast<unsigned>(files.look_every_s);
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::FileWatcherCertificateProvider>(
      files.key_file, files.certificate_file, files.client_ca_file, interval));
  options.watch_identity_key_cert_pairs();
  if (!files.client_ca_file.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    // A client's certificate names no host to compare: its authority is what counts.
    options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  }
  return tls::TlsServerCredentials(options);
}

}  // namespace

core::Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const std::string& address, const std::vector<grpc::Service*>& services,
    const ServerCredentials& credentials, const GrpcOptions& options) {
  static const bool plugins = [] {
    // What gRPC says to itself is no sentence for people; its errors come back as values.
    gpr_set_log_function([](gpr_log_func_args* said) { spdlog::debug("grpc: {}", said->message); });
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    // gRPC has the service but not its description; so it is linked in, for reflection to find.
    grpc::health::v1::HealthCheckRequest::descriptor();
    return true;
  }();
  (void)plugins;
  auto of_port = ToGrpc(credentials);
  if (!of_port) return core::Refuse(of_port.error());
  std::unique_ptr<GrpcServer> server(new GrpcServer());
  grpc::ServerBuilder builder;
  SetLimits(builder, options);
  // A port that is taken is an error, not something to share.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  int port = -1;
  if (!address.empty()) {
    builder.AddListeningPort(address, *of_port, &port);
  }
  if (!options.reflection) builder.SetOption(std::make_unique<WithoutReflection>());
  builder.SetOption(
      std::make_unique<WithPlugin>(std::make_unique<NamesOfServices>(server->names_)));
  builder.RegisterCallbackGenericService(&server->unknown_);
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  if (!server->server_ || (!address.empty() && port <= 0)) {
    return core::Refuse(runtime::CannotListen(address));
  }
  server->port_ = port;
  server->SetServing(false);
  return server;
}

GrpcServer::~GrpcServer() { Stop(std::chrono::milliseconds(0)); }

std::shared_ptr<grpc::Channel> GrpcServer::InProcessChannel() {
  return server_->InProcessChannel({});
}

void GrpcServer::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface& health = *server_->GetHealthCheckService();
  for (const std::string& name : names_) health.SetServingStatus(name, serving);
  health.SetServingStatus("", serving);
}

bool GrpcServer::Answers(std::chrono::milliseconds within) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + within);
  grpc::GenericStub stub(InProcessChannel());
  // An empty message asks for the health of the whole; a buffer without a slice is no message.
  const grpc::Slice empty;
  const grpc::ByteBuffer nothing(&empty, 1);
  grpc::ByteBuffer answer;
  std::promise<bool> answered;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &nothing, &answer,
                 [&](const grpc::Status& status) { answered.set_value(status.ok()); });
  return answered.get_future().get();
}

void GrpcServer::Stop(std::chrono::milliseconds grace) {
  if (!server_) return;
  SetServing(false);
  server_->Shutdown(std::chrono::system_clock::now() + grace);
  server_->Wait();
  server_.reset();
}

}  // namespace throughline::platform
