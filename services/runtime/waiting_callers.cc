#include "runtime/waiting_callers.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/request_key.h"

namespace throughline::runtime {

void WaitingCallers::Add(const std::string& id, std::unique_ptr<Caller> caller) {
  std::lock_guard lock(mutex_);
  callers_[id].push_back(std::move(caller));
}

void WaitingCallers::Answer(const std::string& id, const v1::Outcome& outcome) {
  const v1::RequestDigest& decided = outcome.request_digest();
  const auto same = [&](const v1::RequestDigest& asked) { return IsAnsweredBy(asked, decided); };
  for (const auto& caller : Take(id, same)) caller->Answer(ToAnswer(outcome));
  const auto reused = [&](const v1::RequestDigest& asked) { return IsReused(asked, decided); };
  for (const auto& caller : Take(id, reused)) caller->Answer(core::Refuse(RequestIdReused()));
}

void WaitingCallers::Refuse(const std::string& id, const v1::RequestDigest& request,
                            const core::Error& error) {
  const auto same = [&](const v1::RequestDigest& asked) { return IsAnsweredBy(asked, request); };
  for (const auto& caller : Take(id, same)) caller->Answer(core::Refuse(error));
}

void WaitingCallers::RefuseAll(const core::Error& error) {
  std::unordered_map<std::string, Callers> all;
  {
    std::lock_guard lock(mutex_);
    all.swap(callers_);
  }
  for (const auto& [id, callers] : all) {
    for (const auto& caller : callers) caller->Answer(core::Refuse(error));
  }
}

WaitingCallers::Callers WaitingCallers::Take(
    const std::string& id, const std::function<bool(const v1::RequestDigest&)>& which) {
  std::lock_guard lock(mutex_);
  const auto found = callers_.find(id);
  if (found == callers_.end()) return {};
  Callers& all = found->second;
  const auto stay =
      std::partition(all.begin(), all.end(), [&](const auto& one) { return which(one->digest()); });
  Callers taken(std::make_move_iterator(all.begin()), std::make_move_iterator(stay));
  all.erase(all.begin(), stay);
  if (all.empty()) callers_.erase(found);
  return taken;
}

}  // namespace throughline::runtime
