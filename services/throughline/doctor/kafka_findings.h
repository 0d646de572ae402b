// Whether Kafka is set up as the log needs it.
#pragma once

#include <string>
#include <vector>

#include "runtime/kafka/cluster.h"
#include "throughline/doctor/finding.h"

namespace throughline::doctor {

// Pure. Of a topic as it should be; `facts` as it is, null when it is not there;
// `others_are_there`: some of the topics are, so that this one should be, too.
Findings TopicFindings(const runtime::kafka::Topic& wanted, const runtime::kafka::TopicFacts* facts,
                       int32_t brokers, bool others_are_there);

struct KafkaLook {
  Findings found;
  std::vector<std::string> topics_there;
};
// Looks: brokers, topics, and whether this user may read and write them.
KafkaLook LookAtKafka(const runtime::kafka::Settings& settings,
                      const std::vector<runtime::kafka::Topic>& topics);

}  // namespace throughline::doctor
