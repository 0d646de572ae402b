// What a result costs, counted instead of timed: the same on every machine, so that a change that
// makes results dearer fails here and not on a busy day. Bounds stand a little above what is
// counted; whoever makes a result cheaper lowers them.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>

#include "bench_district.h"
#include "core/date.h"
#include "counting_journal.h"
#include "notifications/delivery/delivery_options.h"
#include "runtime/clock.h"
#include "throughline/embedded_host.h"

namespace {

std::atomic<int64_t> allocations{0};

// The sanitizers have an allocator of their own.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kCountsAllocations = false;

}  // namespace
#else
constexpr bool kCountsAllocations = true;

void* Allocate(size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t bytes) { return Allocate(bytes); }
void* operator new[](size_t bytes) { return Allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace throughline::bench {
namespace {

using EvidenceStub = evidence::v1::EvidenceService::Stub;

constexpr int kBatch = 500;
constexpr int kBatches = kSchools;  // one of each school

struct Costs {
  double allocations, log_bytes, rows, store_bytes;  // a result
};

class ResultCosts : public testing::Test {
 protected:
  ResultCosts() : folder_(MakeFolder()), clock_(*core::ParseInstant("2024-09-20T12:00:00Z")) {
    auto journal = OpenJournalIn(folder_);
    if (!journal) throw std::runtime_error(journal.error().message);
    auto counting = std::make_unique<CountingJournal>(*std::move(journal));
    journal_ = counting.get();
    auto deliveries =
        notifications::DeliverySetupOf({.key = folder_ / "deliveries.key"}, &journal_->log());
    if (!deliveries) throw std::runtime_error(deliveries.error().message);
    deliveries->carries = false;
    platform::HostOptions options;
    options.clock = &clock_;
    options.sizes = {.partitions = 24, .workers = 1};
    auto host = platform::Host::Start(
        std::move(counting), AllServices(SurveysIn(folder_), IdentitiesIn(folder_), *deliveries),
        std::move(options));
    if (!host) throw std::runtime_error(host.error().message);
    host_ = *std::move(host);
    connection_.emplace(host_->Channel());
    Found(*connection_);
    for (int school = 0; school < kSchools; ++school) Schedule(*connection_, school, "2024-09-09");
    host_->WaitUntilIdle();
  }
  ~ResultCosts() override {
    connection_.reset();
    host_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Of the next results, of which each batch is done with before the next one comes.
  Costs Record(const std::string& date) {
    const int64_t allocated = allocations;
    const Written logged = Logged(), stored = journal_->rows().Of("evidence");
    for (int i = 0; i < kBatches; ++i, ++next_) {
      Must(Call(*connection_->evidence, &EvidenceStub::IngestResults, Batch(next_, kBatch, date)));
      host_->WaitUntilIdle();
    }
    constexpr double kResults = kBatches * kBatch;
    const Written now_logged = Logged(), now_stored = journal_->rows().Of("evidence");
    return {.allocations = static_cast<double>(allocations - allocated) / kResults,
            .log_bytes = static_cast<double>(now_logged.bytes - logged.bytes) / kResults,
            .rows = static_cast<double>(now_stored.entries - stored.entries) / kResults,
            .store_bytes = static_cast<double>(now_stored.bytes - stored.bytes) / kResults};
  }

 private:
  static std::filesystem::path MakeFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "costs.XXXXXX").string();
    return mkdtemp(name.data());
  }
  Written Logged() const {
    const Written inbox = journal_->records().Of("inbox.evidence");
    const Written events = journal_->records().Of("events.evidence");
    return {inbox.entries + events.entries, inbox.bytes + events.bytes};
  }

  const std::filesystem::path folder_;
  runtime::ManualClock clock_;
  CountingJournal* journal_ = nullptr;
  std::unique_ptr<platform::Host> host_;
  std::optional<Connection> connection_;
  int64_t next_ = 0;
};

TEST_F(ResultCosts, AreBounded) {
  Record("2024-09-17");
  const Costs costs = Record("2024-09-18");
  std::printf("%.1f allocations, %.1f bytes of log, %.2f rows of %.1f bytes a result\n",
              costs.allocations, costs.log_bytes, costs.rows, costs.store_bytes);
  EXPECT_LE(costs.allocations, 65);  // with those of the client, some 15
  EXPECT_LE(costs.log_bytes, 70);    // of the command and its events
  EXPECT_LE(costs.rows, 2.5);
  EXPECT_LE(costs.store_bytes, 390);
  // What is counted is not nothing.
  EXPECT_GE(costs.allocations, kCountsAllocations ? 1 : 0);
  EXPECT_GE(costs.log_bytes, 1);
  EXPECT_GE(costs.rows, 0.1);
}

}  // namespace
}  // namespace throughline::bench
