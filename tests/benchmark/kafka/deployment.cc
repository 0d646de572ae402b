#include "kafka/deployment.h"

#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace throughline::bench {

Cpu operator-(Cpu later, const Cpu& earlier) {
  for (auto& [part, seconds] : later) {
    if (auto found = earlier.find(part); found != earlier.end()) seconds -= found->second;
  }
  return later;
}

Cpu operator+(Cpu one, const Cpu& other) {
  for (const auto& [part, seconds] : other) one[part] += seconds;
  return one;
}

Deployment::Deployment(const DeploymentOptions& options) : options_(options) {
  for (const std::string& service : kServices) {
    ports_[service] = FreePort();
    connect_ +=
        (connect_.empty() ? "" : ",") + service + "=127.0.0.1:" + std::to_string(ports_[service]);
    Start(service);
  }
  WaitUntilAllAnswer();
}

Deployment::~Deployment() {
  connection_.reset();
  for (auto& [service, child] : children_) child->Terminate();
}

void Deployment::Start(const std::string& service) {
  std::vector<std::string> words = {options_.binaries / ("throughline-" + service),
                                    "--open-access",
                                    "--kafka",
                                    options_.kafka,
                                    "--redis",
                                    options_.redis,
                                    "--replica",
                                    service + "-1",
                                    "--listen",
                                    "127.0.0.1:" + std::to_string(ports_[service])};
  if (options_.workers > 0) {
    words.insert(words.end(), {"--workers", std::to_string(options_.workers)});
  }
  if (service == "evidence") {
    words.insert(words.end(), {"--pseudonyms-key", options_.folder / "pseudonyms.key"});
  }
  if (service == "notifications") {
    words.insert(words.end(), {"--deliveries-key", options_.folder / "deliveries.key"});
  }
  children_[service] = std::make_unique<Child>(words, options_.folder / (service + ".log"));
}

void Deployment::Stop(const std::string& service) {
  if (auto child = children_.extract(service)) child.mapped()->Terminate();
}

void Deployment::WaitUntilAllAnswer() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (true) {
    auto opened = Connection::Open({.connect = connect_});
    if (opened) {
      connection_.emplace(std::move(*opened));
      return;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error(opened.error().message + " See the logs in " +
                               options_.folder.string());
    }
  }
}

std::map<std::string, int64_t> Deployment::ResidentBytes() const {
  std::map<std::string, int64_t> bytes;
  for (const auto& [service, child] : children_) bytes[service] = ResidentBytesOf(child->pid());
  return bytes;
}

Cpu Deployment::CpuSoFar() const {
  Cpu cpu;
  for (const auto& [service, child] : children_) cpu[service] = CpuSecondsOf(child->pid());
  cpu["kafka"] = CpuSecondsOf(options_.kafka_pid);
  cpu["redis"] = CpuSecondsOf(options_.redis_pid);
  cpu["client"] = CpuSecondsOf(getpid());
  return cpu;
}

}  // namespace throughline::bench
