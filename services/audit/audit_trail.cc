#include "audit/audit_trail.h"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "audit/errors.h"
#include "audit/head_file.h"
#include "runtime/guarded.h"

namespace throughline::audit {

using core::Result;

namespace {

constexpr size_t kBatch = 512;
// For so long somebody waits for a record to be durable.
constexpr std::chrono::seconds kPatience(10);
constexpr std::chrono::seconds kCountedEvery(1);
constexpr std::chrono::milliseconds kFirstBackOff(50);
constexpr std::chrono::milliseconds kLongestBackOff(5000);

std::chrono::steady_clock::time_point Now() { return std::chrono::steady_clock::now(); }

std::string Hex(const std::string& bytes) {
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  text.pop_back();  // the zero at its end
  return text;
}

}  // namespace

AuditTrail::AuditTrail(runtime::Log& log, const runtime::Clock& clock, TrailOptions options)
    : log_(log), clock_(clock), options_(std::move(options)) {
  if (options_.secret) {
    signer_.emplace(*options_.secret);
    coverage_.emplace(log_, signer_->public_key());
  }
  thread_ = std::thread([this] { runtime::Guarded("audit: the writer", [this] { Run(); }); });
}

AuditTrail::~AuditTrail() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  something_.notify_one();
  thread_.join();
  size_t lost = 0;
  for (const Waiting& waiting : waiting_) {
    if (waiting.done) waiting.done(core::Refuse(TrailUnavailable()));
    ++lost;
  }
  if (lost > 0) spdlog::error("audit: {} records could not be written", lost);
}

Result<void> AuditTrail::Record(v1::AuditRecord record) {
  auto written = std::make_shared<std::promise<Result<void>>>();
  auto future = written->get_future();
  RecordAsync(std::move(record),
              [written](Result<void> done) { written->set_value(std::move(done)); });
  // Nobody knows then whether it will be written.
  if (future.wait_for(kPatience) != std::future_status::ready) {
    return core::Refuse(TrailUnavailable());
  }
  return future.get();
}

void AuditTrail::RecordAsync(v1::AuditRecord record, Recorded done) {
  Complete(record);
  {
    std::lock_guard lock(mutex_);
    if (!stopping_ && waiting_.size() < options_.waiting_at_most) {
      waiting_.push_back({std::move(record), std::exchange(done, nullptr)});
    }
  }
  if (done) return done(core::Refuse(TrailUnavailable()));
  something_.notify_one();
}

void AuditTrail::Note(v1::AuditRecord record) {
  Complete(record);
  {
    std::lock_guard lock(mutex_);
    const bool nobodys =
        record.actor().subject().empty() && record.outcome() == v1::OUTCOME_REFUSED;
    const bool has_place = waiting_.size() < options_.waiting_at_most;
    if (has_place && (!nobodys || overflow_.MayBeWritten(Now()))) {
      waiting_.push_back({std::move(record), nullptr});
    } else {
      overflow_.Count(record);
    }
  }
  something_.notify_one();
}

void AuditTrail::Complete(v1::AuditRecord& record) const {
  record.set_time_ms(core::ToMillis(clock_.Now()));
  if (record.service().empty()) record.set_service(options_.service);
}

void AuditTrail::TakeCounted(std::vector<Waiting>& batch) {
  if (!overflow_.IsDue(Now()) && !stopping_) return;
  for (v1::AuditRecord& record : overflow_.Take(Now())) {
    Complete(record);
    batch.push_back({std::move(record), nullptr});
  }
}

std::vector<AuditTrail::Waiting> AuditTrail::Take() {
  std::unique_lock lock(mutex_);
  const auto is_something = [this] { return stopping_ || !waiting_.empty(); };
  if (back_off_.count() > 0) {
    something_.wait_for(lock, back_off_, [this] { return stopping_; });
  } else {
    const auto patience = overflow_.empty() ? options_.looks_every : kCountedEvery;
    something_.wait_for(lock, patience, is_something);
  }
  std::vector<Waiting> batch;
  while (!waiting_.empty() && batch.size() < kBatch) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  TakeCounted(batch);
  return batch;
}

bool AuditTrail::Write(std::vector<Waiting>& batch) {
  runtime::AppendTo append{kTrail, {}};
  for (const Waiting& one : batch) {
    append.records.push_back(
        ToRecord(chain_.Next(one.record), one.record.time_ms(), one.record.district()));
  }
  const auto appended = log_.Append({std::move(append)});
  if (!appended) {
    spdlog::warn("audit: the trail cannot be written: {}", appended.error().message);
    chain_ = Chain();
  }
  for (Waiting& one : batch) {
    if (!one.done) continue;
    const Recorded done = std::exchange(one.done, nullptr);
    runtime::Guarded("audit: a record",
                     [&] { done(appended ? Result<void>() : core::Refuse(TrailUnavailable())); });
    one.answered = true;
  }
  return appended.has_value();
}

void AuditTrail::PutBack(std::vector<Waiting> batch) {
  std::lock_guard lock(mutex_);
  std::erase_if(batch, [](const Waiting& one) { return one.answered; });
  waiting_.insert(waiting_.begin(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
}

bool AuditTrail::Sign() {
  const v1::SignedHead head =
      signer_->Sign(core::ToMillis(clock_.Now()), coverage_->records(), coverage_->digest());
  auto appended =
      log_.Append({{kTrail, {ToRecord(chain_.Next(head), head.time_ms(), /*district=*/"")}}});
  if (!appended) {
    chain_ = Chain();
    return false;
  }
  // So that a copy of the program's log is a witness, too.
  spdlog::info("audit: signed {} records, digest {}", head.records(), Hex(head.digest()));
  NoteHead(head);
  return true;
}

void AuditTrail::NoteHead(const v1::SignedHead& head) const {
  if (options_.head_file.empty()) return;
  const auto written = WriteHead(options_.head_file, head);
  if (!written) spdlog::warn("audit: {}", written.error().message);
}

void AuditTrail::SignWhenDue() {
  if (!coverage_) return;
  if (auto caught_up = coverage_->CatchUp(); !caught_up) return;
  const int64_t age_ms = core::ToMillis(clock_.Now()) - coverage_->last_head_ms();
  bool stopping = false;
  {
    std::lock_guard lock(mutex_);
    stopping = stopping_;
  }
  if (coverage_->HasMore() && (stopping || age_ms >= options_.head_every.count())) Sign();
}

void AuditTrail::Run() {
  while (true) {
    std::vector<Waiting> batch = Take();
    const bool written = batch.empty() || Write(batch);
    if (!written) PutBack(std::move(batch));
    back_off_ = written ? std::chrono::milliseconds(0)
                        : std::clamp(2 * back_off_, kFirstBackOff, kLongestBackOff);
    bool over = false;
    {
      std::lock_guard lock(mutex_);
      over = stopping_ && ((waiting_.empty() && overflow_.empty()) || !written);
    }
    if (written) SignWhenDue();
    if (over) return;
  }
}

}  // namespace throughline::audit
