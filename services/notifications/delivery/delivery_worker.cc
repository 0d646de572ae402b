#include "notifications/delivery/delivery_worker.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "notifications/delivery/digest_mail.h"
#include "notifications/delivery/webhook_request.h"
#include "notifications/domain/endpoint.h"
#include "notifications/domain/tables.h"
#include "runtime/envelope.h"
#include "runtime/guarded.h"
#include "runtime/tracer.h"

namespace throughline::notifications {

namespace {

using std::chrono::steady_clock;
using Failure = platform::HttpOutcome::Failure;

constexpr size_t kUnderWayAtMost = 256;
constexpr size_t kToOneEndpoint = 4;
constexpr size_t kPage = 100;
// Also poll without notification: a partition may have been assigned to this process.
constexpr auto kLookAgain = std::chrono::milliseconds(2000);
constexpr auto kReportAgain = std::chrono::milliseconds(500);
// After a look it rests, so that under load many events are one look.
constexpr auto kRest = std::chrono::milliseconds(10);
// On the way out, what is under way may end for so long; it need not be sent again then.
constexpr auto kGrace = std::chrono::milliseconds(1000);

v1::AttemptOutcome Outcome(v1::AttemptResult result, int status, std::string detail) {
  v1::AttemptOutcome outcome;
  outcome.set_result(result);
  outcome.set_status(status);
  outcome.set_detail(std::move(detail));
  return outcome;
}

v1::AttemptOutcome OutcomeOf(const platform::HttpOutcome& http) {
  switch (http.failure) {
    case Failure::kForbidden:
      return Outcome(v1::ATTEMPT_RESULT_FORBIDDEN, 0, http.detail);
    case Failure::kTimedOut:
      return Outcome(v1::ATTEMPT_RESULT_TIMED_OUT, 0, http.detail);
    case Failure::kUnreachable:
    case Failure::kStopped:
      return Outcome(v1::ATTEMPT_RESULT_UNREACHABLE, 0, http.detail);
    case Failure::kNone:
      break;
  }
  if (http.status < 300) return Outcome(v1::ATTEMPT_RESULT_DELIVERED, http.status, "");
  const std::string detail = fmt::format("The receiver answered {}.", http.status);
  if (http.status == 410) return Outcome(v1::ATTEMPT_RESULT_GONE, http.status, detail);
  auto outcome = Outcome(v1::ATTEMPT_RESULT_REJECTED, http.status, detail);
  outcome.set_retry_after_s(http.retry_after_s);
  return outcome;
}

v1::AttemptOutcome OutcomeOf(const platform::MailOutcome& mail) {
  if (mail.taken) return Outcome(v1::ATTEMPT_RESULT_DELIVERED, mail.status, "");
  if (mail.refused) return Outcome(v1::ATTEMPT_RESULT_GONE, mail.status, mail.detail);
  return Outcome(mail.status == 0 ? v1::ATTEMPT_RESULT_UNREACHABLE : v1::ATTEMPT_RESULT_REJECTED,
                 mail.status, mail.detail);
}

std::string KeyOf(const v1::Delivery& delivery) {
  return JoinKey(delivery.district(), delivery.delivery());
}

// Whether the service may take it when it is sent again.
bool IsPassing(const core::Error& error) {
  return error.code == core::Code::kUnavailable || error.code == core::Code::kResourceExhausted ||
         error.code == core::Code::kAborted;
}

}  // namespace

struct DeliveryWorker::Post {
  std::mutex mutex;
  std::condition_variable wake;
  bool woken = true;
  bool stopping = false;
  std::set<int32_t> changed;                                      // partitions
  std::vector<std::pair<std::string, v1::AttemptOutcome>> ended;  // attempts
  std::vector<std::pair<std::string, bool>> reported;             // attempts; whether they were

