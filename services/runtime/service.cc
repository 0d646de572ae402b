#include "runtime/service.h"

#include <spdlog/spdlog.h>
#include <uuid/uuid.h>

#include <algorithm>

#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/partitioner.h"

namespace throughline::runtime {

using core::Instant;
using core::Result;

namespace {

constexpr auto kRestAfterError = std::chrono::milliseconds(100);
// A clock that moves by itself is looked at this often while a timer is pending.
constexpr auto kLongestSleep = std::chrono::milliseconds(500);

std::string NewUuid() {
  uuid_t bytes;
  uuid_generate_random(bytes);
  char text[37];
  uuid_unparse_lower(bytes, text);
  return text;
}

}  // namespace

// A partition's place. Run by one worker; the flags are for everybody.
struct Service::Slot {
  int32_t number = 0;
  std::unique_ptr<Partition> partition;
  std::atomic<bool> work{true};
  std::atomic<bool> idle{false};  // the last look found nothing to do
  std::atomic<int64_t> due_ms{INT64_MAX};
  std::atomic<int64_t> submitted{0};
  std::chrono::steady_clock::time_point rest_until{};
  mutable std::mutex trouble_mutex;
  std::string trouble;
};

struct Service::Worker {
  std::vector<Slot*> slots;
  std::mutex mutex;
  std::condition_variable wake;
  bool woken = true;
  std::thread thread;
};

Service::Service(Log& log, Store& store, const decider::Decider& decider, const Clock& clock,
                 ServiceOptions options)
    : log_(log), store_(store), decider_(decider), clock_(clock), options_(options) {
  topics_.push_back(InboxTopic(decider.service()));
  for (const std::string& upstream : decider.upstream()) topics_.push_back(EventsTopic(upstream));
  options_.workers = std::clamp(options_.workers, 1, options_.partitions);
  for (int w = 0; w < options_.workers; ++w) workers_.push_back(std::make_unique<Worker>());
  for (int32_t p = 0; p < options_.partitions; ++p) {
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->number = p;
    workers_[p % options_.workers]->slots.push_back(slots_.back().get());
  }
}

Service::~Service() { Stop(); }

void Service::Start() {
  started_ = true;
  listener_ = log_.Listen([this](const TopicPartition& changed) {
    if (ReadsFrom(changed)) WakeSlot(*slots_[changed.partition]);
  });
  for (size_t w = 0; w < workers_.size(); ++w) {
    workers_[w]->thread = std::thread([this, w] { Work(w); });
  }
}

void Service::Stop() {
  if (!started_ || stopping_.exchange(true)) return;
  log_.Unlisten(listener_);
  for (auto& worker : workers_) {
    {
      std::lock_guard lock(worker->mutex);
      worker->woken = true;
    }
    worker->wake.notify_all();
  }
  for (auto& worker : workers_) worker->thread.join();
  std::unordered_map<std::string, std::vector<AnswerCallback>> waiting;
  {
    std::lock_guard lock(waiting_mutex_);
    waiting.swap(waiting_);
  }
  for (auto& [id, callbacks] : waiting) {
    for (AnswerCallback& done : callbacks) done(core::Refuse(Stopping(name())));
  }
}

bool Service::ReadsFrom(const TopicPartition& changed) const {
  return changed.partition < options_.partitions &&
         std::find(topics_.begin(), topics_.end(), changed.topic) != topics_.end();
}

void Service::WakeSlot(Slot& slot) {
  slot.work.store(true);
  Worker& worker = *workers_[slot.number % options_.workers];
  {
    std::lock_guard lock(worker.mutex);
    worker.woken = true;
  }
  worker.wake.notify_one();
}

void Service::Wake() {
  for (auto& slot : slots_) {
    if (slot->due_ms.load() <= core::ToMillis(clock_.Now())) WakeSlot(*slot);
  }
}

std::unique_ptr<Partition> Service::MakePartition(int32_t number) {
  PartitionOptions options;
  options.partition = number;
  options.partitions = options_.partitions;
  options.nonce = NewUuid();
  return std::make_unique<Partition>(
      log_, store_, decider_, std::move(options),
      [this](const std::string& id, const v1::Outcome& outcome) { Answered(id, outcome); },
      counters_);
}

void Service::Work(size_t index) {
  Worker& worker = *workers_[index];
  while (!stopping_) {
    bool busy = false;
    for (Slot* slot : worker.slots) {
      if (stopping_) break;
      const bool due = slot->due_ms.load() <= core::ToMillis(clock_.Now());
      if (!slot->work.load() && !due) continue;
      if (std::chrono::steady_clock::now() < slot->rest_until) continue;
      busy |= RunSlot(*slot);
    }
    if (busy) continue;
    std::unique_lock lock(worker.mutex);
    worker.wake.wait_for(lock, kLongestSleep, [&] { return worker.woken || stopping_; });
    worker.woken = false;
  }
  for (Slot* slot : worker.slots) {
    if (slot->partition) slot->partition->Release();
    slot->partition.reset();
  }
}

// Runs one whole turn of a partition, so that the workers go round fairly. True: there may be more.
bool Service::RunSlot(Slot& slot) {
  if (!slot.partition) slot.partition = MakePartition(slot.number);
  slot.idle.store(false);
  slot.due_ms.store(INT64_MAX);
  slot.work.store(false);  // before looking: what comes after is seen next time
  constexpr int kStepsATurn = 8;
  for (int i = 0; i < kStepsATurn; ++i) {
    Result<bool> did = slot.partition->Step(clock_.Now());
    if (!did) {
      Rest(slot, did.error());
      return false;
    }
    if (*did) continue;
    if (auto due = slot.partition->NextDue()) slot.due_ms.store(core::ToMillis(*due));
    slot.idle.store(true);
    ClearTrouble(slot);
    return false;
  }
  slot.work.store(true);
  return true;
}

void Service::Rest(Slot& slot, const core::Error& error) {
  ++counters_.lost;
  spdlog::warn("{} partition {}: {} ({}); taking it over again", name(), slot.number, error.message,
               error.reason);
  {
    std::lock_guard lock(slot.trouble_mutex);
    slot.trouble = error.message;
  }
  slot.partition.reset();
  slot.rest_until = std::chrono::steady_clock::now() + kRestAfterError;
  slot.work.store(true);
}

void Service::ClearTrouble(Slot& slot) {
  std::lock_guard lock(slot.trouble_mutex);
  slot.trouble.clear();
}

void Service::Submit(const google::protobuf::Message& command, std::string_view request_id,
                     AnswerCallback done) {
  if (stopping_) return done(core::Refuse(Stopping(name())));
  const std::string key = decider_.Route(command);
  Slot& slot = *slots_[PartitionOf(key, options_.partitions)];
  if (slot.submitted.load() >= options_.waiting_at_most) {
    return done(core::Refuse(TooManyWaiting(name())));
  }
  v1::Packed packed;
  v1::Envelope& envelope = *packed.mutable_envelope();
  envelope.set_type(command.GetDescriptor()->full_name());
  envelope.set_time_ms(core::ToMillis(clock_.Now()));
  envelope.set_subject(key);
  envelope.set_request_id(request_id.empty() ? NewUuid() : std::string(request_id));
  packed.set_value(command.SerializeAsString());
  ++slot.submitted;
  AnswerCallback counted = [&slot, done = std::move(done)](Result<std::string> answer) {
    --slot.submitted;
    done(std::move(answer));
  };
  const std::string id = envelope.request_id();
  {
    std::lock_guard lock(waiting_mutex_);
    waiting_[id].push_back(std::move(counted));
  }
  auto appended = log_.Append({{{topics_.front(), slot.number}, {ToRecord(packed)}}});
  if (appended) return;
  std::vector<AnswerCallback> failed;
  {
    std::lock_guard lock(waiting_mutex_);
    if (auto found = waiting_.find(id); found != waiting_.end()) {
      failed = std::move(found->second);
      waiting_.erase(found);
    }
  }
  for (AnswerCallback& callback : failed) callback(core::Refuse(appended.error()));
}

void Service::Answered(const std::string& request_id, const v1::Outcome& outcome) {
  std::vector<AnswerCallback> callbacks;
  {
    std::lock_guard lock(waiting_mutex_);
    auto found = waiting_.find(request_id);
    if (found == waiting_.end()) return;
    callbacks = std::move(found->second);
    waiting_.erase(found);
  }
  for (AnswerCallback& done : callbacks) done(ToAnswer(outcome));
}

Rows Service::rows() const {
  return Rows(store_, std::string(decider_.service()), options_.partitions);
}

bool Service::Idle() const {
  const int64_t now = core::ToMillis(clock_.Now());
  return std::all_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
    return !slot->work.load() && slot->due_ms.load() > now && slot->idle.load();
  });
}

std::optional<Instant> Service::NextDue() const {
  int64_t earliest = INT64_MAX;
  for (const auto& slot : slots_) earliest = std::min(earliest, slot->due_ms.load());
  if (earliest == INT64_MAX) return std::nullopt;
  return core::FromMillis(earliest);
}

std::vector<std::string> Service::Troubles() const {
  std::vector<std::string> troubles;
  for (const auto& slot : slots_) {
    std::lock_guard lock(slot->trouble_mutex);
    if (!slot->trouble.empty()) {
      troubles.push_back(std::string(name()) + " partition " + std::to_string(slot->number) + ": " +
                         slot->trouble);
    }
  }
  return troubles;
}

}  // namespace throughline::runtime
