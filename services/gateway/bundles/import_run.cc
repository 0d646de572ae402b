#include "gateway/bundles/import_run.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "gateway/bundles/errors.h"
#include "gateway/bundles/lines.h"
#include "importing/summary_json.h"

namespace throughline::gateway::bundles {

using core::Result;

ImportRun::ImportRun(Spool zip, importing::ImportOptions options, ServiceChannels channels,
                     std::string authorization, std::function<void()> heard)
    : zip_(std::move(zip)),
      options_(std::move(options)),
      channels_(std::move(channels)),
      authorization_(std::move(authorization)),
      heard_(std::move(heard)) {}

void ImportRun::Execute() {
  try {
    Result<throughline::oneroster::BundleReader> bundle = OpenBundle();
    if (!bundle) return Refuse(bundle.error());
    Note(counts_);
    End(Import(*bundle));
  } catch (const std::exception&) {
    End(core::Refuse(ImportBroke()));
  }
}

Result<throughline::oneroster::BundleReader> ImportRun::OpenBundle() {
  auto path = zip_.Path();
  if (!path) return core::Refuse(path.error());
  throughline::oneroster::BundleLimits limits;
  limits.stop = stop_.get_token();
  auto bundle = throughline::oneroster::BundleReader::Open(*path, limits);
  if (bundle) return bundle;
  // The file has no name that its sender would recognize.
  return core::Refuse(bundle.error().reason == "NOT_A_BUNDLE" ? NotAZip() : bundle.error());
}

Result<void> ImportRun::Import(throughline::oneroster::BundleReader& bundle) {
  const auto plans = plans::v1::PlansService::NewStub(channels_.plans);
  const auto evidence = evidence::v1::EvidenceService::NewStub(channels_.evidence);
  const importing::Services services{*plans, *evidence, {authorization_, stop_.get_token()}};
  const auto problems = [this](const throughline::oneroster::BundleProblem& problem) {
    if (first_problems_.size() < importing::kProblemsReported) first_problems_.push_back(problem);
  };
  const auto progress = [this](const importing::ImportCounts& counts) { Note(counts); };
  auto done = importing::ImportBundle(bundle, options_, services, problems, progress, counts_);
  if (!done && stop_.stop_requested()) return core::Refuse(ImportStopped());
  return done;
}

ImportRun::News ImportRun::Look() const {
  std::lock_guard lock(mutex_);
  return news_;
}

void ImportRun::Note(const importing::ImportCounts& counts) {
  Publish({.state = State::kRunning, .counts = counts});
}

void ImportRun::Refuse(core::Error error) {
  spdlog::info("a bundle of {} was refused: {}", options_.district, error.reason);
  Publish({.state = State::kRefused, .error = std::move(error)});
}

void ImportRun::End(const Result<void>& done) {
  spdlog::info("a bundle of {} {}: {} students, {} results, {} problems", options_.district,
               done ? "is in" : "ended with " + done.error().reason, counts_.students,
               counts_.results, counts_.problems);
  Publish({.state = State::kDone,
           .counts = counts_,
           .last_line = done ? SummaryLine(importing::SummaryJson(counts_, first_problems_))
                             : ErrorLine(done.error())});
}

void ImportRun::Publish(News news) {
  {
    std::lock_guard lock(mutex_);
    news_ = std::move(news);
  }
  heard_();
}

}  // namespace throughline::gateway::bundles
