// What surveys need where the log is on Kafka: the keys of their rounds are there, too.
#pragma once

#include "plans/assembly.h"
#include "platform/host/serving_options.h"

namespace throughline::plans {

// In the topics surveys.identities and surveys.identities.keys, of which only the second is used.
// The errors of the options, of which the first is Kafka's, are those of opening it.
SurveySetup SurveysOn(const platform::ServingOptions& options);

}  // namespace throughline::plans
