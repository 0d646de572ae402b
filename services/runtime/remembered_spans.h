// For tests: a tracer whose ids count, and which keeps the spans that it takes. Thread-safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/tracer.h"

namespace throughline::runtime {

class RememberedSpans : public Tracer {
 public:
  explicit RememberedSpans(bool samples = true) : samples_(samples) {}

  core::TraceContext Begin() override {
    core::TraceContext context;
    Number(context.trace);
    Number(context.span);
    context.sampled = samples_;
    return context;
  }
  core::TraceContext Child(const core::TraceContext& parent) override {
    if (!parent.valid()) return Begin();
    core::TraceContext child = parent;
    Number(child.span);
    return child;
  }
  bool IsSlow(std::chrono::nanoseconds) const override { return slow; }
  void Take(Span span) override {
    if (!span.context.sampled && span.error.empty() && !span.notable && !slow) return;
    std::lock_guard lock(mutex_);
    spans_.push_back(std::move(span));
  }

  std::vector<Span> spans() const {
    std::lock_guard lock(mutex_);
    return spans_;
  }
  // The first of that name.
  std::optional<Span> Named(const std::string& name) const {
    const std::vector<Span> all = spans();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Span& span) { return span.name == name; });
    return found == all.end() ? std::nullopt : std::optional(*found);
  }

  std::atomic<bool> slow{false};

 private:
  template <class Id>
  void Number(Id& id) {
    uint32_t number = ++last_;
    for (auto byte = id.rbegin(); byte != id.rend(); ++byte, number >>= 8) {
      *byte = static_cast<uint8_t>(number);
    }
  }

  const bool samples_;
  std::atomic<uint32_t> last_{0};
  mutable std::mutex mutex_;
  std::vector<Span> spans_;
};

}  // namespace throughline::runtime
