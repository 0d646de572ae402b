// The four services as a district deploys them, each in a process of its own, on a Kafka and a
// Redis that already run; and what each part costs. Not thread-safe.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>

#include "kafka/processes.h"
#include "runtime/kafka/kafka_client.h"
#include "throughline/connection.h"

namespace throughline::bench {

struct DeploymentOptions {
  std::filesystem::path folder;      // for what the services write
  std::filesystem::path binaries;    // where throughline-plans and the others are
  std::filesystem::path scripts;     // where large_district.py is
  std::string kafka, redis;          // addresses
  std::filesystem::path kafka_data;  // where the broker keeps its topics
  pid_t kafka_pid = 0, redis_pid = 0;
  int workers = 0;  // of a service; 0: what it does by itself
};

// Seconds of processor time, by part.
using Cpu = std::map<std::string, double>;
Cpu operator-(Cpu later, const Cpu& earlier);
Cpu operator+(Cpu one, const Cpu& other);

class Deployment {
 public:
  // Returns when all answer; throws when one does not.
  explicit Deployment(const DeploymentOptions& options);
  ~Deployment();

  Connection& connection() { return *connection_; }
  const std::string& connect() const { return connect_; }  // as commands take it
  const DeploymentOptions& options() const { return options_; }
  runtime::kafka::Settings kafka() const { return {{"bootstrap.servers", options_.kafka}}; }

  void Start(const std::string& service);
  void Stop(const std::string& service);
  void WaitUntilAllAnswer();
  // Of what is running: by service, "kafka", "redis" and "client", which is this process.
  Cpu CpuSoFar() const;
  // By service.
  std::map<std::string, int64_t> ResidentBytes() const;

 private:
  DeploymentOptions options_;
  std::map<std::string, int> ports_;
  std::map<std::string, std::unique_ptr<Child>> children_;
  std::string connect_;
  std::optional<Connection> connection_;
};

}  // namespace throughline::bench
