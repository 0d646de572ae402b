#include "cycles/assembly.h"

#include "cycles/cycles_service.h"
#include "cycles/domain/cycles_decider.h"
#include "cycles/offers_service.h"
#include "cycles/practices_service.h"
#include "cycles/questions_service.h"
#include "cycles/visits_service.h"
#include "cycles/waves_service.h"
#include "platform/host/hosted_service.h"

namespace throughline::cycles {

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on) {
  return std::make_unique<
      platform::HostedService<CyclesDecider, CyclesService, OffersService, PracticesService,
                              QuestionsService, VisitsService, WavesService>>(on);
}

}  // namespace throughline::cycles
