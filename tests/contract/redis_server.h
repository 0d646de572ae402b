// A redis-server of a test's own, on a free port of loopback and in a temporary folder; killed when
// the test is over, however it is over.
//
// It keeps nothing on disk unless the options say so: a restart is then a loss of everything. Not
// thread-safe.
#pragma once

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "folder.h"

namespace throughline::runtime {

// Looks until it is so; false when it is not within two minutes.
inline bool Eventually(const std::function<bool()>& is_so) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (std::chrono::steady_clock::now() < until) {
    if (is_so()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

class RedisServer {
 public:
  // `options` are lines of a redis.conf; `arguments` come after the file's name.
  explicit RedisServer(std::vector<std::string> options = {},
                       std::vector<std::string> arguments = {})
      : options_(std::move(options)), arguments_(std::move(arguments)) {
    for (int attempt = 0; attempt < 5; ++attempt) {
      port_ = FreePort();
      WriteConfiguration();
      if (Start()) return;
    }
    throw std::runtime_error("redis-server does not start");
  }
  ~RedisServer() { Kill(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  // Watches `master`, and declares it dead after a second of silence.
  static std::unique_ptr<RedisServer> Sentinel(const RedisServer& master) {
    return std::make_unique<RedisServer>(
        std::vector<std::string>{
            "sentinel monitor district 127.0.0.1 " + std::to_string(master.port()) + " 1",
            "sentinel down-after-milliseconds district 1000",
            "sentinel failover-timeout district 3000"},
        std::vector<std::string>{"--sentinel"});
  }

  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  void Restart() {
    Kill();
    if (!Start()) throw std::runtime_error("redis-server does not start again");
  }
  void Signal(int signal) const { kill(pid_, signal); }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // What it answers to a command: strings of an answer are put together with spaces. An error
  // begins with its code; empty when there is no answer.
  std::string Say(const std::vector<std::string>& words) const {
    const std::unique_ptr<redisContext, void (*)(redisContext*)> context(
        redisConnectWithTimeout("127.0.0.1", port_, timeval{5, 0}), redisFree);
    if (!context || context->err != 0) return {};
    redisSetTimeout(context.get(), timeval{5, 0});
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const std::string& word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    const std::unique_ptr<redisReply, void (*)(void*)> reply(
        static_cast<redisReply*>(redisCommandArgv(context.get(), static_cast<int>(texts.size()),
                                                  texts.data(), sizes.data())),
        freeReplyObject);
    return reply ? Text(*reply) : std::string();
  }

 private:
  static std::string Text(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.type != REDIS_REPLY_ARRAY) {
      return reply.str == nullptr ? std::string() : std::string(reply.str, reply.len);
    }
    std::string text;
    for (size_t i = 0; i < reply.elements; ++i) {
      text += (i == 0 ? "" : " ") + Text(*reply.element[i]);
    }
    return text;
  }

  static int FreePort() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    close(socket);
    return ntohs(address.sin_port);
  }

  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  void WriteConfiguration() const {
    std::ofstream file(Path("redis.conf"));
    file << "port " << port_ << "\nbind 127.0.0.1\ndir " << folder_.path() << "\nlogfile "
         << Path("redis.log") << "\n";
    if (arguments_.empty()) file << "save \"\"\nappendonly no\nrepl-diskless-sync-delay 0\n";
    for (const std::string& option : options_) file << option << "\n";
  }

  // True when this very process answers: another may have taken the port meanwhile.
  bool Start() {
    const std::string configuration = Path("redis.conf");
    std::vector<char*> words{const_cast<char*>("redis-server"),
                             const_cast<char*>(configuration.c_str())};
    for (const std::string& word : arguments_) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execvp(words[0], words.data());
      _exit(127);
    }
    const std::string mine = "process_id:" + std::to_string(pid_) + "\r";
    bool answers = false;
    Eventually([&] {
      answers = Say({"INFO", "server"}).find(mine) != std::string::npos && Say({"PING"}) == "PONG";
      return answers || waitpid(pid_, nullptr, WNOHANG) != 0;
    });
    if (!answers) pid_ = 0;
    return answers;
  }

  const std::vector<std::string> options_, arguments_;
  Folder folder_;
  int port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace throughline::runtime
