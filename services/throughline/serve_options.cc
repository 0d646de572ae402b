#include "throughline/serve_options.h"

#include "evidence/pseudonyms_option.h"
#include "gateway/sources/source_options.h"

namespace throughline {

void AddServeOptions(CLI::App& command, ServeOptions& options) {
  command
      .add_option("--data", options.data, "Directory with the data, made when it does not exist")
      ->type_name("DIR");
  evidence::AddPseudonymsKey(command, options.key);
  notifications::AddDeliveryOptions(command, options.deliveries);
  platform::AddServingOptions(command, options.serving);
  platform::AddHttp(command, options.serving);
  gateway::oauth::AddIssuingOptions(command, options.issuing);
  gateway::sign_in::AddSignInOptions(command, options.sign_in);
  gateway::edfi::AddKafkaOptions(command, options.documents);
  gateway::AddSourcesOption(command, options.sources);
  gateway::AddAdmissionOptions(command, options.admission);
}

}  // namespace throughline
