#include "gateway/sources/source_options.h"

#include <fstream>
#include <sstream>

#include "gateway/sources/errors.h"

namespace throughline::gateway {

void AddSourcesOption(CLI::App& command, std::string& file) {
  command
      .add_option("--sources", file,
                  "File with what districts declare of the systems that push to them, JSON; see "
                  "services/gateway/sources/README.md")
      ->type_name("FILE");
}

core::Result<DeclaredSources> ReadSourcesFile(const std::string& file) {
  if (file.empty()) return DeclaredSources();
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return core::Refuse(SourcesInvalid("", "the file " + file + " cannot be read."));
  return DeclaredSources::Read(text.str());
}

}  // namespace throughline::gateway
