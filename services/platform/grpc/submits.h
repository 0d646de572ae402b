// The methods of a service that do nothing but submit a command: what is the same in each, once.
#pragma once

#include "platform/grpc/call_guard.h"

// In a class that has a `guard_` and `commands_`, and where `v1` is the package of the service:
// overrides the method of this name, which submits its request and answers with what the decider
// answers (CallGuard::Submit). A macro, for the names of its types are made of that of the method.
#define THROUGHLINE_SUBMITS(Method)                                           \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,      \
                                   const v1::Method##Request* request,        \
                                   v1::Method##Response* response) override { \
    return guard_.Submit(context, commands_, *request, response);             \
  }
