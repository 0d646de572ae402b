#include "gateway/edfi/kafka_credential.h"

#include "gateway/edfi/errors.h"
#include "platform/grpc/channel.h"

namespace throughline::gateway::edfi {

namespace {

constexpr char kBearer[] = "Bearer ";

core::Result<std::string> HeaderIn(const std::string& path) {
  const std::string token = platform::TokenIn(path);
  if (token.empty()) {
    return core::Refuse(OptionWrong("edfi-token", "is a file that has no token: " + path));
  }
  return kBearer + token;
}

class OwnToken {
 public:
  OwnToken(const oauth::TokenSigner& signer, const runtime::Clock& clock, std::string district)
      : signer_(signer), clock_(clock) {
    client_.id = oauth::kOwnSubject;
    client_.role = "integration";
    client_.district = std::move(district);
  }
  core::Result<std::string> operator()() {
    const core::Instant now = clock_.Now();
    if (header_.empty() || now >= renew_at_) {
      header_ = kBearer + signer_.Sign(client_, "", now);
      renew_at_ = now + signer_.terms().lifetime / 2;
    }
    return header_;
  }

 private:
  const oauth::TokenSigner& signer_;
  const runtime::Clock& clock_;
  oauth::Client client_;
  std::string header_;
  core::Instant renew_at_;
};

}  // namespace

Credential NoCredential() {
  return []() -> core::Result<std::string> { return ""; };
}

Credential CredentialIn(const std::string& file) {
  return [file] { return HeaderIn(file); };
}

Credential CredentialOf(const oauth::TokenSigner& signer, const runtime::Clock& clock,
                        const std::string& district) {
  return OwnToken(signer, clock, district);
}

}  // namespace throughline::gateway::edfi
