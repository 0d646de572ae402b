#include "runtime/service.h"

#include <spdlog/spdlog.h>
#include <uuid/uuid.h>

#include <algorithm>

#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"
#include "runtime/partition_tables.h"
#include "runtime/partitioner.h"

namespace throughline::runtime {

using core::Instant;
using core::Result;

namespace {

// After an error a partition rests, twice as long after each one that follows.
constexpr auto kShortestBackoff = std::chrono::milliseconds(100);
constexpr auto kLongestBackoff = std::chrono::milliseconds(2000);
// A clock that moves by itself is looked at this often while a timer is pending.
constexpr auto kLongestSleep = std::chrono::milliseconds(500);
// A partition that is taken away has so long to finish what it has in hand.
constexpr auto kReleaseAtMost = std::chrono::seconds(3);
constexpr size_t kAnswerRecords = 256;
constexpr size_t kAnswerBytes = 1 << 20;

std::string NewUuid() {
  uuid_t bytes;
  uuid_generate_random(bytes);
  char text[37];
  uuid_unparse_lower(bytes, text);
  return text;
}

int64_t NowNs() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

// A partition's place. Run by one worker; the flags are for everybody.
struct Service::Slot {
  int32_t number = 0;
  std::unique_ptr<Partition> partition;
  std::atomic<bool> owned{false};
  std::atomic<bool> running{false};  // there is a partition
  std::atomic<bool> taken_over{false};
  std::atomic<bool> work{false};
  std::atomic<bool> idle{false};  // the last look found nothing to do
  std::atomic<int64_t> due_ms{INT64_MAX};
  std::atomic<int64_t> waiting{0};  // callers
  PartitionStanding standing;
  std::chrono::steady_clock::time_point backoff_until{};
  std::chrono::milliseconds backoff{kShortestBackoff};
  std::chrono::steady_clock::time_point looked{};
  // Where in the events the next answer of another owner may be; nullopt: nobody waits for one.
  mutable std::mutex answers_mutex;
  std::optional<int64_t> answers_from;
  mutable std::mutex last_error_mutex;
  std::string last_error;
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
    : log_(log),
      store_(store),
      decider_(decider),
      clock_(clock),
      options_(options),
      past_(std::make_shared<Past>(log, decider, clock, options.partitions)) {
  events_ = EventsTopic(decider.service());
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

void Service::Start(Ownership& ownership) {
  started_ = true;
  ownership_ = &ownership;
  listener_ = log_.Listen([this](const TopicPartition& changed) { OnAppended(changed); });
  for (size_t w = 0; w < workers_.size(); ++w) {
    workers_[w]->thread = std::thread([this, w] { Work(w); });
  }
  ownership.Start([this](const std::vector<int32_t>& partitions) { OnAssigned(partitions); },
                  [this](const std::vector<int32_t>& partitions) { OnRevoked(partitions); });
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
  ownership_.load()->Stop();
  callers_.RefuseAll(Stopping(name()));
}

void Service::OnAssigned(const std::vector<int32_t>& partitions) {
  for (int32_t number : partitions) {
    if (number >= options_.partitions) continue;
    if (!slots_[number]->owned.exchange(true)) slots_[number]->standing.outbox_since_ms = 0;
    WakeSlot(*slots_[number]);
  }
}

void Service::OnRevoked(const std::vector<int32_t>& partitions) {
  const auto mine = [&](int32_t number) { return number < options_.partitions; };
  for (int32_t number : partitions) {
    if (!mine(number)) continue;
    slots_[number]->owned = false;
    WakeSlot(*slots_[number]);
  }
  std::unique_lock lock(released_mutex_);
  released_.wait_for(lock, kReleaseAtMost, [&] {
    return std::none_of(partitions.begin(), partitions.end(),
                        [&](int32_t number) { return mine(number) && slots_[number]->running; });
  });
}

void Service::OnAppended(const TopicPartition& changed) {
  if (changed.partition >= options_.partitions) return;
  Slot& slot = *slots_[changed.partition];
  const bool input = std::find(topics_.begin(), topics_.end(), changed.topic) != topics_.end();
  if (input && slot.owned) return WakeSlot(slot);
  if (changed.topic != events_ || slot.waiting == 0) return;
  std::unique_lock lock(slot.answers_mutex);
  const bool watched = slot.answers_from.has_value();
  lock.unlock();
  if (watched) WakeSlot(slot);
}

// That something has come which is not read yet.
void Service::NoteWaiting(Slot& slot) {
  PartitionStanding& standing = slot.standing;
  int64_t none = 0;
  if (standing.noticed_ns == 0) standing.noticed_ns.compare_exchange_strong(none, NowNs());
  if (standing.waiting_since_ms != 0) return;
  none = 0;
  standing.waiting_since_ms.compare_exchange_strong(none, core::ToMillis(clock_.Now()));
}

void Service::WakeSlot(Slot& slot) {
  slot.work.store(true);
  if (slot.owned) NoteWaiting(slot);
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

std::unique_ptr<Partition> Service::MakePartition(Slot& slot) {
  PartitionOptions options;
  options.partition = slot.number;
  options.standing = &slot.standing;
  options.tracing = options_.tracing;
  options.partitions = options_.partitions;
  options.nonce = NewUuid();
  return std::make_unique<Partition>(
      log_, store_, decider_, std::move(options),
      [this](const std::string& id, const v1::Outcome& outcome) { callers_.Answer(id, outcome); },
      counters_);
}

void Service::Work(size_t index) {
  Worker& worker = *workers_[index];
  while (!stopping_) {
    bool busy = false;
    for (Slot* slot : worker.slots) {
      if (stopping_) break;
      // What a decider or a callback throws stops its own partition briefly, and no other.
      if (Guarded(name(), [&] { busy |= LookAt(*slot); })) continue;
      Guarded(name(), [&] { BackOff(*slot, Unexpected()); });
    }
    if (busy) continue;
    std::unique_lock lock(worker.mutex);
    worker.wake.wait_for(lock, kLongestSleep, [&] { return worker.woken || stopping_; });
    worker.woken = false;
  }
  for (Slot* slot : worker.slots) {
    Guarded(name(), [&] { ReleaseSlot(*slot); });
  }
}

// True: there may be more.
bool Service::LookAt(Slot& slot) {
  const auto now = std::chrono::steady_clock::now();
  const bool due = slot.due_ms.load() <= core::ToMillis(clock_.Now());
  if (!slot.work.load() && !due && now - slot.looked < options_.look_again) return false;
  if (slot.waiting > 0) ReadAnswers(slot);
  if (!slot.owned) {
    slot.work.store(false);
    slot.looked = now;
    ReleaseSlot(slot);
    return false;
  }
  if (now < slot.backoff_until) return false;
  const bool verify = now - slot.looked >= options_.look_again;
  if (verify) slot.looked = now;
  if (verify && slot.partition) {
    if (auto verified = slot.partition->Verify(); !verified) {
      BackOff(slot, verified.error());
      return false;
    }
  }
  return RunSlot(slot);
}

void Service::ReleaseSlot(Slot& slot) {
  if (!slot.partition) return;
  slot.partition->Release();
  // Who still waits is answered by another owner, at some place after what was published here.
  if (slot.waiting > 0) WatchAnswers(slot, slot.partition->answered_end());
  slot.partition.reset();
  slot.taken_over = false;
  slot.due_ms.store(INT64_MAX);
  slot.standing.waiting_since_ms = 0;
  slot.standing.outbox_since_ms = 0;
  ClearError(slot);
  {
    std::lock_guard lock(released_mutex_);
    slot.running = false;
  }
  released_.notify_all();
}

// Runs one whole turn of a partition, so that the workers go round fairly. True: there may be more.
bool Service::RunSlot(Slot& slot) {
  if (!slot.partition) {
    slot.partition = MakePartition(slot);
    slot.running = true;
  }
  slot.idle.store(false);
  slot.due_ms.store(INT64_MAX);
  slot.work.store(false);  // before looking: what comes after is seen next time
  constexpr int kStepsATurn = 8;
  for (int i = 0; i < kStepsATurn; ++i) {
    Result<bool> did = slot.partition->Step(clock_.Now());
    if (!did) {
      BackOff(slot, did.error());
      return false;
    }
    if (slot.partition->taken_over()) slot.taken_over = true;
    if (*did) continue;
    if (auto due = slot.partition->NextDue()) slot.due_ms.store(core::ToMillis(*due));
    slot.idle.store(true);
    slot.backoff = kShortestBackoff;
    ClearError(slot);
    return false;
  }
  slot.work.store(true);
  return true;
}

void Service::BackOff(Slot& slot, const core::Error& error) {
  ++counters_.lost;
  {
    std::lock_guard lock(slot.last_error_mutex);
    if (slot.last_error != error.message) {
      spdlog::warn("{} partition {}: {} ({}); taking it over again", name(), slot.number,
                   error.message, error.reason);
    }
    slot.last_error = error.message;
  }
  if (slot.waiting > 0 && slot.partition) WatchAnswers(slot, slot.partition->answered_end());
  slot.partition.reset();
  slot.taken_over = false;
  slot.backoff_until = std::chrono::steady_clock::now() + slot.backoff;
  slot.backoff = std::min(slot.backoff * 2, kLongestBackoff);
  slot.work.store(true);
  NoteWaiting(slot);
}

void Service::ClearError(Slot& slot) {
  std::lock_guard lock(slot.last_error_mutex);
  slot.last_error.clear();
}

void Service::Submit(const google::protobuf::Message& command, const RequestKey& key,
                     AnswerCallback done) {
  std::string id;
  if (Guarded(name(), [&] { HandIn(command, key, done, id); })) return;
  callers_.Refuse(id, key.digest, Unexpected());
  if (done) Guarded(name(), [&] { done(core::Refuse(Unexpected())); });
}

// Takes `done` when somebody else answers.
void Service::HandIn(const google::protobuf::Message& command, const RequestKey& key,
                     AnswerCallback& done, std::string& id) {
  if (stopping_) return std::exchange(done, nullptr)(core::Refuse(Stopping(name())));
  const std::string route = decider_.Route(command);
  Slot& slot = *slots_[PartitionOf(route, options_.partitions)];
  if (slot.waiting.load() >= options_.waiting_at_most) {
    return std::exchange(done, nullptr)(core::Refuse(TooManyWaiting(name())));
  }
  id = key.id.empty() ? NewUuid() : OutcomeId(key, command, route);
  // It waits before looking whose the partition is: a release after that sees it.
  callers_.Add(id, std::make_unique<Caller>(slot.waiting, key.digest, done));
  if (!slot.owned) {
    // First the place, then the look at what is known: an answer is in the one or the other.
    if (auto watched = WatchAnswers(slot, std::nullopt); !watched) {
      return callers_.Refuse(id, key.digest, watched.error());
    }
    if (!key.id.empty() && AnsweredBefore(route, id, key.digest)) return;
  }
  Append(slot, command, route, id, key);
}

void Service::Append(Slot& slot, const google::protobuf::Message& command, const std::string& route,
                     const std::string& id, const RequestKey& key) {
  const v1::RequestDigest& digest = key.digest;
  v1::Packed packed;
  v1::Envelope& envelope = *packed.mutable_envelope();
  envelope.set_type(command.GetDescriptor()->full_name());
  envelope.set_time_ms(core::ToMillis(clock_.Now()));
  envelope.set_subject(route);
  envelope.set_request_id(id);
  if (!digest.request().empty()) *envelope.mutable_request_digest() = digest;
  if (key.actor) *envelope.mutable_actor() = *key.actor;
  const auto span = BeginSending(options_.tracing, topics_.front(), slot.number, key.trace);
  if (options_.tracing.tracer != nullptr && key.trace.valid()) {
    envelope.set_traceparent(core::ToTraceParent(span ? span->context : key.trace));
  }
  packed.set_value(command.SerializeAsString());
  log_.AppendAsync({{topics_.front(), slot.number}, {ToRecord(packed)}},
                   [this, id, digest, span](const Result<Stretch>& appended) {
                     EndSending(options_.tracing, span, appended ? "" : appended.error().reason);
                     if (!appended) callers_.Refuse(id, digest, appended.error());
                   });
}

Result<void> Service::WatchAnswers(Slot& slot, std::optional<int64_t> from) {
  if (!from) {
    {
      std::lock_guard lock(slot.answers_mutex);
      if (slot.answers_from) return {};
    }
    auto end = log_.End({events_, slot.number});
    if (!end) return core::Refuse(end.error());
    from = *end;
  }
  {
    std::lock_guard lock(slot.answers_mutex);
    slot.answers_from = std::min(slot.answers_from.value_or(*from), *from);
  }
  WakeSlot(slot);
  return {};
}

bool Service::AnsweredBefore(const std::string& route, const std::string& id,
                             const v1::RequestDigest& digest) {
  auto known = rows().Get(kOutcomes, route, id);
  if (!known || !*known) return false;
  callers_.Answer(id, **known);
  const v1::RequestDigest& decided = (*known)->request_digest();
  return IsReused(decided, digest) || IsAnsweredBy(digest, decided);
}

void Service::ReadAnswers(Slot& slot) {
  std::optional<int64_t> from;
  {
    std::lock_guard lock(slot.answers_mutex);
    from = slot.answers_from;
  }
  while (from) {
    auto records = log_.Read({events_, slot.number}, *from, kAnswerRecords, kAnswerBytes);
    if (!records) return spdlog::debug("{}: answers: {}", name(), records.error().message);
    for (const StoredRecord& stored : *records) {
      auto envelope = ParseEnvelope(stored.record);
      if (!envelope || !envelope->has_outcome()) continue;
      callers_.Answer(envelope->request_id(), envelope->outcome());
    }
    std::lock_guard lock(slot.answers_mutex);
    if (slot.answers_from == from && !records->empty()) {
      slot.answers_from = records->back().offset + 1;
    }
    if (slot.waiting == 0) slot.answers_from.reset();
    if (records->empty()) return;
    from = slot.answers_from;
  }
}

bool Service::Runs(int32_t partition) const {
  const Slot& slot = *slots_[partition];
  return slot.owned && slot.running;
}

int32_t Service::Running() const {
  int32_t running = 0;
  for (int32_t number = 0; number < options_.partitions; ++number) running += Runs(number);
  return running;
}

int32_t Service::Owned() const {
  return static_cast<int32_t>(std::count_if(slots_.begin(), slots_.end(),
                                            [](const auto& slot) { return slot->owned.load(); }));
}

double Service::SecondsSince(int64_t moment_ms) const {
  if (moment_ms == 0) return 0;
  const auto since = clock_.Now() - core::FromMillis(moment_ms);
  return std::max(0.0, std::chrono::duration<double>(since).count());
}

std::vector<std::pair<int32_t, double>> Service::SecondsBehind() const {
  std::vector<std::pair<int32_t, double>> behind;
  for (const auto& slot : slots_) {
    if (!slot->owned) continue;
    behind.emplace_back(slot->number, SecondsSince(slot->standing.waiting_since_ms));
  }
  return behind;
}

double Service::OutboxAge() const {
  double oldest = 0;
  for (const auto& slot : slots_) {
    if (!slot->owned) continue;
    oldest = std::max(oldest, SecondsSince(slot->standing.outbox_since_ms));
  }
  return oldest;
}

int64_t Service::CallersWaiting() const {
  int64_t waiting = 0;
  for (const auto& slot : slots_) waiting += slot->waiting.load();
  return waiting;
}

Rows Service::rows() const {
  return Rows(store_, std::string(decider_.service()), options_.partitions, past_);
}

bool Service::Idle() const {
  const int64_t now = core::ToMillis(clock_.Now());
  return std::all_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
    if (!slot->owned) return !slot->running.load();
    return !slot->work.load() && slot->due_ms.load() > now && slot->idle.load();
  });
}

std::optional<Instant> Service::NextDue() const {
  int64_t earliest = INT64_MAX;
  for (const auto& slot : slots_) earliest = std::min(earliest, slot->due_ms.load());
  if (earliest == INT64_MAX) return std::nullopt;
  return core::FromMillis(earliest);
}

int32_t Service::FailingPartitions() const {
  return static_cast<int32_t>(std::count_if(slots_.begin(), slots_.end(), [](const auto& slot) {
    std::lock_guard lock(slot->last_error_mutex);
    return !slot->last_error.empty();
  }));
}

bool Service::Settled() const {
  const Ownership* ownership = ownership_;
  return ownership != nullptr && ownership->Settled();
}

int32_t Service::NotTakenOver() const {
  return static_cast<int32_t>(std::count_if(slots_.begin(), slots_.end(), [](const auto& slot) {
    return slot->owned && !slot->taken_over;
  }));
}

}  // namespace throughline::runtime
