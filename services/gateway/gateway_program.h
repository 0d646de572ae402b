// The program of the gateway alone, before services that run elsewhere.
#pragma once

#include <string>

#include "gateway/admission_options.h"
#include "gateway/edfi/kafka_options.h"
#include "gateway/gateway.h"
#include "gateway/kafka_trail.h"
#include "gateway/oauth/issuing_options.h"
#include "platform/host/readiness.h"
#include "platform/host/serving_options.h"

namespace throughline::gateway {

class GatewayProgram {
 public:
  GatewayProgram();
  // The exit code: 0 stopped, 1 could not start, 2 wrong command line.
  int Run(int argc, char** argv);

 private:
  int Serve();
  core::Result<Channels> OpenChannels() const;
  // Null when nobody signs in.
  core::Result<std::unique_ptr<sign_in::SignIn>> OpenSignIn(const oauth::TokenIssuer* issuer,
                                                            KafkaTrail* trail,
                                                            const runtime::Clock& clock) const;
  // Null when nobody is to read any.
  core::Result<std::unique_ptr<platform::MetricsEndpoint>> OpenMetrics(
      const Gateway& gateway, platform::Readiness& readiness, const platform::Traces* traces) const;

  CLI::App command_;
  std::vector<std::string> words_;  // of the command line
  platform::ServingOptions serving_;
  oauth::IssuingOptions issuing_;
  edfi::KafkaOptions documents_;
  std::string connect_, services_ca_, client_cert_, client_key_, sources_;
  AdmissionOptions admission_;
  sign_in::SignInOptions sign_in_;
};

}  // namespace throughline::gateway
