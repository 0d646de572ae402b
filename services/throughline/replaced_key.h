// Another key of the installation in place of the one in use (identities/installation_key.h), while
// nothing is served.
#pragma once

#include <string>

#include "core/result.h"
#include "platform/host/serving_options.h"

namespace throughline {

struct KeyToReplace {
  std::string data = {};                // a data directory, whose file gets the new key; or
  platform::ServingOptions kafka = {};  // Kafka, with
  std::string key = {}, new_key = {};   // the files with the two keys
  bool leaves_behind = false;
};

// The keys first, then what the log knows, then the file: a service that is started in between does
// not start, and doing it again finishes it. Returns how many districts there are.
// NO_IDENTITY_KEYS, NO_KEY_FILE, KEY_OF_BEFORE_NEEDED before anything is changed; the errors of the
// journal, the vault and the files.
core::Result<int> ReplaceKey(const KeyToReplace& key);

}  // namespace throughline
