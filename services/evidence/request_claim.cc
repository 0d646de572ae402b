#include "evidence/request_claim.h"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "core/key.h"
#include "runtime/guarded.h"
#include "throughline/evidence/v1/request_claim.pb.h"

namespace throughline::evidence {

using core::Result;
using runtime::Guarded;
using runtime::RequestKey;

namespace {

constexpr char kClaim[] = "evidence: a claim to a request id";

class Claim : public std::enable_shared_from_this<Claim> {
 public:
  Claim(std::string district, std::vector<std::string> schools, RequestKey batch,
        const google::protobuf::Descriptor& kind, runtime::Commands& commands, ClaimCallback done)
      : district_(std::move(district)),
        schools_(std::move(schools)),
        batch_(std::move(batch)),
        kind_(kind),
        commands_(commands),
        waiting_(schools_.size()),
        done_(std::move(done)) {}

  void Begin() {
    Submit("", batch_, [self = shared_from_this()](const Result<std::string>& answer) {
      if (!answer) return self->done_(core::Refuse(answer.error()));
      if (self->schools_.empty()) return self->done_({});
      for (const std::string& school : self->schools_) self->AskSchool(school);
    });
  }

 private:
  void AskSchool(const std::string& school) {
    const bool asked = Guarded(kClaim, [&] {
      Submit(school, KeyAt(school, batch_),
             [self = shared_from_this()](const Result<std::string>& answer) {
               self->Take(answer ? std::nullopt : std::optional(answer.error()));
             });
    });
    if (!asked) Take(runtime::Unexpected());
  }

  void Submit(const std::string& school, const RequestKey& key, runtime::AnswerCallback done) {
    v1::ClaimRequestIdRequest request;
    request.set_district(district_);
    request.set_school(school);
    commands_.Submit(request, runtime::ClaimOf(key, kind_), std::move(done));
  }

  void Take(const std::optional<core::Error>& error) {
    {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = error;
      if (--waiting_ > 0) return;
    }
    error_ ? done_(core::Refuse(*error_)) : done_({});
  }

  const std::string district_;
  const std::vector<std::string> schools_;
  const RequestKey batch_;
  const google::protobuf::Descriptor& kind_;
  runtime::Commands& commands_;
  std::mutex mutex_;
  size_t waiting_;
  std::optional<core::Error> error_;
  const ClaimCallback done_;
};

}  // namespace

RequestKey KeyAt(const std::string& school, const RequestKey& batch) {
  RequestKey key = batch;
  key.id = core::JoinKey(batch.id, school);
  return key;
}

void ClaimRequestId(std::string district, std::vector<std::string> schools, RequestKey batch,
                    const google::protobuf::Descriptor& kind, runtime::Commands& commands,
                    ClaimCallback done) {
  std::make_shared<Claim>(std::move(district), std::move(schools), std::move(batch), kind, commands,
                          std::move(done))
      ->Begin();
}

}  // namespace throughline::evidence
