# cmake -DOUTPUT=FILE.cpp -DHEADER=... -DFUNCTION=nnc::Name -P EmbedFiles.cmake -- DIRECTORY FILE...
# Defines the function that HEADER declares, `const std::vector<nnc::EmbeddedFile>& nnc::Name()`: the text of each file
# with its path below DIRECTORY.
set(files "")
set(after_dashes FALSE)
foreach(i RANGE ${CMAKE_ARGC})
  if(after_dashes AND i LESS CMAKE_ARGC)
    list(APPEND files ${CMAKE_ARGV${i}})
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(after_dashes TRUE)
  endif()
endforeach()
list(POP_FRONT files directory)

set(entries "")
foreach(file ${files})
  file(RELATIVE_PATH path ${directory} ${file})
  file(READ ${file} text)
  string(APPEND entries "      {\"${path}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by EmbedFiles.cmake.
#include \"${HEADER}\"

const std::vector<nnc::EmbeddedFile>& ${FUNCTION}() {
  static const std::vector<EmbeddedFile> files = {
${entries}  };
  return files;
}
")
