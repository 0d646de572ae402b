#include "platform/access/call_observer.h"

namespace throughline::platform {

namespace {

class ObservesNothing : public CallObserver {
 public:
  std::unique_ptr<ObservedCall> Begin(std::string_view, Kind, std::string_view) override {
    return nullptr;
  }
};

}  // namespace

CallObserver& NoCallObserver() {
  static ObservesNothing nothing;
  return nothing;
}

}  // namespace throughline::platform
