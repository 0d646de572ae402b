// An installation where people sign in, with a provider that never answers, for tests of its
// routes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "gateway/sign_in/sign_in.h"
#include "platform/access/access.h"
#include "platform/http/routes.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::gateway::sign_in {

namespace http = platform::http;

// What is to be recorded stays so until it is said what came of it.
class HeldAudit : public platform::Audit {
 public:
  core::Result<void> Record(audit::v1::AuditRecord) override { return {}; }
  void RecordAsync(audit::v1::AuditRecord, Recorded done) override { held = std::move(done); }
  void Note(audit::v1::AuditRecord record) override { noted.push_back(std::move(record)); }

  Recorded held;
  std::vector<audit::v1::AuditRecord> noted;
};

class Asked : public http::Exchange {
 public:
  explicit Asked(http::Request asked) : request_(std::move(asked)) {}
  const http::Request& request() const override { return request_; }
  http::Task<core::Result<std::string>> Read() override { co_return std::string(); }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }

 private:
  const http::Request request_;
};

class SigningIn : public testing::Test {
 protected:
  SigningIn() {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "/roles.json")
        << R"({"rules": [{"when": [{"claim": "groups", "is": "office"}],
                          "role": "district_leader", "district": "d"}]})";
    auto signer = oauth::TokenSigner::FromFile(
        folder_ + "/key", {.issuer = "throughline-gateway", .audience = "throughline"});
    issuer_.emplace(oauth::TokenIssuer{{}, std::move(*signer)});
    std::ofstream(folder_ + "/jwks") << issuer_->signer.Jwks();
    access_ = *platform::Access::Create(
        {{.jwks = folder_ + "/jwks", .issuer = "throughline-gateway", .audience = "throughline"}},
        clock_);
    access_->RecordOn(audit_);
    const SignInOptions options{
        .issuer = "http://127.0.0.1:1", .client = "board", .roles = folder_ + "/roles.json"};
    auto sign_in = SignIn::Open(options, {}, *issuer_, log_, clock_);
    if (!sign_in) throw std::runtime_error(sign_in.error().message);
    sign_in_ = *std::move(sign_in);
  }
  ~SigningIn() override { std::filesystem::remove_all(folder_); }

  // The cookie of somebody who has signed in.
  std::string Cookie() const {
    SignedIn ana;
    ana.person.subject = "ana";
    ana.person.district = "riverbend";
    ana.person.role = common::v1::ROLE_DISTRICT_LEADER;
    http::Response response;
    sign_in_->sessions.Begin(std::move(ana), response);
    for (const auto& [name, value] : response.headers) {
      if (name == "Set-Cookie") return value.substr(0, value.find(';'));
    }
    return "";
  }
  bool IsSignedIn(const std::string& cookie) const {
    return sign_in_->sessions.Open({.headers = {{"cookie", cookie}}}).has_value();
  }

  const std::string folder_ = testing::TempDir() + "sign-in-" + std::to_string(getpid());
  runtime::ManualClock clock_{core::FromMillis(1'800'000'000'000)};
  runtime::SimulatedLog log_;
  HeldAudit audit_;
  std::optional<oauth::TokenIssuer> issuer_;
  std::unique_ptr<platform::Access> access_;
  std::unique_ptr<SignIn> sign_in_;
  http::Routes routes_{[](const http::Request&, int status) {
    return http::Response{.status = status, .body = "refused"};
  }};
};

}  // namespace throughline::gateway::sign_in
