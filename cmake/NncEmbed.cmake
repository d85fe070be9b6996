# nnc_embed(TARGET FUNCTION HEADER DIRECTORY FILES...): makes files part of the program; see EmbedFiles.cmake.
set(NNC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/EmbedFiles.cmake)
function(nnc_embed target function header directory)
  set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp)
  add_custom_command(
    OUTPUT ${embedded}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${embedded} -DHEADER=${header} -DFUNCTION=${function} -P ${NNC_EMBED_SCRIPT} --
            ${directory} ${ARGN}
    DEPENDS ${ARGN} ${NNC_EMBED_SCRIPT}
    COMMENT "Embedding the files of ${target}")
  target_sources(${target} PRIVATE ${embedded})
endfunction()
