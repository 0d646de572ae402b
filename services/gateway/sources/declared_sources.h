// What the districts have declared of the systems that push to them, from one JSON file: by
// district, by the name of the source; SourceSettings, or, with `columns`, a csv::Mapping:
//
//   {"lakeside": {"canvas": {"students": ["https://sis.example.edu/users/"]},
//                 "iready": {"columns": {"student": "ID", ...}, "date_format": "M/D/YYYY"}}}
//
// A source that is not declared may push all the same, but no CSV: its names are the district's
// own. Read once, at the start. A value; thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/intake/mapping.h"
#include "gateway/intake/source_settings.h"

namespace throughline::gateway {

class DeclaredSources {
 public:
  // Nothing is declared.
  DeclaredSources() = default;
  // SOURCES_INVALID, with the district and source, and what is wrong.
  static core::Result<DeclaredSources> Read(std::string_view json);

  // Those of an undeclared source have its name and nothing else.
  SourceSettings SettingsOf(std::string_view district, std::string_view source) const;
  // Null when there is none.
  const csv::Mapping* MappingOf(std::string_view district, std::string_view source) const;

 private:
  template <class Declared>
  using BySource = std::map<std::string, Declared, std::less<>>;  // by district/source

  BySource<SourceSettings> settings_;
  BySource<csv::Mapping> mappings_;
};

}  // namespace throughline::gateway
