#include <thread>

#include "kafka/measures.h"
#include "kafka/raw_kafka.h"

namespace throughline::bench {

namespace {

using plans::v1::PlansService;

// Answers at once with what it was asked: a unary call and nothing else.
class Echo final : public PlansService::CallbackService {
 public:
  grpc::ServerUnaryReactor* UpsertSchool(grpc::CallbackServerContext* context,
                                         const plans::v1::UpsertSchoolRequest* request,
                                         plans::v1::UpsertSchoolResponse* response) override {
    *response->mutable_school() = request->school();
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class BareCommands {
 public:
  explicit BareCommands(const runtime::kafka::Settings& settings)
      : producer_(settings, 0), consumer_(settings, {kTopic}, RawConsumer::From::kEnd) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&echo_);
    server_ = builder.BuildAndStart();
    stub_ = PlansService::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                      grpc::InsecureChannelCredentials()));
  }

  void Do(const plans::v1::UpsertSchoolRequest& request) {
    Must(Call(*stub_, &PlansService::Stub::UpsertSchool, request));
    producer_.Send(kTopic, 0, request.SerializeAsString());
    bool came = false;
    while (!came) came = consumer_.Poll(100, [](const rd_kafka_message_t&) {}) > 0;
  }

 private:
  static constexpr char kTopic[] = "bench.command";
  Echo echo_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<PlansService::Stub> stub_;
  RawProducer producer_;
  RawConsumer consumer_;
};

}  // namespace

void MeasureCommand(Bench& bench) {
  const int commands = bench.quick ? 20 : 200;
  MakeTopic(bench.parts.kafka(), "bench.command");
  BareCommands bare(bench.parts.kafka());
  std::vector<double> ours[2], theirs[2];
  constexpr double kShares[] = {0.5, 0.99};
  for (int round = -1; round < bench.rounds; ++round) {  // the first one only warms
    std::vector<double> our_ms, their_ms;
    for (int i = 0; i < commands; ++i) {
      plans::v1::UpsertSchoolRequest request;
      request.mutable_school()->set_district(kDistrict);
      request.mutable_school()->set_school(SchoolName(i % kSchools));
      request.mutable_school()->set_name("In round " + std::to_string(round) + ", " +
                                         std::to_string(i));
      const auto asked = std::chrono::steady_clock::now();
      Must(Call(*bench.parts.connection().plans, &PlansService::Stub::UpsertSchool, request));
      our_ms.push_back(SecondsSince(asked) * 1e3);
      const auto bare_asked = std::chrono::steady_clock::now();
      bare.Do(request);
      their_ms.push_back(SecondsSince(bare_asked) * 1e3);
    }
    for (int s = 0; round >= 0 && s < 2; ++s) {
      ours[s].push_back(PercentileOf(our_ms, kShares[s]));
      theirs[s].push_back(PercentileOf(their_ms, kShares[s]));
    }
  }
  for (int s = 0; s < 2; ++s) {
    bench.report.Add({.measure = s == 0 ? "one command, p50" : "one command, p99",
                      .unit = "ms",
                      .better = Better::kLess,
                      .ours = ours[s],
                      .against = "bare call + bare produce and consume",
                      .theirs = theirs[s],
                      .goal = s == 0 ? 1.5 : 2.5});
  }
}

}  // namespace throughline::bench