  template <class Change>
  void Leave(const Change& change) {
    {
      std::lock_guard lock(mutex);
      change();
      woken = true;
    }
    wake.notify_one();
  }
};

DeliveryWorker::DeliveryWorker(runtime::Service& service, runtime::Log& log,
                               const runtime::Clock& clock, const DeliverySetup& setup,
                               DeliveryTelemetry& telemetry)
    : service_(service),
      log_(log),
      clock_(clock),
      rows_(service.rows()),
      setup_(setup),
      telemetry_(telemetry),
      post_(std::make_shared<Post>()),
      transfers_(std::make_unique<platform::Transfers>()),
      webhooks_(*transfers_, setup.webhooks),
      mails_(*transfers_, setup.mail_server) {
  const std::string events = runtime::EventsTopic(service.name());
  listener_ = log_.Listen([post = post_, events](const runtime::TopicPartition& changed) {
    if (changed.topic != events) return;
    post->Leave([&] { post->changed.insert(changed.partition); });
  });
  thread_ = std::thread([this] { Run(); });
}

DeliveryWorker::~DeliveryWorker() { Stop(); }

void DeliveryWorker::Stop() {
  if (!thread_.joinable()) return;
  log_.Unlisten(listener_);
  post_->Leave([&] { post_->stopping = true; });
  thread_.join();
  transfers_.reset();
}

void DeliveryWorker::Run() {
  looked_ = reported_ = steady_clock::now() - kLookAgain;
  // What it could not do now it finds again when it looks at everything.
  while (Wait()) runtime::Guarded("delivery worker", [this] { GoRound(); });
  const auto until = steady_clock::now() + kGrace;
  TakeWhatEnded();
  while (!attempts_.empty() && steady_clock::now() < until) {
    {
      std::unique_lock lock(post_->mutex);
      post_->wake.wait_until(lock, until, [&] { return post_->woken; });
      post_->woken = false;
    }
    TakeWhatEnded();
  }
}

void DeliveryWorker::GoRound() {
  TakeWhatEnded();
  const auto now = steady_clock::now();
  if (now - reported_ >= kReportAgain) {
    reported_ = now;
    for (const std::string& key : std::exchange(unreported_, {})) RecordOrLater(key);
  }
  if (now - looked_ >= kLookAgain) {
    looked_ = now;
    for (int32_t p = 0; p < service_.partitions(); ++p) waiting_.insert(p);
  }
  for (const int32_t partition : std::exchange(waiting_, {})) LookAt(partition);
}

bool DeliveryWorker::Wait() {
  std::unique_lock lock(post_->mutex);
  post_->wake.wait_for(lock, kRest, [&] { return post_->stopping; });
  post_->wake.wait_for(lock, unreported_.empty() ? kLookAgain : kReportAgain,
                       [&] { return post_->woken; });
  post_->woken = false;
  waiting_.merge(std::exchange(post_->changed, {}));
  return !post_->stopping;
}

void DeliveryWorker::TakeWhatEnded() {
  std::vector<std::pair<std::string, v1::AttemptOutcome>> ended;
  std::vector<std::pair<std::string, bool>> reported;
  {
    std::lock_guard lock(post_->mutex);
    ended.swap(post_->ended);
    reported.swap(post_->reported);
  }
  for (auto& [key, outcome] : ended) {
    const auto attempt = attempts_.find(key);
    if (attempt == attempts_.end()) continue;  // given up as it began
    *attempt->second.ended.mutable_outcome() = std::move(outcome);
    telemetry_.End(attempt->second.observed, attempt->second.ended.outcome(), clock_.Now());
    RecordOrLater(key);
  }
  for (const auto& [key, was] : reported) {
    if (!attempts_.contains(key)) continue;
    if (was) {
      Forget(key);
    } else {
      unreported_.insert(key);
    }
  }
}

bool DeliveryWorker::HasRoom(const std::string& endpoint) const {
  const auto found = by_endpoint_.find(endpoint);
  return endpoint.empty() || found == by_endpoint_.end() || found->second < kToOneEndpoint;
}

// What is due to one subscription stands together, and is passed over as a whole when there is no
// room at its endpoint.
void DeliveryWorker::LookAt(int32_t partition) {
  if (!service_.Runs(partition)) return;
  std::string after;
  bool more = true;
  while (more) {
    auto due = rows_.ScanIn(partition, kDueDeliveries, "", after, kPage);
    if (!due) return void(waiting_.insert(partition));
    more = due->size() == kPage;
    for (const auto& [key, row] : *due) {
      after = key;
      const auto [district, to_whom, id] = core::SplitKey<3>(key);
      const std::string subscription_key = JoinKey(district, to_whom);
      const std::string delivery_key = JoinKey(district, id);
      if (attempts_.contains(delivery_key)) continue;
      auto subscription = rows_.Get(kOwnSubscriptions, district, subscription_key);
      auto delivery = rows_.Get(kDeliveries, district, delivery_key);
      if (!subscription || !delivery) return void(waiting_.insert(partition));
      if (!*delivery) continue;  // since it was found
      const v1::Subscription* to =
          *subscription && IsReachable(**subscription) ? &**subscription : nullptr;
      std::string endpoint;
      if (to != nullptr) {
        endpoint =
            to->has_digest() ? setup_.mail_server.url : platform::EndpointOf(to->webhook().url());
      }
      if (attempts_.size() >= kUnderWayAtMost) return void(waiting_.insert(partition));
      if (HasRoom(endpoint)) {
        Begin(partition, **delivery, to, endpoint);
        continue;
      }
      waiting_.insert(partition);
      after = core::PastPrefix(JoinKey(subscription_key, ""));
      more = true;
      break;
    }
  }
}

void DeliveryWorker::Begin(int32_t partition, const v1::Delivery& delivery,
                           const v1::Subscription* subscription, const std::string& endpoint) {
  const std::string key = KeyOf(delivery);
  try {
    Carry(partition, delivery, subscription, endpoint);
  } catch (...) {
    runtime::LogThrown("delivery worker: an attempt");
    Forget(key);  // or it would hold its place for ever
  }
}

void DeliveryWorker::Carry(int32_t partition, const v1::Delivery& delivery,
                           const v1::Subscription* subscription, const std::string& endpoint) {
  const std::string key = KeyOf(delivery);
  Attempt& attempt = attempts_[key];
  attempt.partition = partition;
  attempt.endpoint = endpoint;
  attempt.ended.set_district(delivery.district());
  attempt.ended.set_delivery(delivery.delivery());
  attempt.ended.set_attempt(delivery.attempt());
  ++by_endpoint_[endpoint];
  attempt.observed = telemetry_.Begin(key, delivery, endpoint);
  const bool fits = subscription != nullptr && subscription->has_digest() == delivery.has_digest();
  if (fits) attempt.ended.set_subscription_version(subscription->version());
  if (fits && (!delivery.has_digest() || setup_.SendsMail())) {
    return Send(key, delivery, *subscription, attempt);
  }
  *attempt.ended.mutable_outcome() =
      Outcome(v1::ATTEMPT_RESULT_NOT_TRIED, 0,
              fits ? "This installation sends no mail." : "The subscription has ended.");
  telemetry_.End(attempt.observed, attempt.ended.outcome(), clock_.Now());
  Record(key);
}

void DeliveryWorker::Send(const std::string& key, const v1::Delivery& delivery,
                          const v1::Subscription& subscription, const Attempt& attempt) {
  const runtime::WithTrace traced(attempt.observed.trace());
  const auto end = [post = post_, key](v1::AttemptOutcome outcome) {
    post->Leave([&] { post->ended.emplace_back(key, std::move(outcome)); });
  };
  if (!delivery.has_digest()) {
    platform::HttpPost post = WebhookRequest(delivery, subscription, setup_.keys, clock_.Now());
    const core::TraceContext trace = attempt.observed.trace();
    if (trace.valid()) post.headers.push_back("traceparent: " + core::ToTraceParent(trace));
    return webhooks_.Post(std::move(post), [end](const platform::HttpOutcome& outcome) {
      if (outcome.failure != Failure::kStopped) end(OutcomeOf(outcome));
    });
  }
  v1::EndDigest reader;
  reader.set_district(delivery.district());
  reader.set_subscription(delivery.subscription());
  reader.set_address(delivery.digest().address());
  const std::string unsubscribe =
      setup_.unsubscribe_url + "?token=" + setup_.keys.UnsubscribeToken(reader);
  mails_.Send(DigestMail(delivery, setup_.mail_from, unsubscribe),
              [end](const platform::MailOutcome& outcome) {
                if (!outcome.stopped) end(OutcomeOf(outcome));
              });
}

void DeliveryWorker::RecordOrLater(const std::string& key) {
  if (!runtime::Guarded("delivery worker: record", [&] { Record(key); })) unreported_.insert(key);
}

void DeliveryWorker::Record(const std::string& key) {
  const Attempt& attempt = attempts_.at(key);
  const v1::RecordAttempt& ended = attempt.ended;
  service_.Submit(ended,
                  {.id = fmt::format("attempt.{}.{}", ended.delivery(), ended.attempt()),
                   .trace = attempt.observed.trace()},
                  [post = post_, key](const core::Result<std::string>& answer) {
                    const bool reported = answer.has_value() || !IsPassing(answer.error());
                    post->Leave([&] { post->reported.emplace_back(key, reported); });
                  });
}

void DeliveryWorker::Forget(const std::string& key) {
  const auto found = attempts_.find(key);
  if (found == attempts_.end()) return;
  const auto endpoint = by_endpoint_.find(found->second.endpoint);
  telemetry_.Forget(found->second.observed);
  if (endpoint != by_endpoint_.end() && --endpoint->second == 0) by_endpoint_.erase(endpoint);
  waiting_.insert(found->second.partition);
  attempts_.erase(found);
}

}  // namespace throughline::notifications
