#include "throughline/connection.h"

#include "runtime/grpc/channel.h"

namespace throughline {

Connection::Connection(std::shared_ptr<grpc::Channel> channel)
    : plans(plans::v1::PlansService::NewStub(channel)),
      evidence(evidence::v1::EvidenceService::NewStub(channel)),
      cycles(cycles::v1::CyclesService::NewStub(channel)),
      notifications(notifications::v1::NotificationsService::NewStub(channel)) {}

core::Result<Connection> Connection::Open(const ConnectionOptions& options) {
  if (options.connect.empty()) {
    if (options.must_exist && !std::filesystem::exists(options.data)) {
      return core::Refuse(core::Error{core::Code::kNotFound, "NO_DATA",
                                      "There is no data directory " + options.data, ""});
    }
    auto house = House::Open({.data = options.data, .listen = ""});
    if (!house) return core::Refuse(house.error());
    Connection connection((*house)->Channel());
    connection.house_ = std::move(*house);
    connection.Settle();
    return connection;
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // what a district asks for at once may be long
  // Services that are started again are found again in a second, not in gRPC's two minutes.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  auto channel = runtime::OpenChannel({.address = options.connect,
                                       .authority_file = options.tls_ca,
                                       .certificate_file = options.tls_cert,
                                       .key_file = options.tls_key,
                                       .token_file = options.token_file},
                                      arguments);
  if (!channel) return core::Refuse(channel.error());
  const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(5);
  if (!(*channel)->WaitForConnected(deadline)) {
    return core::Refuse(
        core::Error{core::Code::kUnavailable, "NOT_CONNECTED",
                    "Nothing answers at " + options.connect +
                        (options.tls_ca.empty()
                             ? ". Start it with `throughline serve`, or give --data DIR instead."
                             : " over TLS with these certificates."),
                    ""});
  }
  return Connection(*channel);
}

void Connection::Settle() {
  if (house_) house_->WaitUntilIdle(std::chrono::minutes(1));
}

}  // namespace throughline
