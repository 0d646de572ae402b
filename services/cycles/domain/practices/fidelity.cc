#include "cycles/domain/practices/fidelity.h"

#include <algorithm>
#include <set>

namespace throughline::cycles {

bool HasComponent(const v1::Practice& practice, const std::string& component) {
  return std::any_of(practice.components().begin(), practice.components().end(),
                     [&](const auto& one) { return one.component() == component; });
}

std::optional<v1::Fidelity> FidelityOf(const v1::Practice& practice, const v1::Artefacts& artefacts,
                                       const std::function<bool(const std::string& name)>& is_it) {
  std::set<std::string> critical;
  for (const v1::PracticeComponent& one : practice.components()) {
    if (one.kind() == v1::COMPONENT_KIND_CRITICAL) critical.insert(one.component());
  }
  v1::Fidelity fidelity;
  for (const v1::EvidenceLook& look : artefacts.looks()) {
    for (const v1::ComponentsSeen& seen : look.components_seen()) {
      if (!is_it(seen.practice())) continue;
      const std::set<std::string> there(seen.components().begin(), seen.components().end());
      const auto done =
          std::count_if(critical.begin(), critical.end(),
                        [&](const std::string& component) { return there.contains(component); });
      fidelity.set_looks(fidelity.looks() + 1);
      fidelity.set_planned(fidelity.planned() + static_cast<int32_t>(critical.size()));
      fidelity.set_done(fidelity.done() + static_cast<int32_t>(done));
    }
  }
  if (fidelity.looks() == 0) return std::nullopt;
  if (fidelity.planned() > 0) {
    fidelity.set_share(static_cast<double>(fidelity.done()) / fidelity.planned());
  }
  return fidelity;
}

}  // namespace throughline::cycles
