// How `throughline serve` is configured, for it and for whoever looks whether that is right.
#pragma once

#include <filesystem>
#include <string>

#include "gateway/admission_options.h"
#include "gateway/edfi/kafka_options.h"
#include "gateway/oauth/issuing_options.h"
#include "gateway/sign_in/sign_in_options.h"
#include "notifications/delivery/delivery_options.h"
#include "platform/host/serving_options.h"

namespace throughline {

struct ServeOptions {
  std::string data;
  std::string key;
  std::filesystem::path audit_head;  // empty: the trail's head is noted nowhere
  notifications::DeliveryOptions deliveries;
  platform::ServingOptions serving;
  gateway::oauth::IssuingOptions issuing;
  gateway::edfi::KafkaOptions documents;
  std::string sources;
  gateway::AdmissionOptions admission;
  gateway::sign_in::SignInOptions sign_in;
};

// Adds all of them to a command.
void AddServeOptions(CLI::App& command, ServeOptions& options);

}  // namespace throughline
