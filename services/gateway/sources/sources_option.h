// --sources: the file with what districts have declared of the systems that push to them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace throughline::gateway {

inline void AddSources(CLI::App& command, std::string& file) {
  command
      .add_option("--sources", file,
                  "File with what districts declare of the systems that push to them: names to "
                  "strip, columns of CSV; see services/gateway/sources/declared_sources.h")
      ->type_name("FILE");
}

}  // namespace throughline::gateway
