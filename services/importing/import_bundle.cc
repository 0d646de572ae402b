#include "importing/importer.h"
#include "importing/request_ids.h"

namespace throughline::importing {

using core::Result;

Result<void> ImportBundle(oneroster::BundleReader& bundle, const ImportOptions& options,
                          const Services& services, const oneroster::ProblemSink& problems,
                          const Progress& progress, ImportCounts& counts) {
  auto done = ImportReferences(bundle, options, services, problems, counts, progress);
  if (!done || options.only_references) return done;
  const auto& files = bundle.manifest().files;
  auto mode = files.find(oneroster::BundleFile::kResults);
  if (mode == files.end() || mode->second == oneroster::FileMode::kAbsent) return {};
  auto results = bundle.OpenResults([&](const oneroster::BundleProblem& problem) {
    ++counts.problems;
    problems(problem);
  });
  if (!results) return core::Refuse(results.error());
  ImportOptions of_today = options;
  if (of_today.occasion.empty()) of_today.occasion = NewOccasion();
  return ImportResults(std::move(*results), of_today, services, progress, counts);
}

}  // namespace throughline::importing
