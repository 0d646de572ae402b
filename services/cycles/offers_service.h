// The gRPC face of common challenges and offers: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/offers_service.grpc.pb.h"

namespace throughline::cycles {

class OffersService final : public v1::OffersService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  OffersService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::OffersService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(AnswerOffer)

  Reactor* ListCommonChallenges(Context* context, const v1::ListCommonChallengesRequest* request,
                                v1::ListCommonChallengesResponse* response) override;
  Reactor* ListOffers(Context* context, const v1::ListOffersRequest* request,
                      v1::ListOffersResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::cycles
