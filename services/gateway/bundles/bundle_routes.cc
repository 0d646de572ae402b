#include "gateway/bundles/bundle_routes.h"

#include <boost/asio/this_coro.hpp>
#include <charconv>
#include <chrono>
#include <limits>
#include <memory>
#include <utility>

#include "core/time_zone.h"
#include "gateway/bundles/errors.h"
#include "gateway/bundles/lines.h"
#include "gateway/door/errors.h"
#include "gateway/door/wake_signal.h"
#include "gateway/intake/errors.h"
#include "gateway/oneroster/errors.h"
#include "gateway/oneroster/gradebook_json.h"
#include "gateway/sources/serving.h"
#include "importing/request_ids.h"
#include "platform/http/errors.h"

namespace throughline::gateway::bundles {

namespace asio = boost::asio;

namespace {

constexpr size_t kBundleBytesAtMost = 256 << 20;
constexpr std::chrono::milliseconds kReportEvery(500);
constexpr std::chrono::seconds kComeBackAfter(15);
// A caller who may not call this cannot import any bundle, whatever is in it.
constexpr char kEveryImportCalls[] = "throughline.evidence.v1.EvidenceService.UpdateRoster";

http::Response Refused(const core::Error& error) {
  http::Response response = oneroster::ToResponse(error);
  if (error.reason == "MEDIA_TYPE_OTHER") response.status = 415;
  return response;
}

http::Response Head() {
  return {.headers = {{"Content-Type", "application/x-ndjson"},
                      {"Cache-Control", "no-store"},
                      {"X-Accel-Buffering", "no"}}};
}

// A file that is sent with curl may come without its type.
bool MayBeAZip(const std::string& media_type) {
  return media_type.empty() || media_type == "application/zip" ||
         media_type == "application/x-zip-compressed" || media_type == "application/octet-stream";
}

core::Result<importing::ImportOptions> OptionsOf(const http::Request& request,
                                                 const Caller& caller) {
  if (auto checked = CheckQuery(request, {"name", "time_zone", "only", "confirm_removal"});
      !checked) {
    return core::Refuse(checked.error());
  }
  importing::ImportOptions options;
  options.district = caller.district;
  // What was taken back meanwhile comes again with an older bundle.
  options.occasion = importing::NewOccasion();
  options.name = request.Query("name").value_or("");
  if (const auto zone = request.Query("time_zone")) options.time_zone = *zone;
  if (!core::IsKnownZone(options.time_zone)) {
    return core::Refuse(FieldInvalid("time_zone", "a time zone such as America/Chicago"));
  }
  const auto only = request.Query("only");
  if (only && *only != "references") return core::Refuse(FieldInvalid("only", "`references`"));
  options.only_references = only.has_value();
  const auto confirm = request.Query("confirm_removal");
  if (confirm && *confirm != "true" && *confirm != "false") {
    return core::Refuse(FieldInvalid("confirm_removal", "`true` or `false`"));
  }
  options.confirm_removal = confirm == "true";
  return options;
}

// What the client says that it sends; 0 when it does not say.
size_t SizeSaid(const http::Request& request) {
  const std::string_view said = request.Header("content-length");
  size_t size = 0;
  const auto read = std::from_chars(said.data(), said.data() + said.size(), size);
  return read.ec == std::errc::result_out_of_range ? std::numeric_limits<size_t>::max() : size;
}

// In an open installation callers cannot be distinguished.
std::string NameOf(const Caller& caller) {
  return caller.authorization.empty() ? "" : caller.principal->subject;
}

// Whatever becomes of the exchange, nothing goes on for nobody.
class EndedWithThis {
 public:
  explicit EndedWithThis(ImportRun& run) : run_(run) {}
  EndedWithThis(const EndedWithThis&) = delete;
  EndedWithThis& operator=(const EndedWithThis&) = delete;
  ~EndedWithThis() { run_.Stop(); }

 private:
  ImportRun& run_;
};

class BundleHandler {
 public:
  BundleHandler(ImportThreads& threads, ServiceChannels channels)
      : threads_(threads), channels_(std::move(channels)) {}

  http::Task<http::Response> Take(http::Exchange& exchange, const Caller& caller) const {
    const http::Request& request = exchange.request();
    if (caller.district.empty()) co_return Refused(DistrictMissing());
    if (!oneroster::IsInScope(caller.principal->scope, request.method)) {
      co_return Refused(oneroster::ScopeMissing());
    }
    if (!MayBeAZip(request.MediaType())) co_return Refused(MediaTypeOther());
    const core::Result<importing::ImportOptions> options = OptionsOf(request, caller);
    if (!options) co_return Refused(options.error());
    if (SizeSaid(request) > kBundleBytesAtMost) {
      co_return Refused(http::BodyTooLarge(kBundleBytesAtMost));
    }
    // Callers without permission, and bodies that are no bundle, have been refused by now.
    const std::string name = NameOf(caller);
    core::Result<ImportPlaces::Place> place = threads_.places().Take(caller.district, name);
    if (!place) co_return ComeBackAfter(kComeBackAfter, Refused(place.error()));
    core::Result<Spool> zip = co_await SpoolBody(exchange, kBundleBytesAtMost);
    if (!zip) co_return Refused(zip.error());
    const auto signal = std::make_shared<WakeSignal>(co_await asio::this_coro::executor);
    const auto run = std::make_shared<ImportRun>(
        *std::move(zip), *options, channels_, caller.authorization, [signal] { signal->Notify(); });
    const EndedWithThis guard(*run);
    threads_.Run(*std::move(place), [run] { run->Execute(); });
    co_return co_await StreamProgress(exchange, *run, *signal);
  }

 private:
  // Answers with how it goes. The client that is gone is noticed by what is written to it.
  static http::Task<http::Response> StreamProgress(http::Exchange& exchange, ImportRun& run,
                                                   WakeSignal& signal) {
    std::chrono::steady_clock::time_point next_line{};
    bool begun = false, open = true;
    while (open) {
      const ImportRun::News news = run.Look();
      if (news.state == ImportRun::State::kRefused) co_return Refused(news.error);
      if (news.state != ImportRun::State::kOpening && !begun) {
        const http::Response head = Head();
        begun = true;
        open = co_await exchange.Begin(head);
      }
      if (news.state == ImportRun::State::kDone) {
        if (open) co_await exchange.Write(news.last_line);
        break;
      }
      if (exchange.stopping()) run.Stop();
      const auto now = std::chrono::steady_clock::now();
      if (open && begun && now >= next_line) {
        const std::string line = ProgressLine(news.counts);
        open = co_await exchange.Write(line);
        next_line = now + kReportEvery;
      }
      co_await signal.Wait(kReportEvery);
    }
    co_return http::Response{};
  }

  ImportThreads& threads_;
  const ServiceChannels channels_;
};

}  // namespace

void AddBundleRoutes(http::Routes& routes, RequestGuard& guard, ImportThreads& threads,
                     ServiceChannels channels) {
  const auto handler = std::make_shared<BundleHandler>(threads, std::move(channels));
  const auto take = [handler](http::Exchange& exchange, const Caller& caller) {
    return handler->Take(exchange, caller);
  };
  for (const char* method : {"PUT", "POST"}) {
    routes.Add(method, "/ims/oneroster/bundles",
               guard.Protect(Refused, take, {.method = kEveryImportCalls}));
  }
}

}  // namespace throughline::gateway::bundles
