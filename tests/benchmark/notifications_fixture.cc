#include "notifications_fixture.h"

#include <fmt/format.h>

#include <stdexcept>

#include "district/district_notes.h"
#include "runtime/partitioner.h"

namespace throughline::bench {

void Taken::Add(int64_t messages) {
  if (count_.fetch_add(messages) + messages < wanted_) return;
  std::lock_guard lock(mutex_);
  reached_.notify_one();
}

void Taken::Want(int64_t more) {
  count_ = 0;
  wanted_ = more;
}

void Taken::Wait() {
  std::unique_lock lock(mutex_);
  if (!reached_.wait_for(lock, std::chrono::seconds(60), [&] { return count_ >= wanted_; })) {
    throw std::runtime_error(fmt::format("of {} messages came {}", wanted_.load(), count_.load()));
  }
}

NotificationsFixture::NotificationsFixture() {
  plans::v1::District district;
  district.set_district("d");
  runtime::Commit commit;
  commit.token = "first";
  commit.rows.push_back(
      {{std::string(district::kDistricts.name), "d"}, district.SerializeAsString()});
  const auto done = store_.Apply({"notifications", runtime::PartitionOf("d", kPartitions)}, commit);
  if (!done) throw std::runtime_error(done.error().message);
}

std::unique_ptr<platform::GrpcServer> Serve(grpc::Service& service) {
  auto server = platform::GrpcServer::Start("127.0.0.1:0", {&service});
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

}  // namespace throughline::bench
