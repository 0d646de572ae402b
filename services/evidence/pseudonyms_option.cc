#include "evidence/pseudonyms_option.h"

namespace throughline::evidence {

void AddPseudonymsKey(CLI::App& command, std::string& file) {
  file = "pseudonyms.key";
  command
      .add_option("--pseudonyms-key", file,
                  "File with the secret behind students' pseudonyms, made when it does not exist; "
                  "the same for all replicas")
      ->capture_default_str()
      ->type_name("FILE");
}

}  // namespace throughline::evidence
