#include "gateway/csv/csv_routes.h"

#include "gateway/csv/scales.h"
#include "gateway/csv/tally.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/push.h"
#include "gateway/sources/errors.h"
#include "gateway/sources/serving.h"

namespace throughline::gateway::csv {

namespace {

constexpr size_t kFileBytesAtMost = 256 << 20;
constexpr size_t kRowsPerPush = 500;

http::Response Refused(const core::Error& error) { return ToResponse(error); }

core::Result<void> CheckAsked(const http::Request& request) {
  if (auto checked = CheckQuery(request, {"mapping", "dry_run"}); !checked) return checked;
  const auto dry = request.Query("dry_run");
  if (dry && *dry != "true" && *dry != "false") {
    return core::Refuse(FieldInvalid("dry_run", "`true` or `false`"));
  }
  return {};
}

// That of the parameter, else the declared one.
core::Result<Mapping> MappingOf(const http::Exchange& exchange, const Caller& caller,
                                const DeclaredSources& sources) {
  const auto source = SourceOf(exchange, caller, "");
  if (!source) return core::Refuse(source.error());
  if (const auto text = exchange.request().Query("mapping")) {
    auto declared = ReadJson(*text);
    if (!declared) return core::Refuse(declared.error());
    if (declared->is_object()) (*declared)["source"] = *source;
    return ReadMapping(*declared);
  }
  const Mapping* mapping = sources.MappingOf(caller.district, *source);
  if (mapping == nullptr) return core::Refuse(SourceUndeclared(*source));
  return *mapping;
}

core::Result<Results> ResultsIn(Spool spool, Mapping mapping) {
  auto stream = std::move(spool).Rewound();
  if (!stream) return core::Refuse(stream.error());
  return Results::Open(*std::move(stream), std::move(mapping));
}

struct Stretch {
  Pushed pushed;
  std::vector<Row> rows;             // of each of pushed.items, and those that are ignored
  std::optional<core::Error> ended;  // why there is no more
  bool last = false;
};

// The next rows, as many as are pushed at once.
Stretch Next(Results& results) {
  Stretch stretch;
  stretch.pushed.source = results.mapping().source;
  while (stretch.rows.size() < kRowsPerPush) {
    auto row = results.Next();
    if (!row) stretch.ended = row.error();
    stretch.last = !row || !*row;
    if (stretch.last) break;
    if (!(*row)->ignored) stretch.pushed.items.push_back(std::move((*row)->result));
    stretch.rows.push_back(*std::move(*row));
  }
  return stretch;
}

void Count(const Stretch& stretch, const std::vector<ItemOutcome>& outcomes, Tally& tally) {
  size_t at = 0;
  for (const Row& row : stretch.rows) {
    tally.Add(row, row.ignored ? ItemOutcome() : outcomes.at(at++));
  }
}

http::Task<http::Response> PushAll(Results& results, const Caller& caller, UnaryCalls& calls,
                                   const std::string& request_id) {
  Tally tally;
  for (int part = 0;; ++part) {
    const Stretch stretch = Next(results);
    const std::string id = request_id.empty() ? "" : request_id + "/" + std::to_string(part);
    const core::Result<std::vector<ItemOutcome>> outcomes =
        co_await Push(calls, caller, stretch.pushed, id);
    if (!outcomes) co_return Refused(outcomes.error());
    Count(stretch, *outcomes, tally);
    if (!stretch.last) continue;
    const core::Error* ended = stretch.ended ? &*stretch.ended : nullptr;
    co_return ToResponse(tally.ToAnswer(results.filtered(), ended));
  }
}

http::Response TriedOut(Results& results) {
  Preview preview;
  const core::Result<void> read = TryOut(results, preview);
  return ToResponse(preview.ToAnswer(results.filtered(), read ? nullptr : &read.error()));
}

http::Task<http::Response> Serve(http::Exchange& exchange, const Caller& caller, UnaryCalls& calls,
                                 const DeclaredSources& sources) {
  const core::Result<void> asked = CheckAsked(exchange.request());
  if (!asked) co_return Refused(asked.error());
  core::Result<Mapping> mapping = MappingOf(exchange, caller, sources);
  if (!mapping) co_return Refused(mapping.error());
  core::Result<Spool> spool = co_await SpoolBody(exchange, kFileBytesAtMost);
  if (!spool) co_return Refused(spool.error());
  core::Result<Results> results = ResultsIn(*std::move(spool), *std::move(mapping));
  if (!results) co_return Refused(results.error());
  if (exchange.request().Query("dry_run") == "true") co_return TriedOut(*results);
  const core::Result<void> named = co_await NameScales(calls, caller, results->mapping());
  if (!named) co_return Refused(named.error());
  const std::string request_id = RequestIdOf(exchange);
  co_return co_await PushAll(*results, caller, calls, request_id);
}

}  // namespace

void AddCsvRoutes(const SourceContext& context) {
  const auto serve = [&calls = context.calls, &sources = context.sources](http::Exchange& exchange,
                                                                          const Caller& caller) {
    return Serve(exchange, caller, calls, sources);
  };
  context.routes.Add("POST", "/csv/{source}", context.guard.Protect(Refused, serve, OfWhoPushes()));
}

}  // namespace throughline::gateway::csv
