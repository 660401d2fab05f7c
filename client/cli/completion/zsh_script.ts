/** Works in zsh 5 and later, after compinit. */
export const zshScript = String.raw`#compdef sluice
_sluice() {
  local line
  local -a words_typed flags_and_words descriptions names folders
  words_typed=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
  for line in "\${(@f)$(sluice __complete -- "\${words_typed[@]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files; return ;;
      :folders) _files -/; return ;;
      */$'\t'*) folders+=("\${line%%$'\t'*}") ;;
      *)
        names+=("\${line%%$'\t'*}")
        descriptions+=("\${line%%$'\t'*}  \${line#*$'\t'}")
        ;;
    esac
  done
  if (($#folders)); then compadd -S '' -- "\${folders[@]}"; fi
  if (($#names)); then
    # Names of the server all have the same description, which says nothing.
    if [[ $#words_typed -gt 1 && $PREFIX != -* ]]; then
      compadd -- "\${names[@]}"
    else
      compadd -l -d descriptions -- "\${names[@]}"
    fi
  fi
}
if [[ $funcstack[1] == _sluice ]]; then
  _sluice "$@"
else
  compdef _sluice sluice
fi
`.replaceAll("\\${", "${");
