#include "gateway/admission_options.h"

#include "gateway/door/public_address.h"

namespace throughline::gateway {

namespace {

std::string WrongUrl(const std::string& text) {
  return IsPublicUrl(text) ? "" : text + " is no address such as https://data.district.example";
}

void AddPlaces(CLI::App& command, bundles::PlaceLimits& places) {
  const auto add = [&](const char* name, size_t& value, const char* what) {
    command.add_option(name, value, what)->check(CLI::Range(1, 64))->capture_default_str();
  };
  add("--imports-at-once", places.at_once,
      "OneRoster bundles that are brought in at once; more are answered with 429");
  add("--imports-per-district", places.of_a_district, "Of these, of one district");
  add("--imports-per-caller", places.of_a_caller, "Of these, of one credential's subject");
}

}  // namespace

void AddAdmissionOptions(CLI::App& command, AdmissionOptions& options) {
  command
      .add_option("--requests-per-second", options.limits.per_second,
                  "Requests that each caller may make; more are answered with 429")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  command
      .add_option("--requests-at-once", options.limits.at_once, "Requests that may come in a burst")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  AddPlaces(command, options.imports);
  command
      .add_option("--body-bytes-per-second", options.body_pace.bytes_per_second,
                  "That a body has to come with, over 15 seconds; a slower one is answered with "
                  "408. 0: as slow as it likes")
      ->check(CLI::Range(0, 1 << 30))
      ->capture_default_str();
  command
      .add_option("--public-url", options.public_url,
                  "Where clients find the public API, for the links in its answers; without it, "
                  "only who calls it by the host of --http or by a name of this machine gets any")
      ->check(CLI::Validator(WrongUrl, "URL"))
      ->type_name("URL");
}

}  // namespace throughline::gateway
