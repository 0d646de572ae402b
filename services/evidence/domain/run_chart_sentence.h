// What a run chart says, in one sentence, of the numbers that it shows.
#pragma once

#include <string>

#include "throughline/evidence/v1/run_chart.pb.h"

namespace throughline::evidence {

std::string RunChartSentence(const v1::RunChart& chart);

}  // namespace throughline::evidence
