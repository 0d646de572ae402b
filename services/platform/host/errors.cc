#include "platform/host/errors.h"

namespace throughline::platform {

using core::Code;

core::Error OptionMissing(const std::string& option) {
  return {Code::kInvalidArgument, "OPTION_MISSING",
          "Give --" + option + ", or the variable of that name, or a line in the --config file.",
          option};
}

core::Error KafkaSettingWrong(const std::string& setting) {
  return {Code::kInvalidArgument, "KAFKA_SETTING_WRONG",
          "--kafka-setting takes NAME=VALUE, not " + setting.substr(0, 40) + ".", "kafka-setting"};
}

core::Error AccessMissing() {
  return {Code::kInvalidArgument, "ACCESS_MISSING",
          "Give --jwks, --jwt-issuer and --jwt-audience, so that callers can be identified, or "
          "--open-access on a loopback address.",
          "jwks"};
}

core::Error AccessContradictory() {
  return {Code::kInvalidArgument, "ACCESS_CONTRADICTORY",
          "--jwks asks for credentials, and --open-access for none: give one of them.",
          "open-access"};
}

core::Error SimulatedClockRefused() {
  return {Code::kInvalidArgument, "SIMULATED_CLOCK_REFUSED",
          "--simulated-clock lets every caller move time: give --open-access with it, on loopback.",
          "simulated-clock"};
}

core::Error OpenAccessRefused(const std::string& listen) {
  return {Code::kInvalidArgument, "OPEN_ACCESS_REFUSED",
          "Nobody needs a credential here, so it listens on loopback only, and " + listen +
              " is not there. Give --jwks, so that callers can be identified.",
          "open-access"};
}

}  // namespace throughline::platform
