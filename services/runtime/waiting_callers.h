// Callers of a service that wait for what their commands come to, by the outcome's id. Several may
// wait under one id: those that sent the same request get its answer, those that sent a different
// one are refused. Thread-safe; callers are answered outside the lock.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "runtime/caller.h"

namespace throughline::runtime {

class WaitingCallers {
 public:
  void Add(const std::string& id, std::unique_ptr<Caller> caller);
  // Answers those whose request this is the outcome of, and refuses those whose request id was
  // used for it.
  void Answer(const std::string& id, const v1::Outcome& outcome);
  // Of that request alone.
  void Refuse(const std::string& id, const v1::RequestDigest& request, const core::Error& error);
  void RefuseAll(const core::Error& error);

 private:
  using Callers = std::vector<std::unique_ptr<Caller>>;
  Callers Take(const std::string& id, const std::function<bool(const v1::RequestDigest&)>& which);

  std::mutex mutex_;
  std::unordered_map<std::string, Callers> callers_;
};

}  // namespace throughline::runtime
