#include "gateway/bundles/import_run.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <semaphore>
#include <sstream>
#include <thread>

#include "oneroster/bundle_fixture.h"

namespace throughline::gateway::bundles {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Entries = std::vector<std::pair<std::string, std::string>>;
using State = ImportRun::State;

// Somebody who takes calls and never answers.
class Silence {
 public:
  ServiceChannels channels() const {
    const auto channel =
        grpc::CreateChannel("127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()),
                            grpc::InsecureChannelCredentials());
    return {channel, channel};
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_,
                                           {boost::asio::ip::make_address("127.0.0.1"), 0}};
};

std::string ZipOf(const Entries& entries) {
  const oneroster::TemporaryFolder folder;
  oneroster::WriteZip(folder.path() / "bundle.zip", entries);
  std::ifstream in(folder.path() / "bundle.zip", std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Spool Spooled(const std::string& bytes) {
  auto spool = Spool::Open();
  EXPECT_TRUE(spool);
  EXPECT_TRUE(spool->Write(bytes));
  return *std::move(spool);
}

ImportRun::News Refusal(const std::string& bytes) {
  const Silence silence;
  ImportRun run(Spooled(bytes), {}, silence.channels(), "", [] {});
  run.Execute();
  EXPECT_EQ(run.Look().state, State::kRefused);
  return run.Look();
}

TEST(ImportRun, RefusesWhatIsNoBundleBeforeAnythingStarts) {
  EXPECT_EQ(Refusal("").error.reason, "NOT_A_BUNDLE");
  const ImportRun::News nonsense = Refusal("this is no zip");
  EXPECT_EQ(nonsense.error.reason, "NOT_A_BUNDLE");
  EXPECT_THAT(nonsense.error.message, Not(HasSubstr("/proc")));
  EXPECT_EQ(Refusal(ZipOf({{"orgs.csv", "sourcedId\n"}})).error.reason, "MANIFEST_MISSING");
  const std::string whole = ZipOf(oneroster::Below("", oneroster::SmallBundle()));
  EXPECT_EQ(Refusal(whole.substr(0, whole.size() / 2)).error.reason, "NOT_A_BUNDLE");
}

TEST(ImportRun, IsGivenUpWhenItIsAskedToStop) {
  const Silence silence;
  std::counting_semaphore<> news{0};
  ImportRun run(Spooled(ZipOf(oneroster::Below("", oneroster::SmallBundle()))),
                {.district = "lakeside"}, silence.channels(), "", [&news] { news.release(); });
  std::thread thread([&run] { run.Execute(); });
  news.acquire();
  EXPECT_EQ(run.Look().state, State::kRunning);
  run.Stop();
  thread.join();
  EXPECT_TRUE(news.try_acquire());
  EXPECT_EQ(run.Look().state, State::kDone);
  EXPECT_THAT(run.Look().last_line, HasSubstr("IMPORT_STOPPED"));
}

}  // namespace
}  // namespace throughline::gateway::bundles
