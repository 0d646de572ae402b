// How much of what a practice is made of was seen at the looks of a cycle. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "throughline/cycles/v1/adoption.pb.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/practice.pb.h"

namespace throughline::cycles {

bool HasComponent(const v1::Practice& practice, const std::string& component);

// Critical components seen of those planned, over the looks that say something of the practice,
// which `is_it` knows by the name that they give it; nullopt when none does.
std::optional<v1::Fidelity> FidelityOf(const v1::Practice& practice, const v1::Artefacts& artefacts,
                                       const std::function<bool(const std::string& name)>& is_it);

}  // namespace throughline::cycles
