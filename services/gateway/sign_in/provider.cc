#include "gateway/sign_in/provider.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <tuple>
#include <utility>

#include "gateway/json/json_reader.h"
#include "gateway/sign_in/errors.h"
#include "runtime/guarded.h"

namespace throughline::gateway::sign_in {

using core::Result;

namespace {

constexpr std::string_view kDiscovery = "/.well-known/openid-configuration";
constexpr std::chrono::milliseconds kLookAround(50);

bool IsAt(std::string_view address, std::string_view scheme) {
  return address.size() > scheme.size() && address.starts_with(scheme);
}

// The operator says who the provider is, so it may be anywhere, in a network of their own, too.
platform::HttpRules RulesFor(const std::string& issuer) {
  return {.addresses = *platform::AddressRules::Allowing({"0.0.0.0/0", "::/0"}),
          .plain_http = IsAt(issuer, "http://"),
          .ca_file = {}};
}

bool Supports(const Json& document, const char* list, const char* what) {
  const Json* values = Member(document, list);
  return values != nullptr && values->is_array() &&
         std::find(values->begin(), values->end(), what) != values->end();
}

bool IsPlain(std::string_view address) {
  return std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<Endpoints> ReadDiscovery(const std::string& issuer, std::string_view document) {
  const auto wrong = [&](std::string_view why) {
    return core::Refuse(ProviderUnusable(issuer, why));
  };
  const auto read = ReadJson(document);
  if (!read || !read->is_object()) return wrong("its discovery document is no JSON object");
  if (Text(*read, "issuer") != issuer) {
    return wrong("its discovery document is of another issuer");
  }
  Endpoints endpoints;
  const std::tuple<const char*, std::string*, bool> addresses[] = {
      {"authorization_endpoint", &endpoints.authorization, true},
      {"token_endpoint", &endpoints.token, true},
      {"jwks_uri", &endpoints.keys, true},
      {"end_session_endpoint", &endpoints.end_session, false}};
  for (const auto& [member, to, needed] : addresses) {
    *to = Text(*read, member).value_or("");
    const bool usable = IsAt(*to, "https://") || (IsAt(*to, "http://") && IsAt(issuer, "http://"));
    if ((needed || !to->empty()) && !(usable && IsPlain(*to))) {
      return wrong(std::string("its discovery document has no usable ") + member);
    }
  }
  constexpr char kMethods[] = "token_endpoint_auth_methods_supported";
  endpoints.secret_in_form = Supports(*read, kMethods, "client_secret_post") &&
                             !Supports(*read, kMethods, "client_secret_basic");
  return endpoints;
}

Provider::Provider(std::string issuer, const Pace& pace)
    : issuer_(std::move(issuer)), pace_(pace), client_(transfers_, RulesFor(issuer_)) {}

Result<std::unique_ptr<Provider>> Provider::Open(const std::string& issuer, const Pace& pace) {
  std::unique_ptr<Provider> provider(new Provider(issuer, pace));
  const auto read = provider->Read();
  if (!read && read.error().code == core::Code::kFailedPrecondition) {
    return core::Refuse(read.error());
  }
  if (!read) spdlog::warn("nobody can sign in yet: {} does not answer", issuer);
  provider->thread_ = std::thread([here = provider.get()] { here->Run(); });
  return provider;
}

Provider::~Provider() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const Provider::Known> Provider::known() const {
  std::lock_guard lock(mutex_);
  return known_;
}

bool Provider::IsStopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void Provider::Run() {
  bool good = known() != nullptr;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, good ? pace_.every : pace_.after_failure, [this] { return stopping_; });
    if (stopping_) return;
    lock.unlock();
    runtime::Guarded("sign-in", [&] {
      const auto read = Read();
      good = read.has_value();
      if (!good && !IsStopping()) {
        spdlog::warn("{} What was known of it stays in use.", read.error().message);
      }
    });
    lock.lock();
  }
}

Result<std::string> Provider::Fetch() const {
  const auto done = std::make_shared<std::promise<platform::HttpOutcome>>();
  auto answered = done->get_future();
  std::string address = issuer_;
  if (address.ends_with('/')) address.pop_back();
  client_.Get({.url = address.append(kDiscovery),
               .headers = {"Accept: application/json"},
               .deadline = kAnswersWithin},
              [done](platform::HttpOutcome outcome) { done->set_value(std::move(outcome)); });
  while (answered.wait_for(kLookAround) != std::future_status::ready) {
    if (IsStopping()) return core::Refuse(ProviderUnavailable());
  }
  platform::HttpOutcome outcome = answered.get();
  if (outcome.status != 200) return core::Refuse(ProviderUnavailable());
  return std::move(outcome.body);
}

Result<void> Provider::Read() {
  const auto document = Fetch();
  if (!document) return core::Refuse(document.error());
  auto endpoints = ReadDiscovery(issuer_, *document);
  if (!endpoints) return core::Refuse(endpoints.error());
  const auto before = known();
  auto now = std::make_shared<Known>();
  now->endpoints = *std::move(endpoints);
  if (before != nullptr && before->endpoints.keys == now->endpoints.keys) {
    now->keys = before->keys;
  } else {
    auto keys = platform::KeySource::Open(now->endpoints.keys);
    if (!keys) {
      spdlog::warn("{}", keys.error().message);
      return core::Refuse(ProviderUnavailable());
    }
    now->keys = *std::move(keys);
  }
  std::lock_guard lock(mutex_);
  known_ = std::move(now);
  return {};
}

}  // namespace throughline::gateway::sign_in
