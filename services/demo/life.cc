#include "demo/life.h"

namespace throughline::demo {

DemoLife::DemoLife(const DemoScript& script, Connection& connection)
    : library_(script, connection),
      plans_(script, connection),
      surveys_(script, connection),
      waves_(script, connection),
      teams_(script, connection, plans_, waves_),
      offers_(script, connection),
      visits_(script, connection) {}

core::Result<void> DemoLife::Live(core::Date day) {
  // A practice and a plan are there before a team names them.
  if (auto done = library_.Live(day); !done) return done;
  if (auto done = plans_.Live(day); !done) return done;
  if (auto done = surveys_.Live(day); !done) return done;
  if (auto done = waves_.Live(day); !done) return done;
  if (auto done = teams_.Live(day); !done) return done;
  if (auto done = offers_.Live(day); !done) return done;
  return visits_.Live(day);
}

}  // namespace throughline::demo
