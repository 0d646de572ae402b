#include "throughline/connection.h"

#include <algorithm>

#include "platform/grpc/channel.h"
#include "platform/grpc/event_stream.h"

namespace throughline {

namespace {

using core::Result;

constexpr std::chrono::seconds kPatience(5);

core::Error NotConnected(const ConnectionOptions& options, const std::string& address) {
  return {core::Code::kUnavailable, "NOT_CONNECTED",
          "Nothing answers at " + address +
              (options.tls_ca.empty()
                   ? ". Start it with `throughline serve`, or give --data DIR instead."
                   : " over TLS with these certificates."),
          ""};
}

Result<std::shared_ptr<grpc::Channel>> OpenChannel(const ConnectionOptions& options,
                                                   const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // what a district asks for at once may be long
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, platform::kLongestMetadata);
  // Services that are started again are found again in a second, not in gRPC's two minutes.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return platform::OpenChannel({.address = address,
                                .authority_file = options.tls_ca,
                                .certificate_file = options.tls_cert,
                                .key_file = options.tls_key,
                                .token_file = options.token_file},
                               arguments);
}

}  // namespace

Connection::Connection(const std::shared_ptr<grpc::Channel>& channel)
    : Connection(Channels{{"plans", channel},
                          {"evidence", channel},
                          {"cycles", channel},
                          {"notifications", channel}}) {}

Connection::Connection(const Channels& channels)
    : audit(audit::v1::AuditService::NewStub(channels.at("evidence"))),
      plans(plans::v1::PlansService::NewStub(channels.at("plans"))),
      rubrics(plans::v1::RubricsService::NewStub(channels.at("plans"))),
      surveys(plans::v1::SurveysService::NewStub(channels.at("plans"))),
      evidence(evidence::v1::EvidenceService::NewStub(channels.at("evidence"))),
      cycles(cycles::v1::CyclesService::NewStub(channels.at("cycles"))),
      visits(cycles::v1::VisitsService::NewStub(channels.at("cycles"))),
      practices(cycles::v1::PracticesService::NewStub(channels.at("cycles"))),
      offers(cycles::v1::OffersService::NewStub(channels.at("cycles"))),
      waves(cycles::v1::WavesService::NewStub(channels.at("cycles"))),
      questions(cycles::v1::QuestionsService::NewStub(channels.at("cycles"))),
      notifications(
          notifications::v1::NotificationsService::NewStub(channels.at("notifications"))) {
  for (const auto& [service, channel] : channels) {
    if (std::find(channels_.begin(), channels_.end(), channel) == channels_.end()) {
      channels_.push_back(channel);
    }
  }
}

Result<Connection> Connection::OpenRemote(const ConnectionOptions& options) {
  auto addresses = platform::AddressesOf(options.connect, kServices);
  if (!addresses) return core::Refuse(addresses.error());
  Channels channels;
  std::map<std::string, std::shared_ptr<grpc::Channel>> by_address;
  const auto deadline = std::chrono::system_clock::now() + kPatience;
  for (const auto& [service, address] : *addresses) {
    auto& channel = by_address[address];
    if (!channel) {
      auto opened = OpenChannel(options, address);
      if (!opened) return core::Refuse(opened.error());
      channel = std::move(*opened);
      if (!channel->WaitForConnected(deadline)) {
        return core::Refuse(NotConnected(options, address));
      }
    }
    channels[service] = channel;
  }
  return Connection(channels);
}

core::Result<Connection> Connection::Open(const ConnectionOptions& options) {
  if (!options.connect.empty()) return OpenRemote(options);
  auto host = OpenEmbeddedHost({.data = options.data,
                                .listen = "",
                                .accept_clock = options.accept_clock,
                                .only_reads = options.only_reads,
                                .must_exist = options.must_exist});
  if (!host) return core::Refuse(host.error());
  Connection connection((*host)->Channel());
  connection.host_ = std::move(*host);
  connection.Settle();
  return connection;
}

core::Result<std::set<std::string>> Connection::KnownDistricts() const {
  if (!host_) return std::set<std::string>();
  return DistrictsIn(*host_);
}

void Connection::Settle() {
  if (host_) host_->WaitUntilIdle(std::chrono::minutes(1));
}

}  // namespace throughline
