# cmake -DOUTPUT=... -P embed_library.cmake -- FILE...: a C++ file with the text of each .nn file, as StandardLibrary() returns it.
set(entries "")
set(first_file FALSE)
foreach(i RANGE ${CMAKE_ARGC})
  if(first_file AND i LESS CMAKE_ARGC)
    get_filename_component(name ${CMAKE_ARGV${i}} NAME)
    file(READ ${CMAKE_ARGV${i}} text)
    string(APPEND entries "      {\"std/${name}\", R\"nn(${text})nn\"},\n")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(first_file TRUE)
  endif()
endforeach()
file(WRITE ${OUTPUT} "// Made by embed_library.cmake from frontend/std/*.nn.
#include \"frontend/frontend.h\"

namespace nnc {

const std::vector<LibraryFile>& StandardLibrary() {
  static const std::vector<LibraryFile> files = {
${entries}  };
  return files;
}

}  // namespace nnc
")
