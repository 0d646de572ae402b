// The measures of `deploy/bench --kafka`, a file each. Every one leaves the deployment as it found
// it, but for what it recorded, and throws when something does not work at all.
#pragma once

#include "kafka/deployment.h"
#include "kafka/load.h"
#include "kafka/report.h"

namespace throughline::bench {

struct Bench {
  Deployment& parts;
  Report& report;
  int rounds = 5;
  bool quick = false;  // seconds rather than minutes: whether it runs, not how well
  Batches batches = {};
  double results_per_second = 0;  // measured; 0: not yet
};

// CPU time a result at 1x, 10x and 100x the stored history.
void MeasureHistory(Bench& bench);
// Bytes a result takes in the log and in Redis, and the memory of the services after that.
void MeasureFootprint(Bench& bench);
// Results recorded a second, against bare librdkafka.
void MeasureThroughput(Bench& bench);
// One command, decided and answered, against a bare call and a bare way over Kafka.
void MeasureCommand(Bench& bench);
// From a result to the alert on a stream, at 30 % load, against three bare ways over Kafka.
void MeasureAlert(Bench& bench);
// One event to 1,000 subscribers, against a bare gRPC stream; needs neither Kafka nor Redis.
void MeasureStreams(Bench& bench);
// Rebuild of an emptied Redis, against bare consuming.
void MeasureRebuild(Bench& bench);
// A district of 70,000 students, a file of ten results each: from the file to the last alert.
void MeasureDistrict(Bench& bench);

}  // namespace throughline::bench
