# Run at installation: writes what `nnc man` and `nnc completion` print below ${datadir}. `nnc` is the program.
function(write_output path)
  execute_process(COMMAND ${nnc} ${ARGN} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE "$ENV{DESTDIR}${datadir}/${path}" "${text}")
endfunction()

write_output(bash-completion/completions/nnc completion bash)
write_output(zsh/site-functions/_nnc completion zsh)
write_output(fish/vendor_completions.d/nnc.fish completion fish)

write_output(man/man1/nnc.1 man)
execute_process(COMMAND ${nnc} man OUTPUT_VARIABLE overview COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "nnc.-[a-z]+ [(]1" pages "${overview}")
foreach(page ${pages})
  string(REGEX REPLACE "nnc.-([a-z]+) [(]1" "\\1" command "${page}")
  write_output(man/man1/nnc-${command}.1 man ${command})
endforeach()
