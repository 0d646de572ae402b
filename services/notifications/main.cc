#include "audit/opening.h"
#include "notifications/assembly.h"
#include "notifications/delivery/delivery_options.h"
#include "platform/host/service_program.h"

int main(int argc, char** argv) {
  using namespace throughline;
  platform::ServiceProgram program(
      "notifications", "Tells people: alerts, silences, subscriptions, streams, webhooks, mail.");
  notifications::DeliveryOptions options;
  notifications::AddDeliveryOptions(program.command(), options);
  const auto assemble =
      [&options](
          const platform::ServiceContext& on) -> core::Result<std::unique_ptr<platform::Hosted>> {
    auto setup = notifications::DeliverySetupOf(options, &on.log);
    if (!setup) return core::Refuse(setup.error());
    return notifications::Assemble(on, *setup);
  };
  return program.Run(argc, argv, {assemble}, audit::OpenTrail);
}
