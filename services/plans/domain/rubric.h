// Rubrics of a district: decided on its own key. What is published never changes again, and every
// partition takes it over.
#pragma once

#include <optional>
#include <string>

#include "decider/decider.h"
#include "throughline/plans/v1/rubric_events.pb.h"
#include "throughline/plans/v1/rubrics_service.pb.h"

namespace throughline::plans {

// Whether the content makes sense, wherever it is from; `field` is the path to it.
std::optional<core::Error> CheckContent(const v1::Rubric& rubric, const std::string& field);

void Decide(const v1::UpsertRubricRequest& request, decider::Turn& turn);
void Decide(const v1::PublishRubricRequest& request, decider::Turn& turn);
// A delivery: every partition takes the rubric over.
void Decide(const v1::RubricPublished& published, decider::Turn& turn);

void Apply(const v1::RubricChanged& changed, decider::State& state);
void Apply(const v1::RubricPublished& published, decider::State& state);
void Apply(const v1::RubricAdopted& adopted, decider::State& state);

// Key of a published revision.
std::string RevisionKey(std::string_view district, std::string_view rubric, int32_t revision);

}  // namespace throughline::plans
