# nnc_folder(NAME DEPENDS ...): a static library nnc_NAME of the .cpp files in the folder and its subfolders.
function(nnc_folder name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp */*.cpp)
  add_library(nnc_${name} STATIC ${sources})
  target_include_directories(nnc_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(nnc_${name} PUBLIC ${ARG_DEPENDS})
endfunction()

# nnc_test(NAME DEPENDS ...): a GoogleTest program test_NAME of the test folder's *_test.cpp files.
function(nnc_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *_test.cpp)
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND test_${name})
endfunction()
