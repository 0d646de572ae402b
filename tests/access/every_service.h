// Every service of the project that callers with credentials reach.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>

#include <string>
#include <vector>

namespace throughline {

// Those that are linked in, in whichever file.
inline std::vector<const google::protobuf::ServiceDescriptor*> EveryService() {
  using google::protobuf::DescriptorPool;
  std::vector<std::string> files;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const std::string& name : files) {
    if (!name.starts_with("throughline/")) continue;
    const auto* file = DescriptorPool::generated_pool()->FindFileByName(name);
    // Of the runtime's own services, none is there where callers need credentials; see host.h.
    if (file->package() == "throughline.runtime.v1") continue;
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  }
  return services;
}

}  // namespace throughline
