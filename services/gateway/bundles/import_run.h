// One import under way: a thread brings the bundle in, and the upload's handler looks how far
// it is. Thread-safe.
#pragma once

#include <grpcpp/channel.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "gateway/sources/spool.h"
#include "importing/importer.h"

namespace throughline::gateway::bundles {

// What an import calls.
struct ServiceChannels {
  std::shared_ptr<grpc::Channel> plans;
  std::shared_ptr<grpc::Channel> evidence;
};

class ImportRun {
 public:
  enum class State { kOpening, kRefused, kRunning, kDone };
  struct News {
    State state = State::kOpening;
    importing::ImportCounts counts = {};
    core::Error error = {};      // why it was refused; nothing was changed
    std::string last_line = {};  // of one that is done: the summary, or why it ended
  };

  // `authorization` is the uploader's: every call carries it. `heard` is called on the
  // thread of the import, when there is news.
  ImportRun(Spool zip, importing::ImportOptions options, ServiceChannels channels,
            std::string authorization, std::function<void()> heard);

  // On a thread of its own, once. Throws nothing.
  void Execute();

  News Look() const;
  // Calls under way are given up, and none is made after.
  void Stop() { stop_.request_stop(); }

 private:
  core::Result<throughline::oneroster::BundleReader> OpenBundle();
  core::Result<void> Import(throughline::oneroster::BundleReader& bundle);
  void Note(const importing::ImportCounts& counts);
  void Refuse(core::Error error);
  void End(const core::Result<void>& done);
  void Publish(News news);

  Spool zip_;
  const importing::ImportOptions options_;
  const ServiceChannels channels_;
  const std::string authorization_;
  const std::function<void()> heard_;
  std::stop_source stop_;
  // Of the import's thread.
  importing::ImportCounts counts_;
  std::vector<throughline::oneroster::BundleProblem> first_problems_;

  mutable std::mutex mutex_;
  News news_;
};

}  // namespace throughline::gateway::bundles
