#include "runtime/batch_record.h"

#include <algorithm>
#include <utility>

#include "runtime/envelope.h"

namespace throughline::runtime {

namespace {

// Of what is not sampled, for the case that it fails or takes long.
constexpr size_t kUnsampledParts = 8;
constexpr size_t kLinksAtMost = 32;
constexpr size_t kTimersAtMost = 10'000;
constexpr char kTimers[] = "timers";

}  // namespace

BatchRecord::BatchRecord(std::string_view service, int32_t partition, Counters& counters,
                         PartitionStanding* standing, Tracing tracing)
    : service_(service),
      partition_(partition),
      counters_(counters),
      standing_(standing),
      tracing_(std::move(tracing)) {}

void BatchRecord::Begin() {
  began_ = Steady::now();
  noticed_ = began_;
  if (standing_ != nullptr) {
    const int64_t noticed = standing_->noticed_ns.exchange(0);
    if (noticed != 0) noticed_ = Steady::time_point(std::chrono::nanoseconds(noticed));
  }
  if (traces()) began_at_ = std::chrono::system_clock::now();
  begun_ = true;
  inputs_ = 0;
  parts_.clear();
  timers_set_.clear();
}

void BatchRecord::Read(std::optional<core::Instant> oldest, std::optional<core::Instant> left) {
  left_ = left;
  if (standing_ != nullptr && oldest) standing_->waiting_since_ms = core::ToMillis(*oldest);
}

void BatchRecord::DecidedOnRecord(const std::string& topic, const std::string& traceparent,
                                  std::vector<v1::Packed>& events) {
  if (!traces()) return;
  const auto cause = core::ParseTraceParent(traceparent);
  GoOn(PartOf(topic, cause.value_or(core::TraceContext()), !cause), events);
}

void BatchRecord::DecidedOnTimer(const std::string& timer, std::vector<v1::Packed>& events) {
  if (!traces()) return;
  std::vector<core::TraceContext> causes;
  if (const auto found = timers_.find(timer); found != timers_.end()) {
    causes = std::move(found->second);
    timers_.erase(found);
  }
  Part& part = causes.empty() ? PartOf(kTimers, tracing_.tracer->Begin(), true)
                              : PartOf(kTimers, causes.front(), false);
  for (size_t i = 1; i < causes.size(); ++i) part.links.push_back(causes[i]);
  GoOn(part, events);
}

BatchRecord::Part& BatchRecord::PartOf(const std::string& topic, const core::TraceContext& cause,
                                       bool begins) {
  for (Part& part : parts_) {
    if (part.cause == cause && part.topic == topic) return part;
  }
  const auto is_sampled = [](const Part& part) { return part.process.sampled; };
  const size_t unsampled =
      parts_.size() - static_cast<size_t>(std::count_if(parts_.begin(), parts_.end(), is_sampled));
  // What nobody will ask for takes the place of another such.
  if (!cause.sampled && unsampled >= kUnsampledParts) {
    parts_.erase(std::find_if_not(parts_.begin(), parts_.end(), is_sampled));
  }
  Part& part = parts_.emplace_back();
  part.topic = topic;
  part.cause = cause;
  part.begins = begins;
  if (!cause.sampled) return part;
  part.process = begins ? cause : tracing_.tracer->Child(cause);
  part.send = tracing_.tracer->Child(part.process);
  return part;
}

core::TraceContext BatchRecord::NewProcess(const Part& part) const {
  if (!part.cause.valid()) return tracing_.tracer->Begin();
  return part.begins ? part.cause : tracing_.tracer->Child(part.cause);
}

bool BatchRecord::IsNotable(const std::vector<v1::Packed>& events) const {
  return tracing_.is_notable &&
         std::any_of(events.begin(), events.end(), [&](const v1::Packed& event) {
           return tracing_.is_notable(event.envelope().type());
         });
}

// Events of what is not sampled name as their parent what the input named: there will be no other.
// What is in no trace stays so, unless it is notable: nobody may be to know whose it is.
void BatchRecord::GoOn(Part& part, std::vector<v1::Packed>& events) {
  ++part.inputs;
  part.events += static_cast<int64_t>(events.size());
  if (IsNotable(events) && !part.notable) {
    part.notable = true;
    if (!part.cause.sampled) {
      part.process = NewProcess(part);
      part.process.sampled = true;
      part.send = tracing_.tracer->Child(part.process);
    }
  }
  const core::TraceContext& context = part.send.valid() ? part.send : part.cause;
  const std::string traceparent = context.valid() ? core::ToTraceParent(context) : "";
  for (v1::Packed& event : events) {
    event.mutable_envelope()->set_traceparent(traceparent);
    if (context.sampled && tracing_.traced) tracing_.traced(event);
  }
  if (context.sampled) NoteTimers(context);
  timers_set_.clear();
}

void BatchRecord::NoteTimers(const core::TraceContext& context) {
  for (const std::string& timer : timers_set_) {
    if (timers_.size() >= kTimersAtMost) timers_.erase(timers_.begin());
    std::vector<core::TraceContext>& causes = timers_[timer];
    if (causes.size() < kLinksAtMost) causes.push_back(context);
  }
}

void BatchRecord::Decided(size_t events) {
  decided_ = Steady::now();
  if (inputs_ == 0) return;
  counters_.batch_inputs.Observe(static_cast<double>(inputs_));
  counters_.batch_events.Observe(static_cast<double>(events));
  counters_.decide_seconds.Observe(std::chrono::duration<double>(decided_ - began_).count());
}

void BatchRecord::Committed(core::Instant now) {
  if (standing_ != nullptr) standing_->outbox_since_ms = core::ToMillis(now);
  if (!begun_) return;
  committed_ = Steady::now();
  counters_.commit_seconds.Observe(std::chrono::duration<double>(committed_ - decided_).count());
}

void BatchRecord::Published(const v1::Envelope& event, core::Instant now) {
  const auto took = now - core::FromMillis(event.time_ms());
  counters_.received_to_published.Observe(
      event.correlation(), std::max(0.0, std::chrono::duration<double>(took).count()));
}

void BatchRecord::Delivered() {
  if (standing_ != nullptr) standing_->outbox_since_ms = 0;
  if (!begun_) return;
  delivered_ = Steady::now();
  counters_.publish_seconds.Observe(std::chrono::duration<double>(delivered_ - committed_).count());
  counters_.hop_seconds.Observe(std::chrono::duration<double>(delivered_ - noticed_).count());
  if (traces()) Export("");
}

void BatchRecord::Done() {
  if (standing_ != nullptr) standing_->waiting_since_ms = left_ ? core::ToMillis(*left_) : 0;
  begun_ = false;
  parts_.clear();
}

void BatchRecord::Failed(const std::string& reason) {
  if (!begun_) return;
  begun_ = false;
  if (!traces()) return;
  const auto now = Steady::now();
  for (Steady::time_point* moment : {&decided_, &committed_, &delivered_}) {
    if (*moment < began_) *moment = now;
  }
  delivered_ = now;
  Export(reason);
}

std::chrono::system_clock::time_point BatchRecord::At(Steady::time_point moment) const {
  return began_at_ +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(moment - began_);
}

void BatchRecord::Export(const std::string& error) {
  const bool all = !error.empty() || tracing_.tracer->IsSlow(delivered_ - began_);
  for (Part& part : parts_) {
    if (all || part.process.sampled) ExportPart(part, error);
  }
}

void BatchRecord::ExportPart(Part& part, const std::string& error) {
  Tracer& tracer = *tracing_.tracer;
  if (!part.process.valid()) {
    part.process = NewProcess(part);
    part.send = tracer.Child(part.process);
  }
  Span process{"process " + part.topic,
               SpanKind::kConsumer,
               part.process,
               part.begins ? core::SpanId{} : part.cause.span,
               At(began_),
               At(delivered_)};
  process.attributes =
      MessagingAttributes(tracing_, "process", part.topic, partition_, part.inputs);
  process.links = part.links;
  for (const Part& other : parts_) {
    if (process.links.size() == kLinksAtMost) break;
    if (other.cause.sampled && !(other.cause == part.cause)) process.links.push_back(other.cause);
  }
  process.error = error;
  process.notable = part.notable;
  const std::string events = EventsTopic(service_);
  Span commit{"commit",          SpanKind::kInternal, tracer.Child(part.process),
              part.process.span, At(decided_),        At(committed_)};
  Span send{"send " + events,  SpanKind::kProducer, part.send,
            part.process.span, At(committed_),      At(delivered_)};
  send.attributes = MessagingAttributes(tracing_, "send", events, partition_, part.events);
  // With the work that they are of.
  commit.notable = send.notable = true;
  tracer.Take(std::move(process));
  if (!error.empty()) return;
  tracer.Take(std::move(commit));
  tracer.Take(std::move(send));
}

}  // namespace throughline::runtime
