// A target of headers that are parsed once for many needs a source; see rooms.cmake.
