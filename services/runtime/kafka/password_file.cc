#include "runtime/kafka/password_file.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/guarded.h"
#include "runtime/secret_file.h"

namespace throughline::runtime::kafka {

namespace {

constexpr std::chrono::seconds kLookEvery(5);

// The one thread that looks at the files of all clients: a process has a client for every topic.
class PasswordFiles {
 public:
  static PasswordFiles& Of() {
    static PasswordFiles files;
    return files;
  }
  void Add(FollowsPassword* one) {
    std::lock_guard lock(mutex_);
    followers_.push_back(one);
    if (!thread_.joinable()) thread_ = std::thread([this] { Watch(); });
  }
  void Remove(FollowsPassword* one) {
    std::lock_guard lock(mutex_);
    std::erase(followers_, one);
  }

 private:
  ~PasswordFiles() {
    {
      std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  void Watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kLookEvery, [this] { return over_; })) {
      Guarded("kafka: passwords", [this] {
        for (FollowsPassword* one : followers_) one->Look();
      });
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<FollowsPassword*> followers_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace

FollowsPassword::FollowsPassword(rd_kafka_t* client, std::string user, std::string file,
                                 std::string password)
    : client_(client),
      user_(std::move(user)),
      file_(std::move(file)),
      password_(std::move(password)) {
  PasswordFiles::Of().Add(this);
}

FollowsPassword::~FollowsPassword() { PasswordFiles::Of().Remove(this); }

void FollowsPassword::Look() {
  auto password = SecretTextFromFile(file_, "Kafka");
  if (!password || *password == password_) return;
  rd_kafka_error_t* refused =
      rd_kafka_sasl_set_credentials(client_, user_.c_str(), password->c_str());
  if (refused != nullptr) {
    spdlog::warn("kafka: the new password in {} is not taken: {}", file_,
                 rd_kafka_error_string(refused));
    return rd_kafka_error_destroy(refused);
  }
  password_ = *std::move(password);
}

}  // namespace throughline::runtime::kafka
