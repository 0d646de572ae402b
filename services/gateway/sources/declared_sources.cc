#include "gateway/sources/declared_sources.h"

#include "core/ids.h"
#include "gateway/sources/errors.h"

namespace throughline::gateway {

namespace {

std::string Where(std::string_view district, std::string_view source) {
  return std::string(district) + "/" + std::string(source);
}

core::Error Described(std::string_view where, const core::Error& error) {
  std::string place(where);
  if (!error.field.empty()) place += "/" + error.field;
  return SourcesInvalid(place, error.message);
}

}  // namespace

core::Result<DeclaredSources> DeclaredSources::Read(std::string_view json) {
  auto declared = ReadJson(json);
  if (!declared) return core::Refuse(SourcesInvalid("", declared.error().message));
  if (!declared->is_object()) return core::Refuse(SourcesInvalid("", "it must be an object."));
  DeclaredSources read;
  for (const auto& [district, sources] : declared->items()) {
    if (!core::IsId(district) || !sources.is_object()) {
      return core::Refuse(SourcesInvalid(district, "it must be a district with its sources."));
    }
    for (const auto& [source, what] : sources.items()) {
      const std::string where = Where(district, source);
      if (!what.is_object()) return core::Refuse(SourcesInvalid(where, "it must be an object."));
      Json named = what;
      named["source"] = source;
      if (what.contains("columns")) {
        auto mapping = csv::ReadMapping(named);
        if (!mapping) return core::Refuse(Described(where, mapping.error()));
        read.mappings_.emplace(where, *std::move(mapping));
      } else {
        auto settings = ReadSourceSettings(named);
        if (!settings) return core::Refuse(Described(where, settings.error()));
        read.settings_.emplace(where, *std::move(settings));
      }
    }
  }
  return read;
}

SourceSettings DeclaredSources::SettingsOf(std::string_view district,
                                           std::string_view source) const {
  const auto found = settings_.find(Where(district, source));
  if (found != settings_.end()) return found->second;
  SourceSettings settings;
  settings.source = source;
  return settings;
}

const csv::Mapping* DeclaredSources::MappingOf(std::string_view district,
                                               std::string_view source) const {
  const auto found = mappings_.find(Where(district, source));
  return found == mappings_.end() ? nullptr : &found->second;
}

}  // namespace throughline::gateway
