// The target of the headers that tests share needs a source; see rooms.cmake.
