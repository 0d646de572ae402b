// The library of practices of the demo: what leaders write and publish, and which of the names that
// teams gave are the same.
#pragma once

#include "demo/script.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoLibrary {
 public:
  DemoLibrary(const DemoScript& script, Connection& connection)
      : script_(script), connection_(connection) {}

  core::Result<void> Live(core::Date day);

 private:
  core::Result<void> Publish(const DemoPractice& practice);
  core::Result<void> Merge(const DemoPractice& practice);

  const DemoScript& script_;
  Connection& connection_;
};

}  // namespace throughline::demo
